#include "scenarios/play/script.hpp"

#include "scenarios/play/client_acts.hpp"
#include "scenarios/play/play.hpp"
#include "sim/base/bad_input.hpp"
#include "sim/data/json.hpp"
#include "tests/catch.hpp"

using namespace weir;

namespace {

BatchResponse nothing(const StreamEvent&, Context&) { return BatchResponse::ok(); }
const Handlers handlers{.functions = {{"f", nothing}}, .readers = {}};

Run play(const Scenario& scenario, const Plan& plan = Plan::calm()) {
  return simulate(scenario, plan, handlers, {.keep_trace = true});
}

std::vector<const Written*> writes_of(const Run&& run) = delete;  // they point into it
std::vector<const Written*> writes_of(const Run& run) {
  std::vector<const Written*> writes;
  for (const Fact& fact : run.trace)
    if (const auto* write = fact.as<Written>()) writes.push_back(write);
  return writes;
}

std::int64_t op_value(const Operation& op) { return ChoiceCodec<Operation>::encode(op); }

const Scenario steps_only{
    .name = "steps",
    .tables = {{.name = "orders", .key = {.partition = "id"}, .ttl = "expires_at", .stream = StreamView::new_image}},
    .run_for = 1h};

}  // namespace

TEST_CASE("the calm plan issues no generated operation", "[script]") {
  Scenario scenario = steps_only;
  scenario.workloads = {{.table = "orders", .clients = 3, .operations = 5}};
  const Run run = play(scenario);
  CHECK(writes_of(run).empty());
}

TEST_CASE("a generated operation acts on its item, and its revision grows across delete and re-create", "[script]") {
  Scenario scenario = steps_only;
  scenario.workloads = {{.table = "orders", .operations = 4, .items = 2, .groups = 2, .pause = 10s}};
  const auto at = [](int op) { return "client 0 / op " + std::to_string(op); };
  const Run run = play(scenario, Plan::listed({{"workload.op", at(0), op_value({OperationKind::put, 1, 1, 5})},
                                               {"workload.op", at(1), op_value({OperationKind::remove, 1, 0, 1})},
                                               {"workload.op", at(2), op_value({OperationKind::put, 1, 0, 7})},
                                               {"workload.op", at(3), op_value({OperationKind::add, 1, 0, 2})}}));
  const auto writes = writes_of(run);
  REQUIRE(writes.size() == 4);
  CHECK(writes[0]->new_image == Item{{"id", "i1"}, {"group", "g1"}, {"value", 5}, {"revision", 1}});
  CHECK(writes[1]->kind == ChangeKind::remove);
  CHECK(writes[2]->new_image == Item{{"id", "i1"}, {"group", "g0"}, {"value", 7}, {"revision", 2}});
  CHECK(writes[3]->new_image == Item{{"id", "i1"}, {"group", "g0"}, {"value", 9}, {"revision", 3}});
}

TEST_CASE("a load's numbers are exact decimals, its texts what they are", "[script][NUM-1]") {
  Scenario scenario = steps_only;
  scenario.loads = {{.table = "orders", .columns = {"id", "price:N"}, .rows = {{"\u00e4", "-2.50"}, {"b", "1e-130"}}}};
  const Run run = play(scenario);
  const auto writes = writes_of(run);
  REQUIRE(writes.size() == 2);
  CHECK(writes[0]->new_image == Item{{"id", "\u00e4"}, {"price", *Number::parse("-2.5")}});
  CHECK(writes[1]->new_image == Item{{"id", "b"}, {"price", *Number::parse("1E-130")}});
}

TEST_CASE("a rule that narrows the pause leaves a workload its own, unless it names a calm value", "[script][OP-7][TTL-1]") {
  const SiteInfo pause = *all_sites().find("workload.pause");
  const std::int64_t minute = Duration(1min).count();
  const auto calm_beside = [&](std::int64_t low, std::int64_t high, std::int64_t calm, Duration own) {
    const SiteRule rule{"workload.pause", low, high, calm, {}, false};
    return Duration(rule_beside(pause, &rule, own).calm);
  };
  CHECK(calm_beside(pause.low, 20 * minute, pause.calm, 10min) == 10min);
  CHECK(calm_beside(pause.low, 5 * minute, pause.calm, 10min) == 5min);     // as far as the rule lets it
  CHECK(calm_beside(2 * minute, 20 * minute, 2 * minute, 10min) == 10min);  // the rule's is but its low
  CHECK(calm_beside(pause.low, 20 * minute, 3 * minute, 10min) == 3min);
  CHECK(Duration(rule_beside(pause, nullptr, 30h).calm) == 30h);
  CHECK(Duration(rule_beside(*all_sites().find("workload.expires_in"), nullptr, -1h).calm) == -1h);

  for (const bool is_calm : {false, true}) {
    CAPTURE(is_calm);
    Scenario scenario = steps_only;
    scenario.workloads = {{.table = "orders", .operations = 1, .pause = 10min}};
    scenario.choices = {{"workload.pause", pause.low, is_calm ? pause.high : 20 * minute, pause.calm, {}, is_calm}};
    const Run run = play(scenario, Plan::listed({{"workload.op", "client 0 / op 0", op_value({OperationKind::put, 0, 0, 1})}}));
    for (const Fact& fact : run.trace)
      if (fact.as<Written>()) CHECK(fact.at == Instant(10min));
    CHECK(writes_of(run).size() == 1);
    CHECK(Player(scenario, handlers).calm_of(pause) == Duration(10min).count());
  }
}

TEST_CASE("a pause beside another that the choices name is refused", "[script]") {
  Scenario scenario = steps_only;
  scenario.workloads = {{.table = "orders", .pause = 10min, .expires_in = 1h}};
  const SiteInfo pause = *all_sites().find("workload.pause"), expires = *all_sites().find("workload.expires_in");
  const auto refusal = [&scenario](const SiteInfo& site, Duration calm) -> std::string {
    scenario.choices = {{std::string(site.name), site.low, site.high, calm.count(), {}, false}};
    try {
      (void)play(scenario);
    } catch (const BadInput& wrong) {
      return wrong.what();
    }
    return "accepted";
  };
  CHECK(refusal(pause, 10min) == "accepted");
  CHECK(refusal(pause, 3min) ==
        "scenario 'steps' /choices/workload.pause: calm 3min beside a workload's own 10min; one of them: without \"calm\" here "
        "the workload's is the calm value");
  CHECK(refusal(expires, 2h).find("calm 2h beside a workload's own 1h") != std::string::npos);
}

TEST_CASE("operations come a pause apart, and the pause is a choice", "[script]") {
  Scenario scenario = steps_only;
  scenario.workloads = {{.table = "orders", .operations = 2, .pause = 10s}};
  const std::int64_t put = op_value({OperationKind::put, 0, 0, 1}), put_two = op_value({OperationKind::put, 0, 0, 2});
  const auto times = [&](std::vector<Deviation> more) {
    more.push_back({"workload.op", "client 0 / op 0", put});
    more.push_back({"workload.op", "client 0 / op 1", put_two});
    std::vector<Instant> at;
    for (const Fact& fact : play(scenario, Plan::listed(more)).trace)
      if (fact.as<Written>()) at.push_back(fact.at);
    return at;
  };
  CHECK(times({}) == std::vector<Instant>{Instant(10s), Instant(20s)});
  CHECK(times({{"workload.pause", "client 0 / op 1", Duration(3min).count()}}) ==
        std::vector<Instant>{Instant(10s), Instant(190s)});
}

TEST_CASE("times in steps stand for the Unix second, millisecond or text at that distance", "[script][TTL-1]") {
  const std::int64_t now = 1'000'000;
  const TtlAttributes all{"a", "b", "c", "d", "e", "f"};
  CHECK(
      resolve_times(Item{{"a", "@+90s"}, {"b", "@-1h"}, {"c", "@ms+1s"}, {"d", "@text+1s"}, {"e", "me@home"}, {"f", "@nobody"}},
                    all, now) ==
      Item{{"a", 1'000'090}, {"b", 996'400}, {"c", 1'000'001'000}, {"d", "1000001"}, {"e", "me@home"}, {"f", "@nobody"}});
  CHECK(resolve_times(Item{{"a", "@+90s"}, {"b", "@+90s"}}, {"b"}, now) == Item{{"a", "@+90s"}, {"b", 1'000'090}});
}

TEST_CASE("a time counts from its step where TTL looks for one, be it after a later step, and is a text elsewhere",
          "[script][TTL-1][TTL-12]") {
  Scenario scenario = steps_only;
  scenario.steps = {{1s, PutStep{"orders", {{"id", "A"}, {"expires_at", "@+90s"}, {"until", "@+1h"}, {"note", "@+1h"}}}},
                    {2s, UpdateStep{"orders", {{"id", "A"}}, {{"expires_at", "@+2min"}, {"note", "@-1s"}}}},
                    {3s, UpdateTimeToLiveStep{"orders", "until"}}};
  const Run run = play(scenario);
  const auto writes = writes_of(run);
  REQUIRE(writes.size() >= 2);
  const std::int64_t start = scenario.epoch_unix;
  CHECK(writes[0]->new_image == Item{{"id", "A"}, {"expires_at", start + 91}, {"until", start + 3601}, {"note", "@+1h"}});
  CHECK(writes[1]->new_image.find_string("note") == "@-1s");
  CHECK(writes[1]->new_image.get("expires_at") == AttributeValue(start + 122));
}

TEST_CASE("names in a set, and that of TTL's attribute, are attributes and no paths", "[script][TTL-1][ITEM-6]") {
  Scenario scenario = steps_only;
  scenario.tables[0].ttl = "meta.exp]";
  scenario.steps = {{1s, UpdateStep{"orders", {{"id", "A"}}, {{"a.b", 1}, {"a]", 2}, {"meta.exp]", "@+1h"}}}}};
  scenario.workloads = {{.table = "orders", .operations = 1, .pause = 10s, .expires_in = 1h}};
  const Run run =
      play(scenario, Plan::listed({{"workload.op", "client 0 / op 0", op_value({OperationKind::update, 0, 0, 5})}}));
  const auto writes = writes_of(run);
  REQUIRE(writes.size() >= 2);
  const std::int64_t start = scenario.epoch_unix;
  CHECK(writes[0]->new_image == Item{{"id", "A"}, {"a.b", 1}, {"a]", 2}, {"meta.exp]", start + 3601}});
  CHECK(writes[1]->new_image.get("meta.exp]") == AttributeValue(start + 3610));
}

TEST_CASE("an operation on a table that is sorted by the group leaves the group in its key", "[script][EXPR-17]") {
  Scenario scenario = steps_only;
  scenario.tables[0].key.sort = "group";
  scenario.workloads = {{.table = "orders", .operations = 3, .groups = 2, .pause = 10s}};
  const auto op = [](int number, OperationKind kind) {
    return Deviation{"workload.op", "client 0 / op " + std::to_string(number), op_value({kind, 0, 1, 5})};
  };
  const Run run =
      play(scenario, Plan::listed({op(0, OperationKind::put), op(1, OperationKind::update), op(2, OperationKind::add)}));
  const auto writes = writes_of(run);
  REQUIRE(writes.size() == 3);
  CHECK(writes[2]->new_image == Item{{"id", "i0"}, {"group", "g1"}, {"value", 10}, {"revision", 3}});
}

TEST_CASE("steps put, update and delete, each write caused by its step", "[script]") {
  Scenario scenario = steps_only;
  scenario.steps = {{1s, PutStep{"orders", {{"id", "A"}, {"n", 1}}}},
                    {2s, UpdateStep{"orders", {{"id", "A"}}, {{"n", 2}}}},
                    {3s, DeleteStep{"orders", {{"id", "A"}}}}};
  const Run run = play(scenario);
  const auto writes = writes_of(run);
  REQUIRE(writes.size() == 3);
  CHECK(writes[1]->new_image == Item{{"id", "A"}, {"n", 2}});
  CHECK(writes[2]->new_image.empty());
  for (const Fact& fact : run.trace)
    if (fact.as<Written>()) CHECK(run.trace[fact.cause].as<StepTaken>());
}

TEST_CASE("a step's condition decides about its write, and its update expression makes it",
          "[script][EXPR-3][EXPR-5][EXPR-10]") {
  const Item key{{"id", "A"}};
  const ExpressionContext if_one{.names = {{"#v", "version"}}, .values = {{":one", 1}}};
  Scenario scenario = steps_only;
  scenario.steps = {{1s, PutStep{"orders", {{"id", "A"}, {"version", 1}}, "attribute_not_exists(id)"}},
                    {2s, PutStep{"orders", {{"id", "A"}, {"version", 9}}, "attribute_not_exists(id)"}},
                    {3s, UpdateStep{"orders", key, {}, "SET #v = #v + :one, note = :one", "#v = :one", if_one}},
                    {4s, UpdateStep{"orders", key, {{"version", 9}}, "", "#v = :one", if_one}},
                    {5s, DeleteStep{"orders", key, "#v = :one", if_one}},
                    {6s, DeleteStep{"orders", key, "#v <> :one", if_one}}};
  const Run run = play(scenario);
  const auto writes = writes_of(run);
  REQUIRE(writes.size() == 3);
  CHECK(writes[1]->new_image == Item{{"id", "A"}, {"version", 2}, {"note", 1}});
  CHECK(writes[2]->new_image.empty());
  std::vector<Instant> refused;
  for (const Fact& fact : run.trace)
    if (const auto* refusal = fact.as<WriteRefused>()) {
      CHECK(refusal->error == ServiceError::condition_failed);
      refused.push_back(fact.at);
    }
  CHECK(refused == std::vector<Instant>{Instant(2s), Instant(4s), Instant(5s)});
}

TEST_CASE("splitting by step closes the open shards under the path and opens children", "[script][SHARD-2]") {
  Scenario scenario = steps_only;
  scenario.steps = {{1s, SplitShardStep{"orders", "0", 2}}, {2s, SplitShardStep{"orders", "0.1", 1}}};
  std::vector<std::string> opened;
  for (const Fact& fact : play(scenario).trace)
    if (const auto* shard = fact.as<ShardOpened>()) opened.push_back(shard->path);
  CHECK(opened == std::vector<std::string>{"0", "0.0", "0.1", "0.1.0"});
}

TEST_CASE("a split of shard 1 leaves shard 10 alone, and a split of no path in particular is one of all", "[script][SHARD-2]") {
  Scenario scenario = steps_only;
  scenario.tables[0].shards = 11;
  scenario.steps = {{1s, SplitShardStep{"orders", "1", 1}}, {2s, SplitShardStep{"orders", "", 1}}};
  std::vector<std::string> early;
  int late = 0;
  for (const Fact& fact : play(scenario).trace) {
    const auto* shard = fact.as<ShardOpened>();
    if (!shard || shard->parent == no_shard) continue;
    if (fact.at == Instant(1s)) early.push_back(shard->path);
    if (fact.at == Instant(2s)) late += 1;
  }
  CHECK(early == std::vector<std::string>{"1.0"});
  CHECK(late == 11);
}

TEST_CASE("deleting a table by step takes its items without a record, and disables its stream", "[script][TABLE-5][ESM-28]") {
  Scenario scenario = steps_only;
  scenario.functions = {{.name = "f"}};
  scenario.mappings = {{.table = "orders", .function = "f"}};
  scenario.steps = {{1s, PutStep{"orders", {{"id", "A"}, {"expires_at", "@+30s"}}}}, {2s, DeleteTableStep{"orders"}}};
  scenario.run_for = 30h;
  const Run run = play(scenario);
  CHECK(run.violation() == nullptr);
  CHECK(run.records == 1);
  CHECK(run.unfinished == 0);
  CHECK(run.tables.at(0).items == 0);
  std::size_t deleted = 0, disabled = 0, gone = 0, settled = 0;
  for (const Fact& fact : run.trace) {
    deleted += fact.as<TableDeleted>() ? 1 : 0;
    disabled += fact.as<StreamDisabled>() ? 1 : 0;
    gone += fact.as<StreamGone>() && fact.at > Instant(26h - 2h) ? 1 : 0;
    settled += fact.as<Settled>() ? 1 : 0;
  }
  CHECK(deleted == 1);
  CHECK(disabled == 1);
  CHECK(settled == 1);  // what was written before is still handed out
  CHECK(gone == 1);
}

TEST_CASE("rows of a load come one a tick with composed keys and typed columns", "[script]") {
  Scenario scenario = steps_only;
  scenario.tables[0].key.partition = "PK";
  scenario.loads = {{.table = "orders",
                     .columns = {"n:N", "host"},
                     .compose = {{"PK", "request#{n}@{host}"}},
                     .every = 2s,
                     .rows = {{"7", "a"}, {"8", "b"}}}};
  const Run run = play(scenario);
  const auto writes = writes_of(run);
  REQUIRE(writes.size() == 2);
  CHECK(to_plain_text(writes[0]->new_image) == R"({"PK":"request#7@a","host":"a","n":7})");
  CHECK(to_plain_text(writes[1]->new_image) == R"({"PK":"request#8@b","host":"b","n":8})");
}
