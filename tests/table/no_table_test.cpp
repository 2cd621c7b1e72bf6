// Requests for tables that are not there, and tables named by their ARN.
#include "sim/table/no_table.hpp"

#include "sim/data/arn.hpp"
#include "tests/table/world.hpp"

using namespace weir;
using namespace weir::test;

namespace {

const TableSettings orders{.name = "orders", .key = {.partition = "id"}};
const Item key{{"id", "A"}};

template <class Answer>
std::string said(const Answer& answer) {
  return std::string(wire_name(answer.error())) + ": " + std::string(answer.failure().message);
}

const std::string not_there = "ResourceNotFoundException: Requested resource not found";

}  // namespace

TEST_CASE("what is wrong with a write itself is said before its table is looked for", "[ERR-6][MSG-2]") {
  TableWorld world;
  const TableId unknown{7};
  const Condition flawed = compare(Path("x"), Comparator::less, true);
  CHECK(said(world.call(PutItem{.table = unknown, .item = key})) == not_there);
  CHECK(world.put(unknown, key, flawed).failed_with(ServiceError::validation));
  CHECK(world.put(unknown, key.with("b", std::string(409'600, 'x'))).failed_with(ServiceError::item_size_exceeded));
  CHECK(said(world.call(PutItem{.table = unknown, .item = key, .return_values = ReturnValues::all_new})) ==
        "ValidationException: ReturnValues can only be ALL_OLD or NONE");
  CHECK(said(world.call(UpdateItem{.table = unknown, .key = key})) == not_there);
  CHECK(world.update(unknown, key, Update().set("x", 1).set("x", 2)).failed_with(ServiceError::validation));
  CHECK(world.update(unknown, key, Update(), flawed).failed_with(ServiceError::validation));
  CHECK(said(world.call(DeleteItem{.table = unknown, .key = key})) == not_there);
  CHECK(world.remove(unknown, key, flawed).failed_with(ServiceError::validation));
  CHECK(said(world.call(DeleteItem{.table = unknown, .key = key, .return_values = ReturnValues::all_new})) ==
        "ValidationException: ReturnValues can only be ALL_OLD or NONE");
}

TEST_CASE("a table is called by its name or by its ARN in this account and Region", "[TABLE-2]") {
  TableWorld world;
  const TableId table = world.create(orders);
  const auto called = [&](const std::string& text) { return world.tables.called(text); };
  CHECK(called("orders") == table);
  CHECK(called(arn_of("dynamodb", "table/orders")) == table);
  CHECK(called("invoices") == std::nullopt);
  CHECK(called(arn_of("dynamodb", "table/invoices")) == std::nullopt);
  CHECK(called("arn:aws:dynamodb:eu-west-1:123456789012:table/orders") == std::nullopt);
  CHECK(called("arn:aws:dynamodb:us-east-1:000000000000:table/orders") == std::nullopt);
  CHECK(called(arn_of("dynamodb", "table/orders/index/by_group")) == malformed_table);
  CHECK(called("arn:aws:dynamodb:orders") == malformed_table);
}

TEST_CASE("a call for a malformed ARN is refused as one for a malformed name is", "[TABLE-2][ERR-6]") {
  TableWorld world;
  world.create(orders);
  const std::string refused =
      "ValidationException: Invalid table/index name.  Table/index names must be between 3 and 255 characters long, and may "
      "contain only the characters a-z, A-Z, 0-9, '_', '-', and '.'";
  const TableId table = *world.tables.called("arn:aws:dynamodb:us-east-1:123456789012:table");
  CHECK(said(world.call(PutItem{.table = table, .item = key})) == refused);
  CHECK(said(world.call(UpdateItem{.table = table, .key = key})) == refused);
  CHECK(said(world.call(DeleteItem{.table = table, .key = key})) == refused);
  CHECK(said(world.call(GetItem{.table = table, .key = key})) == refused);
  CHECK(said(world.call(Query{.table = table, .key = {.partition = "A"}})) == refused);
  CHECK(said(world.call(Scan{.table = table, .page = {.limit = 0}})) == refused);  // before the limit
  CHECK(said(world.call(BatchWriteItem{{{table, DeleteRequest{key}}}})) == refused);
  CHECK(said(world.call(BatchGetItem{{{table, {key}}}})) == refused);
  CHECK(said(world.call(TransactWriteItems{{DeleteItem{.table = table, .key = key}}})) == refused);
  CHECK(said(world.call(TransactGetItems{{GetItem{.table = table, .key = key}}})) == refused);
}
