// Tables that are created while the world goes on.
#include "sim/data/arn.hpp"
#include "tests/table/world.hpp"

using namespace weir;
using namespace weir::test;

namespace {

const Item item{{"id", "A"}};

struct Later : TableWorld {
  TableId table;
  explicit Later(Plan plan = Plan::calm())
      : TableWorld(std::move(plan)),
        table(create({.name = "orders",
                      .key = {.partition = "id"},
                      .ttl = "expires",
                      .indexes = {{.name = "by_n", .key = {.partition = "n"}}},
                      .capacity = CapacitySettings{},
                      .created_at = 1h})) {}

  std::string status() { return std::string(wire_name(tables.status(table, kernel.now()))); }
  template <class T>
  static std::string said(const Result<T>& result) {
    return result ? "ok" : std::string(wire_name(result.error())) + ": " + std::string(result.failure().message);
  }
  std::string change() { return said(tables.call(kernel, UpdateTimeToLive{table, "expires", false})); }
  std::string described() { return said(tables.call(kernel, DescribeTimeToLive{table})); }
};

Deviation creating(Duration takes) { return {"table.creating", "table orders", takes.count()}; }

const std::string unknown = "ResourceNotFoundException: Requested resource not found";
const std::string not_there = unknown + ": Table: orders not found";
const std::string in_use =
    "ResourceInUseException: Attempt to change a resource which is still in use: Table is being created: orders";

}  // namespace

TEST_CASE("a table is not there until it is created, then CREATING, and then ACTIVE", "[TABLE-3][TABLE-4][MSG-2]") {
  Later world(Plan::listed({creating(2min)}));
  CHECK(world.status().empty());
  CHECK(world.tables.named("orders") == world.table);
  CHECK(Later::said(world.put(world.table, item)) == unknown);
  CHECK(world.change() == not_there);
  CHECK(world.described() == not_there);
  CHECK(world.facts<TableDeclared>().empty());
  CHECK(world.facts<TableAwaited>().size() == 1);
  CHECK(world.facts<TableAwaited>()[0].as<TableAwaited>()->table_name == "orders");
  CHECK(world.facts<IndexDeclared>().empty());

  world.run_for(1h);
  CHECK(world.status() == "CREATING");
  CHECK(world.facts<TableDeclared>().size() == 1);
  CHECK(world.facts<IndexDeclared>().size() == 1);
  const std::vector<Tables::Created> created = world.tables.take_created();
  REQUIRE(created.size() == 1);
  CHECK(created[0].table == world.table);
  CHECK(created[0].fact == world.facts<TableDeclared>()[0].index);
  world.run_for(2min - Duration(1));
  CHECK(world.status() == "CREATING");
  CHECK(Later::said(world.put(world.table, item)) == unknown);
  CHECK(Later::said(world.call(GetItem{.table = world.table, .key = item})) == unknown);
  CHECK(Later::said(world.call(Scan{.table = world.table})) == unknown);
  CHECK(Later::said(world.call(BatchWriteItem{{{world.table, PutRequest{item}}}})) == unknown);
  CHECK(Later::said(world.call(TransactWriteItems{{PutItem{.table = world.table, .item = item}}})) == unknown);

  world.run_for(Duration(1));
  CHECK(world.status() == "ACTIVE");
  CHECK(world.put(world.table, item).ok());
  CHECK(world.change() == "ok");
}

TEST_CASE("a table that is being created can be described, not changed", "[TABLE-4][TTL-14]") {
  Later world;
  world.run_for(1h);
  CHECK(world.described() == "ok");
  CHECK(world.change() == in_use);
  CHECK(Later::said(world.tables.delete_table(world.kernel, world.table)) == in_use);
  CHECK(Later::said(world.tables.delete_index(world.kernel, world.table, "by_n")) == in_use);
  CHECK(Later::said(world.tables.update_capacity(world.kernel, world.table, {})) == in_use);
  world.run_for(10s);
  CHECK(Later::said(world.tables.delete_index(world.kernel, world.table, "by_n")) == "ok");
}

TEST_CASE("a table may be ACTIVE at once", "[TABLE-4]") {
  Later world(Plan::listed({creating(0s)}));
  world.run_for(1h);
  CHECK(world.status() == "ACTIVE");
  CHECK(world.put(world.table, item).ok());
}

TEST_CASE("of a table that is there from the start nothing is asked", "[TABLE-4]") {
  TableWorld world;
  const TableId table = world.create({.name = "orders", .key = {.partition = "id"}});
  CHECK(world.tables.status(table, world.kernel.now()) == TableStatus::active);
  CHECK(world.kernel.choices_asked() == 0);
  CHECK_FALSE(world.tables.has_created());
}
