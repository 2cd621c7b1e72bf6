// Tables with capacity settings: who is served, what is refused and with which words.
#include "sim/table/capacity.hpp"

#include <string>

#include "tests/catch.hpp"
#include "tests/table/capacity_bed.hpp"

using namespace weir;
using namespace weir::test;

namespace {

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
  query.page.projection = {};
  query.page.filter = attribute_not_exists("text");  // which it has to fetch of each, to keep none
  const Query::Answer filtered = world.call(query);
  CHECK(filtered->count == 0);
  CHECK(filtered->consumed->half_units == 2 + 3 * 2);
  CHECK(filtered->consumed->table_half_units == 3 * 2);
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

TEST_CASE("a transaction costs twice for its items and their local indexes, and once for global ones",
          "[CAP-1][TXN-7][GSI-5][LSI-1]") {
  TableSettings settings{.name = "orders", .key = {.partition = "id", .sort = "at", .sort_type = Type::N}};
  settings.indexes = {{.name = "by_n", .kind = IndexKind::local, .key = {.partition = "id", .sort = "n", .sort_type = Type::N}},
                      by_group};
  settings.capacity = provisioned(100, 100);
  Orders world(settings);
  const Item item{{"id", "A"}, {"at", 1}, {"n", 1}, {"group", "g"}};
  TransactWriteItems request{{PutItem{.table = world.table, .item = item}}};
  request.return_consumed_capacity = ReturnConsumedCapacity::indexes;
  const TransactWriteItems::Answer answer = world.call(request);
  REQUIRE(answer.ok());
  CHECK(world.used(CapacityUse::write) == 2 * 2 + 2 * 2);
  CHECK(world.used(CapacityUse::write, "by_group") == 2);
  REQUIRE(answer.consumed.size() == 1);
  CHECK(answer.consumed[0].table_half_units == 2 * 2);
  CHECK(answer.consumed[0].indexes == std::map<std::string, std::int64_t>{{"by_n", 2 * 2}, {"by_group", 2}});
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

TEST_CASE("a transaction that comes again and finds no capacity is throttled, and not called cancelled: it is done",
          "[TXN-2][TXN-4][CAP-8]") {
  const auto again = [](const CapacitySettings& capacity) {
    Orders world(orders(capacity), no_burst);
    const TransactWriteItems request{{PutItem{.table = world.table, .item = order("A")}}, "token"};
    REQUIRE(world.call(request).ok());
    while (world.call(GetItem{.table = world.table, .key = key_of("A"), .consistent_read = true}).ok()) continue;
    const TransactWriteItems::Answer answer = world.call(request);
    REQUIRE_FALSE(answer.ok());
    CHECK(answer.reasons.empty());
    CHECK(answer.maybe_done());
    CHECK(world.facts<TransactionCanceled>().empty());
    CHECK(world.facts<TransactionRepeated>().empty());
    CHECK(world.last<WriteRefused>().error == answer.error());
    world.run_for(1min);
    CHECK(world.call(request).ok());
    CHECK(world.facts<Written>().size() == 1);
    return answer.failure();
  };
  CHECK(again(provisioned(1, 2)).error == ServiceError::throughput_exceeded);
  CHECK(again(on_demand({1, 2})).error == ServiceError::throttling);
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
