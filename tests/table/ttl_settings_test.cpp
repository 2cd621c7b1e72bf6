// UpdateTimeToLive and DescribeTimeToLive: statuses, when a change takes effect, and how often it may be asked.
#include "tests/table/world.hpp"

using namespace weir;
using namespace weir::test;

namespace {

Item session(const std::string& id, std::int64_t expires) { return {{"id", id}, {"expires", expires}, {"until", expires}}; }

struct Sessions : TableWorld {
  TableId table;
  explicit Sessions(Plan plan = Plan::calm(), const std::string& ttl = "")
      : TableWorld(std::move(plan)), table(create({.name = "sessions", .key = {.partition = "id"}, .ttl = ttl})) {}

  std::string update(const std::string& attribute, bool enabled) {
    return said(tables.call(kernel, UpdateTimeToLive{table, attribute, enabled}));
  }
  // "ENABLED expires"
  std::string described() {
    const DescribeTimeToLive::Answer answer = tables.call(kernel, DescribeTimeToLive{table});
    if (!answer) return said(answer);
    return std::string(wire_name(answer->status)) + (answer->attribute_name.empty() ? "" : " " + answer->attribute_name);
  }
  template <class T>
  static std::string said(const Result<T>& result) {
    return result ? "ok" : std::string(wire_name(result.error())) + ": " + std::string(result.failure().message);
  }
};

Deviation processing(int change, Duration takes) {
  return {"ttl.processing", "table sessions / change " + std::to_string(change), takes.count()};
}

const std::string too_soon = "ValidationException: Time to live has been modified multiple times within a fixed interval";

}  // namespace

TEST_CASE("time to live is ENABLED or DISABLED at once where nothing is in the way", "[TTL-14]") {
  Sessions world;
  CHECK(world.described() == "DISABLED");
  CHECK(world.update("expires", true) == "ok");
  CHECK(world.described() == "ENABLED expires");
  world.run_for(1h);
  CHECK(world.update("expires", false) == "ok");
  CHECK(world.described() == "DISABLED");
  Sessions with_ttl(Plan::calm(), "expires");
  CHECK(with_ttl.described() == "ENABLED expires");
}

TEST_CASE("until a change takes effect it is ENABLING or DISABLING, and the table goes on as it was",
          "[TTL-11][TTL-12][TTL-14]") {
  Sessions world(Plan::listed({processing(0, 50min), processing(1, 1h)}));
  REQUIRE(world.put(world.table, session("A", epoch + 60)));
  REQUIRE(world.update("expires", true) == "ok");
  CHECK(world.described() == "ENABLING expires");
  CHECK(world.tables.settings(world.table).ttl.empty());
  world.run_for(50min - Duration(1));
  CHECK(world.described() == "ENABLING expires");
  CHECK(world.facts<TableDeclared>().size() == 1);
  world.run_for(Duration(1));
  CHECK(world.described() == "ENABLED expires");
  CHECK(world.last<TableDeclared>().ttl_attribute == "expires");
  world.run_for(10min);
  CHECK(world.tables.count(world.table) == 0);  // what was there before is covered, from then on

  REQUIRE(world.update("expires", false) == "ok");
  CHECK(world.described() == "DISABLING expires");
  REQUIRE(world.put(world.table, session("B", epoch + 3660)));
  world.run_for(30min);
  CHECK(world.tables.count(world.table) == 0);  // it goes on meanwhile
  world.run_for(30min);
  CHECK(world.described() == "DISABLED");
  REQUIRE(world.put(world.table, session("C", epoch + 7200)));
  world.run_for(72h);
  CHECK(world.tables.count(world.table) == 1);
}

TEST_CASE("a change that is under way counts as made, and no other is taken", "[TTL-12][TTL-13][LIMIT-4]") {
  Sessions world(Plan::listed(
      {processing(0, 1h), processing(1, 40min), {"ttl.cooldown", "table sessions / change 0", Duration(30min).count()}}));
  REQUIRE(world.update("expires", true) == "ok");
  CHECK(world.update("expires", true) == "ValidationException: TimeToLive is already enabled");
  CHECK(world.update("until", true) == "ValidationException: TimeToLive is active on a different AttributeName");
  CHECK(world.update("until", false) == "ValidationException: TimeToLive is active on a different AttributeName");
  CHECK(world.update("expires", false) == too_soon);
  world.run_for(45min);  // the cooldown is over, the change is not
  CHECK(world.update("expires", false) == too_soon);
  world.run_for(15min);
  CHECK(world.update("expires", false) == "ok");
  CHECK(world.update("expires", false) == "ValidationException: TimeToLive is already disabled");
  CHECK(world.update("until", true) == too_soon);
  world.run_for(1h);
  CHECK(world.update("until", true) == "ok");  // another attribute needs both
  CHECK(world.described() == "ENABLED until");
}

TEST_CASE("time to live is described ten times a second, of whatever tables", "[LIMIT-4]") {
  Sessions world;
  const TableId other = world.create({.name = "other", .key = {.partition = "id"}});
  for (int i = 0; i < 5; ++i) {
    CHECK(world.described() == "DISABLED");
    CHECK(world.tables.call(world.kernel, DescribeTimeToLive{other}).ok());
  }
  CHECK(world.described() == "ThrottlingException: Rate exceeded");
  world.run_for(1s - Duration(1));
  CHECK(world.described() == "ThrottlingException: Rate exceeded");
  world.run_for(Duration(1));
  CHECK(world.described() == "DISABLED");
}

TEST_CASE("time to live is that of a table that is there, under a name that can be", "[TTL-14][TABLE-4]") {
  Sessions world(Plan::calm(), "expires");
  CHECK(world.update("", false).find("Member must have length greater than or equal to 1") != std::string::npos);
  CHECK(world.update(std::string(256, 'x'), false).find("length less than or equal to 255") != std::string::npos);
  const auto unknown = world.tables.call(world.kernel, DescribeTimeToLive{TableId{9}});
  CHECK(unknown.failed_with(ServiceError::resource_not_found));
  REQUIRE(world.tables.delete_table(world.kernel, world.table).ok());
  CHECK(world.update("expires", false).starts_with("ResourceInUseException"));
  CHECK(world.described() == "DISABLED");
  world.run_for(5min);
  CHECK(world.update("expires", false) == "ResourceNotFoundException: Requested resource not found: Table: sessions not found");
  CHECK(world.described() == "ResourceNotFoundException: Requested resource not found: Table: sessions not found");
}

TEST_CASE("a change that is under way goes with its table", "[TTL-14][TABLE-5]") {
  Sessions world(Plan::listed({processing(0, 1h)}));
  REQUIRE(world.update("expires", true) == "ok");
  REQUIRE(world.tables.delete_table(world.kernel, world.table).ok());
  world.run_for(2h);
  CHECK(world.facts<TableDeclared>().size() == 1);
}
