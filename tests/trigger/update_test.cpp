// Updates and pauses that find a batch in flight or backing off: what goes on as it began, and what begins anew.
#include <set>

#include "tests/trigger/bed.hpp"

namespace weir {

namespace {

using Fates = std::map<std::uint64_t, std::string>;

void update(TriggerBed& bed, MappingId id, MappingSettings to) {
  to.name = bed.triggers.settings(id).name;
  REQUIRE(bed.triggers.update(bed.kernel, id, {to, FunctionId{0}, "f"}, bed.streams).ok());
}

enum class Found { in_flight, backing_off, reading };

// What a handler was shown of one invocation; no length: it had no window.
struct Seen {
  std::int64_t length = 0;
  bool is_final = false;
  std::size_t records = 0;
  friend bool operator==(const Seen&, const Seen&) = default;
};

// Each try takes 10 s; the first ones fail.
Handler slow(std::vector<Seen>& seen, std::size_t fails) {
  return [&seen, fails](const StreamEvent& event, Context& context) -> BatchResponse {
    const std::int64_t length = event.window ? event.window->end_unix - event.window->start_unix : 0;
    seen.push_back({length, event.window && event.window->is_final, event.records.size()});
    const bool bad = seen.size() <= fails;
    context.sleep(10s);
    if (bad) throw std::runtime_error("not yet");
    return BatchResponse::with_state(Item{{"count", 1}});
  };
}

TEST_CASE("an update of its length alone ends an open window where it is, whatever the lane is at",
          "[WIN-4][WIN-5][ESM-11][OPEN-43]") {
  for (const Duration length : {Duration(0s), Duration(60s), Duration(900s)}) {
    for (const Found found : {Found::in_flight, Found::backing_off, Found::reading}) {
      for (const bool filtered : {false, true}) {
        CAPTURE(length.count(), static_cast<int>(found), filtered);
        MappingSettings before{.tumbling_window = 300s};
        if (filtered) before.filter_criteria = {R"({"eventName":["INSERT"]})"};
        MappingSettings after = before;
        after.tumbling_window = length;
        std::vector<Seen> seen;
        TriggerBed bed;
        bed.enable();
        const std::size_t fails = found == Found::reading ? 0 : 2;
        const MappingId id = bed.map(before, slow(seen, fails));
        bed.put("A");
        bed.run_for(found == Found::in_flight ? 5s : found == Found::backing_off ? 10'500ms : 20s);
        update(bed, id, after);
        bed.run_for(1min);
        bed.put("B");
        bed.run_for(1h);
        std::vector<Seen> expected(fails + 1, {300, false, 1});
        if (length > Duration{}) {
          expected.insert(expected.end(), {{300, true, 0}, {length / 1s, false, 1}, {length / 1s, true, 0}});
        } else if (fails > 0) {  // the window ends, its second try failing; then the batch is formed anew, without one
          expected = {{300, false, 1}, {300, true, 0}, {300, true, 0}, {0, false, 1}, {0, false, 1}};
        } else {
          expected.insert(expected.end(), {{300, true, 0}, {0, false, 1}});
        }
        CHECK(seen == expected);
        const WindowEnding ending = bed.facts<WindowEnding>().at(0);
        CHECK(ending.end_unix - ending.start_unix == 300);
        CHECK_FALSE(ending.early);
        CHECK(bed.settled() == Fates{{0, "handled"}, {1, "handled"}});
        CHECK(bed.triggers.unfinished(bed.streams) == 0);
      }
    }
  }
}

TEST_CASE("what waits behind a window's early end is cut by the windows of another length", "[WIN-1][WIN-4][OPEN-43]") {
  TriggerBed bed;
  bed.enable();
  const MappingSettings settings{.maximum_batching_window = 90s, .report_batch_item_failures = true, .tumbling_window = 300s};
  const MappingId id = bed.map(settings, [&](const StreamEvent& event, Context&) -> BatchResponse {
    if (event.window->is_final && bed.kernel.now() < Instant(5min)) throw std::runtime_error("not yet");
    const bool first = event.records.size() == 4;
    BatchResponse response;
    if (first) response = BatchResponse::retry_from(event.records[1].sequence_number);
    response.state = Item{{"blob", std::string(first ? 1024 * 1024 : 1, 'x')}};
    return response;
  });
  bed.put("A"), bed.put("B");  // the windows of 60 s begin at -20 s, 40 s, ...
  bed.run_for(65s);
  bed.put("C"), bed.put("D");
  bed.run_for(1min);
  MappingSettings after = settings;
  after.tumbling_window = 60s;
  update(bed, id, after);
  bed.run_for(1h);
  std::vector<std::vector<std::uint64_t>> calls = bed.invocations();
  std::erase_if(calls, [](const auto& ids) { return ids.empty(); });
  CHECK(calls == std::vector<std::vector<std::uint64_t>>{{0, 1, 2, 3}, {1}, {2, 3}});
  CHECK(bed.settled().size() == 4);
}

TEST_CASE("a batch that was formed without windows is formed anew in one, whatever the lane is at",
          "[ESM-11][OPEN-43][WIN-2]") {
  for (const Found found : {Found::in_flight, Found::backing_off}) {
    for (const bool filtered : {false, true}) {
      CAPTURE(static_cast<int>(found), filtered);
      MappingSettings before{.maximum_retry_attempts = 1};
      if (filtered) before.filter_criteria = {R"({"eventName":["INSERT"]})"};
      MappingSettings after = before;
      after.tumbling_window = 60s;
      std::vector<Seen> seen;
      TriggerBed bed;
      bed.enable();
      const MappingId id = bed.map(before, slow(seen, 2));
      bed.put("A");
      bed.run_for(found == Found::in_flight ? 5s : 10'500ms);
      update(bed, id, after);
      bed.run_for(1min);
      bed.put("B");
      bed.run_for(1h);
      CHECK(seen ==
            std::vector<Seen>{{0, false, 1}, {60, false, 1}, {60, false, 1}, {60, true, 0}, {60, false, 1}, {60, true, 0}});
      CHECK(bed.settled() == Fates{{0, "handled"}, {1, "handled"}});
      CHECK(bed.triggers.unfinished(bed.streams) == 0);
    }
  }
}

TEST_CASE("what handlers give back in the shape of their own version is handled, and no batch comes in another's",
          "[ESM-11][OPEN-43][WIN-3]") {
  const auto windows_only = [](const StreamEvent& event, Context&) -> BatchResponse {
    if (!event.window) throw std::runtime_error("no window");
    return BatchResponse::with_state(Item{{"count", 1}});
  };
  const auto no_windows = [](const StreamEvent& event, Context&) -> BatchResponse {
    if (event.window && !event.records.empty()) throw std::runtime_error("a window");
    return BatchResponse::ok();
  };
  const std::vector<SiteRule> eager{{.site = "trigger.change_lag",
                                     .low = Duration(1min).count(),
                                     .high = Duration(1min).count(),
                                     .calm = Duration(1min).count()},
                                    {.site = "trigger.update_seen", .low = 1, .high = 1, .calm = 1}};
  for (const bool had_windows : {false, true}) {
    CAPTURE(had_windows);
    TriggerBed bed(Plan::calm(), eager);
    bed.enable();
    int bad = 3;
    const Handler first = [&](const StreamEvent& event, Context& context) {
      if (bad-- > 0) throw std::runtime_error("not yet");
      return had_windows ? windows_only(event, context) : no_windows(event, context);
    };
    const MappingSettings with{.tumbling_window = 60s}, without{};
    const MappingId id = bed.map(had_windows ? with : without, first);
    const FunctionId second = had_windows ? bed.functions.add({.name = "g", .handler = "g"}, no_windows)
                                          : bed.functions.add({.name = "g", .handler = "g"}, windows_only);
    bed.put("A");
    bed.run_for(1s);
    MappingSettings to = had_windows ? without : with;
    to.name = bed.triggers.settings(id).name;
    REQUIRE(bed.triggers.update(bed.kernel, id, {to, second, "g"}, bed.streams).ok());
    bed.run_for(1s);
    bed.put("B");
    bed.run_for(1h);
    int failures = 0;
    for (const InvocationEnded& ended : bed.facts<InvocationEnded>())
      failures += ended.outcome != InvocationOutcome::ok ? 1 : 0;
    CHECK(failures == 3);
    CHECK(bed.settled() == Fates{{0, "handled"}, {1, "handled"}});
  }
}

TEST_CASE("a try that updates overtake is judged by what it began with, however many they are", "[OPEN-43][ESM-2][DEST-1]") {
  for (const int updates : {0, 1, 2, 3}) {
    CAPTURE(updates);
    TriggerBed bed;
    bed.enable();
    const MappingSettings first{.maximum_retry_attempts = 0, .on_failure = Destination::sqs};
    const MappingId id = bed.map(first, [](const StreamEvent&, Context& context) -> BatchResponse {
      context.sleep(30s);
      throw std::runtime_error("too late");
    });
    const FunctionId second = bed.functions.add({.name = "g", .handler = "g"}, nothing_failed);
    bed.put("A");
    bed.run_for(5s);
    for (int i = 0; i < updates; ++i) {
      MappingSettings to{.name = bed.triggers.settings(id).name, .maximum_retry_attempts = i};
      REQUIRE(bed.triggers.update(bed.kernel, id, {to, second, "g"}, bed.streams).ok());
      bed.run_for(5s);
    }
    bed.run_for(1h);
    CHECK(bed.settled() == Fates{{0, "retries exhausted, sent"}});
    REQUIRE(bed.facts<DestinationSent>().size() == 1);
    CHECK(bed.facts<DestinationSent>()[0].message.find("function:f\"") != std::string::npos);
    CHECK(bed.facts<InvocationStarted>().size() == 1);
  }
}

TEST_CASE("a lane that has seen the version to come keeps to it", "[OPEN-43]") {
  const std::int64_t lag = Duration(5min).count();
  TriggerBed bed(Plan::listed({{"trigger.update_seen", "trigger m0 / shard 0 / batch 0 / attempt 0 / refusal 0", 1}}),
                 {{.site = "trigger.change_lag", .low = lag, .high = lag, .calm = lag}});
  bed.enable();
  const MappingId id = bed.map({}, nothing_failed);
  bed.run_for(1s);
  const FunctionId second = bed.functions.add({.name = "g", .handler = "g"}, poisoned_by({0}));
  const MappingSettings same{.name = bed.triggers.settings(id).name};
  REQUIRE(bed.triggers.update(bed.kernel, id, {same, second, "g"}, bed.streams).ok());
  bed.put("A");
  bed.run_for(4min);
  CHECK(bed.invocations().size() > 3);
  for (const InvocationStarted& call : bed.facts<InvocationStarted>()) CHECK(call.function == second);
}

TEST_CASE("filters where there were none are asked about what was tried already; others are not", "[FILTER-10][ESM-25]") {
  const std::string removals = R"({"eventName":["REMOVE"]})", insertions = R"({"eventName":["INSERT"]})";
  for (const bool had_filters : {false, true}) {
    CAPTURE(had_filters);
    MappingSettings before{.maximum_retry_attempts = 100}, after = before;
    if (had_filters) before.filter_criteria = {insertions};
    after.filter_criteria = {removals};
    TriggerBed bed;
    bed.enable();
    const MappingId id = bed.map(before, poisoned_by({0}));
    bed.put("A");
    bed.run_for(10s);
    REQUIRE(bed.invocations().size() > 1);
    update(bed, id, after);
    bed.run_for(1min);
    CHECK(bed.settled() == (had_filters ? Fates{} : Fates{{0, "filtered out"}}));
  }
}

// By first record and attempt, as the keys of choices are made.
std::set<std::pair<std::uint64_t, std::uint32_t>> attempts(const TriggerBed& bed) {
  std::set<std::pair<std::uint64_t, std::uint32_t>> all;
  for (const InvocationStarted& started : bed.facts<InvocationStarted>())
    CHECK(all.emplace(started.records->front().value, started.attempt).second);
  return all;
}

TEST_CASE("attempts are counted on when a batch comes to another lane", "[OPEN-43][POLL-4][RETRY-2]") {
  const std::vector<std::vector<std::int64_t>> changes{{1, 4, 2, 1}, {4, 1, 3}, {2, 3, 1, 2}};
  for (const bool may_lose : {false, true}) {
    for (const std::vector<std::int64_t>& factors : changes) {
      CAPTURE(may_lose, factors);
      TriggerBed bed(Plan::calm(), may_lose ? std::vector<SiteRule>{{.site = "trigger.poller_lost"}} : std::vector<SiteRule>{});
      bed.enable();
      const MappingId id =
          bed.map({.batch_size = 1, .parallelization_factor = factors.front()}, poisoned_by({0, 1, 2, 3, 4, 5}));
      bed.put_many(6);
      bed.run_for(10s);
      for (std::size_t i = 1; i < factors.size(); ++i) {
        update(bed, id, {.batch_size = 1, .parallelization_factor = factors[i]});
        bed.run_for(10s);
      }
      const auto all = attempts(bed);
      for (const auto& [batch, attempt] : all) CHECK((attempt == 0 || all.contains({batch, attempt - 1})));
      CHECK(all.size() == bed.invocations().size());
    }
  }
}

TEST_CASE("refusals are counted on when a batch comes to another lane", "[OPEN-43][POLL-4][POLL-11]") {
  // No key is asked twice: each refusal that is planned is met.
  std::vector<Deviation> refusals;
  for (int refusal = 0; refusal < 6; ++refusal)
    refusals.push_back(
        {"trigger.invoke_refused", "trigger m0 / shard 0 / batch 0 / attempt 0 / refusal " + std::to_string(refusal), 1});
  TriggerBed bed(Plan::listed(refusals));
  bed.enable();
  const MappingId id = bed.map({.batch_size = 1, .parallelization_factor = 2}, nothing_failed);
  bed.put("A");
  bed.run_for(4s);
  update(bed, id, {.batch_size = 1});
  bed.run_for(1h);
  CHECK(bed.facts<InvocationThrottled>().size() == 6);
  CHECK(bed.facts<InvocationStarted>().size() == 1);
}

TEST_CASE("a batch that fails while its mapping comes to rest is neither cut nor tried again before the mapping goes on",
          "[ESM-25][RETRY-1][RETRY-6]") {
  for (const bool bisects : {false, true}) {
    for (const bool windows : {false, true}) {
      CAPTURE(bisects, windows);
      std::vector<Seen> seen;
      TriggerBed bed;
      bed.enable();
      const MappingId id =
          bed.map({.bisect_batch_on_function_error = bisects, .tumbling_window = windows ? 60s : 0s}, slow(seen, 1));
      bed.put_many(2);
      bed.run_for(5s);
      REQUIRE(bed.triggers.set_enabled(bed.kernel, id, Enabling::disable).ok());
      bed.run_for(10min);
      CHECK(bed.facts<InvocationEnded>().size() == 1);
      CHECK(bed.facts<RetryScheduled>().empty());
      CHECK(bed.facts<Bisected>().empty());
      REQUIRE(bed.triggers.set_enabled(bed.kernel, id, Enabling::enable).ok());
      bed.run_for(1h);
      CHECK(bed.invocations().at(1).size() == 2);
      CHECK(bed.settled() == Fates{{0, "handled"}, {1, "handled"}});
      CHECK(bed.triggers.unfinished(bed.streams) == 0);
    }
  }
}

TEST_CASE("after a pause failures are counted anew, and attempts on", "[ESM-7][ESM-25][RETRY-2]") {
  TriggerBed bed;
  bed.enable();
  const MappingId id = bed.map({.maximum_retry_attempts = 3}, poisoned_by({0}));
  bed.put("A");
  bed.run_for(2s);
  const std::size_t before = bed.invocations().size();
  REQUIRE(before == 2);
  REQUIRE(bed.triggers.set_enabled(bed.kernel, id, Enabling::disable).ok());
  bed.run_for(1min);
  REQUIRE(bed.triggers.set_enabled(bed.kernel, id, Enabling::enable).ok());
  bed.run_for(1h);
  CHECK(bed.invocations().size() == before + 4);
  CHECK(attempts(bed).size() == before + 4);
  CHECK(bed.settled() == Fates{{0, "retries exhausted"}});
}

// The shard is suspended until the window's end succeeds, whatever operators do to the mapping meanwhile.
TEST_CASE("a window whose final invocation failed takes no record more through a pause or an update",
          "[WIN-5][ESM-25][OPEN-43]") {
  enum class Act { pause, filters, lanes };
  for (const Act act : {Act::pause, Act::filters, Act::lanes}) {
    CAPTURE(static_cast<int>(act));
    const std::int64_t late = Duration(10s).count();
    TriggerBed bed(Plan::calm(), {{.site = "stream.delay", .low = late, .high = late, .calm = late}});
    bed.enable();
    const MappingSettings before{.batch_size = 1, .tumbling_window = 60s};
    const MappingId id = bed.map(before, [&](const StreamEvent& event, Context&) -> BatchResponse {
      if (event.window && event.window->is_final && bed.kernel.now() < Instant(5min)) throw std::runtime_error("no");
      return BatchResponse::with_state(Item{});
    });
    bed.run_for(20s);
    bed.put("A");
    bed.run_for(15s);
    for (int i = 0; i < 8; ++i) bed.put("item " + std::to_string(i));  // of the window too, which ends at 40 s; seen at 45 s
    bed.run_for(35s);
    REQUIRE(bed.facts<WindowEnding>().size() == 1);
    REQUIRE(bed.invocations().size() > 2);
    if (act == Act::pause) {
      REQUIRE(bed.triggers.set_enabled(bed.kernel, id, Enabling::disable).ok());
      bed.run_for(1min);
      REQUIRE(bed.triggers.set_enabled(bed.kernel, id, Enabling::enable).ok());
    } else {
      MappingSettings after = before;
      if (act == Act::filters) after.filter_criteria = {R"({"eventName":["INSERT"]})"};
      if (act == Act::lanes) after.parallelization_factor = 4, after.tumbling_window = 0s;
      after.name = bed.triggers.settings(id).name;
      REQUIRE(bed.triggers.update(bed.kernel, id, {after, FunctionId{0}, "f"}, bed.streams).ok());
    }
    bed.run_for(1h);
    bool suspended = false;
    std::set<InvocationId> finals;
    std::set<std::pair<std::uint64_t, std::uint32_t>> final_tries;
    std::size_t windows = 0, between = 0;
    for (const Fact& fact : bed.trace.facts()) {
      if (fact.as<WindowEnding>()) suspended = true, windows += 1;
      const auto* started = fact.as<InvocationStarted>();
      if (started && started->records->empty()) {
        finals.insert(started->invocation);
        CHECK(final_tries.emplace(started->batch, started->attempt).second);
      }
      if (started && !started->records->empty() && suspended) between += 1;
      const auto* ended = fact.as<InvocationEnded>();
      if (ended && finals.contains(ended->invocation) && ended->outcome == InvocationOutcome::ok) suspended = false;
    }
    CHECK(between == 0);
    CHECK(windows == (act == Act::lanes ? 1 : 2));  // the late ones open the window again, with empty state
    CHECK_FALSE(suspended);
    CHECK(bed.settled().size() == 9);
    CHECK(bed.triggers.unfinished(bed.streams) == 0);
  }
}

}  // namespace

}  // namespace weir
