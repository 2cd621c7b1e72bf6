// What became of records that count as handled, and of messages on their way.
#include "reports/story/handling.hpp"

#include <algorithm>

#include "reports/story/story.hpp"
#include "scenarios/bundle/bundle.hpp"
#include "scenarios/format/scenario_file.hpp"
#include "tests/catch.hpp"

using namespace weir;

namespace {

struct Asked {
  const char *site, *key, *value;
};

constexpr Asked put{"workload.op", "client 0 / op 0", "put item 0 group 0 value 1"};

// The story of `oracle` in a museum entry played with the list holds the parts in their order, and few lines beside them.
void check_story(const char* entry, const char* oracle, const std::vector<Asked>& list, const std::vector<std::string>& parts) {
  std::vector<Deviation> deviations;
  for (const Asked& one : list)
    deviations.push_back({one.site, one.key, *parse_value_text(*all_sites().find(one.site), one.value)});
  const Scenario scenario = read_bundled(*bundled_scenario(entry), all_sites(), "broken");
  const Run run = simulate(scenario, Plan::listed(deviations), bundled_handlers(), {.keep_trace = true});
  const Verdict* verdict = run.violation_of(oracle);
  REQUIRE(verdict);
  const Story story = story_of(scenario, run, *verdict);
  const std::string text = to_text(story);
  INFO(text);
  CHECK(story.chain.size() <= parts.size() + 5);
  std::size_t at = text.find("How it came about");
  for (const std::string& part : parts) {
    CAPTURE(part);
    at = text.find(part, at);
    REQUIRE(at != std::string::npos);
  }
}

}  // namespace

TEST_CASE("what a reader does with a message is told from the message's sending on", "[story][ESM-13][FM-48]") {
  check_story(
      "fm-48", "O-ONCE", {put, {"function.outcome", "trigger forward / shard 0 / batch 0 / attempt 0", "timeout in call 1"}},
      {"Client 0 writes i0 to orders", "(batch 0, attempt 0; invocation 0)", "Queue orders-to-count takes message 0, known by ",
       "Reader count receives message 0", "Reader count writes g0 to totals",
       "Invocation 0 is killed at its time limit after 1 call", "will try batch 0 again", "(batch 0, attempt 1; invocation 1)",
       "Queue orders-to-count takes message 1, known by ", "Reader count receives message 1",
       "Reader count changes g0 in totals"});
}

TEST_CASE("of a record that was handled without its effect a story tells the call, what went wrong in it and its end",
          "[story][POLL-10][OP-6]") {
  SECTION("an answer that nobody reads [FM-08]") {
    check_story("fm-08", "O-CONV",
                {put, {"client.fault", "trigger copy / shard 0 / batch 0 / attempt 0 / call 0", "throttled"}},
                {"Client 0 writes i0 to orders", "shows it as record 0", "(batch 0, attempt 0; invocation 0)",
                 "Call 0 of invocation 0: throttled.", "Invocation 0 answers with 1 record to be tried again",
                 "For mapping copy record 0 of shard 0: handled", "The run ends"});
  }
  SECTION("a client that tries again by itself [FM-47]") {
    for (const char* oracle : {"O-CONV", "O-NOLOSS"}) {
      CAPTURE(oracle);
      check_story("fm-47", oracle,
                  {put, {"client.fault", "trigger issue / shard 0 / batch 0 / attempt 0 / call 0", "error, done"}},
                  {"Client 0 writes i0 to orders", "shows it as record 0", "(batch 0, attempt 0; invocation 0)",
                   "Call 0 of invocation 0: done, but the answer was an error.",
                   "The client of invocation 0 tries call 0 again by itself", "Invocation 0 is refused a write of ",
                   "ConditionalCheckFailedException", "Invocation 0 answers that all is done",
                   "For mapping issue record 0 of shard 0: handled"});
    }
  }
  SECTION("a batch that comes again in another grouping [FM-18]") {
    check_story("fm-18", "O-CONV",
                {put,
                 {"trigger.poller_lost", "trigger count / shard 0 / batch 0 / attempt 0", "1s"},
                 {"workload.op", "client 1 / op 1", "put item 0 group 0 value 1"}},
                {"Client 0 writes i0 to orders", "(batch 0, attempt 0; invocation 0)", "that began invocation 0 is lost",
                 "Invocation 0 writes g0 to totals", "Client 1 changes i0 in orders", "shows it as record 1",
                 "calls count with 2 records", "Invocation 1 is refused a write of g0 to totals",
                 "Invocation 1 answers that all is done", "2 records (records 0 to 1) of shard 0: handled", "The run ends"});
  }
  SECTION("a write while the stream is off [FM-24]") {
    check_story(
        "fm-24", "O-CONV", {{"workload.op", "client 0 / op 2", "put item 0 group 0 value 1"}},
        {"Step 0 of the scenario: disable_stream", "The stream is disabled.", "Client 0 writes i0 to orders", "The run ends"});
  }
}

TEST_CASE("calls that went well and whose effect is there are not told, nor what came after the violation", "[story]") {
  const auto list = std::make_shared<const std::vector<RecordId>>(std::vector<RecordId>{RecordId{0}});
  const ItemKey key((AttributeValue("A")));
  for (const bool is_disturbed : {false, true})
    for (const bool has_effect : {false, true}) {
      CAPTURE(is_disturbed, has_effect);
      Trace trace;
      trace.keep(true);
      const auto note = [&trace](FactBody what) { return trace.note(Instant{}, no_fact, std::move(what)); };
      const FactIndex source = note(Written{TableId{0}, key, ChangeKind::insert, {}, Item{{"id", "A"}}, Actor::client(0)});
      const FactIndex appended = note(Appended{StreamId{0},
                                               ShardId{0},
                                               RecordId{0},
                                               SequenceNumber{1},
                                               EventName::insert,
                                               TableId{0},
                                               key,
                                               {},
                                               Item{{"id", "A"}},
                                               source});
      const auto call = [&](std::uint64_t id, std::uint32_t mapping) {
        return note(InvocationStarted{InvocationId{id}, FunctionId{0}, MappingId{mapping}, ShardId{0}, 0, 0, list});
      };
      const auto end = [&](std::uint64_t id, std::uint32_t mapping) {
        const FactIndex ended = note(InvocationEnded{InvocationId{id}, MappingId{mapping}, InvocationOutcome::ok, 1, 0, ""});
        return std::pair(ended, note(Settled{MappingId{mapping}, ShardId{0}, list, Settlement::handled, false}));
      };
      const FactIndex started = call(0, 0);
      FactIndex disturbed = no_fact, effect = no_fact;
      if (is_disturbed) disturbed = note(CallDisturbed{Actor::of(InvocationId{0}), 0, Fate::throttled});
      if (has_effect)
        effect = note(Written{TableId{1}, key, ChangeKind::insert, {}, Item{{"id", "A"}}, Actor::of(InvocationId{0})});
      const auto [ended, settled] = end(0, 0);
      call(1, 1);  // of another mapping, without trouble
      end(1, 1);
      const FactIndex last = note(RunEnded{});
      call(2, 0);
      note(CallDisturbed{Actor::of(InvocationId{2}), 0, Fate::throttled});
      end(2, 0);
      std::vector<FactIndex> evidence{source, last};
      if (has_effect) evidence.push_back(effect);
      const std::vector<FactIndex> told = handling_of(trace.facts(), evidence);
      const bool others = !has_effect && !is_disturbed;  // then nothing tells the two mappings apart
      if (is_disturbed)
        CHECK(told == std::vector<FactIndex>{appended, started, disturbed, ended, settled});
      else if (has_effect)
        CHECK(told.empty());
      else
        CHECK(told.size() == 7);
      CHECK(others == (told.size() == 7));
      CHECK(handling_of(trace.facts(), {}).empty());
    }
}
