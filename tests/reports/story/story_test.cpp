#include "reports/story/story.hpp"

#include <algorithm>
#include <map>

#include "scenarios/bundle/bundle.hpp"
#include "scenarios/format/scenario_file.hpp"
#include "tests/catch.hpp"

using namespace weir;

namespace {

const std::vector<Deviation>& smallest_failure() {
  static const std::vector<Deviation> list = [] {
    const auto value = [](const char* site, const char* text) { return *parse_value_text(*all_sites().find(site), text); };
    return std::vector<Deviation>{
        {"workload.op", "client 0 / op 0", value("workload.op", "put item 0 group 0 value 1")},
        {"function.outcome", "trigger count / shard 0 / batch 0 / attempt 0", value("function.outcome", "answer lost")}};
  }();
  return list;
}

struct Told {
  Scenario scenario;
  Run run;
  explicit Told(const std::vector<Deviation>& list, const char* entry = "fm-03")
      : scenario(read_bundled(*bundled_scenario(entry), all_sites(), "broken")) {
    run = simulate(scenario, Plan::listed(list), bundled_handlers(), {.keep_trace = true});
  }
};

}  // namespace

TEST_CASE("a story names each decision, walks from the write to the violation and cites rules", "[story]") {
  const Told told(smallest_failure());
  const Verdict* verdict = told.run.violation_of("O-ONCE");
  REQUIRE(verdict);
  const Story story = story_of(told.scenario, told.run, *verdict, smallest_failure());
  CHECK(story.decisions.size() == 2);
  CHECK(story.never_asked.empty());
  const std::string text = to_text(story);
  for (const char* part : {"O-ONCE broke in fm-03-counted-twice (broken)", "2 decisions that cause it",
                           "answer lost, where calm is ok", "client 0 / op 0: put item 0", "INSERT of i0 in shard 0",
                           "its answer is lost: to the mapping it failed", "[STREAM-2]", "* "})
    CHECK(text.find(part) != std::string::npos);
  Instant before{};
  for (const StoryLine& line : story.chain) {
    CHECK(line.at >= before);
    before = line.at;
  }
}

TEST_CASE("of a write whose record was given up a story tells how, and what the mapping was doing",
          "[story][RETRY-2][ESM-25]") {
  const auto value = [](const char* site, const char* text) { return *parse_value_text(*all_sites().find(site), text); };
  const Told told({{"workload.pause", "client 0 / op 0", value("workload.pause", "1h")},
                   {"workload.op", "client 0 / op 0", value("workload.op", "put item 0 group 0 value 1")}},
                  "fm-16");
  const Verdict* verdict = told.run.violation_of("O-CONV");
  REQUIRE(verdict);
  const std::string text = to_text(story_of(told.scenario, told.run, *verdict));
  std::size_t at = 0;
  for (const char* part : {"Client 0 writes i0 to orders", "is Disabled (User action)",
                           "The stream of orders shows the write of i0 by client 0 at ", "is Enabled (User action)",
                           "record 1 of shard 0: expired from the stream, told to nobody", "The run ends"}) {
    INFO(part << " in\n" << text);
    at = text.find(part, at);
    REQUIRE(at != std::string::npos);
  }
}

TEST_CASE("a write that was refused before its key could be read is told without one", "[story]") {
  FactWriter names;
  const Fact fact{0, no_fact, Instant{}, WriteRefused{TableId{0}, ItemKey(), ServiceError::validation, Actor::client(3)}};
  CHECK(sentence_of(fact, names).text.starts_with("Client 3 is refused a write to "));
}

TEST_CASE("a cancelled transaction is told with what was wrong with its actions", "[story][TXN-4][ERR-5]") {
  FactWriter names;
  const auto told = [&](const TransactionCanceled& canceled) {
    return sentence_of(Fact{0, no_fact, Instant{}, canceled}, names).text;
  };
  const std::string begin = "Client 3 sends a transaction, which is cancelled: ";
  CHECK(told({"[None, ConditionalCheckFailed]", Actor::client(3)}) == begin + "[None, ConditionalCheckFailed].");
  CHECK(told({"[ValidationError, ThrottlingError]", Actor::client(3), "", "action 0: No.\naction 1: Slow down"}) ==
        begin + "[ValidationError, ThrottlingError]; action 0: No.; action 1: Slow down");
}

TEST_CASE("only writes that the verdict names have their losses told", "[story]") {
  const auto list = [](std::uint64_t id) {
    return std::make_shared<const std::vector<RecordId>>(std::vector<RecordId>{RecordId{id}});
  };
  Trace trace;
  trace.keep(true);
  const auto write = [&trace](const char* id, std::uint64_t record) {
    const ItemKey key((AttributeValue(id)));
    const FactIndex written =
        trace.note(Instant{}, no_fact, Written{TableId{0}, key, ChangeKind::insert, {}, Item{{"id", id}}, Actor::client(0)});
    trace.note(Instant{}, written,
               Appended{StreamId{0},
                        ShardId{0},
                        RecordId{record},
                        SequenceNumber{record + 1},
                        EventName::insert,
                        TableId{0},
                        key,
                        {},
                        Item{{"id", id}},
                        written});
    return written;
  };
  const FactIndex first = write("A", 0), second = write("B", 1);
  const FactIndex state = trace.note(
      Instant{}, no_fact, MappingStateChanged{MappingId{0}, MappingState::enabled, "User action", ProcessingResult::ok});
  const FactIndex lost =
      trace.note(Instant{}, no_fact, Settled{MappingId{0}, ShardId{0}, list(0), Settlement::retries_exhausted, false});
  trace.note(Instant{}, no_fact, Settled{MappingId{0}, ShardId{0}, list(1), Settlement::handled, false});
  const std::vector<Fact> facts = trace.take_facts();
  CHECK(losses_of(facts, {first}) == std::vector<FactIndex>{first + 1, state, lost});
  CHECK(losses_of(facts, {second}).empty());
  CHECK(losses_of(facts, {}).empty());
}

TEST_CASE("of a record that waits for a disabled mapping a story tells the mapping's states and the calls that were refused",
          "[story][ESM-22][ESM-26]") {
  const Scenario scenario = parse_scenario(R"({"name": "left-disabled",
    "tables": [{"name": "orders", "key": "id", "stream": "new_and_old_images"}, {"name": "view", "key": "id"}],
    "functions": [{"name": "mirror"}], "mappings": [{"table": "orders", "function": "mirror"}],
    "steps": [{"at": "1min", "disable_mapping": {"mapping": "mirror"}},
              {"at": "5min", "enable_mapping": {"mapping": "mirror"}},
              {"at": "10min", "put": {"table": "orders", "item": {"id": "A", "revision": 1}}},
              {"at": "11min", "disable_mapping": {"mapping": "mirror"}}],
    "choices": {"trigger.change_lag": {"low": "5min", "high": "5min"}},
    "run_for": "20h", "oracles": [{"oracle": "O-LIVE", "mapping": "mirror", "within": "1h"}]})",
                                           "s.json", all_sites());
  const Run run = simulate(scenario, Plan::calm(), bundled_handlers(), {.keep_trace = true});
  const Verdict* verdict = run.violation_of("O-LIVE");
  REQUIRE(verdict);
  const std::string text = to_text(story_of(scenario, run, *verdict));
  INFO(text);
  CHECK(text.find(
            "Steps that had no effect\n  step 1 (enable_mapping) at 000:05:00.000000 had no effect: ResourceInUseException") !=
        std::string::npos);
  CHECK(text.find("step 3 (disable_mapping) at 000:11:00.000000 had no effect: mapping mirror is disabled already") !=
        std::string::npos);
  std::size_t at = text.find("How it came about");
  for (const char* part : {"is Disabling (User action)", "The call on mapping mirror is refused", "is Disabled (User action)",
                           "Client 0 writes A to orders", "The stream of orders shows it as record 0", "The run ends"}) {
    CAPTURE(part);
    at = text.find(part, at);
    REQUIRE(at != std::string::npos);
  }
}

TEST_CASE("of a row that a consumer wrote too often, what earlier attempts with the same records wrote is told",
          "[story][POLL-8]") {
  const auto list = [](std::uint64_t id) {
    return std::make_shared<const std::vector<RecordId>>(std::vector<RecordId>{RecordId{id}});
  };
  Trace trace;
  trace.keep(true);
  const auto call = [&](std::uint64_t invocation, std::uint64_t record) {
    trace.note(Instant{}, no_fact,
               InvocationStarted{InvocationId{invocation}, FunctionId{0}, MappingId{0}, ShardId{0}, 0, 0, list(record)});
  };
  const auto write = [&](std::uint64_t invocation, const char* id) {
    return trace.note(Instant{}, no_fact,
                      Written{TableId{0},
                              ItemKey(AttributeValue(id)),
                              ChangeKind::insert,
                              {},
                              Item{{"id", id}},
                              Actor::of(InvocationId{invocation})});
  };
  call(0, 7);
  const FactIndex first = write(0, "A");
  write(0, "B");
  call(1, 8);
  write(1, "A");
  call(2, 7);
  const FactIndex again = write(2, "A");
  const std::vector<Fact> facts = trace.take_facts();
  CHECK(earlier_effects_of(facts, {again}) == std::vector<FactIndex>{first});
  CHECK(earlier_effects_of(facts, {first}).empty());
  CHECK(earlier_effects_of(facts, {}).empty());
}

TEST_CASE("the decisions are counted, and where none is needed that is said", "[story]") {
  Story story;
  CHECK(to_text(story).find("\nNo decision causes it: a calm run ends so too\n") != std::string::npos);
  story.decisions.resize(1);
  CHECK(decisions_heading(story) == "1 decision that causes it");
  story.decisions.resize(2);
  CHECK(decisions_heading(story) == "2 decisions that cause it");
}

TEST_CASE("a deviation the run never came to is named", "[story]") {
  std::vector<Deviation> list = smallest_failure();
  list.push_back({"client.latency", "trigger count / shard 0 / batch 7 / attempt 0 / call 3", 1'000'000});
  const Told told(list);
  const Story story = story_of(told.scenario, told.run, *told.run.violation_of("O-ONCE"), list);
  REQUIRE(story.never_asked.size() == 1);
  CHECK(story.never_asked[0] == "client.latency at trigger count / shard 0 / batch 7 / attempt 0 / call 3");
}

namespace {

// A trace made by hand: calls with a batch of shard 0, each caused by what came before it.
class RetriedTrace {
 public:
  RetriedTrace() { trace_.keep(true); }

  // The call, its end, which is answered, and the retry that it leads to; no pause: there is none.
  FactIndex attempt(std::uint64_t batch, std::uint32_t number, InvocationOutcome outcome, const std::string& message,
                    std::optional<Duration> retry_in = 1min) {
    const InvocationId invocation{invocations_++};
    note(InvocationStarted{invocation, FunctionId{0}, MappingId{0}, ShardId{0}, batch, number, records_.at(batch)});
    const FactIndex ended = note(InvocationEnded{invocation, MappingId{0}, outcome, number, 0, message});
    if (retry_in) note(RetryScheduled{MappingId{0}, ShardId{0}, batch, number + 1, *retry_in});
    return ended;
  }
  void refused_attempt(std::uint64_t batch, std::uint32_t number) {
    const InvocationId invocation{invocations_++};
    note(InvocationStarted{invocation, FunctionId{0}, MappingId{0}, ShardId{0}, batch, number, records_.at(batch)});
    note(CallDisturbed{Actor::of(invocation), 0, Fate::throttled});
    note(InvocationEnded{invocation, MappingId{0}, InvocationOutcome::threw, 1, 0, "no"});
    note(RetryScheduled{MappingId{0}, ShardId{0}, batch, number + 1, 1min});
  }
  FactIndex note(FactBody what) {
    now_ += 1s;
    return latest_ = trace_.note(now_, latest_, std::move(what));
  }
  void records_of_batch(std::uint64_t batch, std::vector<RecordId> records) {
    records_[batch] = std::make_shared<const std::vector<RecordId>>(std::move(records));
  }

  Story told(const std::vector<FactIndex>& evidence) {
    Run run;
    run.trace = trace_.take_facts();
    return story_of({}, run, {.kind = Verdict::Kind::violation, .oracle = "O-LIVE", .evidence = evidence});
  }

 private:
  Trace trace_;
  Instant now_{};
  FactIndex latest_ = no_fact;
  std::uint64_t invocations_ = 0;
  std::map<std::uint64_t, RecordList> records_;
};

std::vector<std::string> texts_of(const Story& story) {
  std::vector<std::string> texts;
  for (const StoryLine& line : story.chain) texts.push_back(line.text);
  return texts;
}

}  // namespace

TEST_CASE("of attempts that fail alike the first and the last are told, and how many there were between", "[story][RETRY-1]") {
  RetriedTrace trace;
  trace.records_of_batch(0, {RecordId{0}});
  for (std::uint32_t i = 0; i < 40; ++i)
    trace.attempt(0, i, InvocationOutcome::threw, "row " + std::to_string(i) + " is odd",
                  i + 1 == 40 ? std::nullopt : std::optional<Duration>(1min));
  const FactIndex end = trace.note(RunEnded{1});
  const Story story = trace.told({end});
  const std::vector<std::string> texts = texts_of(story);
  REQUIRE(texts.size() == 7);
  CHECK(texts[0].find("(batch 0, attempt 0; invocation 0)") != std::string::npos);
  CHECK(texts[1] == "Invocation 0 fails: row 0 is odd.");
  CHECK(texts[2].find("(attempt 1)") != std::string::npos);
  CHECK(texts[3] == "(38 more attempts at batch 0 like it, until 000:01:57.000000.)");
  CHECK(story.chain[3].at == Instant{} + 4s);
  CHECK(texts[4].find("(batch 0, attempt 39; invocation 39)") != std::string::npos);
  CHECK(texts[5] == "Invocation 39 fails: row 39 is odd.");
  CHECK(story.chain[6].is_evidence);
}

TEST_CASE("an attempt that ends otherwise, has other records or proves the violation is told among those alike", "[story]") {
  RetriedTrace trace;
  trace.records_of_batch(0, {RecordId{0}, RecordId{1}});
  FactIndex proof = no_fact;
  for (std::uint32_t i = 0; i < 20; ++i) {
    if (i == 15) trace.records_of_batch(0, {RecordId{1}});
    const FactIndex ended = trace.attempt(0, i, i == 5 ? InvocationOutcome::timed_out : InvocationOutcome::threw, "odd");
    if (i == 10) proof = ended;
  }
  const FactIndex end = trace.note(RunEnded{1});
  const std::vector<std::string> texts = texts_of(trace.told({proof, end}));
  std::vector<std::string> calls;
  for (const std::string& text : texts)
    if (const std::size_t at = text.find("attempt "); text.starts_with("(") || text.find(" calls ") != std::string::npos)
      calls.push_back(text.starts_with("(") ? text.substr(0, text.find(" like")) : text.substr(at, text.find(';') - at));
  CHECK(calls == std::vector<std::string>{"attempt 0", "(3 more attempts at batch 0", "attempt 4", "attempt 5", "attempt 6",
                                          "(3 more attempts at batch 0", "attempt 10", "(3 more attempts at batch 0",
                                          "attempt 14", "attempt 15", "(3 more attempts at batch 0", "attempt 19"});
}

TEST_CASE("batches that fail beside each other are told apart, and one attempt alone is not counted", "[story]") {
  RetriedTrace trace;
  trace.records_of_batch(0, {RecordId{0}});
  trace.records_of_batch(7, {RecordId{7}});
  for (std::uint32_t i = 0; i < 4; ++i) {
    trace.attempt(0, i, InvocationOutcome::threw, "odd");
    if (i < 3) trace.attempt(7, i, InvocationOutcome::crashed, "");
  }
  const std::vector<std::string> texts = texts_of(trace.told({trace.note(RunEnded{1})}));
  CHECK(texts.size() == 3 + 1 + 3 + 9 + 1);
  CHECK(std::count(texts.begin(), texts.end(), "(2 more attempts at batch 0 like it, until 000:00:15.000000.)") == 1);
}

TEST_CASE("of attempts alike what was refused in each is counted with them", "[story][RETRY-1]") {
  RetriedTrace trace;
  trace.records_of_batch(0, {RecordId{0}});
  for (std::uint32_t i = 0; i < 9; ++i) trace.refused_attempt(0, i);
  const FactIndex end = trace.note(RunEnded{1});
  const std::vector<std::string> texts = texts_of(trace.told({end}));
  CHECK(texts.size() == 4 + 1 + 4 + 1);
  CHECK(std::count(texts.begin(), texts.end(), "Call 0 of invocation 0: throttled.") == 1);
  CHECK(std::count(texts.begin(), texts.end(), "Call 0 of invocation 5: throttled.") == 0);
}

TEST_CASE("a shard that one record blocks for a day fits a screen", "[story][RETRY-4]") {
  const Scenario scenario = read_bundled(*bundled_scenario("fm-01"), all_sites(), "broken");
  const std::vector<Deviation> list{
      {"workload.op", "client 0 / op 0", *parse_value_text(*all_sites().find("workload.op"), "put item 0 group 0 value 9")}};
  const Run run = simulate(scenario, Plan::listed(list), bundled_handlers(), {.keep_trace = true});
  const Verdict* verdict = run.violation_of("O-NOLOSS");
  REQUIRE(verdict);
  REQUIRE(causes_of(run.trace, verdict->evidence).size() > 500);
  const Story story = story_of(scenario, run, *verdict);
  INFO(to_text(story));
  CHECK(story.chain.size() < 20);
  CHECK(to_text(story).find(" more attempts at batch 0 like it, until ") != std::string::npos);
  std::size_t told = 0;
  for (const StoryLine& line : story.chain) told += line.is_evidence;
  CHECK(told == verdict->evidence.size());
}

TEST_CASE("of a chain with very many steps the middle is counted, and what proves the violation is told", "[story]") {
  RetriedTrace trace;
  FactIndex proof = no_fact;
  for (std::uint64_t i = 0; i < 100; ++i) {
    const FactIndex noted = trace.note(Logged{Actor::client(i), "a step"});
    if (i == 50) proof = noted;
  }
  const Story story = trace.told({proof, 99});
  const std::vector<std::string> texts = texts_of(story);
  CHECK(texts.size() == 83);
  CHECK(texts[40] == "(10 more steps like these.)");
  CHECK(story.chain[41].is_evidence);
  CHECK(texts[42] == "(9 more steps like these.)");
}

TEST_CASE("every fact of every bundled scenario reads as a sentence", "[story]") {
  for (const BundledFile& file : bundled_scenarios())
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
      const Scenario scenario = read_bundled(file, all_sites(), "", "broken");
      const Run run =
          simulate(scenario, Plan::seeded(Seed{seed}), bundled_handlers(), {.keep_trace = true, .with_oracles = false});
      FactWriter names;
      for (const Fact& fact : run.trace) {
        const std::string text = sentence_of(fact, names).text;
        const char first = text.empty() ? ' ' : text.front();
        if (!(first >= 'A' && first <= 'Z') && !(first >= '0' && first <= '9'))
          FAIL(file.path << ": " << fact.name() << " reads '" << text << "'");
      }
    }
}
