// What kept a mapping from its work, in the lines of a run and in the story of what broke.
#include "reports/story/hindrances.hpp"

#include "reports/story/idle_steps.hpp"
#include "reports/story/loaded_rows.hpp"
#include "reports/story/story.hpp"
#include "scenarios/bundle/bundle.hpp"
#include "scenarios/format/scenario_file.hpp"
#include "sim/kernel/door.hpp"
#include "tests/catch.hpp"

using namespace weir;

namespace {

constexpr const char* stream_arn = "arn:aws:dynamodb:us-east-1:123456789012:table/orders/stream/2026-01-01T00:00:00.000";

// A mirror of orders in view; `members` are put into the scenario as they stand.
struct Mirror {
  Scenario scenario;
  Run run;
  std::vector<std::string> hindrances;

  Mirror(const std::string& mapping, const std::string& members)
      : scenario(parse_scenario(R"({"name": "held", "tables": [{"name": "orders", "key": "id", "stream": "new_and_old_images"},
          {"name": "view", "key": "id"}], "mappings": [{"table": "orders", "function": "mirror", "batch_size": 1)" +
                                    mapping + R"(}], "run_for": "3h", "oracles": [
          {"oracle": "O-CONV", "source": "orders", "view": "view", "fold": "copy"}, {"oracle": "O-NOLOSS", "mapping": "mirror"},
          {"oracle": "O-LIVE", "mapping": "mirror", "within": "1h"}], )" +
                                    members + "}",
                                "s.json", all_sites())),
        run(simulate(scenario, Plan::calm(), bundled_handlers(), {.keep_trace = true})),
        hindrances(hindrances_of(run.trace)) {}

  // The story of `oracle` holds the parts in their order, and is no longer than a screen.
  void tells(const char* oracle, const std::vector<std::string>& parts) const {
    const Verdict* verdict = run.violation_of(oracle);
    REQUIRE(verdict);
    const Story story = story_of(scenario, run, *verdict);
    const std::string text = to_text(story);
    INFO(text);
    CHECK(story.chain.size() <= 20);
    std::size_t at = text.find("How it came about");
    for (const std::string& part : parts) {
      CAPTURE(part);
      at = text.find(part, at);
      REQUIRE(at != std::string::npos);
    }
  }
};

const std::string plain = R"("functions": [{"name": "mirror"}], )";
const std::string with_role = R"("functions": [{"name": "mirror", "role": "r"}], )";
const std::string put_at_2min = R"({"at": "2min", "put": {"table": "orders", "item": {"id": "A", "revision": 1}}})";

std::string role(const std::string& statements) {
  return R"("roles": [{"name": "r", "managed": ["AWSLambdaDynamoDBExecutionRole"], "statements": [)" + statements + "]}], ";
}

std::string steps(const std::string& first) { return "\"steps\": [" + first + put_at_2min + "]"; }

}  // namespace

TEST_CASE("a role that may not read is told with action and resource", "[story][ESM-29][IAM-2]") {
  const Mirror played("", with_role + role(R"({"actions": ["dynamodb:PutItem"], "resources": ["*"]},
                                      {"effect": "deny", "actions": ["dynamodb:GetRecords"], "resources": ["*"]})") +
                              steps(""));
  const std::string why = std::string("the role r does not allow dynamodb:GetRecords on ") + stream_arn;
  CHECK(played.hindrances ==
        std::vector<std::string>{std::string("mapping mirror can read nothing from 000:00:00.000000 on: the "
                                             "role r of function mirror does not allow "
                                             "dynamodb:GetRecords on ") +
                                 stream_arn});
  played.tells("O-LIVE",
               {"Mapping mirror can read nothing: " + why, "writes A to orders", "shows it as record 0", "The run ends"});
}

TEST_CASE("a role that may not list streams lacks that on all of them, and only for a time", "[story][ESM-29][ESM-20]") {
  const Mirror played("", with_role + role(R"({"actions": ["*"], "resources": ["*"]},
                                      {"effect": "deny", "actions": ["dynamodb:ListStreams"], "resources": ["*"]})") +
                              steps(R"({"at": "1min", "set_role": {"name": "r",
                                        "statements": [{"actions": ["*"], "resources": ["*"]}]}}, )"));
  REQUIRE(played.hindrances.size() == 1);
  CHECK(played.hindrances[0] ==
        "mapping mirror can read nothing from 000:00:00.000000 to 000:01:00.000000: the role r of function mirror does not "
        "allow dynamodb:ListStreams on *");
  CHECK_FALSE(played.run.violation());
}

TEST_CASE("a role that may not invoke is told, not its many retries", "[story][ESM-29][POLL-11]") {
  for (const bool ages : {false, true}) {
    CAPTURE(ages);
    const Mirror played(ages ? R"(, "maximum_record_age": "30min")" : "",
                        with_role + role(R"({"actions": ["dynamodb:PutItem"], "resources": ["*"]},
                                    {"effect": "deny", "actions": ["lambda:Invoke*"], "resources": ["*"]})") +
                            steps(""));
    const std::string why = "does not allow lambda:InvokeFunction on arn:aws:lambda:us-east-1:123456789012:function:mirror";
    CHECK(played.hindrances ==
          std::vector<std::string>{"mapping mirror can call nothing from 000:00:00.000000 on: the role r of function mirror " +
                                   why});
    if (ages)
      played.tells("O-NOLOSS",
                   {"Mapping mirror can call nothing, and tries again and again: the role r " + why, "shows it as record 0",
                    "will try batch 0 again in 1s", "more attempts at batch 0 like it", "record age exceeded, told to nobody"});
    else
      played.tells("O-LIVE", {"Mapping mirror can call nothing, and tries again and again: the role r " + why, "The run ends"});
  }
}

TEST_CASE("a throttle is told with its limit, who set it, and how often it held the batch back", "[story][POLL-12][POLL-11]") {
  for (const bool of_account : {false, true})
    for (const bool ages : {false, true}) {
      CAPTURE(of_account, ages);
      const std::string limit = of_account ? R"({"limit": 0})" : R"({"function": "mirror", "limit": 0})";
      const Mirror played(ages ? R"(, "maximum_record_age": "30min")" : "",
                          plain + steps(R"({"at": "1min", "set_concurrency": )" + limit + "}, "));
      const std::string why = of_account ? "the account's concurrency limit is 0, less what functions have reserved"
                                         : "the reserved concurrency of mirror is 0";
      REQUIRE(played.hindrances.size() == 1);
      CHECK(played.hindrances[0].find(" calls of mirror throttled from 000:02:00.250000 to ") != std::string::npos);
      CHECK(played.hindrances[0].find(": " + why) != std::string::npos);
      const std::vector<std::string> before{
          "Step 0 of the scenario: set_concurrency",
          "may run 0 invocations at once",
          "shows it as record 0",
          "The call of mirror with batch 0 of shard 0 is throttled before the handler runs, at no cost to its attempts: " + why,
          "will try batch 0 again in 1s",
          "more attempts at batch 0 like it",
          "is throttled before the handler runs"};
      std::vector<std::string> all = before;
      all.emplace_back(ages ? "record age exceeded, told to nobody" : "The run ends");
      played.tells(ages ? "O-NOLOSS" : "O-LIVE", all);
    }
}

TEST_CASE("what the code of a function was not allowed is told before its failure", "[story][IAM-1]") {
  const Mirror played(R"(, "maximum_retry_attempts": 1)",
                      with_role + role(R"({"actions": ["dynamodb:GetItem"], "resources": ["*"]})") + steps(""));
  const std::string on = "dynamodb:PutItem on arn:aws:dynamodb:us-east-1:123456789012:table/view";
  CHECK(
      played.hindrances ==
      std::vector<std::string>{"2 calls of function mirror were refused from 000:02:00.255000 to 000:02:01.260000: the role r "
                               "does not allow " +
                               on});
  played.tells("O-CONV",
               {"Mapping mirror calls mirror with record 0", "Invocation 0 is refused " + on + ": the role r does not",
                "Invocation 0 fails", "Invocation 1 is refused", "retries exhausted, told to nobody"});
}

TEST_CASE("why a destination got nothing is told", "[story][DEST-7][ESM-29]") {
  const Mirror played(R"(, "maximum_retry_attempts": 0, "on_failure": "s3", "destination": "b")",
                      R"("buckets": ["b"], )" + with_role + role(R"({"actions": ["dynamodb:PutItem"], "resources": ["*"]},
                                  {"actions": ["s3:PutObject"], "resources": ["arn:aws:s3:::b/*"]})") +
                          steps(R"({"at": "0s", "fail_invocations": {"function": "mirror", "count": 5}}, )"));
  const std::string why = "the role r does not allow s3:ListBucket on arn:aws:s3:::b";
  CHECK(played.hindrances ==
        std::vector<std::string>{
            "mapping mirror gave up records at 000:02:00.255000, of which 1 failure record never came to the "
            "destination: " +
            why});
  played.tells("O-NOLOSS", {"The failure record about record 0 never comes to its destination, and the mapping goes on: " + why,
                            "retries exhausted, told to nobody"});
}

TEST_CASE("a mapping that is at rest when the run ends is told, and O-LIVE blames that", "[story][O-LIVE][ESM-20]") {
  const Mirror played("", plain + R"("steps": [{"at": "0s", "fail_invocations": {"function": "mirror", "count": 1}},
    {"at": "1s", "put": {"table": "orders", "item": {"id": "A", "revision": 1}}},
    {"at": "1252ms", "disable_mapping": {"mapping": "mirror"}}])");
  CHECK(played.hindrances == std::vector<std::string>{"mapping mirror is Disabled from 000:00:01.252000 on (User action)"});
  const Verdict* verdict = played.run.violation_of("O-LIVE");
  REQUIRE(verdict);
  CHECK(verdict->message.ends_with("; the mapping is Disabled since 000:00:01.252000"));
  played.tells("O-LIVE", {"* 000:00:01.252000  Mapping mirror is Disabled (User action)", "The run ends"});
}

TEST_CASE("a permission that was lacking for a time is told of the function that was called then", "[story][ESM-29]") {
  Trace trace;
  trace.keep(true);
  trace.note(Instant{}, no_fact, MappingDeclared{MappingId{0}, "m", StreamId{0}, FunctionId{0}, "first"});
  trace.note(Instant(1s), no_fact, MappingAccess{MappingId{0}, "r", "dynamodb:GetRecords", "PROBLEM", "*"});
  trace.note(Instant(2s), no_fact, MappingUpdated{MappingId{0}, FunctionId{1}, "second"});
  trace.note(Instant(2s), no_fact, MappingAccess{MappingId{0}, "s", "", "OK"});
  CHECK(hindrances_of(trace.facts()) ==
        std::vector<std::string>{"mapping m can read nothing from 000:00:01.000000 to 000:00:02.000000: the role r of function "
                                 "first does not allow dynamodb:GetRecords on *"});
}

TEST_CASE("a mapping that its stream's end stopped is told, and records that expired before it came to them",
          "[story][ESM-28][STREAM-11]") {
  const Scenario scenario = parse_scenario(R"({"name": "paused",
    "tables": [{"name": "orders", "key": "id", "stream": "new_and_old_images"}, {"name": "view", "key": "id"}],
    "functions": [{"name": "mirror"}], "mappings": [{"table": "orders", "function": "mirror"}],
    "choices": {"trigger.change_lag": "calm"}, "run_for": "80h", "steps": [
      {"at": "1s", "disable_mapping": {"mapping": "mirror"}},
      {"at": "50s", "put": {"table": "orders", "item": {"id": "A", "revision": 1}}},
      {"at": "1min", "disable_stream": {"table": "orders"}},
      {"at": "72h", "enable_mapping": {"mapping": "mirror"}}]})",
                                           "s.json", all_sites());
  const auto hindrances = hindrances_of(simulate(scenario, Plan::calm(), bundled_handlers(), {.keep_trace = true}).trace);
  REQUIRE(hindrances.size() == 2);
  CHECK(hindrances[0].starts_with("mapping mirror had 1 record expire from the stream unhandled at 072:"));
  CHECK(hindrances[1].starts_with("mapping mirror has nothing to read from 072:"));
  CHECK(hindrances[1].ends_with(" on: its stream was disabled or deleted, and it moves to no other"));
}

TEST_CASE("a stream's end is told of its mapping from when it came, whatever is done to the mapping later; its rest beside it",
          "[story][ESM-28][ESM-20][STREAM-13]") {
  const auto told = [](const std::string& steps) {
    const Scenario scenario = parse_scenario(R"({"name": "ended",
      "tables": [{"name": "orders", "key": "id", "stream": "new_and_old_images"}, {"name": "view", "key": "id"}],
      "functions": [{"name": "mirror"}], "mappings": [{"table": "orders", "function": "mirror"}],
      "choices": {"trigger.change_lag": "calm"}, "run_for": "30h", "steps": [
        {"at": "1s", "put": {"table": "orders", "item": {"id": "A", "revision": 1}}},
        {"at": "1min", "disable_stream": {"table": "orders"}}, )" +
                                                 steps + "]}",
                                             "s.json", all_sites());
    return hindrances_of(simulate(scenario, Plan::calm(), bundled_handlers(), {.keep_trace = true}).trace);
  };
  const std::string ended =
      "mapping mirror has nothing to read from 000:01:01.000000 on: its stream was disabled or deleted, and it moves to no "
      "other";
  const std::string disable = R"({"at": "20h", "disable_mapping": {"mapping": "mirror"}})";
  CHECK(told(disable) == std::vector<std::string>{ended, "mapping mirror is Disabled from 020:00:00.000000 on (User action)"});
  CHECK(told(disable + R"(, {"at": "21h", "enable_mapping": {"mapping": "mirror"}})") == std::vector<std::string>{ended});
  CHECK(told(R"({"at": "20h", "update_mapping": {"mapping": "mirror", "batch_size": 7}})") == std::vector<std::string>{ended});
}

TEST_CASE("the end of a stream takes nothing from what is told of a mapping at rest", "[story][ESM-28][ESM-20]") {
  Trace trace;
  trace.keep(true);
  trace.note(Instant{}, no_fact, MappingDeclared{MappingId{0}, "m", StreamId{0}, FunctionId{0}, "first"});
  const auto change = [&](Duration at, const char* reason, ProcessingResult result) {
    trace.note(Instant(at), no_fact, MappingStateChanged{MappingId{0}, MappingState::disabled, reason, result});
  };
  change(1s, "User action", ProcessingResult::ok);
  change(2s, "Stream ended", ProcessingResult::stream_ended);
  CHECK(hindrances_of(trace.facts()) ==
        std::vector<std::string>{"mapping m has nothing to read from 000:00:02.000000 on: its stream was disabled or deleted, "
                                 "and it moves to no other",
                                 "mapping m is Disabled from 000:00:01.000000 on (User action)"});
}

TEST_CASE("an answer that names failed records and is not read is told", "[story][RBIF-1][FM-08]") {
  const Scenario scenario = read_bundled(*bundled_scenario("fm-08"), all_sites(), "broken");
  const auto value = [](const char* site, const char* text) { return *parse_value_text(*all_sites().find(site), text); };
  const std::vector<Deviation> list{
      {"workload.op", "client 0 / op 0", value("workload.op", "put item 0 group 0 value 1")},
      {"client.fault", "trigger copy / shard 0 / batch 0 / attempt 0 / call 0", value("client.fault", "throttled")}};
  const auto told = [&list](const Scenario& played) {
    return hindrances_of(simulate(played, Plan::listed(list), bundled_handlers(), {.keep_trace = true}).trace);
  };
  CHECK(told(scenario) == std::vector<std::string>{
                              "mapping copy took 1 answer that named failed records for success at 000:00:01.255000: it has no "
                              "report_batch_item_failures"});
  CHECK(told(read_bundled(*bundled_scenario("fm-08"), all_sites(), "fixed")).empty());
}

TEST_CASE("requests that a table throttled are told, and a reader that failed", "[story][CAP-8]") {
  const Scenario scenario = parse_scenario(R"({"name": "tight",
    "tables": [{"name": "orders", "key": "id", "capacity": {"billing": "provisioned", "read": 1, "write": 1}}],
    "readers": [{"name": "rd", "reader": "redrive"}], "run_for": "1h", "steps": [
      {"at": "1s", "put": {"table": "orders", "item": {"id": "A"}}}]})",
                                           "s.json", all_sites());
  CHECK(hindrances_of(simulate(scenario, Plan::calm(), bundled_handlers(), {.keep_trace = true}).trace) ==
        std::vector<std::string>{"reader rd ended at 000:00:00.000000: threw, no queue is called 'letters'"});
  Trace trace;
  trace.keep(true);
  trace.note(Instant{}, no_fact, TableDeclared{.table = TableId{0}, .table_name = "orders"});
  for (const int at : {1, 2}) {
    CapacityAsked asked{.table = TableId{0},
                        .partition = "0",
                        .use = CapacityUse::write,
                        .half_units = 10,
                        .answer = CapacityAnswer::provisioned_exceeded,
                        .actor = Actor::client(0)};
    trace.note(Instant(std::chrono::seconds(at)), no_fact, asked);
    asked.answer = CapacityAnswer::served;
    trace.note(Instant(std::chrono::seconds(at)), no_fact, asked);
  }
  CHECK(hindrances_of(trace.facts()) ==
        std::vector<std::string>{
            "table orders throttled 2 requests from 000:00:01.000000 to 000:00:02.000000: what is provisioned "
            "is used up"});
}

TEST_CASE("a step that its table throttled had no effect, one that it served had", "[story][CAP-8]") {
  const Scenario scenario = parse_scenario(R"--({"name": "tight",
    "tables": [{"name": "orders", "key": "id", "capacity": {"billing": "provisioned", "read": 1, "write": 1}}], "run_for": "1h", "steps": [
      {"at": "1s", "put": {"table": "orders", "item": {"id": "A"}}},
      {"at": "2s", "put": {"table": "orders", "item": {"id": "A"}, "condition": "attribute_not_exists(id)"}}]})--",
                                           "s.json", all_sites());
  const auto idle = idle_steps(scenario, simulate(scenario, Plan::calm(), bundled_handlers(), {.keep_trace = true}).trace);
  REQUIRE(idle.size() == 1);
  CHECK(idle[0].sentence() == "step 1 (put) at 000:00:02.000000 had no effect: ConditionalCheckFailedException");

  Trace trace;
  trace.keep(true);
  const FactIndex step = trace.note(Instant{}, no_fact, StepTaken{0, "put"});
  const FactIndex asked = trace.note(Instant{}, step, CapacityAsked{.answer = CapacityAnswer::provisioned_exceeded});
  trace.note(Instant{}, asked, WriteRefused{TableId{0}, ItemKey(), ServiceError::throughput_exceeded, Actor::client(0)});
  const auto throttled = idle_steps(scenario, trace.facts());
  REQUIRE(throttled.size() == 1);
  CHECK(throttled[0].why == "ProvisionedThroughputExceededException");
}

TEST_CASE("a step whose write is refused as it stands tells what it was answered", "[story][ERR-6][ITEM-2][BOP-3]") {
  const std::string large = R"("item": {"id": "A", "text": ")" + std::string(410'000, 'x') + R"("}}})";
  const std::string in_batch =
      R"({"tables": [{"table": "orders", "puts": [{"id": "A", "text": ")" + std::string(410'000, 'x') + R"("}]}]})";
  const Scenario scenario =
      parse_scenario(R"--({"name": "gone", "tables": [{"name": "orders", "key": "id"}], "run_for": "1h", "steps": [
      {"at": "1s", "put": {"table": "orders", )--" +
                         large + R"--(, {"at": "2s", "batch_write": )--" + in_batch + R"--(},
      {"at": "3s", "delete_table": {"table": "orders"}},
      {"at": "10min", "put": {"table": "orders", "item": {"id": "A"}}},
      {"at": "11min", "transact_write": {"actions": [{"delete": {"table": "orders", "key": {"id": "A"}}}]}},
      {"at": "12min", "batch_write": {"tables": [{"table": "orders", "deletes": [{"id": "A"}]}]}},
      {"at": "13min", "get": {"table": "orders", "key": {"id": "A"}}}]})--",
                     "s.json", all_sites());
  const Run run = simulate(scenario, Plan::calm(), bundled_handlers(), {.keep_trace = true});
  std::vector<std::string> told;
  for (const IdleStep& step : idle_steps(scenario, run.trace)) told.push_back(std::to_string(step.step) + ": " + step.why);
  const std::string too_large = "ValidationException: Item size has exceeded the maximum allowed size";
  const std::string not_there = "ResourceNotFoundException";
  CHECK(told == std::vector<std::string>{"0: " + too_large, "1: " + too_large,
                                         "3: " + not_there + ": Requested resource not found", "4: " + not_there,
                                         "5: " + not_there + ": Requested resource not found"});
}

TEST_CASE("a step whose client tries again is judged by all that its tries did, and tells why the last did nothing",
          "[story][WIRE-6][OP-6]") {
  const auto played = [](const std::string& run_for, const std::vector<std::pair<std::string, CallFault>>& faults) {
    const Scenario scenario = parse_scenario(R"--({"name": "again", "tables": [{"name": "orders", "key": "id"}], "steps": [
      {"at": "1s", "put": {"table": "orders", "item": {"id": "A"}, "condition": "attribute_not_exists(id)"}, "sdk_retries": "standard"},
      {"at": "1s", "get": {"table": "orders", "key": {"id": "A"}}, "sdk_retries": "standard"}], "run_for": ")--" +
                                                 run_for + R"(", "heal_at": ")" + run_for + R"("})",
                                             "s.json", all_sites());
    std::vector<Deviation> list;
    for (const auto& [key, kind] : faults) list.push_back({"client.fault", key, static_cast<std::int64_t>(kind)});
    const Run run = simulate(scenario, Plan::listed(list), bundled_handlers(), {.keep_trace = true});
    std::vector<std::string> why;
    for (const IdleStep& step : idle_steps(scenario, run.trace)) why.push_back(std::to_string(step.step) + ": " + step.why);
    return why;
  };
  using Why = std::vector<std::string>;
  const std::string put = "step 0 / call 0", second = " / attempt 1", third = " / attempt 2";
  CHECK(played("1h", {}).empty());
  CHECK(played("1h", {{put, CallFault::throttled}}).empty());
  CHECK(played("1h", {{put, CallFault::error_done}}).empty());  // it was written, though it is told that it was not
  CHECK(played("1h",
               {{put, CallFault::error_not_done}, {put + second, CallFault::throttled}, {put + third, CallFault::throttled}}) ==
        Why{"0: its last try: throttled"});
  CHECK(played("1h", {{put, CallFault::throttled},
                      {put + second, CallFault::error_not_done},
                      {put + third, CallFault::error_not_done}}) == Why{"0: its last try: error, not done"});
  CHECK(played("1200ms", {{put, CallFault::throttled}}) == Why{"0: the run ended before its call was tried again"});
  // A read is told in its own line, however it ends.
  const std::string get = "step 1 / call 0";
  CHECK(played("1h", {{get, CallFault::throttled}, {get + second, CallFault::throttled}, {get + third, CallFault::throttled}})
            .empty());
}

TEST_CASE("the tries of a client outside are told with whoever makes them, and each throttled one counts",
          "[story][WIRE-6][CAP-8]") {
  const Scenario scenario = parse_scenario(R"--({"name": "tight",
    "tables": [{"name": "orders", "key": "id", "capacity": {"billing": "provisioned", "read": 1, "write": 1}}],
    "load": {"table": "orders", "columns": ["id"], "rows": [["A"], ["B"], ["C"]], "every": "1ms", "sdk_retries": "legacy"},
    "steps": [{"at": "0s", "put": {"table": "orders", "item": {"id": "D"}}},
              {"at": "0s", "put": {"table": "orders", "item": {"id": "E"}}, "sdk_retries": "legacy"}],
    "choices": {"capacity.burst": {"low": "0s", "high": "0s"}}, "run_for": "1h"})--",
                                           "s.json", all_sites());
  const Run run = simulate(scenario, Plan::calm(), bundled_handlers(), {.keep_trace = true});
  FactWriter names;
  std::vector<std::string> told;
  std::size_t throttled = 0;
  for (const Fact& fact : run.trace) {
    names.learn(fact);
    if (fact.as<CallRetried>()) told.push_back(sentence_of(fact, names).text);
    if (const auto* asked = fact.as<CapacityAsked>(); asked && asked->answer != CapacityAnswer::served) throttled += 1;
  }
  const auto says = [&](const std::string& text) { return std::find(told.begin(), told.end(), text) != told.end(); };
  const std::string again = " again by itself after ProvisionedThroughputExceededException.";
  CHECK(says("The SDK of client 0 tries call 0" + again));
  CHECK(says("The SDK of the loader tries call 2" + again));
  REQUIRE(throttled == told.size());
  const std::vector<std::string> hindrances = hindrances_of(run.trace);
  REQUIRE(hindrances.size() == 1);
  CHECK(hindrances[0].starts_with("table orders throttled " + std::to_string(throttled) + " requests from "));
  CHECK(idle_steps(scenario, run.trace).empty());
}

TEST_CASE("a row that its client tries again counts once, by its last try, and as written where any try wrote it",
          "[story][load][WIRE-6][OP-6]") {
  const auto played = [](std::vector<CallFault> faults) {
    const Scenario scenario = parse_scenario(R"--({"name": "rows", "tables": [{"name": "orders", "key": "id"}],
      "load": {"table": "orders", "columns": ["id"], "rows": [["A"], ["B"], [""]], "sdk_retries": "standard"}, "run_for": "1h"})--",
                                             "s.json", all_sites());
    std::vector<Deviation> list;
    for (std::size_t i = 0; i < faults.size(); ++i)
      list.push_back({"client.fault", "load 0 / call 1" + (i == 0 ? std::string() : " / attempt " + std::to_string(i)),
                      static_cast<std::int64_t>(faults[i])});
    return loaded_rows(simulate(scenario, Plan::listed(list), bundled_handlers(), {.keep_trace = true}).trace);
  };
  constexpr CallFault throttled = CallFault::throttled, lost = CallFault::error_done;
  struct Row {
    std::vector<CallFault> faults;
    std::uint64_t written;
  };
  for (const Row& row : {Row{{}, 2}, Row{{throttled}, 2}, Row{{throttled, lost}, 2}, Row{{lost, throttled, throttled}, 2},
                         Row{{lost, lost, lost}, 2}, Row{{throttled, throttled, throttled}, 1}}) {
    const LoadedRows rows = played(row.faults);
    CHECK(rows.written == row.written);
    CHECK(rows.refused == 3 - row.written);
    CHECK(rows.last.starts_with(row.written == 2 ? "ValidationException: " : "throttled"));
  }
}

TEST_CASE("a reservation that the account cannot have is refused, and had no effect", "[story][POLL-12]") {
  const Scenario scenario = parse_scenario(R"--({"name": "greedy",
    "tables": [{"name": "orders", "key": "id"}], "functions": [{"name": "mirror", "reserved_concurrency": 900}],
    "run_for": "1h", "steps": [
      {"at": "1s", "set_concurrency": {"function": "mirror", "limit": 100001}},
      {"at": "2s", "set_concurrency": {"function": "mirror", "limit": 20}},
      {"at": "3s", "set_concurrency": {"limit": 40}},
      {"at": "4s", "set_concurrency": {"function": "mirror", "limit": 21}}]})--",
                                           "s.json", all_sites());
  const Run run = simulate(scenario, Plan::calm(), bundled_handlers(), {.keep_trace = true});
  const auto idle = idle_steps(scenario, run.trace);
  REQUIRE(idle.size() == 2);
  const std::string refused =
      "InvalidParameterValueException: Specified ReservedConcurrentExecutions for function decreases "
      "account's UnreservedConcurrentExecution below its minimum value of ";
  CHECK(idle[0].sentence() == "step 0 (set_concurrency) at 000:00:01.000000 had no effect: " + refused + "[100].");
  CHECK(idle[1].sentence() == "step 3 (set_concurrency) at 000:00:04.000000 had no effect: " + refused + "[40].");
}

TEST_CASE("a run that nothing held back has nothing to say, and a trace that makes no sense gives no error", "[story]") {
  CHECK(Mirror("", plain + steps("")).hindrances.empty());
  Trace trace;
  trace.keep(true);
  trace.note(Instant{}, no_fact, MappingAccess{MappingId{7}, "r", "a:B", "PROBLEM"});
  trace.note(Instant{}, no_fact, InvocationThrottled{FunctionId{3}, MappingId{8}, ShardId{0}, 0});
  trace.note(Instant{}, no_fact, AccessDenied{Actor::of(InvocationId{5}), "r", "a:B", "c"});
  const auto none = std::make_shared<const std::vector<RecordId>>();
  trace.note(Instant{}, no_fact, DestinationFailed{MappingId{9}, ShardId{0}, none, ServiceError::internal_server_error});
  CHECK(hindrances_of(trace.facts()).size() == 4);
}

TEST_CASE("records that a mapping skips since an update gave it LATEST anew are told", "[story][ESM-3][OPEN-25]") {
  const auto told = [](bool skips) {
    const Scenario scenario = parse_scenario(
        std::string(R"({"name": "late",
    "tables": [{"name": "orders", "key": "id", "stream": "new_and_old_images"}, {"name": "view", "key": "id"}],
    "functions": [{"name": "mirror"}],
    "mappings": [{"table": "orders", "function": "mirror", "starting_position": "latest"}],
    "choices": {"trigger.change_lag": {"low": "1min", "high": "1min", "calm": "1min"},
      "trigger.update_pauses": {"low": true, "high": true, "calm": true},
      "trigger.update_skips": {"low": )") +
            (skips ? R"(true, "high": true, "calm": true}},)" : R"(false, "high": false, "calm": false}},)") + R"(
    "run_for": "1h", "steps": [
      {"at": "1s", "put": {"table": "orders", "item": {"id": "A", "revision": 1}}},
      {"at": "1min", "update_mapping": {"mapping": "mirror", "batch_size": 5}},
      {"at": "90s", "put": {"table": "orders", "item": {"id": "B", "revision": 1}}}]})",
        "s.json", all_sites());
    return hindrances_of(simulate(scenario, Plan::calm(), bundled_handlers(), {.keep_trace = true}).trace);
  };
  CHECK(told(true) == std::vector<std::string>{
                          "mapping mirror skipped 1 record at 000:02:00.000000: an update had it take up its position (LATEST) "
                          "anew, past what came meanwhile"});
  CHECK(told(false).empty());
}
