// Tables with capacity settings: who is served, what is refused and with which words, and what changes them.
#include "sim/table/capacity.hpp"

#include <algorithm>
#include <string>

#include "sim/base/bad_input.hpp"
#include "tests/catch.hpp"
#include "tests/table/world.hpp"

using namespace weir;
using namespace weir::test;

namespace {

CapacitySettings provisioned(std::int64_t read, std::int64_t write, int partitions = 1) {
  return {.billing = BillingMode::provisioned, .provisioned = {read, write}, .partitions = partitions};
}
CapacitySettings on_demand(Throughput warm) { return {.billing = BillingMode::on_demand, .warm = warm}; }

const IndexSettings by_group{.name = "by_group", .key = {.partition = "group"}, .provisioned = Throughput{5, 1}};

TableSettings orders(const CapacitySettings& capacity, std::vector<IndexSettings> indexes = {}) {
  return {.name = "orders", .key = {.partition = "id"}, .ttl = "expires", .indexes = std::move(indexes), .capacity = capacity};
}

Item order(const std::string& id, int n = 0) { return {{"id", id}, {"n", n}}; }
Item key_of(const std::string& id) { return {{"id", id}}; }
// Of about so many bytes.
Item large(const std::string& id, std::size_t bytes) { return {{"id", id}, {"text", std::string(bytes, 'x')}}; }

const Plan no_burst = Plan::listed({{"capacity.burst", "table orders", 0}});

struct Orders : TableWorld {
  TableId table;
  explicit Orders(const TableSettings& settings, Plan plan = Plan::calm())
      : TableWorld(std::move(plan)), table(create(settings)) {}

  // So many writes of one unit, of items a0, a1, ...: how many are served.
  int puts(int count, const std::string& prefix = "a") {
    int served = 0;
    for (int i = 0; i < count; ++i) served += put(table, order(prefix + std::to_string(i), i)).ok();
    return served;
  }
  std::vector<CapacityAsked> asked() const {
    std::vector<CapacityAsked> all;
    for (const Fact& fact : facts<CapacityAsked>()) all.push_back(*fact.as<CapacityAsked>());
    return all;
  }
  // What was used, in half units.
  std::int64_t used(CapacityUse use, const std::string& index = "") const {
    std::int64_t sum = 0;
    for (const CapacityAsked& one : asked())
      if (one.answer == CapacityAnswer::served && one.use == use && one.index == index) sum += one.half_units;
    return sum;
  }
};

void check_throttle(const Failed& failed, ServiceError error, const std::string& reason, const std::string& resource = "") {
  CHECK(failed.error == error);
  CHECK(failed.certainty == Certainty::surely_not_done);
  CHECK(failed.reason == reason);
  CHECK(failed.resource == "arn:aws:dynamodb:us-east-1:123456789012:table/orders" + resource);
}

}  // namespace

TEST_CASE("a table without capacity settings counts nothing", "[CAP-8]") {
  TableSettings settings = orders(provisioned(1, 1));
  settings.capacity.reset();
  Orders world(settings);
  CHECK(world.puts(100) == 100);
  CHECK(world.asked().empty());
  CHECK(world.facts<CapacitySet>().empty());
  CHECK(world.kernel.choices_asked() == 0);
}

TEST_CASE("provisioned writes are refused once they are used up, have no effect, and go well a while later", "[CAP-8][CAP-3]") {
  Orders world(orders(provisioned(5, 3)), no_burst);
  CHECK(world.puts(5) == 3);
  CHECK(world.tables.count(world.table) == 3);
  const WriteAnswer answer = world.call(PutItem{.table = world.table, .item = order("b")});
  REQUIRE_FALSE(answer.ok());
  check_throttle(answer.failure(), ServiceError::throughput_exceeded, "TableWriteProvisionedThroughputExceeded");
  CHECK(
      answer.failure().message ==
      "The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level "
      "with the UpdateTable API.");
  CHECK(wire_name(answer.error()) == "ProvisionedThroughputExceededException");
  const Fact refusal = world.facts<WriteRefused>().back();
  CHECK(refusal.as<WriteRefused>()->error == ServiceError::throughput_exceeded);
  CHECK(refusal.cause == world.facts<CapacityAsked>().back().index);
  world.run_for(1s);
  CHECK(world.puts(5, "c") == 3);
}

TEST_CASE("reads are refused by themselves, and a refused read shows nothing", "[CAP-8][CAP-1]") {
  Orders world(orders(provisioned(2, 5)), no_burst);
  REQUIRE(world.puts(1) == 1);
  const GetItem get{.table = world.table, .key = key_of("a0"), .consistent_read = true};
  CHECK(world.call(get).ok());
  CHECK(world.call(get).ok());
  const std::size_t reads = world.facts<ItemRead>().size();
  const GetItem::Answer answer = world.call(get);
  REQUIRE_FALSE(answer.ok());
  check_throttle(answer.failure(), ServiceError::throughput_exceeded, "TableReadProvisionedThroughputExceeded");
  CHECK(world.call(Scan{.table = world.table}).failed_with(ServiceError::throughput_exceeded));
  CHECK(world.call(Query{.table = world.table, .key = {.partition = "a0"}}).failed_with(ServiceError::throughput_exceeded));
  CHECK(world.facts<ItemRead>().size() == reads);
  CHECK(world.puts(1, "b") == 1);  // writes have their own
}

TEST_CASE("a request that is wrong is told so, whatever is left, and uses nothing", "[ERR-6][CAP-8]") {
  Orders world(orders(provisioned(1, 1)), no_burst);
  REQUIRE(world.puts(1) == 1);
  CHECK(world.put(world.table, Item{{"no", "key"}}).failed_with(ServiceError::validation));
  CHECK(world.call(Query{.table = world.table, .key = {.partition = 7}}).failed_with(ServiceError::validation));
  CHECK(world.used(CapacityUse::write) == 2);
  CHECK(world.used(CapacityUse::read) == 0);
}

TEST_CASE("a condition that fails uses the capacity of the item it met, and is not looked at when there is none",
          "[OP-5][CAP-8]") {
  Orders world(orders(provisioned(5, 6)), no_burst);
  REQUIRE(world.put(world.table, large("A", 2500)));  // three units
  const auto guarded = [&] { return world.put(world.table, order("A"), attribute_not_exists("id")); };
  CHECK(guarded().failed_with(ServiceError::condition_failed));
  CHECK(world.asked().back().half_units == 6);
  CHECK(guarded().failed_with(ServiceError::throughput_exceeded));
  world.run_for(1s);
  CHECK(world.remove(world.table, key_of("Z"), attribute_exists("id")).failed_with(ServiceError::condition_failed));
  CHECK(world.asked().back().half_units == 2);  // of an item that is not there: the smallest
}

TEST_CASE("a request is served while anything is left, and what it takes beyond that delays those after it", "[CAP-3]") {
  Orders world(orders(provisioned(1, 2)), no_burst);
  CHECK(world.put(world.table, large("A", 10'000)).ok());  // ten units
  world.run_for(3999ms);
  CHECK_FALSE(world.put(world.table, order("B")).ok());
  world.run_for(2ms);
  CHECK(world.put(world.table, order("B")).ok());
}

TEST_CASE("with adaptive capacity a hot partition uses what the others leave; without, its share is all", "[CAP-4]") {
  Orders lends(orders(provisioned(1, 8, 4)), no_burst);
  for (int i = 0; i < 8; ++i) CHECK(lends.put(lends.table, order("A", i)).ok());
  CHECK_FALSE(lends.put(lends.table, order("A", 9)).ok());

  Orders shares(orders(provisioned(1, 8, 4)),
                Plan::listed({{"capacity.burst", "table orders", 0}, {"capacity.adaptive", "table orders", 0}}));
  CHECK(shares.put(shares.table, order("A", 1)).ok());
  CHECK(shares.put(shares.table, order("A", 2)).ok());
  const WriteAnswer hot = shares.call(PutItem{.table = shares.table, .item = order("A", 3)});
  REQUIRE_FALSE(hot.ok());
  check_throttle(hot.failure(), ServiceError::throughput_exceeded, "TableWriteKeyRangeThroughputExceeded");
}

TEST_CASE("a partition has a limit of its own, in any billing mode", "[CAP-2][CAP-8]") {
  CapacitySettings narrow = on_demand({100, 100});
  narrow.per_partition = {3, 2};
  Orders world(orders(narrow));
  CHECK(world.puts(3) == 2);
  const WriteAnswer answer = world.call(PutItem{.table = world.table, .item = order("b")});
  REQUIRE_FALSE(answer.ok());
  check_throttle(answer.failure(), ServiceError::throttling, "TableWriteKeyRangeThroughputExceeded");
  CHECK(wire_name(answer.error()) == "ThrottlingException");
}

TEST_CASE("a table on demand refuses what goes beyond twice its peak, or beyond what its owner allows", "[CAP-6][CAP-8]") {
  Orders world(orders(on_demand({5, 3})));
  CHECK(world.puts(10) == 3);
  world.run_for(1s);
  CHECK(world.puts(10) == 6);
  world.run_for(1s);
  CHECK(world.puts(20) == 12);

  Orders slow(orders(on_demand({5, 3})), Plan::listed({{"capacity.growth", "table orders", Duration(30min).count()}}));
  CHECK(slow.puts(10) == 3);
  slow.run_for(29min);
  CHECK(slow.puts(10) == 3);
  slow.run_for(2min);
  CHECK(slow.puts(10) == 6);

  CapacitySettings bounded = on_demand({5, 30});
  bounded.most = {5, 2};
  Orders most(orders(bounded));
  CHECK(most.puts(2) == 2);
  const WriteAnswer answer = most.call(PutItem{.table = most.table, .item = order("b")});
  REQUIRE_FALSE(answer.ok());
  check_throttle(answer.failure(), ServiceError::throttling, "TableWriteMaxOnDemandThroughputExceeded");
}

TEST_CASE("beyond the quota of a table on demand it is the account's limit that refuses", "[CAP-7][CAP-8]") {
  CapacitySettings vast = on_demand({12'000, 40'000});
  vast.partitions = 400;
  Orders world(orders(vast));
  int served = 0;
  for (int i = 0; i < 101; ++i) served += world.put(world.table, large("A" + std::to_string(i), 409'000)).ok();  // 400 units
  CHECK(served == 100);
  const WriteAnswer answer = world.call(PutItem{.table = world.table, .item = order("Z")});
  REQUIRE_FALSE(answer.ok());
  check_throttle(answer.failure(), ServiceError::request_limit_exceeded, "TableWriteAccountLimitExceeded");
  CHECK(wire_name(answer.error()) == "RequestLimitExceeded");
}

TEST_CASE("an index that is short of writes throttles those to its table, and the refusal names it", "[GSI-6][CAP-8]") {
  Orders world(orders(provisioned(5, 10), {by_group}), Plan::listed({{"capacity.burst", "table orders / index by_group", 0}}));
  const auto put_in_group = [&](const std::string& id) {
    return world.call(PutItem{.table = world.table, .item = order(id).with("group", "g")});
  };
  CHECK(put_in_group("A").ok());
  const WriteAnswer answer = put_in_group("B");
  REQUIRE_FALSE(answer.ok());
  check_throttle(answer.failure(), ServiceError::throughput_exceeded, "IndexWriteProvisionedThroughputExceeded",
                 "/index/by_group");
  CHECK(answer.failure().message.find("global secondary indexes") != std::string_view::npos);
  CHECK(world.used(CapacityUse::write) == 2);      // what is refused uses nothing of its table's either
  CHECK(world.put(world.table, order("C")).ok());  // not in the index
  CHECK(world.put(world.table, order("C", 1)).ok());
}

TEST_CASE("reads of a global index use the index's capacity, those of its table the table's", "[CAP-1][GSI-6]") {
  Orders world(orders(provisioned(5, 10), {by_group}));
  REQUIRE(world.put(world.table, order("A").with("group", "g")));
  CHECK(world.call(Query{.table = world.table, .key = {.partition = "g"}, .page = {.index_name = "by_group"}}).ok());
  CHECK(world.used(CapacityUse::read, "by_group") == 1);
  CHECK(world.used(CapacityUse::read) == 0);
  CHECK(world.call(Scan{.table = world.table}).ok());
  CHECK(world.used(CapacityUse::read) == 1);
}

TEST_CASE("a local index uses its table's capacity, for its writes and for what a read fetches from the table",
          "[CAP-1][GSI-5][LSI-1]") {
  TableSettings settings{.name = "orders", .key = {.partition = "id", .sort = "at", .sort_type = Type::N}};
  settings.indexes = {{.name = "by_n",
                       .kind = IndexKind::local,
                       .key = {.partition = "id", .sort = "n", .sort_type = Type::N},
                       .projection = ProjectionType::keys_only}};
  settings.capacity = provisioned(100, 100);
  Orders world(settings);
  for (int i = 0; i < 3; ++i)
    REQUIRE(world.put(world.table, Item{{"id", "A"}, {"at", i}, {"n", i}, {"text", std::string(3000, 'x')}}));
  CHECK(world.used(CapacityUse::write) == 3 * (2 * 3 + 2));
  Query query{.table = world.table, .key = {.partition = "A"}, .page = {.index_name = "by_n", .consistent_read = true}};
  REQUIRE(world.call(query).ok());
  CHECK(world.used(CapacityUse::read) == 2);  // three small entries together
  query.page.projection = *Projection::of({Path("text")});
  REQUIRE(world.call(query).ok());
  CHECK(world.used(CapacityUse::read) == 2 + 2 + 3 * 2);
  query.page.return_consumed_capacity = ReturnConsumedCapacity::indexes;
  const Query::Answer fetched = world.call(query);
  CHECK(fetched->consumed->half_units == 2 + 3 * 2);
  CHECK(fetched->consumed->table_half_units == 3 * 2);  // the fetches are reads of the table
  CHECK(fetched->consumed->indexes.at("by_n") == 2);
  query.page.projection = *Projection::of({Path("n"), Path("at")});  // all there: nothing to fetch
  const Query::Answer shown = world.call(query);
  CHECK(shown->items == std::vector<Item>{{{"at", 0}, {"n", 0}}, {{"at", 1}, {"n", 1}}, {{"at", 2}, {"n", 2}}});
  CHECK(shown->consumed->half_units == 2);
  CHECK(shown->consumed->table_half_units == 0);
}

TEST_CASE("a Scan is charged to the partition where its page begins", "[CAP-1][CAP-2]") {
  Orders world(orders(provisioned(100, 100, 4)));
  REQUIRE(world.puts(20) == 20);
  REQUIRE(world.call(Scan{.table = world.table}).ok());
  CHECK(world.asked().back().partition == "0");
  for (std::int64_t segment = 0; segment < 4; ++segment) {
    REQUIRE(world.call(Scan{.table = world.table, .segment = Segment{segment, 4}}).ok());
    CHECK(world.asked().back().partition == std::to_string(segment));
  }
  const Scan::Answer first = world.call(Scan{.table = world.table, .page = {.limit = 19}});
  REQUIRE(world.call(Scan{.table = world.table, .page = {.exclusive_start_key = first->last_evaluated_key}}).ok());
  CHECK(world.asked().back().partition == "3");
}

TEST_CASE("a batch hands back the parts that are throttled, and fails when all are", "[BOP-3][BOP-4][CAP-8]") {
  Orders world(orders(provisioned(1, 2)), no_burst);
  BatchWriteItem batch;
  for (const char* id : {"A", "B", "C", "D"}) batch.requests.push_back({world.table, PutRequest{order(id)}});
  const BatchWriteItem::Answer part = world.call(batch);
  REQUIRE(part.ok());
  CHECK(part->unprocessed == std::vector<WriteRequest>{batch.requests[2], batch.requests[3]});
  CHECK(world.tables.count(world.table) == 2);
  const BatchWriteItem::Answer none = world.call(BatchWriteItem{part->unprocessed});
  REQUIRE_FALSE(none.ok());
  check_throttle(none.failure(), ServiceError::throughput_exceeded, "TableWriteProvisionedThroughputExceeded");

  const BatchGetItem gets{{{world.table, {key_of("A"), key_of("B"), key_of("C")}}}};
  const BatchGetItem::Answer some = world.call(gets);  // half a unit each, and one to begin with
  REQUIRE(some.ok());
  REQUIRE(some->unprocessed.size() == 1);
  CHECK(some->unprocessed[0].keys == std::vector<Item>{key_of("C")});
  CHECK(some->responses[0].items.size() == 2);
  const BatchGetItem::Answer nothing = world.call(gets);
  REQUIRE_FALSE(nothing.ok());
  check_throttle(nothing.failure(), ServiceError::throughput_exceeded, "TableReadProvisionedThroughputExceeded");

  Orders demand(orders(on_demand({5, 1})));
  REQUIRE(demand.puts(1) == 1);
  CHECK(demand.call(BatchWriteItem{{{demand.table, PutRequest{order("B")}}}}).failed_with(ServiceError::throttling));
}

TEST_CASE("a transaction costs twice, is cancelled when a part is throttled, and has used what the others took",
          "[CAP-1][TXN-4][TXN-7]") {
  Orders world(orders(provisioned(4, 5)), no_burst);
  const auto writes = [&](const std::string& a, const std::string& b) {
    return world.call(
        TransactWriteItems{{PutItem{.table = world.table, .item = order(a)},
                            ConditionCheck{.table = world.table, .key = key_of(b), .condition = attribute_not_exists("id")}}});
  };
  CHECK(writes("A", "B").ok());
  CHECK(world.used(CapacityUse::write) == 8);
  const TransactWriteItems::Answer second = writes("C", "D");  // one unit is left, for the first of its parts
  REQUIRE(second.failed_with(ServiceError::transaction_canceled));
  CHECK(second.reasons[0].code == CancellationCode::none);
  CHECK(second.reasons[1].code == CancellationCode::provisioned_throughput_exceeded);
  CHECK(wire_name(second.reasons[1].code) == "ProvisionedThroughputExceeded");
  CHECK(world.used(CapacityUse::write) == 12);
  CHECK(world.tables.count(world.table) == 1);

  const TransactGetItems gets{{{.table = world.table, .key = key_of("A")}, {.table = world.table, .key = key_of("B")}}};
  CHECK(world.call(gets).ok());
  CHECK(world.used(CapacityUse::read) == 8);
  const TransactGetItems::Answer short_of_it = world.call(gets);
  REQUIRE(short_of_it.failed_with(ServiceError::transaction_canceled));
  CHECK(short_of_it.reasons[0].code == CancellationCode::provisioned_throughput_exceeded);

  Orders demand(orders(on_demand({5, 1})));
  REQUIRE(demand.puts(1) == 1);
  const TransactWriteItems::Answer throttled =
      demand.call(TransactWriteItems{{PutItem{.table = demand.table, .item = order("B")}}});
  REQUIRE(throttled.failed_with(ServiceError::transaction_canceled));
  CHECK(wire_name(throttled.reasons[0].code) == "ThrottlingError");
}

TEST_CASE("a transaction that comes again with its token reads instead of writing", "[TXN-2][TXN-7]") {
  Orders world(orders(provisioned(20, 20)));
  const TransactWriteItems request{{PutItem{.table = world.table, .item = order("A")}}, "token"};
  REQUIRE(world.call(request).ok());
  CHECK(world.used(CapacityUse::write) == 4);
  REQUIRE(world.call(request).ok());
  CHECK(world.used(CapacityUse::write) == 4);
  CHECK(world.used(CapacityUse::read) == 4);
}

TEST_CASE("TTL's deletions use no capacity, and go on where there is none", "[TTL-10][TTL-4]") {
  Orders world(orders(provisioned(1, 2)), no_burst);
  REQUIRE(world.put(world.table, order("A").with("expires", epoch + 5)));
  world.run_until(Instant(10min));
  REQUIRE(world.put(world.table, large("B", 400'000)));  // nothing is left for minutes
  CHECK_FALSE(world.put(world.table, order("C")).ok());
  const std::size_t asked = world.asked().size();
  world.run_until(Instant(10min + 30s));
  CHECK(world.tables.count(world.table) == 1);
  CHECK(world.asked().size() == asked);
}

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
