// What an operator sees of calls: in which minutes, and for how long.                          [METRIC-2]
#include "oracles/metrics/metrics.hpp"
#include "tests/catch.hpp"
#include "tests/oracles/metrics/bed.hpp"

using namespace weir;
using test::function, test::mapping, test::records;
using Bed = test::MetricsBed;

TEST_CASE("what a call did is shown at one minute, the one in which it began", "[metrics][METRIC-2][POLL-14]") {
  Bed bed;
  bed.start(1s, 0, {RecordId{0}});
  const FactIndex ended = bed.end(14min, 0, InvocationOutcome::threw);
  bed.note(14min, IteratorAge{MappingId{0}, ShardId{0}, 1s, 14min}, ended);
  for (const char* metric : {"Invocations", "Errors", "Duration", "IteratorAge", "IteratorAgeAtEnd"}) {
    INFO(metric);
    const std::vector<MetricPoint> points = bed.points(metric, function);
    REQUIRE(points.size() == 1);
    CHECK(points[0].minute == 0);
  }
}

TEST_CASE("a call that runs for minutes is counted in each of them", "[metrics][METRIC-2]") {
  Bed bed;
  bed.start(30s, 0, {RecordId{0}});
  bed.start(2min, 1, {RecordId{1}});
  bed.end(3min, 0);
  bed.end(3min + 10s, 1);
  bed.start(5min, 2, {RecordId{2}});
  bed.end(6min, 2);
  bed.start(8min, 3, {RecordId{3}});  // it is not over when the run ends
  bed.note(9min + 30s, RunEnded{1});
  CHECK(bed.points("ConcurrentExecutions", function) == std::vector<MetricPoint>{{0, 1, 1, 1, 1},
                                                                                 {1, 1, 1, 1, 1},
                                                                                 {2, 1, 2, 2, 2},
                                                                                 {3, 1, 1, 1, 1},
                                                                                 {5, 1, 1, 1, 1},
                                                                                 {8, 1, 1, 1, 1},
                                                                                 {9, 1, 1, 1, 1}});
}

TEST_CASE("a call that never ends costs no more than an hour of minutes", "[metrics][METRIC-2]") {
  Bed bed;
  bed.start(30s, 0, {RecordId{0}});
  bed.note(24h * 365, RunEnded{1});
  CHECK(bed.points("ConcurrentExecutions", function).size() == 61);
}

namespace {

// A bed whose shard has got so many records.
Bed with_records(std::uint64_t count) {
  Bed bed;
  for (std::uint64_t i = 0; i < count; ++i) bed.note(0s, Appended{.shard = ShardId{0}, .record = RecordId{i}});
  return bed;
}
InvocationThrottled throttled(std::uint64_t batch) { return {FunctionId{0}, MappingId{0}, ShardId{0}, batch}; }
RetryScheduled put_off(std::uint64_t batch) { return {MappingId{0}, ShardId{0}, batch, 0, 1s}; }
using Points = std::vector<MetricPoint>;
Points polled(Bed& bed) { return bed.points("PolledEventCount", mapping); }

}  // namespace

TEST_CASE("what is held since its calls are throttled or not allowed was polled, from the first of them on",
          "[metrics][METRIC-2][POLL-12]") {
  for (const bool by_throttle : {true, false}) {
    INFO(by_throttle);
    Bed bed = with_records(5);
    bed.start(1s, 0, {RecordId{0}});
    for (const Duration at : {2min, 3min, 4min}) {
      if (by_throttle) bed.note(at, throttled(1));
      bed.note(at, put_off(1));
    }
    CHECK(polled(bed) == Points{{0, 1, 1, 1, 1}, {2, 1, 1, 1, 1}});
    bed.start(5min, 1, {RecordId{1}, RecordId{2}, RecordId{3}});
    bed.end(5min, 1, InvocationOutcome::threw);
    bed.note(5min, put_off(1));
    CHECK(polled(bed) == Points{{0, 1, 1, 1, 1}, {2, 2, 3, 1, 2}});
    bed.note(6min, throttled(4));
    bed.note(7min, Settled{MappingId{0}, ShardId{0}, records({RecordId{4}}), Settlement::age_exceeded, false});
    CHECK(polled(bed) == Points{{0, 1, 1, 1, 1}, {2, 2, 3, 1, 2}, {6, 1, 1, 1, 1}});
  }
}

TEST_CASE("a batch that a pause had formed anew has records that it polled after", "[metrics][METRIC-2][ESM-25]") {
  Bed bed = with_records(2);
  bed.note(1min, throttled(0));
  bed.note(2min, MappingStateChanged{MappingId{0}, MappingState::disabled, "User action", {}});
  bed.start(3min, 0, {RecordId{0}, RecordId{1}});
  CHECK(polled(bed) == Points{{1, 1, 1, 1, 1}, {3, 1, 1, 1, 1}});
}

TEST_CASE("a final call of a window that is put off says nothing of the record after it", "[metrics][METRIC-2][WIN-5]") {
  Bed bed = with_records(2);
  bed.start(1s, 0, {RecordId{0}});
  bed.end(2s, 0);
  bed.note(1min, WindowEnding{MappingId{0}, ShardId{0}, 0, 60, false});
  bed.note(1min, throttled(1));
  bed.start(2min, 1, {});
  bed.end(2min, 1, InvocationOutcome::threw);
  bed.note(2min, put_off(1));
  bed.start(3min, 2, {});
  bed.end(3min, 2);
  CHECK(polled(bed) == Points{{0, 1, 1, 1, 1}});
  bed.note(4min, throttled(1));
  CHECK(polled(bed) == Points{{0, 1, 1, 1, 1}, {4, 1, 1, 1, 1}});
}

TEST_CASE("a throttle of what nobody appended counts no record", "[metrics]") {
  Bed bed = with_records(1);
  bed.note(1s, throttled(1));
  bed.note(1s, put_off(7));
  bed.end(1s, 3);
  CHECK(polled(bed).empty());
}
