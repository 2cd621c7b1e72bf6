// What a table is at a time: in use, being changed, being deleted; and what its settings leave open at its start.
#include "tests/catch.hpp"
#include "tests/table/world.hpp"

using namespace weir;
using namespace weir::test;

namespace {

const TableSettings orders{.name = "orders", .key = {.partition = "id"}};

}  // namespace

TEST_CASE("a deleted table loses its items at once and is gone a while later; meanwhile it is in use",
          "[TABLE-3][TABLE-4][TABLE-5][TTL-14][MSG-2]") {
  TableWorld world(Plan::listed({{"table.deleting", "table sessions", Duration(1min).count()}}));
  const TableId sessions = world.ttl_table(), other = world.create(orders);
  const Item item{{"id", "A"}, {"expires", epoch + 60}};
  REQUIRE(world.put(sessions, item));
  REQUIRE(world.put(other, Item{{"id", "A"}}));
  Tables& tables = world.tables;
  CHECK(wire_name(tables.status(sessions, world.kernel.now())) == "ACTIVE");
  REQUIRE(tables.delete_table(world.kernel, sessions));
  CHECK(world.facts<TableDeleted>().at(0).as<TableDeleted>()->items == 1);
  CHECK(wire_name(tables.status(sessions, world.kernel.now())) == "DELETING");
  CHECK(tables.count(sessions) == 0);
  CHECK(tables.take_changes().size() == 2);  // no change tells of the items that went with the table
  const auto refused = [&](const Result<Done>& result) { return std::string(result.failure().message); };
  CHECK(refused(world.put(sessions, item)) == "Requested resource not found");
  CHECK(world.remove(sessions, Item{{"id", "A"}}).error() == ServiceError::resource_not_found);
  CHECK(world.update(sessions, Item{{"id", "A"}}, Update()).error() == ServiceError::resource_not_found);
  CHECK(world.call(GetItem{.table = sessions, .key = Item{{"id", "A"}}}).error() == ServiceError::resource_not_found);
  CHECK(world.call(Scan{.table = sessions}).error() == ServiceError::resource_not_found);
  for (const Result<Done>& result :
       {tables.delete_table(world.kernel, sessions), tables.enable_ttl(world.kernel, sessions, "expires"),
        tables.disable_ttl(world.kernel, sessions, "expires")})
    CHECK(result.failed_with(ServiceError::resource_in_use));

  world.run_for(1h);  // TTL's deleter comes and finds nothing
  CHECK(wire_name(tables.status(sessions, world.kernel.now())) == "");
  CHECK(refused(tables.delete_table(world.kernel, sessions)) == "Requested resource not found: Table: sessions not found");
  CHECK(refused(tables.enable_ttl(world.kernel, sessions, "x")) == "Requested resource not found: Table: sessions not found");
  CHECK(tables.delete_table(world.kernel, TableId{9}).failed_with(ServiceError::resource_not_found));
  CHECK(tables.count(other) == 1);
  CHECK(world.facts<TtlJudged>().empty());
}

TEST_CASE("while a table gets a stream it is UPDATING: it is written and read, and neither changed nor deleted",
          "[TABLE-3][STREAM-15][TTL-14]") {
  TableWorld world;
  const TableId sessions = world.ttl_table();
  Tables& tables = world.tables;
  tables.hold_until(sessions, Instant{1min});
  CHECK(wire_name(tables.status(sessions, world.kernel.now())) == "UPDATING");
  REQUIRE(world.put(sessions, Item{{"id", "A"}}));
  CHECK(world.get(sessions, Item{{"id", "A"}}));
  for (const Result<Done>& result :
       {tables.delete_table(world.kernel, sessions), tables.disable_ttl(world.kernel, sessions, "expires"),
        tables.update_capacity(world.kernel, sessions, {}), tables.delete_index(world.kernel, sessions, "by_n"),
        tables.create_index(world.kernel, sessions, {.name = "by_n", .key = {.partition = "n"}}),
        tables.may_switch_stream(sessions, world.kernel.now())}) {
    REQUIRE(result.failed_with(ServiceError::resource_in_use));
    CHECK(result.failure().message == "Attempt to change a resource which is still in use: Table is being updated: sessions");
  }
  world.run_until(Instant{1min});
  CHECK(wire_name(tables.status(sessions, world.kernel.now())) == "ACTIVE");
  CHECK(tables.may_switch_stream(sessions, world.kernel.now()));
  CHECK(tables.delete_table(world.kernel, sessions));
  CHECK_FALSE(tables.may_switch_stream(sessions, world.kernel.now()));
}

TEST_CASE("a table whose index is made is UPDATING too, and gets no stream meanwhile", "[TABLE-3][GSI-8]") {
  TableWorld world(Plan::listed({{"index.allocation", "table orders / index by_n", Duration(1min).count()}}));
  const TableId table = world.create(orders);
  REQUIRE(world.tables.create_index(world.kernel, table, {.name = "by_n", .key = {.partition = "n"}}));
  CHECK(wire_name(world.tables.status(table, world.kernel.now())) == "UPDATING");
  CHECK(world.tables.may_switch_stream(table, world.kernel.now()).failed_with(ServiceError::resource_in_use));
  world.run_for(24h);
  CHECK(wire_name(world.tables.status(table, world.kernel.now())) == "ACTIVE");
  CHECK(world.tables.may_switch_stream(table, world.kernel.now()));
}

TEST_CASE("only a table on demand that names neither shards nor partitions leaves them open", "[SHARD-7]") {
  const TableSettings plain{.name = "orders", .key = {.partition = "id"}, .stream = StreamView::new_image};
  CHECK(plain.shards == 0);  // not said: one
  CHECK_FALSE(plain.leaves_shards_open());
  TableSettings on_demand = plain;
  on_demand.capacity = CapacitySettings{};
  CHECK(on_demand.leaves_shards_open());
  TableSettings provisioned = on_demand, named = on_demand, cut = on_demand, without = on_demand;
  provisioned.capacity->billing = BillingMode::provisioned;
  named.shards = 1;
  cut.capacity->partitions = 2;
  without.stream = StreamView::none;
  for (const TableSettings& one : {provisioned, named, cut, without}) CHECK_FALSE(one.leaves_shards_open());
}
