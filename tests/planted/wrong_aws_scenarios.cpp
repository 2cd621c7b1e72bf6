#include "tests/planted/wrong_aws_scenarios.hpp"

#include <algorithm>
#include <string>

namespace weir::test {

namespace {

SiteRule fixed(std::string site, Duration value) {
  return {.site = std::move(site), .low = value.count(), .high = value.count(), .calm = value.count(), .fixed = true};
}

OracleSpec copy_oracle() { return {"O-CONV", {{"source", "orders"}, {"view", "view"}, {"fold", "copy"}}}; }

Step put(Duration at, std::string_view id, std::initializer_list<std::pair<std::string_view, AttributeValue>> rest = {}) {
  Item item{{"id", AttributeValue(id)}};
  for (const auto& [name, value] : rest) item = item.with(name, value);
  return {at, PutStep{"orders", item}};
}

Scenario orders_and_view(std::string name) {
  return {
      .name = std::move(name),
      .tables = {{.name = "orders", .key = {"id"}, .stream = StreamView::new_and_old_images}, {.name = "view", .key = {"id"}}},
      .functions = {{.name = "mirror"}},
      .mappings = {{.table = "orders", .function = "mirror", .batch_size = 10}},
      .run_for = 6h,
      .heal_at = 1h,
      .oracles = {{"O-CONV", {{"source", "orders"}, {"view", "view"}, {"fold", "copy"}, {"tombstone", "removed"}}},
                  {"O-ORDER", {{"view", "view"}, {"version", "revision"}}}}};
}

// Four orders of which the second is poison, for a mapping of two retries and a destination.
Scenario with_poison(std::string name) {
  Scenario scenario{.name = std::move(name),
                    .tables = {{.name = "orders", .key = {"id"}, .stream = StreamView::new_and_old_images}},
                    .functions = {{.name = "choke"}},
                    .mappings = {{.table = "orders",
                                  .function = "choke",
                                  .batch_size = 4,
                                  .maximum_batching_window = 2s,
                                  .maximum_retry_attempts = 2,
                                  .on_failure = Destination::sqs}},
                    .steps = {put(1s, "A"), put(1s, "B", {{"poison", 1}}), put(1s, "C"), put(1s, "D")},
                    .choices = {{.site = "destination.fails", .fixed = true}},
                    .run_for = 2h,
                    .oracles = {{"O-ACCT", {{"mapping", "choke"}}}, {"O-RETRY", {{"mapping", "choke"}, {"retries", "2"}}}}};
  return scenario;
}

}  // namespace

const Scenario& mirrored() {
  static const Scenario scenario = [] {
    Scenario made = orders_and_view("mirrored");
    made.steps = {put(1s, "A", {{"revision", 1}, {"n", 1}}), put(1min, "A", {{"revision", 1}, {"n", 1}})};
    made.steps.push_back(put(2min, "A", {{"revision", 2}, {"n", 2}}));
    made.workloads = {{.table = "orders", .clients = 2, .operations = 6, .items = 3}};
    made.run_for = 52h;
    return made;
  }();
  return scenario;
}

const Scenario& counted() {
  static const Scenario scenario{
      .name = "counted",
      .tables = {{.name = "orders", .key = {"id"}, .stream = StreamView::new_and_old_images},
                 {.name = "totals", .key = {"group"}}},
      .functions = {{.name = "count"}},
      .mappings = {{.table = "orders", .function = "count"}},
      .steps = {put(1s, "A"), put(2s, "B"), put(3s, "C")},
      .run_for = 6h,
      .heal_at = 0s,
      .oracles = {{"O-ONCE", {{"source", "orders"}, {"view", "totals"}, {"fold", "count"}, {"of", "records"}}},
                  {"O-CONV", {{"source", "orders"}, {"view", "totals"}, {"fold", "count"}, {"of", "records"}}}}};
  return scenario;
}

const Scenario& added_up() {
  static const Scenario scenario = [] {
    Scenario made = counted();
    made.name = "added-up";
    made.choices = {{.site = "stream.children", .low = 1, .high = 1, .calm = 1, .fixed = true},  // one handler at a time,
                    fixed("client.latency", 5ms)};                                               // and in time
    made.functions = {{.name = "add_up"}};
    made.mappings = {{.table = "orders", .function = "add_up"}};
    return made;
  }();
  return scenario;
}

const Scenario& transacted() {
  static const Scenario scenario = [] {
    Scenario made = counted();
    made.name = "transacted";
    made.tables.push_back({.name = "marks", .key = {"id"}});
    made.functions = {{.name = "transact"}};
    made.mappings = {{.table = "orders", .function = "transact", .batch_size = 2}};
    made.heal_at = 1h;
    return made;
  }();
  return scenario;
}

const Scenario& sent_again() {
  static const Scenario scenario = [] {
    Scenario made = counted();
    made.name = "sent-again";
    made.functions = {{.name = "transact_once", .timeout = 15min, .sdk_retries = SdkRetries::legacy}};
    made.mappings = {{.table = "orders", .function = "transact_once"}};
    made.choices = {{.site = "function.outcome", .low = 0, .high = 0, .calm = 0, .fixed = true},
                    {.site = "client.latency", .low = 5'000, .high = 5'000, .calm = 5'000, .fixed = true}};
    made.heal_at = 1h;
    return made;
  }();
  return scenario;
}

const Scenario& handed_over() {
  static const Scenario scenario = [] {
    Scenario made = orders_and_view("handed-over");
    made.tables.push_back({.name = "marks", .key = {"id"}});
    made.functions = {{.name = "hand_over"}};
    made.mappings = {{.table = "orders", .function = "hand_over", .batch_size = 10}};
    made.workloads = {{.table = "orders", .clients = 2, .operations = 6, .items = 3}};
    made.oracles = {copy_oracle()};
    return made;
  }();
  return scenario;
}

const Scenario& expiring() {
  static const Scenario scenario = [] {
    Scenario made{
        .name = "expiring",
        .tables = {{.name = "sessions", .key = {"id"}, .ttl = "expires_at", .stream = StreamView::new_and_old_images}},
        .functions = {{.name = "look"}},
        .mappings = {{.table = "sessions", .function = "look"}},
        .workloads = {{.table = "sessions", .clients = 1, .operations = 8, .items = 2, .pause = 10min, .expires_in = 5min}},
        .run_for = 120h,
        .heal_at = 1h};
    const auto session = [&](Duration at, std::string_view id, std::string_view expires) {
      made.steps.push_back({at, PutStep{"sessions", {{"id", AttributeValue(id)}, {"expires_at", AttributeValue(expires)}}}});
    };
    session(1s, "dead on arrival", "@-1h");
    session(1s, "soon", "@+1min");
    session(1s, "ancient", "@-60000h");
    session(1s, "later", "@+30h");
    session(1s, "renewed", "@+1min");
    session(5min, "renewed", "@+50h");
    session(1s, "removed", "@+60h");
    made.steps.push_back({10min, DeleteStep{"sessions", {{"id", "removed"}}}});
    std::stable_sort(made.steps.begin(), made.steps.end(), [](const Step& a, const Step& b) { return a.at < b.at; });
    return made;
  }();
  return scenario;
}

const Scenario& indexed() {
  static const Scenario scenario{.name = "indexed",
                                 .tables = {{.name = "orders",
                                             .key = {"id"},
                                             .indexes = {{.name = "by_group",
                                                          .key = {"group"},
                                                          .projection = ProjectionType::include,
                                                          .non_key_attributes = {"revision"}}}}},
                                 .workloads = {{.table = "orders", .clients = 2, .operations = 8, .items = 2, .groups = 3}},
                                 .run_for = 1h};
  return scenario;
}

const Scenario& indexed_later() {
  static const Scenario scenario = [] {
    const IndexSettings by_group{.name = "by_group", .key = {"group"}};
    const auto within = [](const char* site, Duration most, Duration calm) {
      return SiteRule{.site = site, .low = 0, .high = most.count(), .calm = calm.count()};
    };
    Scenario made{
        .name = "indexed-later",
        .tables = {{.name = "orders", .key = {"id"}}},
        .workloads = {{.table = "orders", .clients = 2, .operations = 12, .items = 4, .groups = 3}},
        .choices = {within("index.allocation", 5s, 1s), within("index.backfill", 1min, 10s), within("index.deleting", 5s, 1s)},
        .run_for = 1h};
    made.steps = {put(0s, "A", {{"group", "g0"}}),
                  put(0s, "B", {{"group", "g0"}}),
                  put(0s, "C", {{"group", 1}}),
                  {1s, CreateIndexStep{"orders", by_group}}};
    for (int i = 2; i < 14; ++i) {
      const char* const group = i % 2 == 0 ? "g1" : "g2";
      made.steps.push_back(put(1s * i, i % 3 == 0 ? "A" : "D", {{"group", group}, {"i", i}}));
    }
    made.steps.push_back({15s, DeleteStep{"orders", {{"id", "D"}}}});
    made.steps.push_back({5min, DeleteIndexStep{"orders", "by_group"}});
    made.steps.push_back({6min, CreateIndexStep{"orders", by_group}});
    return made;
  }();
  return scenario;
}

const Scenario& keys_only() {
  static const Scenario scenario{.name = "keys-only",
                                 .tables = {{.name = "orders", .key = {"id"}, .stream = StreamView::keys_only}},
                                 .functions = {{.name = "ignore"}},
                                 .mappings = {{.table = "orders", .function = "ignore"}},
                                 .steps = {put(1s, "A"), put(2s, "A", {{"n", 1}})},
                                 .workloads = {{.table = "orders", .clients = 1, .operations = 6, .items = 2}},
                                 .run_for = 1h};
  return scenario;
}

const Scenario& split() {
  static const Scenario scenario = [] {
    Scenario made = orders_and_view("split");
    made.tables[0].shards = 2;
    made.mappings[0].batch_size = 1;
    made.steps.push_back({0s, FailInvocationsStep{"mirror", 6}});
    for (int i = 0; i < 8; ++i) made.steps.push_back(put(1s, "i" + std::to_string(i % 4), {{"revision", i + 1}}));
    made.steps.push_back({5s, SplitShardStep{"orders", "", 2}});
    for (int i = 8; i < 16; ++i) made.steps.push_back(put(6s, "i" + std::to_string(i % 4), {{"revision", i + 1}}));
    return made;
  }();
  return scenario;
}

const Scenario& disabled_twice() {
  static const Scenario scenario = [] {
    Scenario made{.name = "disabled-twice",
                  .tables = {{.name = "orders", .key = {"id"}, .stream = StreamView::new_image}},
                  .steps = {put(1s, "A"),
                            {1h, DisableStreamStep{"orders"}},
                            {2h, EnableStreamStep{"orders", StreamView::new_image}},
                            put(3h, "B")},
                  .run_for = 6h};
    return made;
  }();
  return scenario;
}

const Scenario& read_by_hand() {
  static const Scenario scenario = [] {
    Scenario made{.name = "read-by-hand",
                  .tables = {{.name = "orders", .key = {"id"}, .stream = StreamView::new_image}},
                  .readers = {{.name = "patient"}, {.name = "late"}},
                  .choices = {fixed("stream.trim_slack", 10min), fixed("stream.shard_lifetime", 4h)},
                  .run_for = 30h,
                  .heal_at = 0s};
    for (int i = 0; i < 5; ++i) made.steps.push_back(put(1s, "i" + std::to_string(i)));
    made.steps.push_back({10min, SplitShardStep{"orders", "", 1}});
    return made;
  }();
  return scenario;
}

const Scenario& poisoned() {
  static const Scenario scenario = with_poison("poisoned");
  return scenario;
}

const Scenario& bisecting() {
  static const Scenario scenario = [] {
    Scenario made = with_poison("bisecting");
    made.mappings[0].bisect_batch_on_function_error = true;
    return made;
  }();
  return scenario;
}

const Scenario& told_together() {
  static const Scenario scenario = [] {
    Scenario made = with_poison("told-together");
    made.mappings[0].bisect_batch_on_function_error = true;
    made.steps[2] = put(1s, "C", {{"poison", 1}});
    made.choices.push_back(fixed("trigger.failure_consolidation", 3min));
    return made;
  }();
  return scenario;
}

const Scenario& aged() {
  static const Scenario scenario = [] {
    Scenario made = with_poison("aged");
    made.mappings[0].maximum_retry_attempts = -1;
    made.mappings[0].maximum_record_age = 1min;
    made.oracles[1].with = {{"mapping", "choke"}, {"age", "1min"}};
    return made;
  }();
  return scenario;
}

const Scenario& metered() {
  static const Scenario scenario = [] {
    const CapacitySettings few{
        .billing = BillingMode::provisioned, .provisioned = {5, 1}, .per_partition = {5, 2}, .partitions = 8};
    Scenario made{.name = "metered",
                  .tables = {{.name = "sessions", .key = {"id"}, .ttl = "expires_at", .capacity = few}},
                  .workloads = {{.table = "sessions", .clients = 2, .operations = 6, .items = 2}},
                  .run_for = 6h};
    const auto large = [&](Duration at, const std::string& id, std::size_t units) {
      made.steps.push_back(
          {at, PutStep{"sessions", {{"id", AttributeValue(id)}, {"t", std::string(units * 1024 - 100, 'x')}}}});
    };
    made.steps.push_back(
        {1min, PutStep{"sessions", {{"id", AttributeValue("gone")}, {"expires_at", AttributeValue("@+1min")}}}});
    made.steps.push_back({30min, PutStep{"sessions", {{"id", AttributeValue("gone")}}, "attribute_exists(absent)"}});
    for (const char* id : {"A", "B", "C", "D"}) large(1h, id, 200);  // more than is kept of an hour
    for (int i = 0; i < 3; ++i) large(2h, "hot", 5);                 // more than a partition serves
    return made;
  }();
  return scenario;
}

const Scenario& partial() {
  static const Scenario scenario{
      .name = "partial",
      .tables = {{.name = "orders", .key = {"id"}, .stream = StreamView::new_image},
                 {.name = "view", .key = {"id"}},
                 {.name = "marks", .key = {"id"}}},
      .functions = {{.name = "copy_in_part"}},
      .mappings = {{.table = "orders",
                    .function = "copy_in_part",
                    .batch_size = 4,
                    .maximum_batching_window = 2s,
                    .report_batch_item_failures = true}},
      .steps = {put(1s, "A"), put(1s, "B", {{"fails", 1}}), put(1s, "C"), put(1s, "D", {{"fails", 1}})},
      .run_for = 6h,
      .heal_at = 1h,
      .oracles = {copy_oracle()}};
  return scenario;
}

const Scenario& spread() {
  static const Scenario scenario = [] {
    Scenario made = orders_and_view("spread");
    made.mappings[0].batch_size = 1;
    made.mappings[0].parallelization_factor = 4;
    for (int i = 0; i < 12; ++i) made.steps.push_back(put(1s, i % 2 == 0 ? "A" : "B", {{"revision", i + 1}}));
    return made;
  }();
  return scenario;
}

const Scenario& taken_over() {
  static const Scenario scenario = [] {
    Scenario made = spread();
    made.name = "taken-over";
    for (int i = 12; i < 40; ++i)
      made.steps.push_back(put(std::chrono::seconds(i), i % 4 == 0 ? "A" : "B", {{"revision", i + 1}}));
    made.choices.push_back({.site = "trigger.poller_lost", .low = 0, .high = Duration(1min).count(), .calm = 0});
    return made;
  }();
  return scenario;
}

const Scenario& filtered() {
  static const Scenario scenario = [] {
    const std::map<std::string, std::string> counts{
        {"source", "orders"}, {"view", "totals"}, {"fold", "count"}, {"of", "changes"}, {"group", "group"}};
    Scenario made = counted();
    made.name = "filtered";
    made.functions = {{.name = "count_all"}};
    made.mappings = {{.table = "orders",
                      .function = "count_all",
                      .filter_criteria = {R"({"dynamodb":{"NewImage":{"group":{"S":["g0"]}}}})"}}};
    made.steps = {put(1s, "A", {{"group", "g0"}}), put(2s, "B"), put(3s, "C", {{"group", "g0"}}), put(4s, "D")};
    made.oracles = {{"O-ONCE", counts}, {"O-CONV", counts}};
    return made;
  }();
  return scenario;
}

const Scenario& paused() {
  static const Scenario scenario = [] {
    Scenario made = orders_and_view("paused");
    for (int i = 0; i < 8; ++i) {
      if (i == 2) made.steps.push_back({8min, DisableMappingStep{"mirror"}});
      if (i == 6) made.steps.push_back({28min, EnableMappingStep{"mirror"}});
      const char* const id = i == 4 ? "C" : i % 2 == 0 ? "A" : "B";  // C changes during the pause alone
      made.steps.push_back(put(i * 5min, id, {{"revision", i + 1}}));
    }
    return made;
  }();
  return scenario;
}

// What came before LATEST is not in the view: O-CONV has no say.
const Scenario& paused_latest() {
  static const Scenario scenario = [] {
    Scenario made = paused();
    made.name = "paused-latest";
    made.mappings[0].starting_position = IteratorType::latest;
    made.oracles = {{"O-NOLOSS", {{"mapping", "mirror"}}}, {"O-ACCT", {{"mapping", "mirror"}}}};
    return made;
  }();
  return scenario;
}

const Scenario& windowed() {
  static const Scenario scenario = [] {
    Scenario made{
        .name = "windowed",
        .tables = {{.name = "orders", .key = {"id"}, .stream = StreamView::new_image}, {.name = "totals", .key = {"group"}}},
        .functions = {{.name = "per_minute"}},
        .mappings = {{.table = "orders", .function = "per_minute", .tumbling_window = 60s}},
        .run_for = 6h,
        .heal_at = 1h,
        .oracles = {{"O-CONV",
                     {{"source", "orders"},
                      {"view", "totals"},
                      {"fold", "sum"},
                      {"of", "changes"},
                      {"value", "value"},
                      {"group", "group"}}}}};
    for (int i = 1; i <= 8; ++i)
      made.steps.push_back(put(i * 10s, "i" + std::to_string(i % 3), {{"group", "g"}, {"value", i}}));
    return made;
  }();
  return scenario;
}

const Scenario& queued() {
  static const Scenario scenario{.name = "queued",
                                 .tables = {{.name = "orders", .key = {"id"}}},
                                 .readers = {{.name = "hurried"}},
                                 .queues = {{.name = "steps", .kind = QueueKind::fifo, .visibility_timeout = 1min}},
                                 .choices = {{.site = "client.latency", .low = 1'000, .high = 1'000'000, .calm = 5'000}},
                                 .run_for = 1h,
                                 .heal_at = 0s,
                                 .oracles = {{"O-QUEUE", {{"queue", "steps"}}}}};
  return scenario;
}

const Scenario& barred() {
  static const Scenario scenario = [] {
    Scenario made = orders_and_view("barred");
    made.roles = {{.name = "mirror", .managed = {"AWSLambdaInvocation-DynamoDB"}, .statements = {}}};
    made.functions[0].role = "mirror";
    made.steps = {put(1s, "A", {{"revision", 1}})};
    made.oracles.clear();
    return made;
  }();
  return scenario;
}

}  // namespace weir::test
