// Metrics: what an operator would see of a run in CloudWatch, in virtual time, made from its trace alone.   [METRIC-1]
// [METRIC-2]
//
//   series     one per metric and dimension ("FunctionName=count"), only where something was measured, in a stable order
//   points     one a minute that has data, ascending; minute 0 begins with the run. Sums, extremes and numbers of samples, as
//              CloudWatch's statistics have them; values are whole numbers of the unit, milliseconds rounded to the nearest
//   blind      what the published metrics leave out they leave out here too: dropped events are those given up by a limit
//              that no destination was told of, never those that expired in the stream or were filtered   [FM-21] [RETRY-2]
//   times      what is measured of a call stands in the minute in which it began, as CloudWatch has it: its error, duration and
//              ages beside its invocation. What its mapping makes of it counts when it does (FailedInvokeEventCount, ...)
//   services   a fault that strikes a call of code counts where its service does: those of S3 and SQS are none of DynamoDB's
//   ages       IteratorAge is taken when a batch is sent, IteratorAgeAtEnd (ours) when it was done with    [POLL-14] [OPEN-24]
//   requests   ThrottledRequests and UserErrors count requests: a transaction once, a batch only where all of it is refused,
//              with the table that it names first; parts that are throttled count as throttle events        [BOP-3] [TXN-4]
//   clock      the age of a queue's oldest message is measured also at the end of each minute, and calls that run are counted
//   also
//              at the begin of each, so that an alarm on them rings
//   differs    all series have one-minute points; AWS gives some DynamoDB metrics every five. SuccessfulRequestLatency is not
//              here: a call that goes well leaves no fact but its effect. A page of a Query or Scan that returns no item leaves
//              none either, so it is no sample of ReturnedItemCount; nor does a mapping's poll that is throttled, which so
//              counts nowhere. The dimensions Operation and StreamLabel are left out
//   polled     no fact tells of a mapping's polls. A record counts in PolledEventCount once, however often its mapping reads
//              it, and later than that: when a call with it is begun or put off (by a throttle, or a role that does not allow
//              it), or when it is filtered out or given up. Of a batch put off the trace tells the first record; the others
//              count at that same minute, but only once they are told of, so that of a batch which is still held when the
//              run ends one is counted. What waits for a batching window is not counted yet                      [POLL-12]
//   opt-in     AWS shows a mapping's event counts only where its metrics_config names EventCount. Here they are always shown:
//              the trace does not tell of that setting, and who tests a consumer wants them                        [ESM-15]
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/trace/trace.hpp"

namespace weir {

struct MetricInfo {
  std::string_view name, service, unit;  // "Errors", "AWS/Lambda", "Count"
  std::string_view means;                // one sentence: what is counted, and what is not
  bool is_level = false;                 // how high something stood at moments: to add that up says nothing
};
const std::vector<MetricInfo>& all_metrics();

struct MetricPoint {
  std::int64_t minute = 0;
  std::uint64_t samples = 0;
  std::int64_t sum = 0, minimum = 0, maximum = 0;
  friend bool operator==(const MetricPoint&, const MetricPoint&) = default;
};

struct MetricSeries {
  const MetricInfo* metric = nullptr;
  std::string dimension;
  std::vector<MetricPoint> points;  // not empty

  std::int64_t total() const;
  std::int64_t highest() const;
};

// Measures a trace fact by fact; total: a trace that makes no sense gives odd figures, never an error.
class MetricsCollector final : public FactObserver {
 public:
  MetricsCollector();
  ~MetricsCollector() override;
  void observe(const Fact& fact) override;  // in order
  std::vector<MetricSeries> series() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

std::vector<MetricSeries> metrics_of(const std::vector<Fact>& trace);

}  // namespace weir
