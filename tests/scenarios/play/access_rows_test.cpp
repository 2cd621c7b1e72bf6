// Roles that may have some rows and columns of a table only.                                     [IAM-1]
#include "scenarios/play/play.hpp"
#include "tests/catch.hpp"

using namespace weir;

namespace {

using Effect = PolicyStatement::Effect;

PolicyStatement allow_where(const char* key, std::vector<std::string> values) {
  return {Effect::allow, {"dynamodb:*"}, {"*"}, {condition_of("ForAllValues:StringEquals", key, std::move(values))}};
}

// Which of some calls a role with this statement is denied.
std::vector<bool> denied_of(PolicyStatement statement, const std::function<void(TableClient&, std::vector<bool>&)>& calls) {
  const Scenario scenario{.name = "rows",
                          .tables = {{.name = "orders",
                                      .key = {.partition = "id"},
                                      .indexes = {{.name = "by_owner", .key = {.partition = "owner"}},
                                                  {.name = "by_place", .key = {.partition = "owner", .sort = "place"}}}}},
                          .readers = {{.name = "reader", .role = "guest"}},
                          .roles = {{.name = "guest", .managed = {}, .statements = {std::move(statement)}}},
                          .run_for = 1h};
  std::vector<bool> denied;
  Handlers handlers;
  handlers.readers["reader"] = [&](Context& context) {
    TableClient orders = context.table("orders");
    calls(orders, denied);
  };
  const Run run = simulate(scenario, Plan::calm(), handlers, {.keep_trace = true});
  REQUIRE_FALSE(run.bug);
  const auto refusals =
      std::count_if(run.trace.begin(), run.trace.end(), [](const Fact& fact) { return fact.as<AccessDenied>(); });
  CHECK(refusals == std::count(denied.begin(), denied.end(), true));
  return denied;
}

template <class Answer>
bool is_denied(const Answer& answer) {
  return answer.failed_with(ServiceError::access_denied);
}

Projection of_names(std::vector<Path> paths) { return Projection::of(std::move(paths)).value(); }

}  // namespace

TEST_CASE("leading keys: a role reaches the items of its own partition keys, by every call that names one", "[IAM-1]") {
  const std::vector<bool> denied =
      denied_of(allow_where("dynamodb:LeadingKeys", {"A"}), [](TableClient& orders, std::vector<bool>& told) {
        for (const char* id : {"A", "B"}) {
          told.push_back(is_denied(orders.call(PutItem{.item = {{"id", id}}})));
          told.push_back(is_denied(orders.call(UpdateItem{.key = {{"id", id}}, .update = Update().set("n", 1)})));
          told.push_back(is_denied(orders.call(GetItem{.key = {{"id", id}}})));
          told.push_back(is_denied(orders.call(Query{.key = {AttributeValue(id)}})));
          told.push_back(is_denied(orders.call(Query{.key = {AttributeValue(id)}, .page = {.index_name = "by_owner"}})));
          told.push_back(is_denied(orders.call(DeleteItem{.key = {{"id", id}}})));
        }
      });
  CHECK(denied == std::vector<bool>{false, false, false, false, false, false, true, true, true, true, true, true});
}

TEST_CASE("leading keys: a Scan names none, so a condition on all of them stops none", "[IAM-1]") {
  CHECK(denied_of(allow_where("dynamodb:LeadingKeys", {"A"}), [](TableClient& orders, std::vector<bool>& told) {
          told.push_back(is_denied(orders.call(Scan{})));
        }) == std::vector<bool>{false});
}

TEST_CASE("attributes: a query names the key that it asks by, which is its index's, and its sort key where it asks by that",
          "[IAM-1]") {
  const auto told_where = [](std::vector<std::string> attributes) {
    return denied_of(
        allow_where("dynamodb:Attributes", std::move(attributes)), [](TableClient& orders, std::vector<bool>& told) {
          const KeyCondition whole{AttributeValue("A")};
          const KeyCondition part{AttributeValue("A"), SortCondition{SortCondition::Kind::equal, AttributeValue("B")}};
          told.push_back(is_denied(orders.call(Query{.key = whole})));
          told.push_back(is_denied(orders.call(Query{.key = whole, .page = {.index_name = "by_owner"}})));
          told.push_back(is_denied(orders.call(Query{.key = whole, .page = {.index_name = "by_place"}})));
          told.push_back(is_denied(orders.call(Query{.key = part, .page = {.index_name = "by_place"}})));
        });
  };
  CHECK(told_where({"id"}) == std::vector<bool>{false, true, true, true});
  CHECK(told_where({"owner"}) == std::vector<bool>{true, false, false, true});
  CHECK(told_where({"owner", "place"}) == std::vector<bool>{true, false, false, false});
}

TEST_CASE("attributes: those written, those given as key, and those that expressions speak of", "[IAM-1]") {
  const std::vector<bool> denied =
      denied_of(allow_where("dynamodb:Attributes", {"id", "total", "owner"}), [](TableClient& orders, std::vector<bool>& told) {
        const Item key{{"id", "A"}};
        told.push_back(is_denied(orders.call(PutItem{.item = {{"id", "A"}, {"total", 1}}})));
        told.push_back(is_denied(orders.call(PutItem{.item = {{"id", "A"}, {"secret", 1}}})));
        told.push_back(is_denied(orders.call(PutItem{.item = key, .condition = attribute_not_exists("secret")})));
        told.push_back(
            is_denied(orders.call(UpdateItem{.key = key, .update = Update().set("total", plus(path("total", 0), 1))})));
        told.push_back(is_denied(orders.call(UpdateItem{.key = key, .update = Update().set("secret.a", 1)})));
        told.push_back(
            is_denied(orders.call(UpdateItem{.key = key, .update = Update().set("total", plus(path("secret", 0), 1))})));
        told.push_back(is_denied(orders.call(GetItem{.key = key, .projection = of_names({"total"})})));
        told.push_back(is_denied(orders.call(GetItem{.key = key, .projection = of_names({"secret[0]"})})));
        told.push_back(is_denied(orders.call(
            Query{.key = {AttributeValue("A")}, .page = {.filter = compare(Path("secret"), Comparator::equal, 1)}})));
        told.push_back(is_denied(orders.call(Scan{.page = {.projection = of_names({"secret"})}})));
        told.push_back(
            is_denied(orders.call(Scan{.page = {.filter = attribute_exists("total") && attribute_exists("owner")}})));
      });
  CHECK(denied == std::vector<bool>{false, true, true, false, true, true, false, true, true, true, false});
}

TEST_CASE("a batch or a transaction is refused for any one of its parts", "[IAM-1]") {
  const Scenario scenario{
      .name = "rows",
      .tables = {{.name = "orders", .key = {.partition = "id"}}},
      .readers = {{.name = "reader", .role = "guest"}},
      .roles = {{.name = "guest", .managed = {}, .statements = {allow_where("dynamodb:LeadingKeys", {"A"})}}},
      .run_for = 1h};
  std::vector<bool> denied;
  Handlers handlers;
  handlers.readers["reader"] = [&](Context& context) {
    const TableClient orders = context.table("orders");
    for (const char* other : {"A", "B"}) {
      const Item a{{"id", "A"}}, b{{"id", other}};
      std::vector<WriteRequest> writes{orders.of(WriteRequest{.request = PutRequest{a}})};
      std::vector<Item> keys{a};
      std::vector<TransactWriteItem> actions{orders.of(PutItem{.item = a})};
      std::vector<GetItem> gets{orders.of(GetItem{.key = a})};
      if (b != a) {
        writes.push_back(orders.of(WriteRequest{.request = DeleteRequest{b}}));
        keys.push_back(b);
        actions.emplace_back(orders.of(ConditionCheck{.key = b, .condition = attribute_not_exists("x")}));
        gets.push_back(orders.of(GetItem{.key = b}));
      }
      denied.push_back(is_denied(context.call(BatchWriteItem{.requests = writes})));
      denied.push_back(is_denied(context.call(BatchGetItem{.tables = {orders.of(KeysAndAttributes{.keys = keys})}})));
      denied.push_back(is_denied(context.call(TransactWriteItems{.actions = actions})));
      denied.push_back(is_denied(context.call(TransactGetItems{.gets = gets})));
    }
  };
  const Run run = simulate(scenario, Plan::calm(), handlers);
  REQUIRE_FALSE(run.bug);
  CHECK(denied == std::vector<bool>{false, false, false, false, true, true, true, true});
}

TEST_CASE("a number's leading key is compared as it is written, a binary's in base64", "[IAM-1]") {
  for (const bool binary : {false, true}) {
    const AttributeValue id = binary ? AttributeValue::binary("abc") : AttributeValue(1500);
    const Scenario scenario{
        .name = "rows",
        .tables = {{.name = "orders", .key = {.partition = "id", .partition_type = binary ? Type::B : Type::N}}},
        .readers = {{.name = "reader", .role = "guest"}},
        .roles = {{.name = "guest",
                   .managed = {},
                   .statements = {allow_where("dynamodb:LeadingKeys", {binary ? "YWJj" : "1500"})}}},
        .run_for = 1h};
    std::vector<bool> denied;
    Handlers handlers;
    handlers.readers["reader"] = [&](Context& context) {
      denied.push_back(is_denied(context.table("orders").call(PutItem{.item = {{"id", id}}})));
    };
    REQUIRE_FALSE(simulate(scenario, Plan::calm(), handlers).bug);
    CHECK(denied == std::vector<bool>{false});
  }
}
