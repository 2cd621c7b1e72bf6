// Which of the records that a cut batch gives up share a failure record.
#include <map>
#include <nlohmann/json.hpp>

#include "tests/trigger/bed.hpp"

namespace weir {

namespace {

using nlohmann::json;
using Ids = std::vector<std::vector<std::uint64_t>>;

SiteRule every(Duration wait) {
  return {.site = "trigger.failure_consolidation", .low = wait.count(), .high = wait.count(), .calm = wait.count()};
}

// The failure record that begins with the shard's n-th record waits; the others do not.
Deviation waiting(int n, Duration wait) {
  return {"trigger.failure_consolidation", "trigger m0 / shard 0 / batch " + std::to_string(n), wait.count()};
}

// The records of each failure record, in the order of their sending.
Ids told(const TriggerBed& bed) {
  Ids all;
  for (const DestinationSent& sent : bed.facts<DestinationSent>()) all.push_back(TriggerBed::numbers(sent.records));
  return all;
}

json message(const TriggerBed& bed, std::size_t n) { return json::parse(bed.facts<DestinationSent>().at(n).message); }

// Given up at once or cut.
MappingSettings impatient(Destination destination = Destination::sqs) {
  return {.maximum_retry_attempts = 0, .bisect_batch_on_function_error = true, .on_failure = destination};
}

// Each invocation takes 10 s, and fails with one of these: of a batch of four, where all four do, the records are given up 30,
// 40, 60 and 70 s after it began.
Handler slowly_poisoned_by(std::set<std::uint64_t> ids) {
  return [choke = poisoned_by(std::move(ids))](const StreamEvent& event, Context& context) {
    context.sleep(10s);
    return choke(event, context);
  };
}

constexpr Instant began{250ms};

}  // namespace

TEST_CASE("in a calm run each part of a cut batch that is given up has a failure record of its own", "[RETRY-8]") {
  TriggerBed bed;
  bed.enable();
  bed.map(impatient(), poisoned_by({0, 1, 2, 3}));
  bed.put_many(4);
  bed.run_for(1min);
  CHECK(told(bed) == Ids{{0}, {1}, {2}, {3}});
  CHECK(message(bed, 1)["DDBStreamBatchInfo"]["batchSize"] == 1);
}

TEST_CASE("a failure record goes to the kind of place that the mapping names, whatever else bears its name",
          "[DEST-1][DEST-6][ESM-13]") {
  for (const QueueKind kind : {QueueKind::standard, QueueKind::fifo}) {
    for (const Destination to : {Destination::sqs, Destination::sns, Destination::s3}) {
      CAPTURE(static_cast<int>(kind), static_cast<int>(to));
      if (kind == QueueKind::fifo && to != Destination::s3) continue;  // never a destination
      TriggerBed bed;
      const QueueId queue = bed.queues.create(bed.kernel, {.name = "same", .kind = kind});
      const BucketId bucket = bed.buckets.create({.name = "same"});
      bed.enable();
      MappingSettings settings = impatient(to);
      settings.destination = "same";
      bed.map(settings, poisoned_by({0}));
      bed.put("A");
      bed.run_for(1min);
      CHECK(told(bed) == Ids{{0}});
      CHECK(bed.queues.size(queue) == (to == Destination::s3 ? 0U : 1U));
      CHECK(bed.buckets.size(bucket) == (to == Destination::s3 ? 1U : 0U));
    }
  }
}

TEST_CASE("the parts of a cut batch that are given up while the first one's failure record waits are told in it",
          "[RETRY-8][DEST-3][DEST-5]") {
  TriggerBed bed(Plan::listed({waiting(0, 1min)}));
  bed.enable();
  bed.map(impatient(), slowly_poisoned_by({0, 1, 2, 3}));
  bed.put_many(4);
  bed.run_for(5min);
  REQUIRE(told(bed) == Ids{{0, 1, 2, 3}});
  CHECK(bed.times<DestinationSent>() == std::vector{began + 30s + 1min});
  CHECK(bed.settled() == std::map<std::uint64_t, std::string>{{0, "retries exhausted, sent"},
                                                              {1, "retries exhausted, sent"},
                                                              {2, "retries exhausted, sent"},
                                                              {3, "retries exhausted, sent"}});
  const json info = message(bed, 0)["DDBStreamBatchInfo"];
  CHECK(info["batchSize"] == 4);
  CHECK(info["startSequenceNumber"] == to_wire(bed.streams.shard(ShardId{0}).number_of(0)));
  CHECK(info["endSequenceNumber"] == to_wire(bed.streams.shard(ShardId{0}).number_of(3)));
  CHECK(message(bed, 0)["timestamp"] == "2023-11-14T22:14:30.250Z");        // of the last part: 70 s after the batch began
  CHECK(message(bed, 0)["requestContext"]["approximateInvokeCount"] == 3);  // of the part that was in most of them
}

TEST_CASE("what is given up once the wait is over has a failure record of its own", "[RETRY-8]") {
  for (const Duration wait : {Duration(10s), Duration(10s + 1us), Duration(25s)}) {
    TriggerBed bed(Plan::listed({waiting(0, wait), waiting(2, 10s + 1us)}));
    bed.enable();
    bed.map(impatient(), slowly_poisoned_by({0, 1, 2, 3}));
    bed.put_many(4);
    bed.run_for(5min);
    if (wait == Duration(10s)) {
      CHECK(told(bed) == Ids{{0}, {1}, {2, 3}});
    } else {
      CHECK(told(bed) == Ids{{0, 1}, {2, 3}});
    }
    CHECK(bed.times<DestinationSent>().back() == began + 70s + 1us);
    CHECK(bed.destinations.on_the_way() == 0);
  }
}

TEST_CASE("a failure record that waits comes no later than its delay, if that is longer", "[RETRY-8][DEST-7]") {
  TriggerBed bed(
      Plan::listed({waiting(0, 20s), {"destination.delay", "trigger m0 / shard 0 / batch 0", Duration(2min).count()}}));
  bed.enable();
  bed.map(impatient(), slowly_poisoned_by({0, 1, 2, 3}));
  bed.put_many(4);
  bed.run_for(5min);
  CHECK(told(bed) == Ids{{2}, {3}, {0, 1}});
  CHECK(bed.times<DestinationSent>().back() == began + 30s + 2min);
}

TEST_CASE("the failure record of a batch that was not cut waits for nothing", "[RETRY-8]") {
  TriggerBed bed(Plan::calm(), {every(3min)});
  bed.enable();
  bed.map({.maximum_retry_attempts = 0, .on_failure = Destination::sqs}, poisoned_by({0}));
  bed.put_many(2);
  bed.run_for(1h);
  CHECK(told(bed) == Ids{{0, 1}});
  CHECK(bed.times<DestinationSent>() == std::vector{began});
}

TEST_CASE("what was handled in between parts failure records, and so does the end of the batch", "[RETRY-8][DEST-8]") {
  TriggerBed bed(Plan::calm(), {every(3min)});
  bed.enable();
  MappingSettings four = impatient();
  four.batch_size = 4;
  bed.map(four, poisoned_by({0, 2, 3, 4, 5, 6, 7}));
  bed.put_many(8);
  bed.run_for(1h);
  CHECK(told(bed) == Ids{{0}, {2, 3}, {4, 5, 6, 7}});
}

TEST_CASE("what is given up for another reason has a failure record of its own", "[RETRY-8][DEST-2][RBIF-6]") {
  TriggerBed bed(Plan::calm(), {every(3min)});
  bed.enable();
  MappingSettings reporting = impatient();
  reporting.report_batch_item_failures = true;
  bed.map(reporting, [](const StreamEvent& event, Context&) {
    if (event.records[0].id.value == 0) throw std::runtime_error("poison");
    return BatchResponse::retry_from(event.records[0].sequence_number);
  });
  bed.put_many(4);
  bed.run_for(1h);
  REQUIRE(told(bed) == Ids{{0}, {1, 2, 3}});  // 0 made the handler throw, 1 and then 2 were named by the response
  CHECK(message(bed, 0)["responseContext"]["functionError"] == "Unhandled");
  CHECK(message(bed, 1)["responseContext"]["functionError"].is_null());
}

TEST_CASE("parts of a cut batch that grow too old one after the other are told together", "[RETRY-8][RETRY-9][DEST-4]") {
  TriggerBed bed(Plan::calm(), {every(1min)});
  bed.enable();
  MappingSettings aged = impatient();
  aged.maximum_retry_attempts = -1;
  aged.maximum_record_age = 60s;
  bed.map(aged, poisoned_by({0, 1, 2, 3}));
  bed.put_many(4);
  bed.run_for(1h);
  REQUIRE(told(bed) == Ids{{0, 1, 2, 3}});
  CHECK(message(bed, 0)["requestContext"]["condition"] == "RecordAgeExceeded");
  CHECK_FALSE(message(bed, 0).contains("responseContext"));
  const Ids calls = bed.invocations();  // all of them had record 0, the others only the first ones
  REQUIRE(calls.size() > 3);
  CHECK(message(bed, 0)["requestContext"]["approximateInvokeCount"] == calls.size());
}

TEST_CASE("in S3 a failure record of several parts holds the records of all of them", "[RETRY-8][DEST-1][DEST-6]") {
  TriggerBed bed(Plan::calm(), {every(1min)});
  MappingSettings kept = impatient(Destination::s3);
  kept.destination = "failures";
  const BucketId bucket = bed.buckets.create({"failures"});
  bed.enable();
  bed.map(kept, poisoned_by({1, 2, 3}));
  bed.put_many(4);
  bed.run_for(1h);
  REQUIRE(told(bed) == Ids{{1, 2, 3}});
  const json payload = message(bed, 0)["payload"];
  REQUIRE(payload["Records"].size() == 3);
  CHECK(payload["Records"][2]["dynamodb"]["Keys"]["id"]["S"] == "item 3");
  CHECK(bed.buckets.call({.bucket = bucket})->size() == 1);
}

TEST_CASE("a failure record that is lost is lost before anything joins it", "[RETRY-8][DEST-7]") {
  TriggerBed bed(
      Plan::listed({{"destination.fails", "trigger m0 / shard 0 / batch 0", 1}, waiting(0, 1min), waiting(1, 1min)}));
  bed.enable();
  bed.map(impatient(), poisoned_by({0, 1, 2, 3}));
  bed.put_many(4);
  bed.run_for(5min);
  CHECK(bed.facts<DestinationFailed>().size() == 1);
  CHECK(told(bed) == Ids{{1, 2, 3}});
  CHECK(bed.settled().at(0) == "retries exhausted");
  CHECK(bed.settled().at(1) == "retries exhausted, sent");
}

TEST_CASE("a failure record that waits takes nothing more once the role may not send, and comes all the same",
          "[RETRY-8][ESM-29]") {
  TriggerBed bed(Plan::calm(), {every(1min)});
  bed.enable();
  const MappingId id = bed.map(impatient(), slowly_poisoned_by({0, 1, 2, 3}));
  bed.put_many(4);
  bed.run_until(began + 50s);
  bed.triggers.permit(bed.kernel, id, {.may_send = false, .role = "r", .missing = ""}, bed.ports());
  bed.run_for(5min);
  CHECK(told(bed) == Ids{{0, 1}});
  CHECK(bed.facts<DestinationFailed>().size() == 2);
  CHECK(bed.settled().at(2) == "retries exhausted");
}

TEST_CASE("a failure record that waits comes whatever becomes of its mapping; what is read anew does not join it",
          "[RETRY-8][ESM-25]") {
  for (const bool deleted : {false, true}) {
    TriggerBed bed(Plan::calm(), {every(3min)});
    bed.enable();
    const MappingId id = bed.map(impatient(), slowly_poisoned_by({0, 1, 2, 3}));
    bed.put_many(4);
    bed.run_until(began + 35s);  // {0} is given up, {1} in flight
    REQUIRE((deleted ? bed.triggers.remove(bed.kernel, id) : bed.triggers.set_enabled(bed.kernel, id, Enabling::disable)).ok());
    bed.run_for(20s);
    CHECK(told(bed).empty());
    CHECK(bed.destinations.on_the_way() == 1);
    if (!deleted) REQUIRE(bed.triggers.set_enabled(bed.kernel, id, Enabling::enable).ok());
    bed.run_for(1h);
    CHECK(told(bed) == (deleted ? Ids{{0}} : Ids{{0, 1}, {2, 3}}));
  }
}

TEST_CASE("parts that are to go to different places are not told together", "[RETRY-8][OPEN-43]") {
  TriggerBed bed(Plan::calm(), {every(3min)});
  bed.queues.create(bed.kernel, {.name = "elsewhere"});
  bed.enable();
  const MappingId id = bed.map(impatient(), slowly_poisoned_by({0, 1, 2, 3}));
  bed.put_many(4);
  bed.run_until(began + 45s);  // {0} and {1} are given up
  MappingSettings other = bed.triggers.settings(id);
  other.destination = "elsewhere";
  REQUIRE(bed.triggers.update(bed.kernel, id, {other, FunctionId{0}, "f"}, bed.streams).ok());
  bed.run_for(1h);
  CHECK(told(bed) == Ids{{0, 1}, {2, 3}});
  CHECK(bed.facts<MessageSent>().size() == 1);
}

namespace {

// Records of a few items, most of them poison, given up after few tries, by one lane or by several; with faults at first.
struct Rotten {
  std::uint64_t seed = 0;
  Duration wait{};
  MappingSettings settings;
  std::vector<int> acts;  // puts, with gaps of up to minutes between them
};

Rotten any_rotten() {
  Rotten rotten;
  rotten.seed = *rc::gen::arbitrary<std::uint64_t>();
  rotten.wait = *rc::gen::element(Duration(0s), Duration(1us), Duration(20ms), Duration(2s), Duration(1min), Duration(3min));
  rotten.settings = impatient(*rc::gen::element(Destination::sqs, Destination::sns, Destination::s3));
  rotten.settings.batch_size = *rc::gen::element<std::int64_t>(2, 5, 100);
  rotten.settings.maximum_retry_attempts = *rc::gen::element<std::int64_t>(-1, 0, 0, 1);
  rotten.settings.maximum_record_age = *rc::gen::element(Duration(60s), Duration(1h));
  rotten.settings.report_batch_item_failures = *rc::gen::arbitrary<bool>();
  rotten.settings.parallelization_factor = *rc::gen::element<std::int64_t>(1, 1, 3);
  rotten.acts = *rc::gen::nonEmpty(rc::gen::container<std::vector<int>>(rc::gen::inRange(1, 9)));
  return rotten;
}

void play(const Rotten& rotten, TriggerBed& bed) {
  bed.enable();
  bed.map(
      rotten.settings,
      [seed = rotten.seed](const StreamEvent& event, Context& context) {
        TableClient views = context.table("views");
        for (const StreamRecord& record : event.records) {
          const std::uint64_t mood = mix(seed, record.id.value) % 8;
          if (mood < 5) throw std::runtime_error("poison");
          if (mood == 5 || !views.put({{"id", "record " + std::to_string(record.id.value)}}))
            return BatchResponse::retry_from(record.sequence_number);
        }
        return BatchResponse::ok();
      },
      30s);
  constexpr std::array gaps{Duration(0s), Duration(200ms), Duration(3s), Duration(1min), Duration(20min)};
  std::uint64_t bits = rotten.seed;
  for (const int act : rotten.acts) {
    bits = mix(bits + 1);
    bed.run_for(gaps[bits % gaps.size()]);
    for (int i = 0; i < act; ++i) bed.put("item " + std::to_string((bits >> (8 + i)) % 5));
  }
  bed.kernel.heal_faults();
  bed.run_for(36h);
}

std::vector<SiteRule> lonely_shard(Duration wait) {
  return {every(wait),
          {.site = "stream.children", .low = 1, .high = 1, .calm = 1},
          {.site = "trigger.poller_lost", .low = 0, .high = Duration(1min).count(), .calm = 0}};
}

}  // namespace

TEST_CASE("each record that is given up is told exactly as often, however long failure records wait for each other",
          "[property][RETRY-3][RETRY-8][DEST-7]") {
  Sometimes together;
  WEIR_PROPERTY("for any wait, settings, acts and seed", [&] {
    const Rotten rotten = any_rotten();
    TriggerBed bed(Plan::seeded(Seed{rotten.seed}), lonely_shard(rotten.wait));
    play(rotten, bed);
    std::map<std::uint64_t, std::vector<Instant>> given_up, told_at;  // by record
    std::map<std::uint64_t, SequenceNumber> numbers;
    std::size_t parts = 0, messages = 0;
    for (const Fact& fact : bed.trace.facts()) {
      if (const auto* appended = fact.as<Appended>()) numbers[appended->record.value] = appended->sequence_number;
      if (const auto* settled = fact.as<Settled>(); settled && settled->sent) {
        parts += 1;
        for (const std::uint64_t id : TriggerBed::numbers(settled->records)) given_up[id].push_back(fact.at);
      }
      if (const auto* sent = fact.as<DestinationSent>()) {
        messages += 1;
        const std::vector<std::uint64_t> ids = TriggerBed::numbers(sent->records);
        const json info = json::parse(sent->message)["DDBStreamBatchInfo"];
        RC_ASSERT(info["batchSize"] == ids.size());
        RC_ASSERT(info["startSequenceNumber"] == to_wire(numbers.at(ids.front())));
        RC_ASSERT(info["endSequenceNumber"] == to_wire(numbers.at(ids.back())));
        RC_ASSERT(std::is_sorted(ids.begin(), ids.end()));
        for (const std::uint64_t id : ids) told_at[id].push_back(fact.at);
      }
    }
    for (const auto& [id, times] : given_up) {
      RC_ASSERT(told_at[id].size() == times.size());
      for (std::size_t i = 0; i < times.size(); ++i)
        RC_ASSERT(told_at[id][i] >= times[i] && told_at[id][i] <= times[i] + 3min);  // [DEST-7]
    }
    RC_ASSERT(told_at.size() == given_up.size());
    RC_ASSERT(messages <= parts && (rotten.wait > 0s || messages == parts));
    RC_ASSERT(bed.destinations.on_the_way() == 0U);
    RC_ASSERT(bed.triggers.unfinished(bed.streams) == 0U);
    together.count(messages < parts);
  });
  CHECK(together.once_in(10));
}

}  // namespace weir
