// What an operator sees of calls: in which minutes, and for how long.                          [METRIC-2]
#include "oracles/metrics/metrics.hpp"
#include "tests/catch.hpp"
#include "tests/oracles/metrics/bed.hpp"

using namespace weir;
using test::function;
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
