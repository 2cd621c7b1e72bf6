// A trace with two tables, a mapping and whatever a test notes, and the metrics of it.
#pragma once

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "oracles/metrics/metrics.hpp"

namespace weir::test {

inline RecordList records(std::vector<RecordId> ids) { return std::make_shared<const std::vector<RecordId>>(std::move(ids)); }

class MetricsBed {
 public:
  MetricsBed() {
    trace_.keep(true);
    note(0s, TableDeclared{TableId{0}, "orders", "id", "", "expires_at"});
    note(0s, MappingDeclared{MappingId{0}, "copy", StreamId{0}, FunctionId{0}, "mirror"});
  }
  FactIndex note(Duration at, FactBody body, FactIndex cause = no_fact) {
    return trace_.note(Instant(at), cause, std::move(body));
  }
  void start(Duration at, std::uint64_t id, std::vector<RecordId> ids, std::uint32_t attempt = 0) {
    note(at, InvocationStarted{InvocationId{id}, FunctionId{0}, MappingId{0}, ShardId{0}, 0, attempt, records(std::move(ids))});
  }
  FactIndex end(Duration at, std::uint64_t id, InvocationOutcome how = InvocationOutcome::ok, std::uint32_t failures = 0) {
    return note(at, InvocationEnded{InvocationId{id}, MappingId{0}, how, 0, failures, ""});
  }
  std::vector<MetricPoint> points(std::string_view metric, std::string_view dimension) {
    for (const MetricSeries& series : metrics_of(trace_.facts()))
      if (series.metric->name == metric && series.dimension == dimension) return series.points;
    return {};
  }
  std::int64_t total(std::string_view metric, std::string_view dimension) {
    std::int64_t sum = 0;
    for (const MetricPoint& point : points(metric, dimension)) sum += point.sum;
    return sum;
  }
  const std::vector<Fact>& facts() const { return trace_.facts(); }

 private:
  Trace trace_;
};

inline constexpr const char* function = "FunctionName=mirror";
inline constexpr const char* mapping = "EventSourceMapping=copy";

}  // namespace weir::test
