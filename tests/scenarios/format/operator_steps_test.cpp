#include "scenarios/format/operator_steps.hpp"

#include "scenarios/format/scenario_file.hpp"
#include "tests/catch.hpp"
#include "tests/scenarios/format/book.hpp"

using namespace weir;
using namespace weir::test;

namespace {

const char* const operated = R"({"name":"operated",
  "tables":[{"name":"orders","key":"id","stream":"new_image"},{"name":"totals","key":"id"}],
  "functions":[{"name":"count","reserved_concurrency":5},{"name":"more"}],
  "account_concurrency": 150,
  "mappings":[{"table":"orders","function":"count","batch_size":7,"bisect_on_error":true,"on_failure":"sqs"}],
  "steps":[
    {"at":"0s","update_mapping":{"mapping":"count","batch_size":9,"on_failure":null}},
    {"at":"1s","update_mapping":{"mapping":"count","bisect_on_error":false}},
    {"at":"2s","disable_mapping":{"mapping":"count"}},
    {"at":"3s","enable_mapping":{"mapping":"count"}},
    {"at":"4s","create_mapping":{"table":"totals","function":"more","enabled":false}},
    {"at":"5s","update_mapping":{"mapping":"more","function":"count"}},
    {"at":"6s","delete_mapping":{"mapping":"more"}},
    {"at":"7s","set_concurrency":{"function":"count","limit":0}},
    {"at":"8s","set_concurrency":{"function":"count"}},
    {"at":"9s","set_concurrency":{"limit":3}}],
  "oracles":[{"oracle":"O-ACCT","mapping":"more"}]})";

}  // namespace

TEST_CASE("operators' steps are read, an update as what it changes", "[ESM-22][POLL-12]") {
  const Scenario s = parse_scenario(operated, "s.json", book());
  CHECK(s.account_concurrency == 150);
  CHECK(s.functions[0].reserved_concurrency == 5);
  const MappingSettings made{.name = "more", .table = "totals", .function = "more", .enabled = false};
  CHECK(s.steps == std::vector<Step>{{0s, UpdateMappingStep{"count", {.batch_size = 9, .on_failure = Destination::none}}},
                                     {1s, UpdateMappingStep{"count", {.bisect_batch_on_function_error = false}}},
                                     {2s, DisableMappingStep{"count"}},
                                     {3s, EnableMappingStep{"count"}},
                                     {4s, CreateMappingStep{made}},
                                     {5s, UpdateMappingStep{"more", {.function = "count"}}},
                                     {6s, DeleteMappingStep{"more"}},
                                     {7s, SetConcurrencyStep{"count", 0}},
                                     {8s, SetConcurrencyStep{"count", std::nullopt}},
                                     {9s, SetConcurrencyStep{"", 3}}});
}

TEST_CASE("operators' steps are written as what changes, and read back equal", "[ESM-22]") {
  const Scenario s = parse_scenario(operated, "s.json", book());
  const std::string text = to_json_text(s, book());
  CHECK(parse_scenario(text, "again.json", book()) == s);
  CHECK(text.find(R"("update_mapping": { "mapping": "count", "batch_size": 9, "on_failure": null })") != std::string::npos);
}

TEST_CASE("an update may make every setting as it is by default, or name one value for each", "[ESM-22]") {
  Scenario s{.name = "updated",
             .tables = {{.name = "orders", .key = {.partition = "id"}, .stream = StreamView::new_image}},
             .functions = {{.name = "count", .handler = "count"}},
             .mappings = {{.name = "count", .table = "orders", .function = "count"}},
             .queues = {{"letters"}},
             .buckets = {{"failures"}}};
  const MappingPatch named{.function = "count",
                           .batch_size = 1,
                           .maximum_batching_window = 2s,
                           .maximum_retry_attempts = 3,
                           .maximum_record_age = 60s,
                           .bisect_batch_on_function_error = true,
                           .report_batch_item_failures = true,
                           .on_failure = Destination::sns,
                           .destination = "letters",
                           .parallelization_factor = 4,
                           .tumbling_window = 0s,
                           .filter_criteria = {{R"({"eventName":["INSERT"]})"}},
                           .kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/1",
                           .metrics_config = {{"EventCount"}},
                           .system_log_level = "DEBUG"};
  const MappingPatch usual = [] {
    MappingPatch all;
    each_changeable([&](const char*, auto change, auto setting) { all.*change = MappingSettings{}.*setting; });
    all.function.reset();
    return all;
  }();
  s.steps = {{1s, UpdateMappingStep{"count", named}},
             {2s, UpdateMappingStep{"count", usual}},
             {3s, UpdateMappingStep{"count", {.destination = "failures"}}},  // a bucket, should on_failure be s3 by then
             {4s, UpdateMappingStep{"count", {}}}};
  const std::string text = to_json_text(s, book());
  CHECK(parse_scenario(text, "again.json", book()) == s);
  const Scenario shorter = parse_scenario(R"({"name":"n","tables":[{"name":"orders","key":"id","stream":"new_image"}],
    "functions":[{"name":"count"}],"mappings":[{"table":"orders","function":"count"}],
    "steps":[{"at":"1s","update_mapping":{"mapping":"count","bisect_on_error":null}}]})",
                                          "s.json", book());
  CHECK(shorter.steps == std::vector<Step>{{1s, UpdateMappingStep{"count", {.bisect_batch_on_function_error = false}}}});
}

namespace {

const char* const reindexed = R"({"name":"reindexed",
  "tables":[{"name":"orders","key":"id","capacity":{"billing":"provisioned","read":5,"write":5},
             "indexes":[{"name":"by_n","key":{"name":"n","type":"N"},"capacity":{"read":1,"write":2}}]}],
  "steps":[
    {"at":"1s","delete_index":{"table":"orders","index":"by_n"}},
    {"at":"2s","create_index":{"table":"orders","index":{"name":"by_n","key":"n","sort":"m","projection":["v"]}}},
    {"at":"3s","create_index":{"table":"orders",
                               "index":{"name":"by_group","key":"group","capacity":{"read":3,"write":4}}}},
    {"at":"4s","update_capacity":{"table":"orders","indexes":{"by_group":{"read":5,"write":5}}}},
    {"at":"5s","delete_index":{"table":"orders","index":"by_group"}},
    {"at":"6s","delete_index":{"table":"orders","index":"by_group"}}]})";

}  // namespace

TEST_CASE("time to live is enabled and disabled by steps", "[TTL-12][TTL-14]") {
  const Scenario s = parse_scenario(R"({"name":"n","run_for":"3h","tables":[{"name":"orders","key":"id","ttl":"expires_at"}],
    "steps":[{"at":"1s","update_time_to_live":{"table":"orders","attribute":"expires_at","enabled":false}},
             {"at":"2h","update_time_to_live":{"table":"orders","attribute":"until"}}]})",
                                    "s.json", book());
  CHECK(s.steps == std::vector<Step>{{1s, UpdateTimeToLiveStep{"orders", "expires_at", false}},
                                     {2h, UpdateTimeToLiveStep{"orders", "until", true}}});
  CHECK(parse_scenario(to_json_text(s, book()), "again.json", book()) == s);
}

TEST_CASE("indexes are made and dropped by steps, each read with the indexes that the steps before it may have left",
          "[GSI-8]") {
  const Scenario s = parse_scenario(reindexed, "s.json", book());
  const IndexSettings other{.name = "by_n",
                            .key = {.partition = "n", .sort = "m"},
                            .projection = ProjectionType::include,
                            .non_key_attributes = {"v"}};
  const IndexSettings by_group{.name = "by_group", .key = {.partition = "group"}, .provisioned = Throughput{3, 4}};
  CHECK(s.steps == std::vector<Step>{{1s, DeleteIndexStep{"orders", "by_n"}},
                                     {2s, CreateIndexStep{"orders", other}},
                                     {3s, CreateIndexStep{"orders", by_group}},
                                     {4s, UpdateCapacityStep{"orders", {.indexes = {{"by_group", Throughput{5, 5}}}}}},
                                     {5s, DeleteIndexStep{"orders", "by_group"}},
                                     {6s, DeleteIndexStep{"orders", "by_group"}}});  // the first may have been refused
  CHECK(parse_scenario(to_json_text(s, book()), "again.json", book()) == s);
}

TEST_CASE("a step that may have been refused may be there again, and so may what it took away", "[GSI-8][ESM-24][TABLE-5]") {
  const Scenario s = parse_scenario(R"({"name":"again","tables":[{"name":"orders","key":"id"}],"functions":[{"name":"count"}],
    "steps":[
      {"at":"1s","create_index":{"table":"orders","index":{"name":"by_n","key":"n"}}},
      {"at":"2s","create_index":{"table":"orders","index":{"name":"by_n","key":"n"}}},
      {"at":"3s","create_mapping":{"table":"orders","function":"count"}},
      {"at":"4s","create_mapping":{"table":"orders","function":"count"}},
      {"at":"5s","delete_table":{"table":"orders"}},
      {"at":"6s","put":{"table":"orders","item":{"id":"A"}}},
      {"at":"7s","delete_table":{"table":"orders"}}]})",
                                    "s.json", book());
  CHECK(s.steps.size() == 7);
  CHECK(parse_scenario(to_json_text(s, book()), "again.json", book()) == s);
}
