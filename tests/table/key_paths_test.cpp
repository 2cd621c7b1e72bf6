// No expression leads into a key attribute, of the table or of an index.
#include "sim/table/key_paths.hpp"

#include "tests/catch.hpp"
#include "tests/table/world.hpp"

using namespace weir;
using namespace weir::test;

namespace {

const std::string no_scalar = "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: ";
const std::string id_key = no_scalar + "Key: id", group_key = no_scalar + "IndexKey: group";

struct Orders : TableWorld {
  TableId table =
      create({.name = "orders",
              .key = {.partition = "id", .sort = "at", .sort_type = Type::N},
              .indexes = {{.name = "by_group", .key = {.partition = "group", .sort = "at", .sort_type = Type::N}}}});
  const Item key{{"id", "A"}, {"at", 1}};
  Orders() { REQUIRE(put(table, key.with("group", "g")).ok()); }

  template <class Answer>
  static std::string said(const Answer& answer) {
    if (answer.ok()) return "ok";
    CHECK(answer.failed_with(ServiceError::validation));
    return std::string(answer.failure().message);
  }
  template <class Answer>
  static std::string reason(const Answer& answer) {
    REQUIRE(answer.failed_with(ServiceError::transaction_canceled));
    REQUIRE(answer.reasons[0].code == CancellationCode::validation_error);
    return std::string(answer.reasons[0].message);
  }
  static Projection shown(const char* path) { return Projection::of({path}).value(); }
  std::string get(const char* path) { return said(call(GetItem{.table = table, .key = key, .projection = shown(path)})); }
  std::string scan(PageRequest page) { return said(call(Scan{.table = table, .page = std::move(page)})); }
  std::string query(PageRequest page) {
    const AttributeValue partition = page.index_name.empty() ? "A" : "g";
    return said(call(Query{.table = table, .key = {.partition = partition}, .page = std::move(page)}));
  }
};

}  // namespace

TEST_CASE("a condition may not lead into a key, where it would hold whatever is there", "[TABLE-1][EXPR-4][ERR-6]") {
  Orders world;
  const Condition misspelt = attribute_not_exists("id.x"), of_index = attribute_not_exists("group[0]");
  CHECK(world.said(world.put(world.table, world.key, misspelt)) == id_key);
  CHECK(world.said(world.put(world.table, world.key, of_index)) == group_key);
  CHECK(world.said(world.remove(world.table, world.key, misspelt)) == id_key);
  CHECK(world.said(world.update(world.table, world.key, Update().set("n", 1), misspelt)) == id_key);
  CHECK(world.last<WriteRefused>().message == id_key);
  CHECK(world.facts<Written>().size() == 1);
  CHECK(world.said(world.put(world.table, world.key, attribute_not_exists("other.x"))) == "ok");
  CHECK(world.put(world.table, world.key, attribute_not_exists("id")).failed_with(ServiceError::condition_failed));
}

TEST_CASE("an update neither writes into an index's key nor reads out of one", "[TABLE-1][EXPR-4][ERR-6][MSG-17]") {
  Orders world;
  const auto said = [&](const Update& update) { return world.said(world.update(world.table, world.key, update)); };
  CHECK(said(Update().set("group.x", 1)) == group_key);
  CHECK(said(Update().add("group[1]", 1)) == group_key);
  CHECK(said(Update().set("n", path("group.x", 1))) == group_key);
  CHECK(said(Update().set("n", path("id[1]", 1))) == id_key);
  CHECK(said(Update().set("n", path("group[0]")).remove("m.at")) == group_key);
  CHECK(said(Update().set("id.x", 1)) ==
        "One or more parameter values were invalid: Cannot update attribute id. This attribute is part of the key");
}

TEST_CASE("a projection and a filter may not lead into a key", "[TABLE-1][EXPR-18][QRY-4][ERR-6]") {
  Orders world;
  CHECK(world.get("id.x") == id_key);
  CHECK(world.get("group[0]") == group_key);
  CHECK(world.get("id") == "ok");
  CHECK(world.said(world.call(BatchGetItem{{{world.table, {world.key}, world.shown("at[0]")}}})) == no_scalar + "Key: at");

  for (const char* index : {"", "by_group"}) {
    CHECK(world.scan({.index_name = index, .filter = attribute_exists("id[0]")}) == id_key);
    CHECK(world.scan({.index_name = index, .filter = attribute_exists("group.x")}) == group_key);
    CHECK(world.scan({.index_name = index, .filter = attribute_exists("group.x"), .projection = world.shown("id.x")}) ==
          id_key);
    CHECK(world.query({.index_name = index, .projection = world.shown("id.x")}) == id_key);
  }
  CHECK(world.query({.filter = attribute_exists("group.x")}) == group_key);
  CHECK(world.query({.index_name = "by_group", .filter = attribute_exists("id.x")}) == id_key);
  CHECK(world.query({.filter = attribute_exists("id.x")}) ==  // those that it reads by are said first
        "Filter Expression can only contain non-primary key attributes: Primary key attribute: id");
}

TEST_CASE("what leads into a key cancels a transaction, as all that only a table's schema shows", "[TXN-4][TABLE-1]") {
  Orders world;
  const Condition misspelt = attribute_not_exists("id.x");
  const auto reason = [&](TransactWriteItem action) {
    return world.reason(world.call(TransactWriteItems{{std::move(action)}}));
  };
  CHECK(reason(PutItem{.table = world.table, .item = world.key, .condition = misspelt}) == id_key);
  CHECK(reason(DeleteItem{.table = world.table, .key = world.key, .condition = misspelt}) == id_key);
  CHECK(reason(ConditionCheck{.table = world.table, .key = world.key, .condition = misspelt}) == id_key);
  CHECK(reason(UpdateItem{.table = world.table, .key = world.key, .update = Update().set("group.x", 1)}) == group_key);
  const GetItem get{.table = world.table, .key = world.key, .projection = world.shown("id.x")};
  CHECK(world.reason(world.call(TransactGetItems{{get}})) == id_key);
}
