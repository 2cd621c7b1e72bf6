#include "tests/trigger/bed.hpp"

namespace weir {

namespace {

using Ids = std::vector<std::vector<std::uint64_t>>;

Deviation poll_phase(Duration phase, const std::string& shard = "0") {
  return {"trigger.poll_phase", "trigger m0 / shard " + shard, phase.count()};
}

TEST_CASE("a record is polled on the first tick of the shard's phase after it is readable, and idle time has no events",
          "[POLL-1][BATCH-2]") {
  for (const Duration phase : {Duration(0ms), Duration(30ms), Duration(50ms), Duration(51ms), Duration(249ms)}) {
    CAPTURE(phase.count());
    TriggerBed bed(Plan::listed({poll_phase(phase)}));
    bed.enable();
    bed.map({}, nothing_failed);
    bed.run_for(1h);
    const std::uint64_t idle = bed.kernel.events_handled();
    REQUIRE(idle == 1);  // the activation
    bed.put("A");
    bed.run_for(10s);
    // Readable at 1 h + 50 ms; 1 h is a whole number of 250 ms.
    const Duration after = phase < 50ms ? 250ms + phase : phase;
    REQUIRE(bed.times<InvocationStarted>() == std::vector{Instant{} + 1h + after});
    REQUIRE(bed.settled() == std::map<std::uint64_t, std::string>{{0, "handled"}});
    REQUIRE(bed.triggers.unfinished(bed.streams) == 0);
  }
}

TEST_CASE("the first tick may come before a whole quarter of a second is over", "[POLL-1]") {
  TriggerBed bed(Plan::listed({poll_phase(100ms)}));
  bed.enable();
  bed.map({}, nothing_failed);
  bed.put("A");  // readable at 50 ms
  bed.run_for(1s);
  REQUIRE(bed.times<InvocationStarted>() == std::vector{Instant{} + 100ms});
}

TEST_CASE("after success the lane goes on at once, with batches of at most batch_size", "[POLL-1][BATCH-1][BATCH-2][LOOP-7]") {
  TriggerBed bed;
  bed.enable();
  bed.map({.batch_size = 4}, [](const StreamEvent&, Context& context) {
    context.sleep(10ms);
    return BatchResponse::ok();
  });
  bed.put_many(10);
  bed.run_for(1min);
  REQUIRE(bed.invocations() == Ids{{0, 1, 2, 3}, {4, 5, 6, 7}, {8, 9}});
  REQUIRE(bed.times<InvocationStarted>() == std::vector{Instant{} + 250ms, Instant{} + 260ms, Instant{} + 270ms});
}

TEST_CASE("a window-0 batch is at most what one poll got: 1,000 records", "[GREC-1][BATCH-2][BATCH-5]") {
  TriggerBed bed;
  bed.enable();
  bed.map({.batch_size = 10'000}, nothing_failed);
  bed.put_many(2'500);
  bed.run_for(1min);
  std::vector<std::size_t> sizes;
  for (const auto& ids : bed.invocations()) sizes.push_back(ids.size());
  REQUIRE(sizes == std::vector<std::size_t>{1'000, 1'000, 500});
}

TEST_CASE("a poll gets at most 1 MB", "[GREC-1]") {
  TriggerBed bed;
  bed.enable();
  bed.map({.batch_size = 10'000}, nothing_failed);
  for (int i = 0; i < 5; ++i) {
    const Item fresh = {{"id", std::to_string(i)}, {"x", std::string(300'000, 'x')}};
    bed.streams.take(bed.kernel, Change{bed.table,
                                        ChangeKind::insert,
                                        ItemKey(AttributeValue{std::to_string(i)}),
                                        {},
                                        fresh,
                                        ChangeBy::user,
                                        no_fact,
                                        bed.kernel.now()});
  }
  bed.run_for(1min);
  REQUIRE(bed.invocations() == Ids{{0, 1, 2}, {3, 4}});
}

TEST_CASE("with a window a batch waits until it is full or the window is over, and spans polls",
          "[BATCH-1][BATCH-3][BATCH-5][LOOP-4]") {
  TriggerBed bed;
  bed.enable();
  bed.map({.batch_size = 3, .maximum_batching_window = 10s}, nothing_failed);
  bed.put("A");
  bed.run_for(4s);
  bed.put("B");
  bed.run_for(1min);
  REQUIRE(bed.invocations() == Ids{{0, 1}});
  REQUIRE(bed.times<InvocationStarted>() == std::vector{Instant{} + 250ms + 10s});

  const Instant again = bed.kernel.now();
  bed.put("C");
  bed.run_for(2s);
  bed.put("D");
  bed.put("E");
  bed.run_for(1min);
  REQUIRE(bed.invocations().back() == std::vector<std::uint64_t>{2, 3, 4});
  REQUIRE(bed.times<InvocationStarted>().back() == again + 2s + 250ms);
}

TEST_CASE("a batching window ends before the tumbling window that its batch comes into", "[BATCH-3][WIN-1]") {
  TriggerBed bed;
  bed.enable();
  bed.map({.maximum_batching_window = 20s, .tumbling_window = 300s}, [](const StreamEvent&, Context&) {
    return BatchResponse::with_state(Item{{"count", 1}});
  });
  bed.put("A");
  bed.run_for(40s);
  bed.put("B");  // the lane waits for the window's end, 100 s after the epoch
  bed.run_for(5min);
  CHECK(bed.times<InvocationStarted>() == std::vector{Instant(20s + 250ms), Instant(60s + 250ms), Instant(101s)});
}

TEST_CASE("the window may start when the previous invocation ended", "[BATCH-3][OPEN-41]") {
  TriggerBed bed(
      Plan::listed({{"trigger.window_start", "trigger m0", static_cast<std::int64_t>(WindowStart::previous_invocation)}}));
  bed.enable();
  bed.map({.batch_size = 3, .maximum_batching_window = 10s}, nothing_failed);
  bed.run_for(7s);
  bed.put("A");
  bed.run_for(1min);
  bed.put("B");  // the window since the first invocation is long over
  bed.run_for(1min);
  REQUIRE(bed.times<InvocationStarted>() == std::vector{Instant{} + 10s, Instant{} + 67s + 250ms});
}

TEST_CASE("what a poll left over waits for a window of its own, from the end of the invocation before it", "[BATCH-3]") {
  TriggerBed bed;
  bed.enable();
  bed.map({.batch_size = 2, .maximum_batching_window = 10s}, [](const StreamEvent&, Context& context) {
    context.sleep(8s);
    return BatchResponse::ok();
  });
  bed.put_many(3);
  bed.run_for(1min);
  REQUIRE(bed.invocations() == Ids{{0, 1}, {2}});
  REQUIRE(bed.times<InvocationStarted>() == std::vector{Instant{} + 250ms, Instant{} + 250ms + 8s + 10s});
}

TEST_CASE("the end of a shard flushes what was gathered", "[BATCH-7][LOOP-4]") {
  TriggerBed bed;
  bed.enable();
  bed.map({.batch_size = 3, .maximum_batching_window = 5min}, nothing_failed);
  bed.put("A");
  bed.run_for(10s);
  bed.split("0", 1);
  bed.run_for(1s);
  REQUIRE(bed.invocations() == Ids{{0}});
  REQUIRE(bed.facts<ShardFinished>().size() == 1);
}

TEST_CASE("children wait until their parent is finished, however long it is retried; each shard starts and finishes once",
          "[POLL-5][LOOP-1][LOOP-11]") {
  TriggerBed bed;
  bed.enable();
  int failures = 6;
  bed.map({}, [&](const StreamEvent&, Context&) -> BatchResponse {
    if (failures-- > 0) throw std::runtime_error("not yet");
    return BatchResponse::ok();
  });
  bed.put("A");
  bed.run_for(1s);
  bed.split("0", 2);
  bed.put_many(20);
  bed.run_for(30s);
  REQUIRE(bed.facts<ShardStarted>().size() == 1);
  REQUIRE(bed.settled().empty());
  bed.run_for(5min);
  REQUIRE(bed.facts<ShardStarted>().size() == 3);
  REQUIRE(bed.settled().size() == 21);
  const auto finished = bed.times<ShardFinished>();
  REQUIRE(finished.size() == 1);
  for (const auto& fact : bed.trace.facts())
    if (const auto* started = fact.as<ShardStarted>(); started && started->shard != ShardId{0}) {
      REQUIRE(fact.at == finished[0]);
      REQUIRE(bed.trace.facts()[fact.cause].as<ShardFinished>() != nullptr);
    }
}

TEST_CASE("a child shard may be found late, and what it holds comes late with it", "[POLL-13]") {
  const auto first_of_the_child = [](std::vector<Deviation> deviations) {
    TriggerBed bed(Plan::listed(std::move(deviations)));
    bed.enable();
    bed.map({}, nothing_failed);
    bed.run_for(10s);
    bed.split("0", 1);
    bed.put("A");
    bed.run_for(1min);
    REQUIRE(bed.settled().size() == 1);
    return bed.times<InvocationStarted>().at(0);
  };
  const Instant at_once = first_of_the_child({});
  REQUIRE(at_once < Instant{} + 11s);
  const Instant late =
      first_of_the_child({{"trigger.shard_discovery", "trigger m0 / shard 0.0", Duration(7s + 100ms).count()}});
  REQUIRE(late == Instant{} + 17s + 250ms);
  // Only a child is found: the first shard of a stream is there when the mapping begins.
  REQUIRE(first_of_the_child({{"trigger.shard_discovery", "trigger m0 / shard 0", Duration(7s).count()}}) == at_once);
}

TEST_CASE("a parent that was gone before the mapping came holds nobody up", "[SHARD-12]") {
  TriggerBed bed;
  bed.enable();
  bed.put("A");
  bed.run_for(1s);
  bed.split("0", 1);
  bed.run_for(72h);
  REQUIRE(bed.streams.gone(ShardId{0}));
  bed.map({}, nothing_failed);
  bed.put("B");
  bed.run_for(25h);
  REQUIRE(bed.settled() == std::map<std::uint64_t, std::string>{{1, "handled"}});
  for (const ShardStarted& started : bed.facts<ShardStarted>()) REQUIRE(started.shard != ShardId{0});
}

TEST_CASE("TRIM_HORIZON begins with the oldest record there is", "[ESM-3]") {
  TriggerBed bed;
  bed.enable();
  bed.put("A");
  bed.run_for(1h);
  bed.put("B");
  bed.run_for(1min);
  bed.map({}, nothing_failed);
  bed.run_for(1min);
  REQUIRE(bed.invocations() == Ids{{0, 1}});
}

TEST_CASE("LATEST skips and settles what was there when the mapping began, in every shard, and nothing of shards to come",
          "[ESM-3][LOOP-1][OPEN-26]") {
  TriggerBed bed(Plan::listed({{"trigger.activation_delay", "trigger m0", Duration(1min).count()}}));
  bed.enable(2);
  bed.put_many(10);
  bed.map({.starting_position = IteratorType::latest}, nothing_failed);
  bed.run_for(30s);
  REQUIRE(bed.triggers.unfinished(bed.streams) == 1);  // the mapping itself: what LATEST will skip is not waited for
  bed.put_many(10);                                    // missed: the mapping is still being created
  bed.run_for(1h);
  REQUIRE(bed.invocations().empty());
  REQUIRE(bed.triggers.unfinished(bed.streams) == 0);
  bed.put_many(10);
  bed.run_for(10s);
  bed.split("0", 2);
  bed.put_many(10);
  bed.run_for(1min);
  const std::map<std::uint64_t, std::string> settled = bed.settled();
  REQUIRE(settled.size() == 40);
  for (const auto& [id, how] : settled) REQUIRE(how == (id < 20 ? "skipped by the starting position" : "handled"));
}

TEST_CASE("as many invocations run at once as there are open shards with something to read", "[POLL-7]") {
  TriggerBed bed;
  bed.enable(4);
  bed.map({.batch_size = 1}, [](const StreamEvent&, Context& context) {
    context.sleep(1min);
    return BatchResponse::ok();
  });
  bed.put_many(40);
  bed.run_for(30s);
  const std::vector<InvocationStarted> started = bed.facts<InvocationStarted>();
  std::set<ShardId> shards;
  for (const InvocationStarted& invocation : started) shards.insert(invocation.shard);
  REQUIRE(started.size() == 4);
  REQUIRE(shards.size() == 4);
  REQUIRE(bed.facts<InvocationEnded>().empty());
}

TEST_CASE("two mappings of one stream each settle every record", "[ESM-27]") {
  TriggerBed bed;
  bed.enable();
  const MappingId first = bed.map({}, nothing_failed);
  const MappingId second = bed.map({.batch_size = 1}, nothing_failed);
  bed.put_many(3);
  bed.run_for(1min);
  std::map<MappingId, std::size_t> settled;
  for (const Settled& fact : bed.facts<Settled>()) settled[fact.mapping] += fact.records->size();
  REQUIRE(settled == std::map<MappingId, std::size_t>{{first, 3}, {second, 3}});
}

// When the first invocation of each mapping began, after 4 records came with `pollers` mappings and `tails` other readers
// there; the first two polls of the first mapping are throttled, where that is asked of them.
std::map<MappingId, Instant> first_invocations(std::uint32_t pollers, std::uint32_t tails, const MappingSettings& settings) {
  const auto refused = [](int poll) {
    return Deviation{"stream.reader_throttled", "trigger m0 / shard 0 / poll " + std::to_string(poll), 1};
  };
  TriggerBed bed(Plan::listed({refused(0), refused(1)}));
  bed.streams.set_pollers(bed.enable(), pollers);
  for (std::uint32_t i = 0; i < pollers; ++i)
    bed.map(settings, [](const StreamEvent&, Context&) { return BatchResponse::with_state(Item{{"count", 1}}); });
  bed.run_for(10s);
  for (std::uint32_t i = 0; i < tails; ++i) {
    const Actor tail = Actor::of(ReaderId{i});
    const auto at = bed.streams.get_shard_iterator(bed.kernel, bed.stream, ShardId{0}, IteratorType::latest, {}, tail);
    REQUIRE(bed.streams.get_records(bed.kernel, *at, 10, tail).ok());
  }
  bed.put_many(4);
  bed.run_for(1h);
  std::map<MappingId, std::size_t> handled;
  for (const Settled& settled : bed.facts<Settled>())
    if (settled.how == Settlement::handled) handled[settled.mapping] += settled.records->size();
  CHECK(handled.size() == pollers);
  for (const auto& [mapping, records] : handled) CHECK(records == 4);
  CHECK(bed.triggers.unfinished(bed.streams) == 0);
  std::map<MappingId, Instant> first;
  for (const Fact& fact : bed.trace.facts())
    if (const auto* started = fact.as<InvocationStarted>()) first.emplace(started->mapping, fact.at);
  return first;
}

TEST_CASE("of more than two readers of a shard a mapping may be throttled: it polls again a tick later, and nothing is lost",
          "[ESM-27][OPEN-27][GREC-4][POLL-1]") {
  const std::string all = R"({"eventName":["INSERT"]})";
  const std::vector<MappingSettings> kinds{{},
                                           {.batch_size = 1},
                                           {.maximum_batching_window = 1s},
                                           {.parallelization_factor = 2},
                                           {.filter_criteria = {all}},
                                           {.tumbling_window = 60s}};
  for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
    CAPTURE(kind);
    const std::map<MappingId, Instant> two = first_invocations(2, 0, kinds[kind]);
    CHECK(two.at(MappingId{0}) == two.at(MappingId{1}));
    const std::map<MappingId, Instant> three = first_invocations(3, 0, kinds[kind]);
    CHECK(three.at(MappingId{1}) == two.at(MappingId{1}));
    CHECK(three.at(MappingId{0}) == two.at(MappingId{0}) + 500ms);
    const std::map<MappingId, Instant> with_readers = first_invocations(1, 2, kinds[kind]);
    CHECK(with_readers.at(MappingId{0}) == two.at(MappingId{0}) + 500ms);
    const std::map<MappingId, Instant> few_readers = first_invocations(1, 1, kinds[kind]);
    CHECK(few_readers.at(MappingId{0}) == two.at(MappingId{0}));
  }
}

TEST_CASE("a mapping that is throttled for ever invokes nothing, and goes on when it is not", "[ESM-27][OPEN-27][RETRY-2]") {
  TriggerBed bed(Plan::calm(), {{.site = "stream.reader_throttled", .low = 1, .high = 1, .calm = 1}});
  bed.streams.set_pollers(bed.enable(), 3);
  bed.map({}, nothing_failed);
  bed.put("A");
  bed.run_for(1h);
  CHECK(bed.facts<InvocationStarted>().empty());
  CHECK(bed.triggers.unfinished(bed.streams) == 1);
  bed.streams.set_pollers(bed.stream, 2);
  bed.run_for(1s);
  CHECK(bed.settled() == std::map<std::uint64_t, std::string>{{0, "handled"}});
}

TEST_CASE("a disabled stream is drained, and its shards finish", "[ESM-28][ESM-1]") {
  TriggerBed bed;
  bed.enable(2);
  bed.map({}, nothing_failed);
  bed.put_many(5);
  bed.run_for(1s);
  REQUIRE(bed.streams.disable(bed.kernel, bed.table).ok());
  bed.run_for(1min);
  REQUIRE(bed.facts<ShardFinished>().size() == 2);
  REQUIRE(bed.settled().size() == 5);
}

TEST_CASE("an invocation's cause leads back to the write", "[design]") {
  TriggerBed bed;
  bed.enable();
  bed.map({}, [](const StreamEvent&, Context& context) {
    (void)context.table("views").put(row("a"));
    return BatchResponse::ok();
  });
  bed.put("A");
  bed.run_for(1s);
  std::vector<std::string> story;
  for (FactIndex at = bed.service.effects.at(0).cause; at != no_fact; at = bed.trace.facts()[at].cause)
    story.emplace_back(bed.trace.facts()[at].name());
  REQUIRE(story == std::vector<std::string>{"invocation_started", "appended", "written"});
}

TEST_CASE("both readings of the iterator age are told", "[POLL-14][OPEN-24]") {
  TriggerBed bed;
  bed.enable();
  bed.map({}, [](const StreamEvent&, Context& context) {
    context.sleep(2s);
    return BatchResponse::ok();
  });
  bed.run_for(3s);
  bed.put("A");
  bed.run_for(1min);
  REQUIRE(bed.facts<IteratorAge>().at(0).at_send == 250ms);
  REQUIRE(bed.facts<IteratorAge>().at(0).at_end == 2s + 250ms);
}

}  // namespace

}  // namespace weir
