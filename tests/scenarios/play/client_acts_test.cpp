#include "scenarios/play/client_acts.hpp"

#include "scenarios/play/answers.hpp"
#include "scenarios/play/play.hpp"
#include "tests/catch.hpp"

using namespace weir;

namespace {

using Lines = std::vector<std::string>;

Item order(int line, int n) { return {{"id", "A"}, {"line", line}, {"n", n}}; }
Item key_of(int line) { return {{"id", "A"}, {"line", line}}; }
const Item total{{"group", "g"}};

Scenario asked(std::vector<Step> steps) {
  const KeySchema by_n{.partition = "id", .sort = "n", .sort_type = Type::N};
  return {.name = "asked",
          .tables = {{.name = "orders",
                      .key = {.partition = "id", .sort = "line", .sort_type = Type::N},
                      .stream = StreamView::new_image,
                      .indexes = {{.name = "by_n", .kind = IndexKind::local, .key = by_n}}},
                     {.name = "totals", .key = {.partition = "group"}}},
          .steps = std::move(steps),
          .run_for = 1h};
}

Run played(const Scenario& scenario, const std::vector<Deviation>& deviations = {}) {
  static const Handlers none;
  return simulate(scenario, Plan::listed(deviations), none, {.keep_trace = true});
}

// What the steps were answered, each told as caused by its step.
Lines answers(const Scenario& scenario, const std::vector<Deviation>& deviations = {}) {
  const Run run = played(scenario, deviations);
  CHECK(run.violation() == nullptr);
  Lines lines;
  for (const Fact& fact : run.trace)
    if (const auto* logged = fact.as<Logged>()) {
      CHECK(logged->actor == Actor::client(0));
      CHECK(run.trace[fact.cause].as<StepTaken>());
      lines.push_back(logged->line);
    }
  return lines;
}

QueryStep all_of_a(PagesAsked asked) {
  asked.table = "orders";
  asked.placeholders = {.names = {}, .values = {{":id", "A"}}};
  return {std::move(asked), "id = :id"};
}

}  // namespace

TEST_CASE("a write that asks for nothing and goes well is answered without a word", "[OP-3]") {
  CHECK(answers(asked({{1s, PutStep{"totals", total}},
                       {2s, UpdateStep{"totals", total, {{"n", 1}}}},
                       {3s, TransactWriteStep{{PutStep{"totals", {{"group", "h"}}}}}},
                       {4s, DeleteStep{"totals", total}}}))
            .empty());
}

TEST_CASE("a write tells the attributes it is asked to return", "[OP-3]") {
  const auto put = [](int n, ReturnValues returns) { return PutStep{"totals", total.with("n", n), "", {}, returns}; };
  const auto update = [](int n, ReturnValues returns) { return UpdateStep{"totals", total, {{"n", n}}, "", "", {}, returns}; };
  CHECK(answers(asked({{1s, put(1, ReturnValues::all_old)},
                       {2s, put(2, ReturnValues::all_old)},
                       {3s, update(3, ReturnValues::updated_old)},
                       {4s, update(4, ReturnValues::updated_new)},
                       {5s, update(5, ReturnValues::all_new)},
                       {6s, DeleteStep{"totals", total, "", {}, ReturnValues::all_old}}})) ==
        Lines{"step 0: put: no attributes", R"(step 1: put: attributes {"group":"g","n":1})",
              R"(step 2: update: attributes {"n":2})", R"(step 3: update: attributes {"n":4})",
              R"(step 4: update: attributes {"group":"g","n":5})", R"(step 5: delete: attributes {"group":"g","n":5})"});
}

TEST_CASE("an update of a key alone makes an item of it, and leaves one that is there as it is", "[OP-2]") {
  const UpdateStep one{"orders", key_of(1), {}}, two{"orders", key_of(2), {}};
  CHECK(answers(asked({{1s, PutStep{"orders", order(2, 7)}},
                       {2s, one},
                       {2s, two},
                       {3s, GetStep{"orders", key_of(1), true}},
                       {3s, GetStep{"orders", key_of(2), true}}})) ==
        Lines{R"(step 3: get: {"id":"A","line":1})", R"(step 4: get: {"id":"A","line":2,"n":7})"});
}

TEST_CASE("a write that fails tells why, and the item that failed its condition where that was asked for", "[OP-4][TXN-4]") {
  const std::string unless_there = "attribute_not_exists(n)";
  const auto old = ReturnValuesOnConditionCheckFailure::all_old;
  const Lines lines = answers(asked(
      {{1s, PutStep{"totals", total.with("n", 1)}},
       {2s, PutStep{"totals", total, unless_there}},
       {3s, PutStep{"totals", total, unless_there, {}, ReturnValues::all_old, old}},
       {4s, UpdateStep{"totals", total, {{"n", 2}}, "", unless_there, {}, ReturnValues::none, old}},
       {5s, DeleteStep{"totals", {{"group", "h"}}, "attribute_exists(n)", {}, ReturnValues::none, old}},
       {6s, PutStep{"totals", total.with("x", std::string(500'000, 'x'))}},
       {7s, TransactWriteStep{{PutStep{"totals", {{"group", "h"}}}, CheckStep{"totals", total, unless_there, {}, old}}}}}));
  const std::string failed = "ConditionalCheckFailedException: The conditional request failed";
  const std::string item = R"(; item {"group":"g","n":1})";
  REQUIRE(lines.size() == 6);
  CHECK(lines[0] == "step 1: put: " + failed);
  CHECK(lines[1] == "step 2: put: " + failed + item);
  CHECK(lines[2] == "step 3: update: " + failed + item);
  CHECK(lines[3] == "step 4: delete: " + failed);
  CHECK(lines[4] == "step 5: put: ValidationException: Item size has exceeded the maximum allowed size");
  CHECK(lines[5] ==
        "step 6: transact_write: TransactionCanceledException: Transaction cancelled, please refer cancellation reasons for "
        R"(specific reasons [None, ConditionalCheckFailed]; item of action 1 {"group":"g","n":1})");
}

TEST_CASE("a cancelled transaction tells what was wrong with its actions", "[TXN-4][ERR-5]") {
  const Lines lines = answers(asked(
      {{1s,
        TransactWriteStep{{PutStep{"totals", {{"group", "h"}}},
                           UpdateStep{"totals", total, {}, "SET n = n + :n", "", {.names = {}, .values = {{":n", 1}}}}}}}}));
  CHECK(lines == Lines{"step 0: transact_write: TransactionCanceledException: Transaction cancelled, please refer cancellation "
                       "reasons for specific reasons [None, ValidationError]; action 1: The provided expression refers to an "
                       "attribute that does not exist in the item"});
}

TEST_CASE("a read by key tells the item, a projection of it, or that there is none", "[READ-1][EXPR-18]") {
  CHECK(answers(asked({{1s, PutStep{"orders", order(1, 7)}},
                       {2s, GetStep{"orders", key_of(1)}},
                       {3s, GetStep{"orders", key_of(1), true, "#n", {.names = {{"#n", "n"}}, .values = {}}}},
                       {4s, GetStep{"orders", key_of(2)}},
                       {5s, TransactGetStep{{{"orders", key_of(1), "n"}, {"totals", total}}}}})) ==
        Lines{R"(step 1: get: {"id":"A","line":1,"n":7})", R"(step 2: get: {"n":7})", "step 3: get: no item",
              R"(step 4: transact_get: [{"n":7},null])"});
}

TEST_CASE("a read that asks for no consistency may show what was, and one that does never", "[READ-1][READ-3][OPEN-34]") {
  const Scenario scenario = asked({{1s, PutStep{"orders", order(1, 1)}},
                                   {10s, UpdateStep{"orders", key_of(1), {{"n", 2}}}},
                                   {11s, GetStep{"orders", key_of(1)}},
                                   {12s, GetStep{"orders", key_of(1), true}},
                                   {13s, all_of_a({.limit = 1, .pages = 2})},
                                   {14s, BatchGetStep{{{"orders", {key_of(1)}}}}}});
  const std::int64_t stale = Duration(5s).count();
  CHECK(answers(scenario, {{"read.staleness", "step 2", stale},
                           {"read.staleness", "step 4", stale},
                           {"read.staleness", "step 5 / table 0", stale}}) ==
        Lines{R"(step 2: get: {"id":"A","line":1,"n":1})", R"(step 3: get: {"id":"A","line":1,"n":2})",
              R"(step 4: query: page 1: 1 item, scanned 1, last key {"id":"A","line":1}: [{"id":"A","line":1,"n":1}])",
              "step 4: query: page 2: 0 items, scanned 0", R"(step 5: batch_get: orders [{"id":"A","line":1,"n":1}])"});
}

TEST_CASE("a query reads a page, or as many as it says, each from where the one before it ended", "[QRY-2][QRY-3][QRY-6]") {
  std::vector<Step> steps;
  for (int line = 1; line <= 3; ++line) steps.push_back({1s, PutStep{"orders", order(line, 10 - line)}});
  steps.push_back({2s, all_of_a({.limit = 2})});
  steps.push_back({3s, all_of_a({.projection = "n", .limit = 2, .exclusive_start_key = key_of(2)})});
  steps.push_back({4s, all_of_a({.projection = "line", .limit = 2, .pages = 2})});
  QueryStep backwards = all_of_a({.index = "by_n", .projection = "n"});
  backwards.reverse = true;
  steps.push_back({5s, backwards});
  steps.push_back({6s, all_of_a({.filter = "n > :id", .select = Select::count})});
  CHECK(answers(asked(steps)) ==
        Lines{std::string(R"(step 3: query: 2 items, scanned 2, last key {"id":"A","line":2}: )") +
                  R"([{"id":"A","line":1,"n":9},{"id":"A","line":2,"n":8}])",
              R"(step 4: query: 1 item, scanned 1: [{"n":7}])",
              R"(step 5: query: page 1: 2 items, scanned 2, last key {"id":"A","line":2}: [{"line":1},{"line":2}])",
              R"(step 5: query: page 2: 1 item, scanned 1: [{"line":3}])",
              R"(step 6: query: 3 items, scanned 3: [{"n":9},{"n":8},{"n":7}])", "step 7: query: 0 items, scanned 3"});
}

TEST_CASE("the segments of a parallel scan have every item once", "[QRY-5]") {
  std::vector<Step> steps;
  for (int i = 0; i < 8; ++i) steps.push_back({1s, PutStep{"totals", {{"group", "g" + std::to_string(i)}}}});
  for (int segment = 0; segment < 3; ++segment) steps.push_back({2s, ScanStep{{.table = "totals"}, segment, 3}});
  steps.push_back({3s, ScanStep{{.table = "totals", .select = Select::count}}});
  const Lines lines = answers(asked(steps));
  REQUIRE(lines.size() == 4);
  for (int i = 0; i < 8; ++i) {
    const std::string item = R"({"group":"g)" + std::to_string(i) + "\"}";
    CHECK(std::count_if(lines.begin(), lines.end(),
                        [&](const std::string& line) { return line.find(item) != std::string::npos; }) == 1);
  }
  CHECK(lines[3] == "step 11: scan: 8 items, scanned 8");
}

TEST_CASE("a batch is sent once, and what stays unprocessed is told", "[BOP-1][BOP-3][BOP-4]") {
  const Scenario scenario = asked({{1s, BatchWriteStep{{{"orders", {order(1, 1)}, {key_of(2)}}, {"totals", {total}, {}}}}},
                                   {2s, BatchGetStep{{{"orders", {key_of(1), key_of(2)}}, {"totals", {total}, true}}}},
                                   {3s, BatchWriteStep{{{"orders", {order(2, 2)}, {key_of(1)}}}}}});
  CHECK(answers(scenario, {{"batch.unprocessed", "step 0 / request 1", 1},
                           {"batch.unprocessed", "step 0 / request 2", 1},
                           {"batch.unprocessed", "step 1 / request 1", 1},
                           {"batch.unprocessed", "step 2 / request 0", 1},
                           {"batch.unprocessed", "step 2 / request 1", 1}}) ==
        Lines{R"(step 0: batch_write: 1 of 3 writes, unprocessed: delete of orders {"id":"A","line":2}, )"
              R"(put of totals {"group":"g"})",
              R"(step 1: batch_get: orders [{"id":"A","line":1,"n":1}], totals [], unprocessed: orders [{"id":"A","line":2}])",
              "step 2: batch_write: ProvisionedThroughputExceededException: The level of configured provisioned throughput for "
              "the table was exceeded. Consider increasing your provisioning level with the UpdateTable API."});
  CHECK(answers(scenario)[0] == "step 0: batch_write: 3 writes");
}

TEST_CASE("times to live of a batch's items count from the step", "[TTL-1]") {
  Scenario scenario =
      asked({{1min, BatchWriteStep{{{"totals", {total.with("ttl", "@+90s")}, {}}}}}, {1min, GetStep{"totals", total}}});
  scenario.tables[1].ttl = "ttl";
  CHECK(answers(scenario)[1] == R"(step 1: get: {"group":"g","ttl":1767225750})");
}

TEST_CASE("reads of steps use capacity, and are throttled when there is none left", "[CAP-1][CAP-8]") {
  std::vector<Step> steps{{1s, PutStep{"totals", total.with("x", std::string(30'000, 'x'))}}};
  for (int i = 0; i < 3; ++i) steps.push_back({2s, GetStep{"totals", total, true, "n"}});
  Scenario scenario = asked(steps);
  scenario.tables[1].capacity = CapacitySettings{.billing = BillingMode::provisioned, .provisioned = {1, 100}};
  const Lines lines = answers(scenario);
  REQUIRE(lines.size() == 3);
  CHECK(lines[0] == "step 1: get: {}");
  CHECK(lines[2].starts_with("step 3: get: ProvisionedThroughputExceededException: The level of configured provisioned "));
}

TEST_CASE("a read of what is not there by then tells what the service says", "[MSG-27][GSI-8][TABLE-5]") {
  const auto by_m = [](const char* condition, AttributeValue value) {
    return QueryStep{{.table = "totals", .index = "by_m", .placeholders = {.names = {}, .values = {{":v", std::move(value)}}}},
                     condition};
  };
  const IndexSettings index{.name = "by_m", .key = {.partition = "m", .partition_type = Type::N}};
  CHECK(answers(asked({{1s, CreateIndexStep{"totals", index}},
                       {2s, by_m("m = :v", 1)},
                       {30min, by_m("m = :v", 1)},
                       {31min, DeleteIndexStep{"totals", "by_m"}},
                       {50min, by_m("m = :v", 1)},
                       {51min, DeleteTableStep{"totals"}},
                       {55min, GetStep{"totals", total}}})) ==
        Lines{"step 1: query: ValidationException: Cannot read from backfilling global secondary index: by_m",
              "step 2: query: 0 items, scanned 0",
              "step 4: query: ValidationException: The table does not have the specified index: by_m",
              "step 6: get: ResourceNotFoundException: Requested resource not found"});
}

TEST_CASE("an index that a refused step would have made anew is queried by the keys that it has", "[GSI-8][QRY-1]") {
  const auto made = [](const char* key) { return IndexSettings{.name = "by_m", .key = {.partition = key}}; };
  CHECK(answers(asked(
            {{1s, CreateIndexStep{"totals", made("m")}},
             {30min, CreateIndexStep{"totals", made("k")}},
             {31min, QueryStep{{.table = "totals", .index = "by_m", .placeholders = {.names = {}, .values = {{":v", "x"}}}},
                               "k = :v"}}})) ==
        Lines{"step 2: query: ValidationException: Query condition missed key schema element: m"});
}

TEST_CASE("a long answer is cut between two characters") {
  CHECK(cut_short(std::string(500, 'a')) == std::string(500, 'a'));
  CHECK(cut_short(std::string(501, 'a')) == std::string(500, 'a') + "...");
  CHECK(cut_short(std::string(499, 'a') + "\xc3\xa9\xc3\xa9") == std::string(499, 'a') + "...");
}
