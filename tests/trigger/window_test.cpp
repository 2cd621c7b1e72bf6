#include <algorithm>

#include "tests/trigger/bed.hpp"

namespace weir {

namespace {

// What a handler was shown of one invocation.
struct Seen {
  std::int64_t start = 0;
  std::int64_t count_before = 0;
  std::size_t records = 0;
  bool is_final = false, is_early = false;
  friend bool operator==(const Seen&, const Seen&) = default;
};

std::int64_t count_in(const Item& state) {
  const std::optional<Number> count = state.find_number("count");
  return count ? *count->to_int64() : 0;
}

// Counts records in the window's state; `fails` says which calls, counted from 0, throw.
Handler counting(std::vector<Seen>& seen, std::set<std::size_t> fails = {}) {
  return [&seen, fails](const StreamEvent& event, Context&) -> BatchResponse {
    const TumblingWindow& window = *event.window;
    const std::int64_t before = count_in(window.state);
    seen.push_back(
        {window.start_unix - TriggerBed::epoch, before, event.records.size(), window.is_final, window.is_terminated_early});
    if (fails.contains(seen.size() - 1)) throw std::runtime_error("no");
    return BatchResponse::with_state(Item{{"count", before + static_cast<std::int64_t>(event.records.size())}});
  };
}

// The epoch is a multiple of 100 s, not of 60 or 300.
constexpr std::int64_t first_start = -TriggerBed::epoch % 300;

TEST_CASE("batches of one window hand the state on, and a final invocation without records ends it",
          "[WIN-1][WIN-2][WIN-3][WIN-5][WIN-9][ESM-11]") {
  std::vector<Seen> seen;
  TriggerBed bed;
  bed.enable();
  bed.map({.tumbling_window = 300s}, counting(seen));
  bed.put_many(2);
  bed.run_for(10s);
  bed.put_many(1);
  bed.run_for(10min);
  bed.put_many(1);
  bed.run_for(10min);
  const std::int64_t later = first_start + 600;
  REQUIRE((TriggerBed::epoch + first_start) % 300 == 0);
  REQUIRE(seen == std::vector<Seen>{{first_start, 0, 2, false, false},
                                    {first_start, 2, 1, false, false},
                                    {first_start, 3, 0, true, false},
                                    {later, 0, 1, false, false},
                                    {later, 1, 0, true, false}});
  REQUIRE(bed.times<WindowEnding>().at(0) == Instant{} + std::chrono::seconds(first_start + 300) + 1s);
  REQUIRE(bed.settled().size() == 4);
  REQUIRE(bed.triggers.unfinished(bed.streams) == 0);
}

TEST_CASE("a batch holds records of one window only", "[WIN-1][WIN-8]") {
  std::vector<Seen> seen;
  TriggerBed bed;
  bed.enable();
  bed.map({.maximum_batching_window = 300s, .tumbling_window = 1s}, counting(seen));
  for (int i = 0; i < 3; ++i) {
    bed.put_many(2);
    bed.run_for(1s);
  }
  bed.run_for(1min);
  REQUIRE(seen == std::vector<Seen>{{0, 0, 2, false, false},
                                    {0, 2, 0, true, false},
                                    {1, 0, 2, false, false},
                                    {1, 2, 0, true, false},
                                    {2, 0, 2, false, false},
                                    {2, 2, 0, true, false}});
}

TEST_CASE("a retry gets the state that the failed try got, and a final invocation is tried until it succeeds",
          "[WIN-3][WIN-5][WIN-7]") {
  std::vector<Seen> seen;
  TriggerBed bed;
  bed.enable();
  bed.map({.maximum_retry_attempts = 1, .tumbling_window = 300s}, counting(seen, {1, 3, 4, 5}));
  bed.put_many(1);
  bed.run_for(1s);
  bed.put_many(1);
  bed.run_for(10min);
  REQUIRE(seen == std::vector<Seen>{{first_start, 0, 1, false, false},
                                    {first_start, 1, 1, false, false},
                                    {first_start, 1, 1, false, false},
                                    {first_start, 2, 0, true, false},
                                    {first_start, 2, 0, true, false},
                                    {first_start, 2, 0, true, false},
                                    {first_start, 2, 0, true, false}});
  REQUIRE(bed.settled().size() == 2);
  REQUIRE(bed.triggers.unfinished(bed.streams) == 0);
}

TEST_CASE("a window's final tries are counted, and named in keys, apart from those of the batch behind it",
          "[WIN-5][RETRY-1]") {
  const auto fails = [](std::string key) {
    return Deviation{"function.outcome", std::move(key), ChoiceCodec<Outcome>::encode({OutcomeKind::throws, 0})};
  };
  TriggerBed bed(
      Plan::listed({fails("trigger m0 / shard 0 / window 1 / attempt 0"), fails("trigger m0 / shard 0 / window 1 / attempt 1"),
                    fails("trigger m0 / shard 0 / batch 1 / attempt 0")}));
  std::vector<Seen> seen;
  bed.enable();
  bed.map({.tumbling_window = 1s}, counting(seen));
  for (int i = 0; i < 2; ++i) {
    bed.put_many(1);
    bed.run_for(1min);
  }
  struct Try {
    std::uint64_t batch;
    std::uint32_t attempt;
    std::size_t records;
    InvocationOutcome outcome;
    bool operator==(const Try&) const = default;
  };
  std::vector<Try> tries;
  for (const InvocationStarted& started : bed.facts<InvocationStarted>())
    tries.push_back({started.batch, started.attempt, started.records->size(), InvocationOutcome::ok});
  const std::vector<InvocationEnded> ends = bed.facts<InvocationEnded>();
  for (std::size_t i = 0; i < tries.size(); ++i) tries[i].outcome = ends.at(i).outcome;
  using enum InvocationOutcome;
  REQUIRE(
      tries ==
      std::vector<Try>{
          {0, 0, 1, ok}, {1, 0, 0, threw}, {1, 1, 0, threw}, {1, 2, 0, ok}, {1, 0, 1, threw}, {1, 1, 1, ok}, {2, 0, 0, ok}});
}

TEST_CASE("while a final invocation fails the shard waits", "[WIN-5]") {
  std::vector<Seen> seen;
  TriggerBed bed;
  bed.enable();
  bed.map({.tumbling_window = 1s}, [&](const StreamEvent& event, Context&) -> BatchResponse {
    if (event.window->is_final) throw std::runtime_error("never");
    return BatchResponse::with_state({});
  });
  bed.put_many(1);
  bed.run_for(5s);
  bed.put_many(1);
  bed.run_for(1h);
  REQUIRE(bed.settled().size() == 1);
  REQUIRE(bed.triggers.unfinished(bed.streams) > 0);
}

TEST_CASE("a response without state is a failed invocation, but for the last of a window", "[WIN-3]") {
  TriggerBed bed;
  bed.enable();
  bed.map({.maximum_retry_attempts = 0, .tumbling_window = 300s}, nothing_failed);
  bed.put_many(1);
  bed.run_for(10min);
  REQUIRE(bed.settled() == std::map<std::uint64_t, std::string>{{0, "retries exhausted"}});
  const std::vector<InvocationEnded> ends = bed.facts<InvocationEnded>();
  REQUIRE(ends.size() == 2);
  REQUIRE(ends[0].outcome == InvocationOutcome::bad_response);
  REQUIRE(ends[0].message == "no state, which a tumbling window needs");
  REQUIRE(ends[1].outcome == InvocationOutcome::ok);
}

TEST_CASE("a state above 1 MB ends the window early, and the window begins again with none", "[WIN-4]") {
  std::vector<Seen> seen;
  TriggerBed bed;
  bed.enable();
  std::size_t length = 1024 * 1024 - 11;  // {"blob":"..."} of exactly 1 MB
  bed.map({.tumbling_window = 300s}, [&](const StreamEvent& event, Context&) {
    seen.push_back({event.window->start_unix - TriggerBed::epoch, event.window->state.empty() ? 0 : 1, event.records.size(),
                    event.window->is_final, event.window->is_terminated_early});
    return BatchResponse::with_state(Item{{"blob", std::string(length, 'x')}});
  });
  bed.put_many(1);
  bed.run_for(1s);
  REQUIRE(seen.size() == 1);
  length += 1;
  bed.put_many(1);
  bed.run_for(1s);
  length = 1;
  bed.put_many(1);
  bed.run_for(1s);
  REQUIRE(seen == std::vector<Seen>{{first_start, 0, 1, false, false},
                                    {first_start, 1, 1, false, false},
                                    {first_start, 1, 0, true, true},
                                    {first_start, 0, 1, false, false}});
  REQUIRE(bed.facts<WindowEnding>().at(0).early);
}

// The state grows too big with the first half of a cut batch, or with a response that handled a part; the rest is handed an
// empty one, and has the retries that it had.
TEST_CASE("a state above 1 MB that a part of a batch left ends the window before the rest is tried",
          "[WIN-4][RETRY-6][RETRY-7]") {
  enum class Left { by_half, by_some_handled, by_none_handled };
  for (const Left left : {Left::by_half, Left::by_some_handled, Left::by_none_handled}) {
    CAPTURE(static_cast<int>(left));
    std::vector<Seen> seen;
    TriggerBed bed;
    bed.enable();
    const MappingSettings settings{.maximum_retry_attempts = 2,
                                   .bisect_batch_on_function_error = left == Left::by_half,
                                   .report_batch_item_failures = true,
                                   .tumbling_window = 300s};
    bed.map(settings, [&](const StreamEvent& event, Context&) -> BatchResponse {
      const bool big = !event.window->state.empty();
      seen.push_back({event.window->start_unix - TriggerBed::epoch, big ? 1 : 0, event.records.size(), event.window->is_final,
                      event.window->is_terminated_early});
      if (seen.size() == 1 && left == Left::by_half) throw std::runtime_error("cut it");
      const std::size_t at = left == Left::by_some_handled && event.records.size() == 4 ? 2 : 0;
      BatchResponse response;
      if (left != Left::by_half && !event.window->is_final)
        response = BatchResponse::retry_from(event.records[at].sequence_number);
      response.state = Item{{"blob", std::string(seen.size() < 3 ? 1024 * 1024 : 1, 'x')}};
      return response;
    });
    bed.put_many(4);
    bed.run_for(1min);
    const auto tried = [&](int state, std::size_t records) { return Seen{first_start, state, records, false, false}; };
    const Seen ended{first_start, 1, 0, true, true};
    if (left == Left::by_half) {
      CHECK(seen == std::vector<Seen>{tried(0, 4), tried(0, 2), ended, tried(0, 2)});
      CHECK(bed.settled().at(3) == "handled");
    } else {
      // Three failures in all, of which the first was before the window ended.
      const std::size_t rest = left == Left::by_some_handled ? 2 : 4;
      CHECK(seen == std::vector<Seen>{tried(0, 4), ended, tried(0, rest), tried(1, rest)});
      CHECK(bed.settled().at(3) == "retries exhausted");
    }
    CHECK(bed.settled().size() == 4);
    CHECK(bed.facts<WindowEnding>().at(0).early);
  }
}

TEST_CASE("what waits behind a window's early end is formed anew after a pause or when windows are of another length",
          "[WIN-4][ESM-25][OPEN-43]") {
  enum class Act { none, pause, length, no_windows };
  for (const Act act : {Act::none, Act::pause, Act::length, Act::no_windows}) {
    CAPTURE(static_cast<int>(act));
    TriggerBed bed;
    bed.enable();
    const MappingSettings settings{.report_batch_item_failures = true, .tumbling_window = 300s};
    std::vector<std::size_t> sizes;
    const MappingId id = bed.map(settings, [&](const StreamEvent& event, Context&) -> BatchResponse {
      sizes.push_back(event.records.size());
      const bool ends = event.window && event.window->is_final;
      if (ends && bed.kernel.now() < Instant(5min)) throw std::runtime_error("not yet");
      const bool first = sizes.size() == 1;
      BatchResponse response;
      if (first) response = BatchResponse::retry_from(event.records[2].sequence_number);
      response.state = Item{{"blob", std::string(first ? 1024 * 1024 : 1, 'x')}};
      return response;
    });
    bed.put_many(4);
    bed.run_for(1min);
    bed.put("late");
    if (act == Act::pause) {
      REQUIRE(bed.triggers.set_enabled(bed.kernel, id, Enabling::disable).ok());
      bed.run_for(1min);
      REQUIRE(bed.triggers.set_enabled(bed.kernel, id, Enabling::enable).ok());
    } else if (act != Act::none) {
      MappingSettings after = settings;
      after.tumbling_window = act == Act::length ? 60s : 0s;
      after.name = bed.triggers.settings(id).name;
      REQUIRE(bed.triggers.update(bed.kernel, id, {after, FunctionId{0}, "f"}, bed.streams).ok());
    }
    bed.run_for(1h);
    const auto rest = std::find_if(sizes.begin() + 1, sizes.end(), [](std::size_t size) { return size > 0; });
    REQUIRE(rest != sizes.end());
    CHECK(*rest == (act == Act::pause ? 3 : 2));  // what was polled is not read again, but for a pause
    CHECK(bed.settled().size() == 5);
    CHECK(bed.facts<WindowEnding>().size() == (act == Act::no_windows ? 1 : act == Act::length ? 3 : 2));
    CHECK(bed.triggers.unfinished(bed.streams) == 0);
  }
}

// The final call fails until all that waits behind it has left the stream.
TEST_CASE("what waits behind a window's early end may leave the stream meanwhile", "[WIN-4][RETRY-10]") {
  TriggerBed bed;
  bed.enable();
  bed.map({.report_batch_item_failures = true, .tumbling_window = 300s}, [&](const StreamEvent& event, Context&) {
    if (event.window->is_final && bed.kernel.now() < Instant(50h)) throw std::runtime_error("not yet");
    BatchResponse response;
    if (!event.window->is_final) response = BatchResponse::retry_from(event.records[1].sequence_number);
    response.state = Item{{"blob", std::string(1024 * 1024, 'x')}};
    return response;
  });
  bed.put_many(3);
  bed.run_for(60h);
  CHECK(bed.settled() ==
        std::map<std::uint64_t, std::string>{{0, "handled"}, {1, "expired from the stream"}, {2, "expired from the stream"}});
  CHECK(bed.triggers.unfinished(bed.streams) == 0);
}

// The first batch of the window is refused and dropped by the pause; with the new length the window opens anew with it.
TEST_CASE("where a window opens with a batch again its slack is asked for with another key", "[WIN-5][OPEN-43]") {
  const auto slack = [](const char* more, Duration length) {
    return Deviation{"trigger.window_slack", "trigger m0 / shard 0 / batch 0" + std::string(more), length.count()};
  };
  TriggerBed bed(Plan::listed({slack("", 20s), slack(" / opening 1", 40s)}));
  std::vector<Seen> seen;
  bed.enable();
  const MappingSettings before{.tumbling_window = 300s};
  const MappingId id = bed.map(before, counting(seen));
  bed.functions.concurrency().set_reserved(FunctionId{0}, 0);
  bed.put("A");
  bed.run_for(5s);
  REQUIRE(bed.triggers.set_enabled(bed.kernel, id, Enabling::disable).ok());
  bed.run_for(1s);
  MappingSettings after = before;
  after.tumbling_window = 100s;  // the epoch is a multiple of it
  after.name = bed.triggers.settings(id).name;
  REQUIRE(bed.triggers.update(bed.kernel, id, {after, FunctionId{0}, "f"}, bed.streams).ok());
  bed.run_for(1s);
  bed.functions.concurrency().set_reserved(FunctionId{0}, std::nullopt);
  REQUIRE(bed.triggers.set_enabled(bed.kernel, id, Enabling::enable).ok());
  bed.run_for(10min);
  REQUIRE(seen == std::vector<Seen>{{0, 0, 1, false, false}, {0, 1, 0, true, false}});
  CHECK(bed.times<WindowEnding>().at(0) == Instant(100s + 40s));
}

TEST_CASE("a response above 6 MB is a function error, a window's state included, and keeps none of it", "[INV-1][WIN-4]") {
  std::vector<Seen> seen;
  TriggerBed bed;
  bed.enable();
  std::size_t length = 6'291'456;
  bed.map({.tumbling_window = 300s}, [&](const StreamEvent& event, Context&) {
    seen.push_back({event.window->start_unix - TriggerBed::epoch, event.window->state.empty() ? 0 : 1, event.records.size(),
                    event.window->is_final, event.window->is_terminated_early});
    return BatchResponse::with_state(Item{{"blob", std::string(std::exchange(length, 1), 'x')}});
  });
  bed.put_many(1);
  bed.run_for(5s);
  REQUIRE(seen == std::vector<Seen>{{first_start, 0, 1, false, false}, {first_start, 0, 1, false, false}});
  const auto ends = bed.facts<InvocationEnded>();
  REQUIRE(ends.at(0).outcome == InvocationOutcome::threw);
  REQUIRE(ends[0].message == "Function.ResponseSizeTooLarge: more than 6291456 bytes");
  REQUIRE(ends.at(1).outcome == InvocationOutcome::ok);
}

TEST_CASE("the end of a shard ends its window, and its children begin with none", "[WIN-6]") {
  std::vector<Seen> seen;
  TriggerBed bed;
  bed.enable();
  bed.map({.tumbling_window = 900s}, counting(seen));
  bed.put_many(3);
  bed.run_for(1s);
  bed.split("0", 1);
  bed.put_many(1);
  bed.run_for(1s);
  REQUIRE(seen.size() == 3);
  REQUIRE((seen[1].is_final && seen[1].count_before == 3 && !seen[1].is_early));
  REQUIRE((seen[2].count_before == 0 && seen[2].records == 1 && seen[2].start == seen[0].start));
  REQUIRE(bed.facts<ShardFinished>().size() == 1);
}

TEST_CASE("windows go with filters, partial responses and cut batches", "[WIN-3][WIN-7][RETRY-6][FILTER-5]") {
  for (const bool filtering : {false, true}) {
    TriggerBed bed;
    bed.enable();
    MappingSettings settings{
        .batch_size = 10, .bisect_batch_on_function_error = true, .report_batch_item_failures = true, .tumbling_window = 300s};
    if (filtering) settings.filter_criteria = {R"({"eventName":["INSERT"]})"};
    std::int64_t total = -1;
    int calls = 0;
    bed.map(settings, [&](const StreamEvent& event, Context&) -> BatchResponse {
      const std::int64_t before = count_in(event.window->state);
      if (event.window->is_final) total = before;
      if (++calls == 1) throw std::runtime_error("once");
      if (event.records.size() < 2)
        return BatchResponse::with_state(Item{{"count", before + static_cast<int>(event.records.size())}});
      BatchResponse partial = BatchResponse::retry_from(event.records[1].sequence_number);
      partial.state = Item{{"count", before + 1}};
      return partial;
    });
    bed.put_many(6);
    bed.put_many(3);
    bed.run_for(20min);
    REQUIRE(total == (filtering ? 6 : 9));
    REQUIRE(bed.settled().size() == 9);
  }
}

TEST_CASE("a tumbling window is of whole seconds up to 15 minutes, over one lane a shard", "[ESM-11][WIN-8]") {
  for (const Duration window : {Duration(0s), Duration(1s), Duration(900s)})
    REQUIRE(check({.tumbling_window = window}) == std::nullopt);
  REQUIRE(check({.tumbling_window = 901s}) == "tumbling_window is 15min1s; accepted: whole seconds, 0s to 15min");
  REQUIRE(check({.tumbling_window = 1500ms}) == "tumbling_window is 1s500ms; accepted: whole seconds, 0s to 15min");
  REQUIRE(check({.parallelization_factor = 2, .tumbling_window = 1s}) ==
          "parallelization_factor is 2 beside a tumbling_window of 1s; accepted: 1, or no tumbling_window");
}

// Sums by (shard, window, part) under any plan add up to the records handled, each counted once.
TEST_CASE("under any plan each handled record is in the state of exactly one part of its own window",
          "[property][WIN-1][WIN-3][WIN-5][WIN-6][WIN-7]") {
  WEIR_PROPERTY("for any settings and seed", [] {
    const auto seed = *rc::gen::arbitrary<std::uint64_t>();
    TriggerBed bed(Plan::seeded(Seed{seed}), {{.site = "stream.shard_lifetime",
                                               .low = Duration(2h).count(),
                                               .high = Duration(24h).count(),
                                               .calm = Duration(4h).count()}});
    bed.enable(*rc::gen::inRange(1, 3));
    const std::int64_t length = *rc::gen::element<std::int64_t>(1, 60, 900);
    MappingSettings settings{.batch_size = *rc::gen::element<std::int64_t>(1, 3, 100),
                             .maximum_batching_window = *rc::gen::element(Duration(0s), Duration(10s)),
                             .maximum_retry_attempts = *rc::gen::element<std::int64_t>(-1, 2),
                             .bisect_batch_on_function_error = *rc::gen::arbitrary<bool>(),
                             .tumbling_window = std::chrono::seconds(length)};
    if (*rc::gen::arbitrary<bool>()) settings.filter_criteria = {R"({"eventName":["MODIFY"]})"};
    std::vector<std::string> wrong;
    bed.map(settings, [&](const StreamEvent& event, Context& context) {
      const TumblingWindow& window = *event.window;
      if (window.is_final != event.records.empty()) wrong.push_back("final and records");
      if (window.start_unix % length != 0 || window.end_unix != window.start_unix + length) wrong.push_back("alignment");
      for (const StreamRecord& record : event.records)
        if (record.approximate_creation_time < window.start_unix || record.approximate_creation_time >= window.end_unix)
          wrong.push_back("a record of another window");
      std::int64_t count = count_in(window.state);
      if (window.is_final && !context.table("views").put({{"id", std::to_string(count)}}))
        throw std::runtime_error("not written");
      count += static_cast<std::int64_t>(event.records.size());
      return BatchResponse::with_state(Item{{"count", count}});
    });
    const std::vector<int> acts = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 6));
    std::uint64_t bits = seed;
    constexpr std::array gaps{Duration(0s), Duration(400ms), Duration(7s), Duration(2min)};
    for (const int act : acts) {
      bits = mix(bits + 1);
      bed.run_for(gaps[bits % gaps.size()]);
      for (int i = 0; i < act; ++i) bed.put("item " + std::to_string((bits >> 8) % 3));
      if (act == 0) bed.split("0", 2);
    }
    bed.kernel.heal_faults();
    bed.run_for(30h);
    RC_ASSERT(wrong.empty());
    RC_ASSERT(bed.triggers.unfinished(bed.streams) == 0U);
    // The last final invocation of each part, the one that ended well, wrote the part's count.
    std::int64_t handled = 0, counted = 0;
    for (const auto& [id, how] : bed.settled()) handled += how == "handled" ? 1 : 0;
    std::map<InvocationId, bool> finals;
    for (const InvocationStarted& started : bed.facts<InvocationStarted>())
      finals[started.invocation] = TriggerBed::numbers(started.records).empty();
    std::set<InvocationId> well;
    for (const InvocationEnded& ended : bed.facts<InvocationEnded>())
      if (ended.outcome == InvocationOutcome::ok && finals[ended.invocation]) well.insert(ended.invocation);
    for (const NotebookService::Effect& effect : bed.service.effects)
      if (well.contains(InvocationId{effect.actor.id})) counted += std::stoll(effect.id);
    RC_ASSERT(well.size() == bed.facts<WindowEnding>().size());
    RC_ASSERT(counted == handled);
  });
}

TEST_CASE("a window whose records all grew too old before they were tried ends without an invocation",
          "[WIN-5][WIN-7][RETRY-10]") {
  for (const bool some_tried : {false, true}) {
    CAPTURE(some_tried);
    std::vector<Seen> seen;
    TriggerBed bed;
    bed.enable();
    bed.map({.maximum_record_age = 60s, .tumbling_window = 300s}, counting(seen));
    if (some_tried) bed.put("A");
    bed.run_for(10s);
    bed.functions.concurrency().set_reserved(FunctionId{0}, 0);
    bed.put("B");
    bed.run_for(10min);
    bed.put("C");
    bed.run_for(10min);
    bed.functions.concurrency().set_reserved(FunctionId{0}, std::nullopt);
    bed.run_for(1h);
    REQUIRE(seen.size() == (some_tried ? 2 : 0));
    if (some_tried) REQUIRE(seen.back() == Seen{first_start, 1, 0, true, false});
    REQUIRE(bed.facts<WindowEnding>().size() == (some_tried ? 1 : 0));
    REQUIRE(bed.settled().size() == (some_tried ? 3 : 2));
    REQUIRE(bed.triggers.unfinished(bed.streams) == 0);
  }
}

}  // namespace

}  // namespace weir
