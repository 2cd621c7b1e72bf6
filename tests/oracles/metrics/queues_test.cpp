// What an operator sees of queues.                                                              [METRIC-2] [ESM-13]
#include "oracles/metrics/metrics.hpp"
#include "tests/catch.hpp"
#include "tests/oracles/metrics/bed.hpp"

using namespace weir;
using Bed = test::MetricsBed;

TEST_CASE("a queue shows what went in and out, what is left, and how old the oldest of it is", "[metrics][METRIC-2][ESM-13]") {
  Bed bed;
  const QueueId q{0};
  const std::string queue = "QueueName=letters";
  bed.note(0s, QueueDeclared{q, "letters", QueueKind::fifo, 30s, 96h});
  bed.note(10s, MessageSent{q, MessageId{0}, "a", "g", "1", false});
  bed.note(20s, MessageSent{q, MessageId{1}, "b", "g", "2", false});
  bed.note(30s, MessageSent{q, MessageId{2}, "b", "g", "2", true});
  bed.note(1min, MessageReceived{q, MessageId{0}, 1, Actor::of(ReaderId{0})});
  bed.note(70s, MessageGone{q, MessageId{0}, MessageEnd::removed});
  bed.note(2min, MessageGone{q, MessageId{1}, MessageEnd::expired});
  CHECK(bed.total("NumberOfMessagesSent", queue) == 2);
  CHECK(bed.total("NumberOfMessagesReceived", queue) == 1);
  CHECK(bed.total("NumberOfMessagesDeleted", queue) == 1);
  CHECK(bed.points("ApproximateNumberOfMessages", queue) ==
        std::vector<MetricPoint>{{0, 2, 3, 1, 2}, {1, 1, 1, 1, 1}, {2, 1, 0, 0, 0}});
  CHECK(bed.points("ApproximateAgeOfOldestMessage", queue) ==
        std::vector<MetricPoint>{{0, 3, 59, 0, 49}, {1, 2, 149, 50, 99}, {2, 1, 0, 0, 0}});
}

TEST_CASE("a message that nobody takes grows old by the minute, so that an alarm on it can ring",
          "[metrics][METRIC-2][FM-14]") {
  Bed bed;
  const QueueId q{0};
  bed.note(0s, QueueDeclared{q, "letters", QueueKind::standard, 30s, 96h});
  bed.note(30s, MessageSent{q, MessageId{0}, "a", "", "", false});
  bed.note(6h, RunEnded{0});
  const std::vector<MetricPoint> ages = bed.points("ApproximateAgeOfOldestMessage", "QueueName=letters");
  REQUIRE(ages.size() == 360);
  CHECK(ages[0] == MetricPoint{0, 2, 29, 0, 29});
  CHECK(ages[359] == MetricPoint{359, 1, 21'569, 21'569, 21'569});
  CHECK(bed.points("ApproximateNumberOfMessages", "QueueName=letters").size() == 1);
}

TEST_CASE("a message that comes later makes no minute of the older one's age be missing", "[metrics][METRIC-2]") {
  Bed bed;
  const QueueId q{0};
  bed.note(0s, QueueDeclared{q, "letters", QueueKind::standard, 30s, 96h});
  bed.note(30s, MessageSent{q, MessageId{0}, "a", "", "", false});
  bed.note(150s, MessageSent{q, MessageId{1}, "b", "", "", false});
  CHECK(bed.points("ApproximateAgeOfOldestMessage", "QueueName=letters") ==
        std::vector<MetricPoint>{{0, 2, 29, 0, 29}, {1, 1, 89, 89, 89}, {2, 1, 120, 120, 120}});
}

TEST_CASE("a queue without messages has no age, and one whose message never goes costs no more than a fortnight of minutes",
          "[metrics][ESM-13]") {
  Bed bed;
  const QueueId q{0};
  bed.note(0s, QueueDeclared{q, "letters", QueueKind::standard, 30s, 96h});
  bed.note(30s, MessageSent{q, MessageId{0}, "a", "", "", false});
  bed.note(31s, MessageGone{q, MessageId{0}, MessageEnd::removed});
  bed.note(1h, MessageSent{q, MessageId{1}, "b", "", "", false});
  bed.note(24h * 365 * 1000, RunEnded{0});
  const std::vector<MetricPoint> ages = bed.points("ApproximateAgeOfOldestMessage", "QueueName=letters");
  CHECK(ages.size() == 1 + 14 * 24 * 60);
  CHECK(ages[1].minute == 60);
}
