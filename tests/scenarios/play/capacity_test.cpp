// Capacity in whole worlds: what a throttle does to clients and consumers, and a partition's split to the stream.
#include <algorithm>

#include "oracles/metrics/metrics.hpp"
#include "scenarios/play/play.hpp"
#include "tests/catch.hpp"

using namespace weir;

namespace {

CapacitySettings writes(std::int64_t units) { return {.billing = BillingMode::provisioned, .provisioned = {5, units}}; }

PutStep order(const std::string& id, std::size_t bytes = 0) {
  return {"orders", {{"id", AttributeValue(id)}, {"text", std::string(bytes, 'x')}}};
}

// Each order is copied by two writes; the second is throttled unless somebody waits.
std::vector<std::string> said;
BatchResponse copy_twice(const StreamEvent& event, Context& context) {
  TableClient copies = context.table("copies");
  for (const StreamRecord& record : event.records) {
    for (const char* half : {"1", "2"}) {
      const Item copy{{"id", half}, {"of", *record.new_image->get("id")}, {"text", std::string(1500, 'x')}};  // two units
      const Result<Done> done = copies.put(copy);
      said.push_back(done ? "done" : std::string(wire_name(done.error())));
    }
  }
  return BatchResponse::ok();
}

Scenario copied(SdkRetries retries) {
  return {.name = "copied",
          .tables = {{.name = "orders", .key = {"id"}, .stream = StreamView::new_image},
                     {.name = "copies", .key = {"id"}, .capacity = writes(1)}},
          .functions = {{.name = "copy", .timeout = 1min, .sdk_retries = retries}},
          .mappings = {{.table = "orders", .function = "copy"}},
          .steps = {{1s, order("A")}},
          .choices = {{.site = "capacity.burst", .low = 0, .high = 0, .calm = 0}},
          .run_for = 1h};
}

Run play(const Scenario& scenario, const Plan& plan = Plan::calm()) {
  said.clear();
  Handlers handlers;
  handlers.functions["copy"] = copy_twice;
  return simulate(scenario, plan, handlers, {.keep_trace = true});
}

template <class T>
std::vector<Fact> facts(const Run& run) {
  std::vector<Fact> found;
  for (const Fact& fact : run.trace)
    if (fact.as<T>()) found.push_back(fact);
  return found;
}

std::int64_t total(const Run& run, std::string_view metric, std::string_view dimension) {
  for (const MetricSeries& series : metrics_of(run.trace))
    if (series.metric->name == metric && series.dimension == dimension) return series.total();
  return 0;
}

}  // namespace

TEST_CASE("a throttle comes to the code as an error, or the SDK waits and tries again by itself", "[CAP-8][ERR-8][WIRE-6]") {
  const Run bare = play(copied(SdkRetries::none));
  CHECK(said == std::vector<std::string>{"done", "ProvisionedThroughputExceededException"});
  CHECK(facts<CallRetried>(bare).empty());
  const Run retried = play(copied(SdkRetries::standard));
  CHECK(said == std::vector<std::string>{"done", "done"});
  REQUIRE(facts<CallRetried>(retried).size() >= 1);
  CHECK(facts<CallRetried>(retried)[0].as<CallRetried>()->error == ServiceError::throughput_exceeded);
}

TEST_CASE("an operator sees what is used and what is throttled", "[CAP-8][METRIC-1][metrics]") {
  const Run run = play(copied(SdkRetries::none));
  CHECK(total(run, "ThrottledRequests", "TableName=copies") == 1);
  CHECK(total(run, "WriteThrottleEvents", "TableName=copies") == 1);
  CHECK(total(run, "ConsumedWriteCapacityUnits", "TableName=copies") == 2);
  CHECK(total(run, "ConsumedWriteCapacityUnits", "TableName=orders") == 0);  // it has no capacity settings
}

TEST_CASE("throttles and user errors are counted by requests", "[CAP-8][METRIC-1][BOP-3][TXN-4][metrics]") {
  const auto put = [](const char* id) { return PutStep{"copies", {{"id", id}}}; };
  const auto batch = [](std::vector<Item> puts) { return BatchWriteStep{{{.table = "copies", .puts = std::move(puts)}}}; };
  Scenario scenario = copied(SdkRetries::none);
  PutStep never = put("Z");
  never.condition = "attribute_exists(id)";
  scenario.steps = {{1s, batch({Item{{"id", "A"}}, Item{{"id", "B"}}})},  // a part of it is left
                    {1s, batch({Item{{"id", "C"}}, Item{{"id", "D"}}})},  // nothing of it is done
                    {1s, TransactWriteStep{{put("E"), put("F")}}},        // throttled
                    {1s, put("G")},                                       // likewise
                    {10s, TransactWriteStep{{never}}},
                    {20s, DeleteTableStep{"orders"}},
                    {1min, GetStep{"orders", {{"id", "A"}}}},
                    {1min, BatchWriteStep{{{.table = "orders", .puts = {Item{{"id", "A"}}}}}}},
                    {1min, PutStep{"orders", {{"id", "A"}}}}};
  scenario.mappings.clear();
  scenario.tables[0].stream = StreamView::none;
  const Run run = play(scenario);
  CHECK(total(run, "ThrottledRequests", "TableName=copies") == 3);
  CHECK(total(run, "WriteThrottleEvents", "TableName=copies") == 6);
  CHECK(total(run, "UserErrors", "") == 4);
  std::vector<std::string> refused;
  for (const Fact& fact : facts<RequestRefused>(run)) {
    const RequestRefused& one = *fact.as<RequestRefused>();
    refused.push_back(one.call + ": " + std::string(wire_name(one.error)));
  }
  CHECK(refused == std::vector<std::string>{"BatchWriteItem: ProvisionedThroughputExceededException",
                                            "GetItem: ResourceNotFoundException", "BatchWriteItem: ResourceNotFoundException",
                                            "PutItem: ResourceNotFoundException"});
  for (const Fact& fact : facts<WriteRefused>(run))
    CHECK(fact.as<WriteRefused>()->part == (fact.index < facts<TransactionCanceled>(run)[0].index));
}

TEST_CASE("a partition's split is a split of the shard that takes its keys", "[CAP-5]") {
  CapacitySettings small{.partition_bytes = 3000};
  Scenario scenario{
      .name = "grows",
      .tables = {{.name = "orders", .key = {"id"}, .stream = StreamView::keys_only, .shards = 2, .capacity = small}},
      .choices = {{.site = "stream.shard_lifetime", .low = 0, .high = 0, .calm = Duration(24h).count()}},
      .run_for = 1h};
  scenario.choices[0].low = scenario.choices[0].high = scenario.choices[0].calm;
  for (int i = 0; i < 10; ++i) scenario.steps.push_back({1s, order("k" + std::to_string(i), 500)});
  const Run run = play(scenario);
  const std::vector<Fact> splits = facts<PartitionSplit>(run), closed = facts<ShardClosed>(run),
                          opened = facts<ShardOpened>(run);
  REQUIRE(splits.size() >= 1);
  CHECK(closed.size() == splits.size());
  CHECK(closed[0].cause == splits[0].index);
  CHECK(closed[0].at == splits[0].at);
  CHECK(opened.size() == 2 + 2 * splits.size());
  const std::string& partition = splits[0].as<PartitionSplit>()->partition;
  CHECK(std::any_of(opened.begin(), opened.end(),
                    [&](const Fact& fact) { return fact.as<ShardOpened>()->path == partition + ".0"; }));
  CHECK(run.violation() == nullptr);
}

TEST_CASE("a provisioned table begins with one shard, one on demand with as many as the plan says, and as many partitions",
          "[SHARD-7][OPEN-8]") {
  const auto roots = [](const std::optional<CapacitySettings>& capacity, int shards, const Plan& plan) {
    const Scenario scenario{
        .name = "begins",
        .tables = {{.name = "orders", .key = {"id"}, .stream = StreamView::keys_only, .shards = shards, .capacity = capacity}}};
    const Run run = play(scenario, plan);
    REQUIRE_FALSE(run.bug);
    const std::vector<Fact> set = facts<CapacitySet>(run);
    std::size_t count = 0;
    for (const Fact& fact : facts<ShardOpened>(run)) count += fact.as<ShardOpened>()->parent == no_shard ? 1 : 0;
    if (capacity) CHECK(set.at(0).as<CapacitySet>()->partitions == count);
    return count;
  };
  const Plan four = Plan::listed({{"stream.first_shards", "table orders", 4}});
  const CapacitySettings on_demand;
  CHECK(roots(on_demand, 0, Plan::calm()) == 1);
  CHECK(roots(on_demand, 0, four) == 4);
  CHECK(roots(on_demand, 2, four) == 2);
  CHECK(roots(writes(5), 0, four) == 1);
  CHECK(roots(std::nullopt, 0, four) == 1);
}

TEST_CASE("a step changes what a table serves from then on", "[CAP-9]") {
  Scenario scenario{.name = "changes",
                    .tables = {{.name = "orders", .key = {"id"}, .capacity = writes(1)}},
                    .steps = {{1s, order("A", 5000)},
                              {2s, order("B")},
                              {3s, UpdateCapacityStep{"orders", {.billing = BillingMode::on_demand}}},
                              {4s, order("C")}},
                    .choices = {{.site = "capacity.burst", .low = 0, .high = 0, .calm = 0}},
                    .run_for = 1h};
  const Run run = play(scenario);
  CHECK(facts<Written>(run).size() == 2);
  CHECK(facts<WriteRefused>(run).size() == 1);
  CHECK(facts<CapacitySet>(run).size() == 2);
  CHECK(facts<CapacitySet>(run)[1].as<CapacitySet>()->billing == BillingMode::on_demand);
  CHECK(run.violation() == nullptr);
}

TEST_CASE("whatever the plan, writes of a table with a local index are paid for by the table", "[LSI-1][GSI-5][O-CAPACITY]") {
  CapacitySettings few = writes(2);
  few.per_partition = {5, 2};
  const Scenario scenario{
      .name = "local",
      .tables = {{.name = "orders",
                  .key = {.partition = "id", .sort = "at"},
                  .stream = StreamView::keys_only,
                  .indexes = {{.name = "by_group", .key = {.partition = "group"}, .provisioned = Throughput{3, 3}},
                              {.name = "by_value",
                               .kind = IndexKind::local,
                               .key = {.partition = "id", .sort = "value", .sort_type = Type::N}},
                              {.name = "by_revision",
                               .kind = IndexKind::local,
                               .key = {.partition = "id", .sort = "revision", .sort_type = Type::N},
                               .projection = ProjectionType::keys_only}},
                  .capacity = few}},
      .steps = {{1s, TransactWriteStep{{PutStep{"orders", {{"id", "A"}, {"at", "1"}, {"value", 1}}},
                                        PutStep{"orders", {{"id", "A"}, {"at", "2"}}},
                                        PutStep{"orders", {{"id", "A"}, {"at", "3"}, {"value", 1}, {"revision", 1}}}}}}},
      .workloads = {{.table = "orders", .clients = 4, .operations = 12, .items = 3, .groups = 2}},
      .run_for = 2h};
  std::uint64_t refused = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    const Run run = play(scenario, Plan::seeded(Seed{seed}));
    INFO("seed " << seed << (run.violation() ? ": " + run.violation()->message : ""));
    CHECK(run.violation() == nullptr);
    CHECK_FALSE(run.bug);
    for (const Fact& fact : facts<CapacityAsked>(run)) refused += fact.as<CapacityAsked>()->answer != CapacityAnswer::served;
  }
  CHECK(refused > 0);
  CHECK(play(scenario).violation() == nullptr);
}

TEST_CASE("whatever the plan, a share keeps what it saved over a change and a split", "[CAP-4][CAP-5][CAP-9][O-CAPACITY]") {
  CapacitySettings few = writes(4);
  few.partition_bytes = 60;
  Scenario scenario{.name = "saved",
                    .tables = {{.name = "orders", .key = {"id"}, .stream = StreamView::keys_only, .capacity = few}},
                    .steps = {{100s, UpdateCapacityStep{"orders", {.provisioned = Throughput{5, 3}}}},
                              {1000s, UpdateCapacityStep{"orders", {.provisioned = Throughput{5, 5}}}}},
                    .workloads = {{.table = "orders", .clients = 3, .operations = 12, .items = 6, .groups = 2}},
                    .choices = {{.site = "capacity.adaptive", .low = 0, .high = 0, .calm = 0}},
                    .run_for = 2h};
  for (const Duration at : {100s, 221s, 1000s})
    for (int i = 0; i < 12; ++i) scenario.steps.push_back({at, order("b" + std::to_string(i))});
  std::stable_sort(scenario.steps.begin(), scenario.steps.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
  std::uint64_t split = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    const Run run = play(scenario, Plan::seeded(Seed{seed}));
    INFO("seed " << seed << (run.violation() ? ": " + run.violation()->message : ""));
    CHECK(run.violation() == nullptr);
    CHECK_FALSE(run.bug);
    split += facts<PartitionSplit>(run).size();
  }
  CHECK(split > 0);
}

TEST_CASE("whatever the plan, a table serves what its settings allow", "[CAP-1][CAP-2][CAP-3][CAP-4][O-CAPACITY]") {
  CapacitySettings few = writes(2);
  few.per_partition = {5, 2};
  few.partition_bytes = 60;
  Scenario scenario{
      .name = "any",
      .tables = {{.name = "orders",
                  .key = {"id"},
                  .ttl = "expires_at",
                  .stream = StreamView::keys_only,
                  .shards = 2,
                  .indexes = {{.name = "by_group", .key = {"group"}, .provisioned = Throughput{1, 1}}},
                  .capacity = few}},
      .workloads = {{.table = "orders", .clients = 3, .operations = 12, .items = 6, .groups = 2, .expires_in = 1min}},
      .run_for = 2h};
  std::uint64_t refused = 0, split = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    const Run run = play(scenario, Plan::seeded(Seed{seed}));
    INFO("seed " << seed << (run.violation() ? ": " + run.violation()->message : ""));
    CHECK(run.violation() == nullptr);
    CHECK_FALSE(run.bug);
    split += facts<PartitionSplit>(run).size();
    for (const Fact& fact : facts<CapacityAsked>(run)) refused += fact.as<CapacityAsked>()->answer != CapacityAnswer::served;
  }
  CHECK(refused > 0);
  CHECK(split > 0);
}

TEST_CASE("whatever the plan, reads of a transaction and of its repetition are no more than the table can serve",
          "[TXN-2][TXN-7][O-CAPACITY]") {
  CapacitySettings few = writes(9);
  few.provisioned.read = 2;
  few.per_partition = {3, 9};
  const auto get = [](const char* id) { return TransactGetStep::Get{"orders", {{"id", id}}}; };
  const TransactGetStep gets{{get("A"), get("B"), get("C")}};
  const TransactWriteStep puts{{PutStep{"orders", {{"id", "A"}}}, PutStep{"orders", {{"id", "B"}}}}, "token"};
  const Scenario scenario{.name = "edge",
                          .tables = {{.name = "orders", .key = {"id"}, .capacity = few}},
                          .steps = {{1s, puts}, {20s, puts}, {21s, puts}, {30s, gets}, {31s, gets}, {40s, gets}},
                          .run_for = 1h};
  std::size_t throttled = 0, repeated = 0;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const Run run = play(scenario, Plan::seeded(Seed{seed}));
    INFO("seed " << seed);
    CHECK(run.violation() == nullptr);
    throttled += facts<TransactionCanceled>(run).size();
    repeated += facts<TransactionRepeated>(run).size();
  }
  CHECK(throttled > 0);
  CHECK(repeated > 0);
}
