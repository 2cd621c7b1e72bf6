// The SDK's own retries of clients outside: workloads, loads and steps.
#include <algorithm>

#include "oracles/metrics/metrics.hpp"
#include "scenarios/play/client_calls.hpp"
#include "scenarios/play/play.hpp"
#include "sim/kernel/door.hpp"
#include "tests/catch.hpp"

using namespace weir;

namespace {

constexpr const char* again_unheard = "a write that its client wrote again";

Deviation fault(const std::string& key, CallFault kind) { return {"client.fault", key, static_cast<std::int64_t>(kind)}; }
Deviation pause(const std::string& key, std::int64_t percent) { return {"client.back_off", key, percent}; }
Deviation operation(const std::string& key, OperationKind kind) {
  return {"workload.op", key, ChoiceCodec<Operation>::encode({kind, 0, 0, 5})};
}

Scenario outside() {
  return {.name = "outside",
          .tables = {{.name = "orders", .key = {"id"}, .stream = StreamView::new_and_old_images}},
          .run_for = 1h,
          .heal_at = 1h};
}
Scenario stepping(std::vector<Step> steps) {
  Scenario scenario = outside();
  scenario.steps = std::move(steps);
  return scenario;
}
Scenario working(SdkRetries retries, int operations = 1) {
  Scenario scenario = outside();
  scenario.workloads = {
      {.table = "orders", .operations = operations, .items = 1, .kinds = {OperationKind::add}, .sdk_retries = retries}};
  return scenario;
}
// What serves one write a second, and none that was saved up.
Scenario narrow(Scenario scenario) {
  scenario.tables[0].capacity = CapacitySettings{.billing = BillingMode::provisioned, .provisioned = {5, 1}};
  scenario.choices.push_back({.site = "capacity.burst", .low = 0, .high = 0, .calm = 0});
  return scenario;
}

Run play(const Scenario& scenario, const std::vector<Deviation>& deviations = {}) {
  static const Handlers none;
  const Run run = simulate(scenario, Plan::listed(deviations), none, {.keep_trace = true});
  CHECK_FALSE(run.bug);
  CHECK(run.violation() == nullptr);
  return run;
}

template <class T>
std::vector<Fact> facts(const Run& run) {
  std::vector<Fact> found;
  for (const Fact& fact : run.trace)
    if (fact.as<T>()) found.push_back(fact);
  return found;
}
std::vector<std::string> lines(const Run& run) {
  std::vector<std::string> all;
  for (const Fact& fact : facts<Logged>(run)) all.push_back(fact.as<Logged>()->line);
  return all;
}
std::uint64_t times_reached(const Run& run, std::string_view probe) {
  for (const auto& [name, times] : run.reached)
    if (name == probe) return times;
  FAIL("no such probe");
  return 0;
}
// The attribute `name` of all that was written, in order.
std::vector<AttributeValue> written(const Run& run, const char* name) {
  std::vector<AttributeValue> values;
  for (const Fact& fact : facts<Written>(run))
    if (const auto value = fact.as<Written>()->new_image.get(name)) values.push_back(*value);
  return values;
}

const PutStep put_a{"orders", {{"id", "A"}}};
const PutStep put_new_a{"orders", {{"id", "A"}}, "attribute_not_exists(id)"};
UpdateStep add_one() {
  return {.table = "orders",
          .key = {{"id", "A"}},
          .set = {},
          .update = "ADD n :one",
          .placeholders = {.names = {}, .values = {{":one", 1}}}};
}

}  // namespace

TEST_CASE("without retries no fault strikes a client outside, and a throttled write is lost", "[WIRE-6][CAP-8]") {
  const std::vector<Deviation> faults{
      fault("step 0 / call 0", CallFault::error_done), fault("client 0 / op 0 / call 0", CallFault::error_done),
      fault("load 0 / call 0", CallFault::error_done), operation("client 0 / op 0", OperationKind::add)};
  Scenario scenario = working(SdkRetries::none);
  scenario.steps = {{1s, put_a}};
  scenario.loads = {{.table = "orders", .columns = {"id"}, .rows = {{"B"}}}};
  const Run run = play(scenario, faults);
  CHECK(facts<CallDisturbed>(run).empty());
  CHECK(facts<Written>(run).size() == 3);
  const Run throttled = play(narrow(stepping({{1s, put_a}, {1s, {PutStep{"orders", {{"id", "B"}}}}}})));
  CHECK(facts<Written>(throttled).size() == 1);
  CHECK(facts<CallRetried>(throttled).empty());
}

TEST_CASE("a step that the table throttles waits and is served", "[WIRE-6][ERR-8][CAP-8]") {
  const PutStep b{"orders", {{"id", "B"}}};
  const Run run =
      play(narrow(stepping({{1s, put_a}, {1s, b, SdkRetries::standard}})), {pause("step 1 / call 0 / attempt 1", 80)});
  const std::vector<Fact> retried = facts<CallRetried>(run), writes = facts<Written>(run);
  REQUIRE(retried.size() >= 1);
  CHECK(retried[0].as<CallRetried>()->actor == Actor::client(0));
  CHECK(retried[0].as<CallRetried>()->attempt == 1);
  CHECK(retried[0].as<CallRetried>()->error == ServiceError::throughput_exceeded);
  CHECK(run.trace[retried[0].cause].as<StepTaken>());
  REQUIRE(writes.size() == 2);
  CHECK(writes[1].cause == retried.back().index);
  CHECK(writes[1].at > writes[0].at);
  CHECK(lines(run).empty());  // it went well in the end
  CHECK(times_reached(run, again_unheard) == 0);
}

TEST_CASE("a client gives up after as many tries as its mode makes, each a choice and a fact of its own", "[WIRE-6][ERR-8]") {
  struct Row {
    SdkRetries mode;
    std::size_t tries;
  };
  for (const Row& row : {Row{SdkRetries::standard, 3}, Row{SdkRetries::legacy, 11}}) {
    std::vector<Deviation> faults{operation("client 0 / op 0", OperationKind::add)};
    for (const std::string caller : {"step 0 / call 0", "client 0 / op 0 / call 0", "load 0 / call 0"})
      for (int attempt = 0; attempt < 12; ++attempt)
        faults.push_back(fault(caller + (attempt == 0 ? "" : " / attempt " + std::to_string(attempt)), CallFault::throttled));
    Scenario scenario = working(row.mode);
    scenario.steps = {{1s, put_a, row.mode}};
    scenario.loads = {{.table = "orders", .columns = {"id"}, .rows = {{"B"}}, .sdk_retries = row.mode}};
    const Run run = play(scenario, faults);
    CHECK(facts<CallDisturbed>(run).size() == 3 * row.tries);
    CHECK(facts<CallRetried>(run).size() == 3 * (row.tries - 1));
    CHECK(facts<Written>(run).empty());
    REQUIRE(lines(run).size() == 1);
    CHECK(lines(run)[0].starts_with("step 0: put: ProvisionedThroughputExceededException: "));
    std::int64_t throttles = 0;
    for (const MetricSeries& series : metrics_of(run.trace))
      if (series.metric->name == "ThrottledRequests") throttles += series.total();
    CHECK(static_cast<std::size_t>(throttles) == 3 * row.tries);
  }
}

TEST_CASE("a workload whose answer was lost adds twice, and the stream shows both", "[WIRE-6][OP-6][OPEN-49]") {
  const Run run = play(working(SdkRetries::standard), {operation("client 0 / op 0", OperationKind::add),
                                                       fault("client 0 / op 0 / call 0", CallFault::error_done)});
  CHECK(written(run, "value") == std::vector<AttributeValue>{5, 10});
  CHECK(written(run, "revision") == std::vector<AttributeValue>{1, 1});  // the same request
  CHECK(facts<Appended>(run).size() == 2);
  CHECK(run.records == 2);
  CHECK(times_reached(run, again_unheard) == 1);
  const std::vector<Fact> retried = facts<CallRetried>(run), writes = facts<Written>(run);
  REQUIRE(retried.size() == 1);
  CHECK(run.trace[retried[0].cause].as<OperationIssued>());
  CHECK(writes[1].at == writes[0].at + 500ms);  // half of the longest pause
  CHECK(facts<CallDisturbed>(run).at(0).as<CallDisturbed>()->service == Service::dynamodb);
}

TEST_CASE("a client of a workload goes on a pause after its operation is over", "[WIRE-6][OP-7]") {
  const std::vector<Deviation> twice{
      operation("client 0 / op 0", OperationKind::add), operation("client 0 / op 1", OperationKind::add),
      fault("client 0 / op 0 / call 0", CallFault::error_not_done), pause("client 0 / op 0 / call 0 / attempt 1", 70)};
  const Run run = play(working(SdkRetries::standard, 3), twice);
  const std::vector<Fact> issued = facts<OperationIssued>(run);
  REQUIRE(issued.size() == 2);
  CHECK(issued[0].at == Instant{} + 1s);
  CHECK(issued[1].at == Instant{} + 1s + 700ms + 1s);
  CHECK(written(run, "value") == std::vector<AttributeValue>{5, 10});
  const Run calm = play(working(SdkRetries::standard, 3), {twice[0], twice[1]});
  CHECK(facts<OperationIssued>(calm).at(1).at == Instant{} + 2s);
}

TEST_CASE("a second workload's clients have keys of their own", "[WIRE-6]") {
  Scenario scenario = working(SdkRetries::standard);
  scenario.workloads.push_back(scenario.workloads[0]);
  const Run run = play(scenario, {operation("client 0 / op 0 / workload 1", OperationKind::add),
                                  fault("client 0 / op 0 / workload 1 / call 0", CallFault::error_done)});
  CHECK(written(run, "value") == std::vector<AttributeValue>{5, 10});
}

TEST_CASE("a loader writes a row again while later rows come in", "[WIRE-6][OP-6]") {
  Scenario scenario = outside();
  scenario.loads = {{.table = "orders",
                     .columns = {"id"},
                     .every = 100ms,
                     .rows = {{"A"}, {"B"}, {"C"}},
                     .sdk_retries = SdkRetries::standard}};
  const Run run =
      play(scenario, {fault("load 0 / call 0", CallFault::throttled), fault("load 0 / call 1", CallFault::error_not_done)});
  CHECK(written(run, "id") == std::vector<AttributeValue>{"C", "A", "B"});
  const std::vector<Fact> retried = facts<CallRetried>(run);
  REQUIRE(retried.size() == 2);
  CHECK(retried[0].as<CallRetried>()->actor == Actor::loader());
  CHECK(retried[1].as<CallRetried>()->call == 1);  // its row
}

TEST_CASE("a conditional write fails on its own success, and its step is told the last answer", "[WIRE-6][OP-6][OPEN-49]") {
  const Run run = play(stepping({{1s, put_new_a, SdkRetries::standard}}), {fault("step 0 / call 0", CallFault::error_done)});
  CHECK(facts<Written>(run).size() == 1);
  CHECK(lines(run) == std::vector<std::string>{"step 0: put: ConditionalCheckFailedException: The conditional request failed"});
  CHECK(times_reached(run, again_unheard) == 0);
}

TEST_CASE("a transaction that is tried again by its token is done once, whoever named it", "[TXN-2][WIRE-6]") {
  for (const char* token : {"", "mine"}) {
    const Run run =
        play(stepping({{1s, TransactWriteStep{{add_one()}, token}, SdkRetries::standard},
                       {10s, TransactWriteStep{{add_one()}, token}}}),
             {fault("step 0 / call 0", CallFault::error_done), fault("step 0 / call 0 / attempt 1", CallFault::error_done)});
    const std::size_t second = std::string(token).empty() ? 1 : 0;  // without retries it has no token but its own
    CHECK(facts<Written>(run).size() == 1 + second);
    CHECK(facts<TransactionRepeated>(run).size() == 3 - second);
    CHECK(lines(run).empty());
  }
}

TEST_CASE("a transaction that is still settling is met in progress, and tried again", "[TXN-3][TXN-9][WIRE-6]") {
  const Run run = play(
      stepping({{1s, TransactWriteStep{{add_one()}}, SdkRetries::standard}}),
      {fault("step 0 / call 0", CallFault::error_done), {"transaction.settling", "step 0 / call 0", Duration(1s).count()}});
  const std::vector<Fact> retried = facts<CallRetried>(run);
  REQUIRE(retried.size() == 2);
  CHECK(retried[1].as<CallRetried>()->error == ServiceError::transaction_in_progress);
  CHECK(facts<Written>(run).size() == 1);
  CHECK(lines(run).empty());
}

TEST_CASE("what a batch leaves unprocessed no SDK sends again", "[BOP-3][WIRE-6]") {
  const BatchWriteStep two{{{"orders", {{{"id", "A"}}, {{"id", "B"}}}}}};
  const Run run = play(narrow(stepping({{1s, two, SdkRetries::standard}})));
  CHECK(facts<Written>(run).size() == 1);
  CHECK(facts<CallRetried>(run).empty());
  REQUIRE(lines(run).size() == 1);
  CHECK(lines(run)[0].starts_with("step 0: batch_write: 1 of 2 writes, unprocessed: put of orders"));
  const Run lost = play(stepping({{1s, two, SdkRetries::standard}}), {fault("step 0 / call 0", CallFault::error_not_done)});
  CHECK(facts<CallRetried>(lost).size() == 1);
  CHECK(lines(lost) == std::vector<std::string>{"step 0: batch_write: 2 writes"});
}

TEST_CASE("reads are tried again page by page, and an answer that was lost is only read once more", "[WIRE-6][QRY-2]") {
  const ScanStep scan{{.table = "orders", .limit = 1, .pages = 5}};
  const Run run =
      play(stepping({{1s, put_a},
                     {1s, PutStep{"orders", {{"id", "B"}}}},
                     {2s, scan, SdkRetries::legacy},
                     {3s, GetStep{"orders", {{"id", "A"}}}, SdkRetries::legacy}}),
           {fault("step 2 / call 0", CallFault::error_done), fault("step 2 / call 1", CallFault::throttled),
            fault("step 2 / call 1 / attempt 1", CallFault::error_not_done), fault("step 3 / call 0", CallFault::throttled)});
  const std::vector<Fact> retried = facts<CallRetried>(run);
  REQUIRE(retried.size() == 4);
  CHECK(retried[2].as<CallRetried>()->call == 1);
  CHECK(retried[2].as<CallRetried>()->attempt == 2);
  const std::vector<std::string> told = lines(run);
  REQUIRE(told.size() == 4);
  CHECK(told[0].starts_with("step 2: scan: page 1: 1 item, scanned 1, last key"));
  CHECK(told[1].starts_with("step 2: scan: page 2: 1 item, scanned 1"));
  CHECK(told[2] == "step 2: scan: page 3: 0 items, scanned 0");
  CHECK(told[3] == R"(step 3: get: {"id":"A"})");
}

TEST_CASE("what another try cannot better is not tried again", "[ERR-8][WIRE-6]") {
  const Run run = play(stepping(
      {{1s, put_a}, {2s, put_new_a, SdkRetries::legacy}, {3s, DeleteTableStep{"orders"}}, {10min, put_a, SdkRetries::legacy}}));
  CHECK(facts<CallRetried>(run).empty());
  REQUIRE(lines(run).size() == 2);
  CHECK(lines(run)[1].starts_with("step 3: put: ResourceNotFoundException"));
}

TEST_CASE("once faults are healed none strikes a client's tries, the ones to come included", "[OPEN-49][WIRE-6]") {
  std::vector<Deviation> always{operation("client 0 / op 0", OperationKind::add)};
  for (const char* attempt : {"", " / attempt 1", " / attempt 2"}) {
    always.push_back(fault(std::string("step 0 / call 0") + attempt, CallFault::throttled));
    always.push_back(fault(std::string("client 0 / op 0 / call 0") + attempt, CallFault::throttled));
  }
  Scenario scenario = working(SdkRetries::standard);
  scenario.steps = {{1s, put_a, SdkRetries::standard}};
  scenario.heal_at = 1200ms;
  const Run run = play(scenario, always);
  CHECK(facts<CallDisturbed>(run).size() == 2);
  CHECK(facts<Written>(run).size() == 2);
}

TEST_CASE("a call that waits for its next try when the run ends is work left", "[WIRE-6]") {
  Scenario scenario = stepping({{1s, put_a, SdkRetries::standard}});
  scenario.run_for = scenario.heal_at.emplace(1200ms);
  const Run run = play(scenario, {fault("step 0 / call 0", CallFault::throttled)});
  CHECK(run.unfinished == 1);
  CHECK(facts<Written>(run).empty());
  scenario.run_for = 1h;
  CHECK(play(scenario, {fault("step 0 / call 0", CallFault::throttled)}).unfinished == 0);
}

TEST_CASE("a throttle by chance has the words of the table's billing for a client outside too", "[CAP-8]") {
  Scenario scenario = stepping({{1s, put_a, SdkRetries::standard}});
  scenario.tables[0].capacity = CapacitySettings{};
  std::vector<Deviation> faults;
  for (const char* attempt : {"", " / attempt 1", " / attempt 2"})
    faults.push_back(fault(std::string("step 0 / call 0") + attempt, CallFault::throttled));
  REQUIRE(lines(play(scenario, faults)).size() == 1);
  CHECK(lines(play(scenario, faults))[0].starts_with("step 0: put: ThrottlingException: "));
}

// Against a counter by hand: each try that the plan does not throttle or lose beforehand adds, until one is heard.
TEST_CASE("an add counts as often as its tries were done", "[WIRE-6][OP-6][property]") {
  Scenario scenario = working(SdkRetries::standard, 8);
  scenario.workloads[0].clients = 2;
  scenario.workloads[0].values = 1;
  std::uint64_t all_repeated = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    static const Handlers none;
    const Run run = simulate(scenario, Plan::seeded(Seed{seed}), none, {.keep_trace = true});
    REQUIRE_FALSE(run.bug);
    REQUIRE(run.violation() == nullptr);
    std::int64_t expected = 0, held = 0;
    std::uint64_t repeated = 0;
    std::map<FactIndex, bool> wrote;  // a try, by its cause: whether the call has written by then
    for (const Fact& fact : run.trace) {
      if (fact.as<OperationIssued>()) expected += 1, wrote[fact.index] = false;
      if (const auto* disturbed = fact.as<CallDisturbed>(); disturbed && disturbed->fate != Fate::error_done) expected -= 1;
      if (fact.as<CallRetried>()) expected += 1, wrote[fact.index] = wrote[fact.cause];
      if (const auto* write = fact.as<Written>()) {
        if (std::exchange(wrote[fact.cause], true)) repeated += 1;
        held = *write->new_image.get("value")->as_number()->to_int64();
      }
    }
    INFO(seed);
    CHECK(held == expected);
    CHECK(times_reached(run, again_unheard) == repeated);
    all_repeated += repeated;
  }
  CHECK(all_repeated > 50);
}
