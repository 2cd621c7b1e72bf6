#include "tests/queue/bed.hpp"

using namespace weir;

namespace {

Letter letter(std::optional<QueueId> queue) {
  return {.mapping = MappingId{3},
          .shard = ShardId{1},
          .records = std::make_shared<const std::vector<RecordId>>(1, RecordId{7}),
          .text = "{}",
          .queue = queue};
}
const Key key("trigger", "m");

}  // namespace

TEST_CASE("a failure record is there at once in a calm run, and a message of its queue", "[DEST-1][DEST-7]") {
  QueueBed bed;
  CHECK(bed.destinations.post(bed.kernel, bed.places(), letter(bed.queue), key, true));
  REQUIRE(bed.facts<DestinationSent>().size() == 1);
  CHECK(bed.bodies() == Bodies{"{}"});
  CHECK(bed.destinations.on_the_way() == 0);
}

TEST_CASE("a destination that is no queue of the world has its record and no reader", "[DEST-1]") {
  QueueBed bed;
  CHECK(bed.destinations.post(bed.kernel, bed.places(), letter({}), key, true));
  CHECK(bed.facts<DestinationSent>().size() == 1);
  CHECK(bed.receive().empty());
}

TEST_CASE("a failure record may be up to three minutes late", "[DEST-7]") {
  QueueBed bed({.name = "q"}, Plan::listed({{"destination.delay", "trigger m", Duration(3min).count()}}));
  CHECK(bed.destinations.post(bed.kernel, bed.places(), letter(bed.queue), key, true));
  CHECK(bed.destinations.on_the_way() == 1);
  bed.run_until(3min - 1us);
  CHECK(bed.receive().empty());
  bed.run_until(3min);
  CHECK(bed.bodies() == Bodies{"{}"});
  CHECK(bed.destinations.on_the_way() == 0);
}

TEST_CASE("a failure record that waits gives way until its wait is over, and what took its place comes when it would have",
          "[RETRY-8][DEST-7]") {
  for (const Duration delay : {Duration(0s), Duration(1min)}) {
    QueueBed bed({.name = "q"}, Plan::listed({{"destination.delay", "trigger m", delay.count()}}));
    Letter first = letter(bed.queue), second = letter(bed.queue);
    first.waits = 10s;
    second.text = "{2}";
    const std::optional<LetterNumber> number = bed.destinations.post(bed.kernel, bed.places(), first, key, true);
    REQUIRE(number.has_value());
    bed.run_until(10s - 1us);
    REQUIRE(bed.destinations.waits(bed.kernel, *number));
    bed.destinations.replace(bed.kernel, *number, second);
    bed.run_until(10s);
    CHECK_FALSE(bed.destinations.waits(bed.kernel, *number));
    CHECK(bed.destinations.on_the_way() == (delay == 0s ? 0 : 1));
    bed.run_until(1min);
    CHECK(bed.bodies() == Bodies{"{2}"});
  }
}

TEST_CASE("a failure record may be lost, which is told and not claimed", "[DEST-7]") {
  QueueBed bed({.name = "q"}, Plan::listed({{"destination.fails", "trigger m", 1}}));
  CHECK_FALSE(bed.destinations.post(bed.kernel, bed.places(), letter(bed.queue), key, true));
  CHECK(bed.receive().empty());
  CHECK(bed.facts<DestinationSent>().empty());
  REQUIRE(bed.facts<DestinationFailed>().size() == 1);
  CHECK(bed.facts<DestinationFailed>()[0].error == ServiceError::internal_server_error);
}

TEST_CASE("without the permission to send a failure record is lost", "[DEST-7][ESM-29]") {
  QueueBed bed;
  CHECK_FALSE(bed.destinations.post(bed.kernel, bed.places(), letter(bed.queue), key, false));
  CHECK(bed.receive().empty());
  REQUIRE(bed.facts<DestinationFailed>().size() == 1);
  CHECK(bed.facts<DestinationFailed>()[0].error == ServiceError::access_denied);
}

TEST_CASE("a failure record in a bucket is an object of its name", "[DEST-1][DEST-6]") {
  QueueBed bed;
  const BucketId bucket = bed.buckets.create({"failures"});
  Letter sent = letter({});
  sent.bucket = bucket;
  sent.object_key = "aws/lambda/of/its/name";
  CHECK(bed.destinations.post(bed.kernel, bed.places(), sent, key, true));
  REQUIRE(bed.buckets.call({.bucket = bucket})->size() == 1);
  CHECK(*bed.buckets.call(bed.kernel, GetObject{bucket, "aws/lambda/of/its/name"}, Actor::of(ReaderId{0})) == "{}");
  REQUIRE(bed.facts<ObjectStored>().size() == 1);
  CHECK(bed.facts<ObjectStored>()[0].bytes == 2);
}
