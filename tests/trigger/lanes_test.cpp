#include "tests/trigger/bed.hpp"

namespace weir {

namespace {

TEST_CASE("with a factor up to so many batches of a shard are in flight, and an item in one of them", "[POLL-4][ESM-6]") {
  TriggerBed bed;
  bed.enable();
  bed.map({.batch_size = 1, .parallelization_factor = 4}, [](const StreamEvent&, Context& context) {
    context.sleep(10s);
    return BatchResponse::ok();
  });
  for (int round = 0; round < 2; ++round)
    for (int i = 0; i < 12; ++i) bed.put("item " + std::to_string(i));
  bed.run_for(5s);
  REQUIRE(bed.functions.in_flight() == 4);
  bed.run_for(10min);
  std::map<std::string, std::vector<std::uint64_t>> by_item;
  for (const auto& batch : bed.invocations())
    for (const std::uint64_t id : batch) by_item[std::to_string(id % 12)].push_back(id);
  REQUIRE(by_item.size() == 12);
  for (const auto& [item, ids] : by_item) REQUIRE(std::is_sorted(ids.begin(), ids.end()));
  REQUIRE(bed.settled().size() == 24);
  REQUIRE(bed.triggers.unfinished(bed.streams) == 0);
}

TEST_CASE("a lane is chosen by the whole key of an item, or by its partition key alone", "[LOOP-3][POLL-4][OPEN-9]") {
  for (const LaneKey by : {LaneKey::item, LaneKey::partition}) {
    TriggerBed bed(Plan::listed({{"trigger.lane_key", "trigger m0", ChoiceCodec<LaneKey>::encode(by)}}));
    bed.schema = KeySchema{.partition = "id", .sort = "n", .sort_type = Type::N};
    bed.enable();
    bed.map({.parallelization_factor = 10}, nothing_failed);
    for (int i = 0; i < 20; ++i) bed.write(ItemKey(AttributeValue("A"), AttributeValue(i)), {}, Item{{"id", "A"}, {"n", i}});
    bed.run_for(1s);
    REQUIRE(bed.settled().size() == 20);
    REQUIRE((bed.invocations().size() == 1) == (by == LaneKey::partition));
  }
}

TEST_CASE("a blocked lane holds the checkpoint and the end of the shard, but not the other lanes",
          "[POLL-10][LOOP-11][OPEN-10]") {
  TriggerBed bed;
  bed.enable();
  bed.map({.batch_size = 100, .maximum_retry_attempts = 3, .parallelization_factor = 10}, poisoned_by({0}));
  bed.put_many(20);
  bed.run_for(1s);
  const std::vector<Settled> early = bed.facts<Settled>();
  REQUIRE_FALSE(early.empty());
  REQUIRE(bed.facts<Checkpointed>().empty());
  bed.split("0", 2);
  bed.run_for(5s);
  REQUIRE(bed.facts<ShardFinished>().empty());
  bed.run_for(1min);
  REQUIRE(bed.facts<ShardFinished>().size() == 1);
  REQUIRE(bed.facts<Checkpointed>().back().through == RecordId{19});
  REQUIRE(bed.facts<ShardStarted>().size() == 3);
  REQUIRE(bed.settled().size() == 20);
}

TEST_CASE("a lane gathers until its own window ends", "[POLL-4][BATCH-3]") {
  TriggerBed bed;
  bed.enable();
  bed.map({.maximum_batching_window = 60s, .parallelization_factor = 2}, nothing_failed);
  bed.put_many(8);
  bed.run_for(59s);
  REQUIRE(bed.invocations().empty());
  bed.run_for(2s);
  REQUIRE(bed.invocations().size() == 2);
}

TEST_CASE("what is trimmed unread or unsent is settled as expired in every lane", "[LOOP-2][OPEN-45]") {
  TriggerBed bed;
  bed.enable();
  bed.map({.batch_size = 1, .parallelization_factor = 2},
          [](const StreamEvent&, Context&) -> BatchResponse { throw std::runtime_error("always"); });
  bed.put_many(10);
  bed.run_for(80h);
  REQUIRE(bed.settled().size() == 10);
  for (const auto& [id, how] : bed.settled()) REQUIRE(how == "expired from the stream");
  REQUIRE(bed.triggers.unfinished(bed.streams) == 0);
}

// A shard that was shared out stays so; with one lane and no filters it is settled in its order all the same.
TEST_CASE("what is trimmed is settled in the shard's order once an update has left one lane and no filters",
          "[LOOP-2][POLL-3][POLL-10][ESM-25][OPEN-45]") {
  for (const bool filtered : {false, true}) {
    for (const bool held : {false, true}) {
      CAPTURE(filtered, held);
      MappingSettings before{.batch_size = 1}, after = before;
      if (filtered) before.filter_criteria = {R"({"eventName":["INSERT"]})"};
      if (!filtered) before.parallelization_factor = 2;
      TriggerBed bed(Plan::calm(), {{.site = "stream.trim_slack", .fixed = true}});
      bed.enable();
      const MappingId id = bed.map(before, poisoned_by({0, 1, 2}));
      after.name = bed.triggers.settings(id).name;
      bed.run_for(10s);
      REQUIRE(bed.triggers.update(bed.kernel, id, {after, FunctionId{0}, "f"}, bed.streams).ok());
      bed.run_until(Instant(20s));
      bed.put("A");
      bed.put("B");
      bed.run_for(300ms);
      bed.put("C");  // unread while "A" is tried again and again
      if (held) {    // news while the lane waits with "A" in its hands
        bed.run_until(Instant(24h + 20s + 400ms));
        REQUIRE(bed.triggers.unfinished(bed.streams) > 0);
        bed.put("D");
      }
      bed.run_for(48h);
      std::vector<std::uint64_t> order;
      for (const Settled& settled : bed.facts<Settled>())
        for (const std::uint64_t record : TriggerBed::numbers(settled.records)) order.push_back(record);
      CHECK(order == (held ? std::vector<std::uint64_t>{0, 1, 2, 3} : std::vector<std::uint64_t>{0, 1, 2}));
      CHECK(bed.triggers.unfinished(bed.streams) == 0);
    }
  }
}

TEST_CASE("the factor goes from 1 to 10", "[ESM-6]") {
  for (const std::int64_t factor : {1, 10}) REQUIRE(check({.parallelization_factor = factor}) == std::nullopt);
  REQUIRE(check({.parallelization_factor = 0}) == "parallelization_factor is 0; accepted: 1 to 10");
  REQUIRE(check({.parallelization_factor = 11}) == "parallelization_factor is 11; accepted: 1 to 10");
}

}  // namespace

}  // namespace weir
