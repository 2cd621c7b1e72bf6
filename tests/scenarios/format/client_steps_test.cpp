#include "scenarios/format/client_steps.hpp"

#include "scenarios/format/scenario_file.hpp"
#include "scenarios/format/scenario_value.hpp"
#include "sim/base/bad_input.hpp"
#include "tests/catch.hpp"
#include "tests/scenarios/format/book.hpp"

using namespace weir;
using namespace weir::test;

namespace {

std::string with_steps(const std::string& steps) {
  return R"({"name":"asked","tables":[{"name":"orders","key":"id","sort":{"name":"line","type":"N"},
    "indexes":[{"name":"by_group","key":"group"},{"name":"by_n","kind":"local","sort":{"name":"n","type":"N"}}]},
    {"name":"totals","key":"group"}],"steps":[)" +
         steps + "]}";
}

// The steps of a file, which are the same when the scenario is written and read again.
std::vector<Step> read(const std::string& steps) {
  const Scenario scenario = parse_scenario(with_steps(steps), "s.json", book());
  CHECK(parse_scenario(to_json_text(scenario, book()), "again.json", book()) == scenario);
  return scenario.steps;
}

const Item first{{"id", "A"}, {"line", 1}}, second{{"id", "A"}, {"line", 2}};
const ExpressionContext id_is_a{.names = {}, .values = {{":id", "A"}}};

}  // namespace

TEST_CASE("writes say what they want returned", "[OP-3][OP-4]") {
  const auto old = ReturnValuesOnConditionCheckFailure::all_old;
  CHECK(read(R"--({"at":"1s","put":{"table":"totals","item":{"group":"g"},"return_values":"ALL_OLD"}},
                {"at":"2s","update":{"table":"totals","key":{"group":"g"},"set":{"n":1},"return_values":"updated_new",
                                     "return_values_on_condition_check_failure":"all_old"}},
                {"at":"3s","delete":{"table":"totals","key":{"group":"g"},"return_values":"none",
                                     "return_values_on_condition_check_failure":"all_old"}},
                {"at":"4s","transact_write":{"actions":[
                  {"put":{"table":"totals","item":{"group":"g"},"return_values_on_condition_check_failure":"all_old"}},
                  {"check":{"table":"totals","key":{"group":"h"},"condition":"attribute_exists(n)",
                            "return_values_on_condition_check_failure":"all_old"
}
}]
}
})--") ==
        std::vector<Step>{{1s, PutStep{"totals", {{"group", "g"}}, "", {}, ReturnValues::all_old}},
                          {2s, UpdateStep{"totals", {{"group", "g"}}, {{"n", 1}}, "", "", {}, ReturnValues::updated_new, old}},
                          {3s, DeleteStep{"totals", {{"group", "g"}}, "", {}, ReturnValues::none, old}},
                          {4s, TransactWriteStep{{PutStep{"totals", {{"group", "g"}}, "", {}, ReturnValues::none, old},
                                                  CheckStep{"totals", {{"group", "h"}}, "attribute_exists(n)", {}, old}}}}});
}

TEST_CASE("an update may change nothing but whether its item is there", "[OP-2]") {
  const std::vector<Step> steps = read(R"--({"at":"1s","update":{"table":"totals","key":{"group":"g"}}})--");
  CHECK(steps == std::vector<Step>{{1s, UpdateStep{"totals", {{"group", "g"}}, {}}}});
}

TEST_CASE("items are read by key, one, many, or all of one moment", "[READ-1][BOP-4][TXN-1]") {
  CHECK(read(R"--({"at":"1s","get":{"table":"orders","key":{"id":"A","line":1},"consistent":true,"projection":"#s, n",
                                  "names":{"#s":"status"}}},
                {"at":"2s","batch_get":{"tables":[
                  {"table":"orders","keys":[{"id":"A","line":1},{"id":"A","line":2}],"projection":"n"},
                  {"table":"totals","keys":[{"group":"g"}],"consistent":true}]}},
                {"at":"3s","transact_get":{"gets":[{"table":"orders","key":{"id":"A","line":1},"projection":"n"},
                                                   {"table":"totals","key":{"group":"g"}}]}})--") ==
        std::vector<Step>{{1s, GetStep{"orders", first, true, "#s, n", {.names = {{"#s", "status"}}, .values = {}}}},
                          {2s, BatchGetStep{{{"orders", {first, second}, false, "n"}, {"totals", {{{"group", "g"}}}, true}}}},
                          {3s, TransactGetStep{{{"orders", first, "n"}, {"totals", {{"group", "g"}}}}}}});
}

TEST_CASE("a batch of writes has puts and deletes by table", "[BOP-1]") {
  CHECK(read(R"--({"at":"1s","batch_write":{"tables":[
                  {"table":"orders","puts":[{"id":"A","line":1}],"deletes":[{"id":"A","line":2}]},
                  {"table":"totals","deletes":[{"group":"g"}]}]}})--") ==
        std::vector<Step>{{1s, BatchWriteStep{{{"orders", {first}, {second}}, {"totals", {}, {{{"group", "g"}}}}}}}});
}

TEST_CASE("pages of a table or an index are read", "[QRY-1][QRY-2][QRY-5][QRY-6]") {
  CHECK(
      read(R"--({"at":"1s","query":{"table":"orders","key_condition":"id = :id AND line < :most","values":{":id":"A",":most":9},
                                    "filter":"attribute_exists(n)","projection":"n","limit":2,"pages":3,"reverse":true,
                                    "consistent":true,"exclusive_start_key":{
    "id" : "A", "line" : 1}
}
},
                {"at":"2s","query":{"table":"orders","index":"by_n","key_condition":"id = :id","values":{":id":"A"},
                                    "select":"ALL_PROJECTED_ATTRIBUTES"}},
                {"at":"3s","scan":{"table":"orders","index":"by_group","select":"count"}},
                {"at":"4s","scan":{"table":"totals","segment":1,"total_segments":4,"filter":"n > :id","values":{":id":"A"}}})--") ==
      std::vector<Step>{
          {1s, QueryStep{{.table = "orders",
                          .filter = "attribute_exists(n)",
                          .projection = "n",
                          .placeholders = {.names = {}, .values = {{":id", "A"}, {":most", 9}}},
                          .limit = 2,
                          .exclusive_start_key = first,
                          .consistent = true,
                          .pages = 3},
                         "id = :id AND line < :most",
                         true}},
          {2s,
           QueryStep{{.table = "orders", .index = "by_n", .placeholders = id_is_a, .select = Select::all_projected_attributes},
                     "id = :id"}},
          {3s, ScanStep{{.table = "orders", .index = "by_group", .select = Select::count}}},
          {4s, ScanStep{{.table = "totals", .filter = "n > :id", .placeholders = id_is_a}, 1, 4}}});
}

TEST_CASE("a step may read an index that a step before it makes", "[GSI-8]") {
  CHECK(read(R"--({"at":"1s","create_index":{"table":"totals","index":{"name":"by_n","key":{"name":"n","type":"N"}}}},
                {"at":"2s","query":{"table":"totals","index":"by_n","key_condition":"n = :n","values":{":n":1}}})--")
            .size() == 2);
}

TEST_CASE("a client's step says how its SDK tries again, and no other step does", "[WIRE-6]") {
  CHECK(read(R"--({"at":"1s","sdk_retries":"standard","get":{"table":"totals","key":{"group":"g"}}},
                {"at":"2s","delete":{"table":"totals","key":{"group":"g"}},"sdk_retries":"legacy"},
                {"at":"3s","delete":{"table":"totals","key":{"group":"g"}},"sdk_retries":"none"})--") ==
        std::vector<Step>{{1s, GetStep{"totals", {{"group", "g"}}}, SdkRetries::standard},
                          {2s, DeleteStep{"totals", {{"group", "g"}}}, SdkRetries::legacy},
                          {3s, DeleteStep{"totals", {{"group", "g"}}}}});
  CHECK(is_of_client(TransactWriteStep{}));
  CHECK(is_of_client(ScanStep{}));
  CHECK_FALSE(is_of_client(DeleteTableStep{}));
  Scenario built = parse_scenario(with_steps(R"({"at":"1s","delete_table":{"table":"totals"}})"), "s.json", book());
  built.steps[0].sdk_retries = SdkRetries::standard;
  CHECK_THROWS_AS(checked(built, book()), BadInput);
}
