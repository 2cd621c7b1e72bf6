#include "tests/catch.hpp"

#include "scenarios/format/files.hpp"
#include "scenarios/format/scenario_file.hpp"
#include "sim/base/bad_input.hpp"
#include "tests/scenarios/format/book.hpp"

using namespace weir;
using test::book;

namespace {
const std::string data = "tests/scenarios/format/data/";

std::string refusal(const std::string& path, std::string_view variant, std::string_view otherwise = "") {
  try {
    read_scenario(path, book(), variant, otherwise);
  } catch (const BadInput& wrong) {
    return wrong.what();
  }
  return "accepted";
}

// A document of one table, with more members.
Scenario with(const std::string& members) {
  return parse_scenario(
      R"({"name":"n","tables":[{"name":"orders","key":"id","ttl":"ttl","stream":"new_image"}],)" + members + "}", "f", book());
}
}  // namespace

TEST_CASE("a mapping takes its parameters under their names, and none that belong to other event sources",
          "[ESM-2][ESM-13][ESM-16]") {
  const auto mapping = [](const std::string& member) {
    return with(R"("functions":[{"name":"count"}],"mappings":[{"table":"orders","function":"count")" +
                (member.empty() ? "" : "," + member) + "}]")
        .mappings.at(0);
  };
  CHECK(mapping("").function == "count");
  CHECK(mapping("").on_failure == Destination::none);
  CHECK(mapping(R"("on_failure":"sqs")").on_failure == Destination::sqs);
  CHECK(mapping(R"("on_failure":"sns")").on_failure == Destination::sns);
  CHECK(mapping(R"("on_failure":"s3")").on_failure == Destination::s3);
  for (const std::string name : {"topics", "queues", "source_access_configurations", "scaling_config",
                                 "provisioned_poller_config", "starting_position_timestamp", "on_success"})
    CHECK_THROWS_AS(mapping('"' + name + "\":\"x\""), BadInput);
}

TEST_CASE("a mapping carries what no delivery depends on, and gives it back as it was written", "[ESM-15]") {
  const std::string extras = R"("kms_key_arn":"arn:aws:kms:eu-west-1:123456789012:key/1","metrics_config":["EventCount"],)"
                             R"("tags":{"team":"billing","note":""},"system_log_level":"INFO")";
  const std::string rest =
      R"("functions":[{"name":"count"}],"mappings":[{"table":"orders","function":"count",)" + extras + "}]";
  const Scenario carried = with(rest);
  const MappingSettings& mapping = carried.mappings.at(0);
  CHECK(mapping.kms_key_arn == "arn:aws:kms:eu-west-1:123456789012:key/1");
  CHECK(mapping.metrics_config == std::vector<std::string>{"EventCount"});
  CHECK(mapping.tags == std::map<std::string, std::string>{{"team", "billing"}, {"note", ""}});
  CHECK(mapping.system_log_level == "INFO");
  CHECK(parse_scenario(to_json_text(carried, book()), "f", book()) == carried);
}

TEST_CASE("the file of a scenario says the same thing as its value") {
  const Scenario expected{
      .name = "a shard split while its records are being retried",
      .teaches = "A child shard waits until its parent is finished with, however long the parent is being retried.",
      .rules = {"POLL-5", "RETRY-1"},
      .tables = {{.name = "orders", .key = {.partition = "id"}, .ttl = "expires_at", .stream = StreamView::new_and_old_images}},
      .functions = {{.name = "mirror", .handler = "mirror"}},
      .mappings = {{.name = "mirror",
                    .table = "orders",
                    .function = "mirror",
                    .batch_size = 10,
                    .bisect_batch_on_function_error = true}},
      .steps = {{0s, FailInvocationsStep{.function = "mirror", .count = 8}},
                {0s, PutStep{"orders", {{"id", "A"}, {"revision", 1}}}},
                {5s, SplitShardStep{.table = "orders", .shard = "0"}},
                {6s, PutStep{"orders", {{"id", "A"}, {"revision", 2}}}}},
      .run_for = 25h,
      .oracles = {{"O-ORDER", {{"view", "orders"}, {"version", "revision"}}}},
      .expect = {{"O-ORDER", Expectation::ok}},
  };
  CHECK(read_scenario(data + "split-during-retries.json", book()) == expected);
}

TEST_CASE("every member of a scenario file arrives where it belongs", "[ESM-3][ESM-8][TTL-1]") {
  const Scenario s = read_scenario(data + "everything.json", book(), "broken");
  CHECK(s.variant == "broken");
  CHECK(s.epoch_unix == 1'709'251'198);
  REQUIRE(s.tables.size() == 3);
  CHECK(s.tables[0] ==
        TableSettings{"orders", {"id", Type::S, "line", Type::N}, "expires_at", StreamView::new_and_old_images, 3});
  CHECK(s.functions ==
        std::vector<FunctionSettings>{{"count", "count/broken", 15min, SdkRetries::legacy}, {"archive", "shared/archive", 3s}});
  CHECK(s.mappings == std::vector<MappingSettings>{{"counting", "orders", "count", IteratorType::latest, 10'000, 300s, 3, 60s,
                                                    true, true, Destination::sqs},
                                                   {.name = "archive", .table = "orders", .function = "archive"}});
  CHECK(s.readers == std::vector<ReaderSettings>{{"tail", "tail/broken", 30s, "", SdkRetries::standard}});
  const Item key{{"id", "A"}, {"line", 1}};
  CHECK(s.steps ==
        std::vector<Step>{
            {0s, PutStep{"orders", {{"id", "A"}, {"line", 1}, {"expires_at", "@+90s"}, {"price", *Number::parse("1.5")}}}},
            {1s, UpdateStep{"orders", key, {{"expires_at", "@ms-1h"}}}},
            {2s, DeleteStep{"orders", key}, SdkRetries::legacy},
            {3s, SplitShardStep{"orders", "0.1", 1}},
            {3s, SplitShardStep{"orders", "", 2}},
            {4s, FailInvocationsStep{"count", 1}},
            {5s, DisableStreamStep{"orders"}},
            {1min, EnableStreamStep{"orders", StreamView::keys_only}},
            {1h, DeleteTableStep{"orders"}}});
  CHECK(s.workloads == std::vector<Workload>{{"orders",
                                              2,
                                              20,
                                              5,
                                              4,
                                              100,
                                              {OperationKind::put, OperationKind::add, OperationKind::remove},
                                              250ms,
                                              1h,
                                              SdkRetries::legacy}});
  CHECK(s.loads == std::vector<Load>{{"requests",
                                      {"requestid:N", "host", "bytes:N"},
                                      {{"PK", "request#{requestid}"}},
                                      "requests.csv",
                                      2s,
                                      {{"4001", "example.org", "7989"}, {"4002", "a \"quoted\", host", "0"}},
                                      SdkRetries::standard}});
  CHECK(s.choices == std::vector<SiteRule>{
                         {"client.fault", 0, 2, 0, {1}, false},
                         {"function.outcome", 0, pack_outcome({4, 4095}), 0, {1, 3}, false},
                         {"stream.children", 1, 2, 1, {}, true},
                         {"stream.latest_slack", -5, 1000, 0, {}, true},
                         {"ttl.deletion_delay", Duration(1h).count(), Duration(48h).count(), Duration(1h).count(), {}, false}});
  CHECK(s.run_for == 3h);
  CHECK(s.heal_at == Duration(90min));
  CHECK(s.oracles.size() == 2);
  CHECK(s.oracles[1] == OracleSpec{"O-CONV", {{"source", "orders"}, {"view", "totals"}, {"fold", "sum"}, {"value", "price"}}});
  CHECK(s.checks ==
        std::vector<SqlCheck>{{"no record twice", "SELECT record FROM records GROUP BY record HAVING count(*) > 1"}});
  CHECK(s.expect == std::map<std::string, Expectation>{{"O-CONV", Expectation::unknown},
                                                       {"O-ONCE", Expectation::violation},
                                                       {"no record twice", Expectation::ok}});
}

TEST_CASE("a variant is the document with its merge patch laid over") {
  const Scenario fixed = read_scenario(data + "everything.json", book(), "fixed");
  CHECK(fixed.variant == "fixed");
  // The patch names count's handler as it is meant; archive's name is made of the variant.
  CHECK(fixed.functions == std::vector<FunctionSettings>{{"count", "count", 3s}, {"archive", "archive/fixed", 3s}});
  CHECK(fixed.readers[0].reader == "tail/fixed");
  CHECK(fixed.expect == std::map<std::string, Expectation>{{"O-ONCE", Expectation::ok}, {"no record twice", Expectation::ok}});
  CHECK(read_scenario(data + "everything.json", book(), "", "broken") ==
        read_scenario(data + "everything.json", book(), "broken"));
  CHECK(variants_of(read_file(data + "everything.json")) == std::vector<std::string>{"broken", "fixed"});
  CHECK(variants_of(read_file(data + "split-during-retries.json")).empty());
}

TEST_CASE("where only settings differ, the variants share one handler") {
  const Scenario broken = read_scenario(data + "settings-only.json", book(), "broken");
  const Scenario fixed = read_scenario(data + "settings-only.json", book(), "fixed");
  CHECK(broken.functions[0].handler == "copy");
  CHECK(broken.readers[0].reader == "tail");
  CHECK(broken.functions == fixed.functions);
  CHECK(broken.mappings[0].maximum_retry_attempts == 0);
  CHECK(fixed.mappings[0].maximum_retry_attempts == -1);
}

TEST_CASE("a file with variants is read as none only by mistake", "[bad_input]") {
  const std::string file = data + "settings-only.json";
  CHECK(refusal(file, "") == file + " line 10 /variants: several variants, none chosen; one of broken or fixed");
  CHECK(refusal(file, "fxed", "broken") ==
        file + " line 10 /variants: no variant is called \"fxed\"; broken or fixed (did you mean 'fixed'?)");
  const std::string plain = data + "split-during-retries.json";
  CHECK(refusal(plain, "broken") == plain + " line 1: no variants, but \"broken\" was asked for; a file with that variant");
  CHECK(refusal(plain, "", "broken") == "accepted");
}

TEST_CASE("what a variant's patch gets wrong is shown in the patch", "[bad_input]") {
  const std::string text = R"({"name":"n","tables":[{"name":"orders","key":"id"}],
  "run_for": "1h",
  "variants": {
    "broken": {
      "run_for": "soon",
      "tables": [{"name": "orders", "key": "id", "shards": 0}] },
    "fixed": {} } })";
  CHECK_THROWS_WITH(parse_scenario(text, "f.json", book(), "broken"),
                    Catch::Contains("f.json line 5 /variants/broken/run_for: \"soon\"; a span of time"));
  CHECK_NOTHROW(parse_scenario(text, "f.json", book(), "fixed"));
}

TEST_CASE("rows of a load come from the file beside the scenario, or from another in its place") {
  Scenario s = read_scenario(data + "everything.json", book(), "fixed");
  parse_rows(s.loads[0], "1,a,2\n", "other.csv");
  CHECK(s.loads[0].rows == std::vector<std::vector<std::string>>{{"1", "a", "2"}});
  const auto refused = [&](std::string_view csv) {
    try {
      parse_rows(s.loads[0], csv, "other.csv");
    } catch (const BadInput& wrong) {
      return std::string(wrong.what());
    }
    return std::string("accepted");
  };
  const std::string wanted =
      "one field a column, of UTF-8, and a number of up to 38 digits where it says :N: requestid:N, host, bytes:N";
  CHECK(refused("1,a,2\n3,b\n") == "other.csv line 2: 2 fields for 3 columns; " + wanted);
  CHECK(refused("1,\"a\nb\",2\nx,b,3\n") == "other.csv line 3: \"x\" in the column \"requestid\"; " + wanted);
  CHECK(refused("1,a,2\n1,\xff,2\n").starts_with("other.csv line 2: \""));
  CHECK(refused("1,a,0x2\n") == "other.csv line 1: \"0x2\" in the column \"bytes\"; " + wanted);
  CHECK(refused("\n") == "other.csv: no rows; a CSV file without a header row: " + wanted);
  CHECK(s.loads[0].rows.size() == 1);
  CHECK(refused("1,\xC3\xA4,-2.50\n2,b,12345678901234567890123456789012345678\n") == "accepted");
  CHECK(s.loads[0].rows.size() == 2);
}

TEST_CASE("a stream's switches and splits may be asked for at any time: the run refuses what cannot be then",
          "[STREAM-12][STREAM-15][OPEN-19]") {
  const Scenario retried = with(R"("steps":[
    {"at":"0s","enable_stream":{"table":"orders"}},
    {"at":"1s","disable_stream":{"table":"orders"}},
    {"at":"2s","disable_stream":{"table":"orders"}},
    {"at":"3s","split_shard":{"table":"orders"}},
    {"at":"4s","enable_stream":{"table":"orders"}},
    {"at":"5s","enable_stream":{"table":"orders"}}])");
  CHECK(retried.steps.size() == 6);
  CHECK(parse_scenario(to_json_text(retried, book()), "f", book()) == retried);
}

TEST_CASE("times in a TTL attribute may count from their step", "[TTL-1]") {
  for (const char* good : {"@+90s", "@-1h", "@ms+1h30min", "@text+0s", "plain text"})
    CHECK_NOTHROW(
        with(R"("steps":[{"at":"0s","put":{"table":"orders","item":{"id":"A","ttl":")" + std::string(good) + R"("}}}])"));
  for (const char* bad : {"@", "@90s", "@+", "@+90", "@sec+1s", "@+-1s", "@ms"})
    CHECK_THROWS_AS(
        with(R"("steps":[{"at":"0s","put":{"table":"orders","item":{"id":"A","ttl":")" + std::string(bad) + R"("}}}])"),
        BadInput);
  CHECK_NOTHROW(with(R"("steps":[{"at":"0s","put":{"table":"orders","item":{"id":"A","other":"@"}}}])"));
}

TEST_CASE("a TTL attribute may be a key, of which the time may count from the step", "[TTL-11]") {
  const Scenario scenario = parse_scenario(
      R"({"name":"n","tables":[{"name":"orders","key":"id","sort":{"name":"at","type":"N"},"ttl":"at"}],
          "steps":[{"at":"0s","put":{"table":"orders","item":{"id":"A","at":"@+90s"}}},
                   {"at":"1s","transact_write":{"actions":[{"put":{"table":"orders","item":{"id":"A","at":"@+91s"}}},
                                                           {"put":{"table":"orders","item":{"id":"A","at":5}}}]}}]})",
      "f", book());
  CHECK(scenario.tables[0].ttl == "at");
  CHECK(scenario.steps.size() == 2);
}

TEST_CASE("a workload may sort by its group", "[TABLE-1]") {
  CHECK_NOTHROW(parse_scenario(
      R"({"name":"n","tables":[{"name":"orders","key":"id","sort":"group"}],"workload":{"table":"orders"}})", "f", book()));
}
