// What changes a table with capacity settings: its owner, its size and its heat.
#include "sim/table/capacity.hpp"

#include <algorithm>
#include <string>

#include "sim/base/bad_input.hpp"
#include "tests/catch.hpp"
#include "tests/table/capacity_bed.hpp"

using namespace weir;
using namespace weir::test;

// Changes ---------------------------------------------------------------------------------------------------------------

TEST_CASE("numbers go up at any time; down four times a day, then once an hour, 27 times at most", "[CAP-9]") {
  Orders world(orders(provisioned(100, 100)));
  const auto set = [&](std::int64_t write) {
    return world.tables.update_capacity(world.kernel, world.table, {.provisioned = Throughput{100, write}});
  };
  std::int64_t units = 99;
  for (int i = 0; i < 4; ++i) CHECK(set(units--).ok());
  const Result<Done> fifth = set(units);
  CHECK(fifth.failed_with(ServiceError::limit_exceeded));
  CHECK(world.tables.settings(world.table).capacity->provisioned.write == 96);
  CHECK(set(200).ok());
  CHECK(set(100).failed_with(ServiceError::limit_exceeded));
  // The epoch of these tests is 22:13:20, so the next day by UTC begins after 1 h 46 min 40 s.
  world.run_until(Instant(59min + 59s));
  CHECK(set(units).failed_with(ServiceError::limit_exceeded));
  world.run_until(Instant(1h));
  CHECK(set(units--).ok());
  CHECK(set(units).failed_with(ServiceError::limit_exceeded));
  world.run_until(Instant(1h + 46min + 40s));
  for (int i = 0; i < 4; ++i) CHECK(set(units--).ok());
  CHECK(set(units).failed_with(ServiceError::limit_exceeded));
  int more = 0;
  for (int hour = 0; hour < 24; ++hour) {
    world.run_for(1h);
    if (world.kernel.now() < Instant(25h + 46min + 40s)) more += set(units--).ok();
  }
  CHECK(4 + more == 27);
}

TEST_CASE("an index has decreases of its own", "[CAP-9]") {
  IndexSettings index = by_group;
  index.provisioned = Throughput{50, 50};
  Orders world(orders(provisioned(100, 100), {index}));
  const auto set = [&](std::int64_t units) {
    return world.tables.update_capacity(world.kernel, world.table, {.indexes = {{"by_group", Throughput{units, units}}}});
  };
  for (std::int64_t units = 49; units > 45; --units) CHECK(set(units).ok());
  CHECK(set(45).failed_with(ServiceError::limit_exceeded));
  CHECK(world.tables.update_capacity(world.kernel, world.table, {.provisioned = Throughput{99, 99}}).ok());
  CHECK(world.tables.settings(world.table).indexes[0].provisioned == Throughput{46, 46});
  CHECK(world.facts<CapacitySet>().back().as<CapacitySet>()->read == 99);
}

TEST_CASE("a table goes to on demand and back; how often in a day is a choice", "[CAP-9][TABLE-7]") {
  for (const std::int64_t most : {4, 1}) {
    Orders world(orders(provisioned(5, 5)), Plan::listed({{"capacity.switches_a_day", "table orders", most}}));
    const auto to_on_demand = [&] {
      return world.tables.update_capacity(world.kernel, world.table, {.billing = BillingMode::on_demand});
    };
    const auto back = [&] {
      return world.tables.update_capacity(world.kernel, world.table,
                                          {.billing = BillingMode::provisioned, .provisioned = Throughput{5, 5}});
    };
    for (std::int64_t i = 0; i < most; ++i) {
      CHECK(to_on_demand().ok());
      CHECK(world.puts(100) == 100);
      CHECK(back().ok());
    }
    CHECK(to_on_demand().failed_with(ServiceError::limit_exceeded));
    world.run_for(24h);
    CHECK(to_on_demand().ok());
  }
}

TEST_CASE("a table that goes to on demand serves at once what was the most ever provisioned of it", "[CAP-6][CAP-9]") {
  Orders world(orders(provisioned(20'000, 20'000), {by_group}));
  CHECK(world.tables.update_capacity(world.kernel, world.table, {.provisioned = Throughput{15'000, 50}}).ok());
  CHECK(world.tables.update_capacity(world.kernel, world.table, {.billing = BillingMode::on_demand}).ok());
  const std::vector<Fact> set = world.facts<CapacitySet>();
  const auto& table = *set[set.size() - 2].as<CapacitySet>();
  CHECK((table.read == 20'000 && table.write == 20'000));
  const auto& index = *set.back().as<CapacitySet>();
  CHECK((index.read == 12'000 && index.write == 4'000));  // as one that is new: more than was provisioned
}

TEST_CASE("what is provisioned of all tables together has a quota", "[CAP-7]") {
  TableWorld world;
  std::vector<TableId> tables;
  for (const char* name : {"one", "two", "three"}) {
    TableSettings settings = orders(provisioned(100, 100), {by_group});
    settings.name = name;
    tables.push_back(world.create(settings));
  }
  const auto update = [&](std::size_t table, std::int64_t units) {
    return world.tables.update_capacity(world.kernel, tables[table], {.provisioned = Throughput{100, units}});
  };
  CHECK(update(0, 40'000).ok());
  CHECK(update(1, 39'000).ok());
  const Result<Done> beyond = update(2, 998);  // and one for each index
  REQUIRE(beyond.failed_with(ServiceError::limit_exceeded));
  CHECK(beyond.failure().message ==
        "Subscriber limit exceeded: The provisioned throughput of the account would exceed its quota");
  CHECK(update(2, 997).ok());
  IndexSettings more = by_group;
  more.name = "by_other";
  more.key.partition = "other";
  CHECK(world.tables.create_index(world.kernel, tables[0], more).failed_with(ServiceError::limit_exceeded));
  CHECK(update(2, 996).ok());  // less is no question of the quota
  CHECK(world.tables.create_index(world.kernel, tables[0], more).ok());
}

TEST_CASE("on demand takes no numbers, provisioned wants them all", "[MSG-32][TABLE-7][CAP-7]") {
  Orders world(orders(provisioned(5, 5), {by_group}));
  const auto update = [&](const CapacityUpdate& wanted) {
    const Result<Done> answer = world.tables.update_capacity(world.kernel, world.table, wanted);
    return answer ? std::string("done") : std::string(answer.failure().message);
  };
  const std::string no_numbers =
      "One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when "
      "BillingMode is PAY_PER_REQUEST";
  CHECK(update({.billing = BillingMode::on_demand, .provisioned = Throughput{1, 1}}) == no_numbers);
  CHECK(update({.provisioned = Throughput{5, 5}}) == "The provisioned throughput for the table will not change.");
  CHECK(update({.provisioned = Throughput{5, 40'001}}).find("between 1 and 40000") != std::string::npos);
  CHECK(update({.indexes = {{"by_froup", Throughput{1, 1}}}}) == "The table does not have the specified index: by_froup");
  CHECK(update({.billing = BillingMode::on_demand}) == "done");
  CHECK(update({.indexes = {{"by_group", Throughput{1, 1}}}}) == no_numbers);
  CHECK(update({.billing = BillingMode::provisioned, .provisioned = Throughput{5, 5}}).find("must both be specified") !=
        std::string::npos);
  CHECK(update({.billing = BillingMode::provisioned,
                .provisioned = Throughput{5, 5},
                .indexes = {{"by_group", Throughput{1, 1}}}}) == "done");
  TableWorld other;
  CHECK(other.tables.update_capacity(other.kernel, TableId{7}, {}).failed_with(ServiceError::resource_not_found));
  const TableId plain = other.create({.name = "plain", .key = {.partition = "id"}});
  CHECK(other.tables.update_capacity(other.kernel, plain, {}).failed_with(ServiceError::validation));
  CHECK_THROWS_AS(other.create(orders(provisioned(0, 5))), BadInput);
}

// Partitions ------------------------------------------------------------------------------------------------------------

TEST_CASE("a partition that grows too large splits a while later, where it holds two partition keys", "[CAP-5]") {
  CapacitySettings small = on_demand(new_table_on_demand);
  small.partition_bytes = 1000;
  Orders world(orders(small), Plan::listed({{"capacity.split_delay", "table orders / partition 0", Duration(30s).count()}}));
  REQUIRE(world.put(world.table, large("A", 1200)));
  world.run_for(1min);
  CHECK(world.facts<PartitionSplit>().empty());  // one key alone
  for (int i = 0; i < 8; ++i) REQUIRE(world.put(world.table, large("b" + std::to_string(i), 400)));
  world.run_for(29s);
  CHECK(world.facts<PartitionSplit>().empty());
  world.run_for(1s);
  REQUIRE(world.facts<PartitionSplit>().size() == 1);
  CHECK(world.facts<PartitionSplit>()[0].as<PartitionSplit>()->partition == "0");
  CHECK(world.facts<PartitionSplit>()[0].as<PartitionSplit>()->reason == SplitReason::size);
  REQUIRE(world.tables.has_cuts());
  CHECK(world.tables.take_cuts()[0].halves.fact == world.facts<PartitionSplit>()[0].index);
  world.run_for(1h);  // until no partition of two keys or more is too large
  CHECK(world.facts<PartitionSplit>().size() > 1);
  const std::size_t splits = world.facts<PartitionSplit>().size();
  world.run_for(10h);
  CHECK(world.facts<PartitionSplit>().size() == splits);
}

TEST_CASE("a partition that stays hot splits, and its halves serve more; one that cools down does not", "[CAP-5][CAP-4]") {
  CapacitySettings narrow = on_demand({100, 100});
  narrow.per_partition = {3, 2};
  Orders world(orders(narrow));
  CHECK(world.puts(8) == 2);
  world.run_for(1min);
  CHECK(world.puts(8) == 2);
  world.run_for(1min);
  REQUIRE(world.facts<PartitionSplit>().size() == 1);
  CHECK(world.facts<PartitionSplit>()[0].as<PartitionSplit>()->reason == SplitReason::throughput);
  CHECK(world.puts(16, "c") == 4);

  Orders cools(orders(narrow));
  CHECK(cools.puts(8) == 2);
  cools.run_for(1h);
  CHECK(cools.facts<PartitionSplit>().empty());
}

TEST_CASE("whether a hot partition of a provisioned table with a stream splits is a choice", "[CAP-4][OPEN-38]") {
  for (const bool isolates : {false, true}) {
    CapacitySettings narrow = provisioned(100, 100);
    narrow.per_partition = {3, 2};
    TableSettings settings = orders(narrow);
    settings.stream = StreamView::keys_only;
    Orders world(settings, Plan::listed({{"capacity.isolation_with_stream", "table orders / partition 0", isolates ? 1 : 0}}));
    for (int i = 0; i < 10; ++i, world.run_for(30s)) CHECK(world.puts(8) >= 2);
    CHECK(world.facts<PartitionSplit>().empty() != isolates);
  }
}
