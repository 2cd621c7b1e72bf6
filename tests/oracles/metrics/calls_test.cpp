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
