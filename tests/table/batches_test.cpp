// Batch calls, and reads that may be stale.
#include <algorithm>
#include <array>

#include "sim/trace/facts_capacity.hpp"
#include "tests/table/world.hpp"

using namespace weir;
using namespace weir::test;

namespace {

const TableSettings orders{.name = "orders", .key = {.partition = "id"}};

Item order(const std::string& id, int n = 0) { return {{"id", id}, {"n", n}}; }
Item key_of(const std::string& id) { return {{"id", id}}; }

WriteRequest put(TableId table, Item item) { return {table, PutRequest{std::move(item)}}; }
WriteRequest remove(TableId table, Item key) { return {table, DeleteRequest{std::move(key)}}; }

template <class Answer>
std::string refusal(const Answer& answer) {
  REQUIRE(answer.failed_with(ServiceError::validation));
  return std::string(answer.failure().message);
}

Deviation left(int request) { return {"batch.unprocessed", "client 0 / request " + std::to_string(request), 1}; }
Deviation stale(Duration by, const std::string& key = "client 0") { return {"read.staleness", key, by.count()}; }

// The ids of what was written, in commit order.
std::vector<std::string> written(const TableWorld& world) {
  std::vector<std::string> ids;
  for (const Fact& fact : world.facts<Written>()) ids.push_back(fact.as<Written>()->key.to_text());
  return ids;
}

}  // namespace

TEST_CASE("a batch write does each of its parts by itself, in any tables", "[BOP-1]") {
  TableWorld world;
  const TableId first = world.create(orders), second = world.create({.name = "others", .key = {.partition = "id"}});
  REQUIRE(world.put(first, order("A")));
  const BatchWriteItem batch{
      {put(first, order("B")), remove(first, key_of("A")), put(second, order("A")), remove(second, key_of("Z"))}};
  const BatchWriteItem::Answer answer = world.call(batch);
  REQUIRE(answer.ok());
  CHECK(answer->unprocessed.empty());
  CHECK(world.tables.contents(first) == std::vector<Item>{order("B")});
  CHECK(world.tables.contents(second) == std::vector<Item>{order("A")});
}

TEST_CASE("parts left undone are handed back, in the order of the call, and only those", "[BOP-3]") {
  TableWorld world(Plan::listed({left(0), left(2)}));
  const TableId table = world.create(orders);
  const BatchWriteItem batch{{put(table, order("A")), put(table, order("B")), put(table, order("C")), put(table, order("D"))}};
  const BatchWriteItem::Answer answer = world.call(batch);
  REQUIRE(answer.ok());
  CHECK(answer->unprocessed == std::vector<WriteRequest>{batch.requests[0], batch.requests[2]});
  CHECK(written(world) == std::vector<std::string>{"B", "D"});
}

TEST_CASE("a batch of which nothing could be done is an error", "[BOP-3]") {
  TableWorld world(Plan::listed({left(0), left(1)}));
  const TableId table = world.create(orders);
  const auto answer = world.call(BatchWriteItem{{put(table, order("A")), put(table, order("B"))}});
  CHECK(answer.failed_with(ServiceError::throughput_exceeded));
  CHECK(world.tables.count(table) == 0);
  CHECK(world.call(BatchGetItem{{{table, {key_of("A"), key_of("B")}}}}).failed_with(ServiceError::throughput_exceeded));
}

TEST_CASE("a batch of which nothing could be done fails as its table's billing has it", "[BOP-3][CAP-8]") {
  TableWorld world(Plan::listed({left(0)}));
  TableSettings on_demand = orders;
  on_demand.capacity = CapacitySettings{};
  const TableId table = world.create(on_demand);
  const auto check = [](const auto& answer) {
    REQUIRE(answer.failed_with(ServiceError::throttling));
    CHECK(answer.failure().message == "Throughput exceeds the current capacity of your table or index.");
    CHECK_FALSE(answer.maybe_done());
  };
  check(world.call(BatchWriteItem{{put(table, order("A"))}}));
  check(world.call(BatchGetItem{{{table, {key_of("A")}}}}));
}

TEST_CASE("the parts of a batch write are carried out from any one on", "[BOP-5]") {
  TableWorld world(Plan::listed({{"batch.first", "client 0", 5}}));
  const TableId table = world.create(orders);
  REQUIRE(world.call(BatchWriteItem{{put(table, order("A")), put(table, order("B")), put(table, order("C"))}}).ok());
  CHECK(written(world) == std::vector<std::string>{"C", "A", "B"});  // 5 counts round
}

TEST_CASE("a batch's put with a key that does not fit is told as a delete is, whatever else of it keeps its own words",
          "[BOP-1][MSG-4][MSG-7][MSG-8]") {
  TableWorld world;
  const TableId table = world.create({.name = "lines",
                                      .key = {.partition = "id", .sort = "line", .sort_type = Type::N},
                                      .indexes = {{.name = "by_group", .key = {.partition = "group"}}}});
  const auto refused = [&](Item item) { return refusal(world.call(BatchWriteItem{{put(table, std::move(item))}})); };
  for (const Item& item : {Item{{"q", 1}}, Item{{"id", "A"}}, Item{{"id", 1}, {"line", 1}}, Item{{"id", "A"}, {"line", "1"}},
                           Item{{"id", AttributeValue::list({"A"})}, {"line", 1}}, Item{{"id", 1}, {"line", 1}, {"group", 5}}})
    CHECK(refused(item) == "The provided key element does not match the schema");
  CHECK(refused({{"id", ""}, {"line", 1}}) ==
        "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string "
        "value. Key: id");
  CHECK(
      refused({{"id", "A"}, {"line", 1}, {"group", 5}}) ==
      "One or more parameter values were invalid: Type mismatch for Index Key group Expected: S Actual: N IndexName: by_group");
  CHECK(refused({{"id", 1}, {"set", AttributeValue::string_set({})}}).find("An string set  may not be empty") !=
        std::string::npos);
}

TEST_CASE("a batch that is not sound is refused whole", "[BOP-1][BOP-2][BOP-4][MSG-29]") {
  TableWorld world;
  const TableId table = world.create(orders);
  BatchWriteItem many;
  for (int i = 0; i < 26; ++i) many.requests.push_back(put(table, order(std::to_string(i))));
  CHECK(refusal(world.call(many)) == "Too many items requested for the BatchWriteItem call");
  many.requests.pop_back();
  CHECK(world.call(many).ok());
  const std::string no_parts =
      "1 validation error detected: Value '{}' at 'requestItems' failed to satisfy constraint: Member must have length greater "
      "than or equal to 1";
  CHECK(refusal(world.call(BatchWriteItem{})) == no_parts);
  const std::string twice = "Provided list of item keys contains duplicates";
  CHECK(refusal(world.call(BatchWriteItem{{put(table, order("A")), remove(table, key_of("A"))}})) == twice);
  CHECK(refusal(world.call(BatchWriteItem{{put(table, order("A")), put(table, Item{{"n", 1}})}})) ==
        "The provided key element does not match the schema");
  const Item big = order("A").with("b", std::string(409'600, 'x'));
  CHECK(world.call(BatchWriteItem{{put(table, big)}}).failed_with(ServiceError::item_size_exceeded));
  CHECK(world.call(BatchWriteItem{{put(TableId{7}, order("A"))}}).failed_with(ServiceError::resource_not_found));
  CHECK(world.tables.count(table) == 25);

  BatchGetItem keys{{{table, {}}}};
  CHECK(refusal(world.call(keys)) == no_parts);
  for (int i = 0; i < 101; ++i) keys.tables[0].keys.push_back(key_of(std::to_string(i)));
  CHECK(refusal(world.call(keys)) == "Too many items requested for the BatchGetItem call");
  keys.tables[0].table = TableId{7};  // the count is looked at before the tables                        [ERR-6]
  CHECK(refusal(world.call(keys)) == "Too many items requested for the BatchGetItem call");
  CHECK(refusal(world.call(BatchGetItem{{{table, {key_of("A"), key_of("A")}}}})) == twice);
  CHECK(refusal(world.call(BatchGetItem{{{table, {order("A")}}}})) == "The provided key element does not match the schema");
  CHECK(world.call(BatchGetItem{{{TableId{7}, {key_of("A")}}}}).failed_with(ServiceError::resource_not_found));
}

TEST_CASE("a batch write that an item collection has no room for is refused before any of it is done",
          "[BOP-1][BOP-3][LSI-2][ERR-9]") {
  TableWorld world;
  const TableId table = world.create(crowded_orders());
  const auto at = [](const std::string& id, int sort) { return Item{{"id", id}, {"at", sort}, {"n", 1}}; };
  const auto refused = [&](const BatchWriteItem& batch) {
    const BatchWriteItem::Answer answer = world.call(batch);
    CHECK(answer.failed_with(ServiceError::item_collection_size));
    CHECK(answer.failure().message == "Collection size exceeded.");
    CHECK(answer.failure().certainty == Certainty::surely_not_done);
  };
  REQUIRE(world.call(BatchWriteItem{{put(table, at("A", 1)), put(table, at("A", 2))}}).ok());
  REQUIRE(world.tables.take_changes().size() == 2);
  refused({{put(table, at("B", 1)), put(table, at("A", 3)), put(table, at("A", 4))}});  // each has room by itself
  REQUIRE(world.put(table, at("A", 3)));
  world.tables.take_changes();
  refused({{put(table, at("B", 1)), put(table, at("A", 4))}});
  refused({{put(table, at("A", 4)), remove(table, Item{{"id", "A"}, {"at", 1}})}});  // the deletion may come last
  CHECK(world.tables.take_changes().empty());
  const BatchWriteItem::Answer fits = world.call(BatchWriteItem{{put(table, at("A", 3).without("n")), put(table, at("B", 1))}});
  REQUIRE(fits.ok());
  CHECK(fits->unprocessed.empty());
}

TEST_CASE("a batch get finds what is there, says nothing of the rest, and hands back the keys it left", "[BOP-4]") {
  TableWorld world(Plan::listed({left(1)}));
  const TableId table = world.create(orders);
  for (const char* id : {"A", "B", "C"}) REQUIRE(world.put(table, order(id, 1)));
  const BatchGetItem::Answer answer =
      world.call(BatchGetItem{{{table, {key_of("A"), key_of("B"), key_of("Z"), key_of("C")}, *Projection::of({"n"})}}});
  REQUIRE(answer.ok());
  CHECK(answer->responses.at(0).items == std::vector<Item>{{{"n", 1}}, {{"n", 1}}});
  REQUIRE(answer->unprocessed.size() == 1);
  CHECK(answer->unprocessed[0].keys == std::vector<Item>{key_of("B")});
  CHECK_FALSE(answer->unprocessed[0].projection.empty());
}

TEST_CASE("a batch get gives at most 16 MB", "[BOP-4]") {
  TableWorld world;
  TableSettings spread_out = orders;
  spread_out.shards = 1000;  // partitions, so that none of them has more than 1 MB to give
  const TableId table = world.create(spread_out);
  BatchGetItem batch{{{table, {}}}};
  for (int i = 0; i < 50; ++i) {
    const std::string id = std::to_string(10 + i);
    REQUIRE(world.put(table, Item{{"id", id}, {"b", std::string(400'000, 'x')}}));
    batch.tables[0].keys.push_back(key_of(id));
  }
  const BatchGetItem::Answer answer = world.call(batch);
  REQUIRE(answer.ok());
  CHECK(answer->responses[0].items.size() == 41);  // of 400,005 bytes: 16,777,216 hold 41
  CHECK(answer->unprocessed[0].keys.size() == 9);
}

namespace {

// Items of about 400 KB, two of which fit into 1 MB.
std::vector<Item> put_large(TableWorld& world, TableId table, const std::vector<std::string>& ids) {
  std::vector<Item> keys;
  for (const std::string& id : ids) {
    REQUIRE(world.put(table, Item{{"id", id}, {"b", std::string(400'000, 'x')}}));
    keys.push_back(key_of(id));
  }
  return keys;
}

// So many ids of each of two partitions, one after the other.
std::vector<std::string> ids_of_both(const TableWorld& world, TableId table, std::size_t of_each) {
  std::vector<std::string> ids;
  std::array<std::size_t, 2> found{};
  for (int i = 0; ids.size() < 2 * of_each; ++i) {
    const std::string id = std::to_string(i);
    const std::size_t partition = world.tables.table(table).partition_of(ItemKey(AttributeValue(id)));
    if (found.at(partition)++ < of_each) ids.push_back(id);
  }
  return ids;
}

}  // namespace

TEST_CASE("a batch get gives at most 1 MB of each partition, and what it left comes with the next call", "[BOP-4]") {
  TableWorld world;
  const TableId table = world.create(orders), other = world.create({.name = "others", .key = {.partition = "id"}});
  const std::vector<Item> keys = put_large(world, table, {"A", "B", "C", "D", "E"});
  const std::vector<Item> of_other = put_large(world, other, {"A", "B"});
  const BatchGetItem::Answer answer = world.call(BatchGetItem{{{table, keys, *Projection::of({"id"})}, {other, of_other}}});
  REQUIRE(answer.ok());
  CHECK(answer->responses.at(0).items == std::vector<Item>{key_of("A"), key_of("B")});  // the projection saves nothing
  CHECK(answer->responses.at(1).items.size() == 2);
  REQUIRE(answer->unprocessed.size() == 1);
  CHECK(answer->unprocessed[0].keys == std::vector<Item>{key_of("C"), key_of("D"), key_of("E")});
  CHECK(world.facts<ItemRead>().size() == 4);  // nothing is told of what it left
  const BatchGetItem::Answer next = world.call(BatchGetItem{answer->unprocessed});
  CHECK(next->responses.at(0).items == std::vector<Item>{key_of("C"), key_of("D")});
  CHECK(world.call(BatchGetItem{next->unprocessed})->unprocessed.empty());
}

TEST_CASE("the bounds of what a batch get gives hold to the byte", "[BOP-4]") {
  const auto sized = [](const std::string& id, std::uint64_t bytes) {
    return Item{{"id", id}, {"b", std::string(bytes - 3 - id.size(), 'x')}};
  };
  for (const std::uint64_t over : {0, 1}) {
    TableWorld world;  // 41 tables of an item each, and one more item: 16 MB
    BatchGetItem batch;
    for (int i = 0; i <= 41; ++i) {
      const TableId table = world.create({.name = "table" + std::to_string(i), .key = {.partition = "id"}});
      REQUIRE(world.put(table, sized("A", i < 41 ? 409'200 : 16 + over)));
      batch.tables.push_back({table, {key_of("A")}});
    }
    CHECK(world.call(batch)->unprocessed.size() == over);

    TableWorld one;  // of one partition: 1 MB
    const TableId table = one.create(orders);
    REQUIRE(one.put(table, sized("A", 400'000)));
    REQUIRE(one.put(table, sized("B", 400'000)));
    REQUIRE(one.put(table, sized("C", 248'576 + over)));
    CHECK(one.call(BatchGetItem{{{table, {key_of("A"), key_of("B"), key_of("C")}}}})->unprocessed.size() == over);
  }
}

TEST_CASE("a small item finds room where a large one before it found none", "[BOP-4]") {
  TableWorld world;
  const TableId table = world.create(orders);
  std::vector<Item> keys = put_large(world, table, {"A", "B", "C"});
  REQUIRE(world.put(table, order("D")));
  keys.push_back(key_of("D"));
  keys.push_back(key_of("not there"));
  const BatchGetItem::Answer answer = world.call(BatchGetItem{{{table, keys}}});
  CHECK(answer->responses.at(0).items.size() == 3);
  CHECK(answer->unprocessed.at(0).keys == std::vector<Item>{key_of("C")});
}

TEST_CASE("of which partition a batch get's items are, the table's capacity says", "[BOP-4][CAP-5]") {
  TableWorld world;
  TableSettings two = orders;
  two.capacity = CapacitySettings{.billing = BillingMode::on_demand, .partitions = 2};
  const TableId table = world.create(two);
  const std::vector<Item> keys = put_large(world, table, ids_of_both(world, table, 3));
  const BatchGetItem::Answer answer = world.call(BatchGetItem{{{table, keys}}});
  CHECK(answer->responses.at(0).items.size() == 4);
  CHECK(answer->unprocessed.at(0).keys.size() == 2);
}

TEST_CASE("a partition that splits has twice as much to give to one batch get", "[BOP-4][CAP-5]") {
  TableWorld world;
  TableSettings small = orders;
  small.capacity = CapacitySettings{
      .billing = BillingMode::on_demand, .per_partition = table_quota, .partition_bytes = 1'500'000, .partitions = 1};
  const TableId table = world.create(small);
  TableSettings halves = orders;
  halves.name = "halves";
  halves.shards = 2;
  const std::vector<Item> keys = put_large(world, table, ids_of_both(world, world.create(halves), 2));
  CHECK(world.call(BatchGetItem{{{table, keys}}})->responses.at(0).items.size() == 2);
  world.run_for(10min);
  REQUIRE(world.facts<PartitionSplit>().size() == 1);
  CHECK(world.call(BatchGetItem{{{table, keys}}})->unprocessed.empty());
}

TEST_CASE("a read may be stale, unless it asks for consistency", "[READ-1][READ-3]") {
  TableWorld world(Plan::listed({stale(900ms)}));
  const TableId table = world.create(orders);
  REQUIRE(world.put(table, order("A", 1)));
  world.run_for(1s);
  REQUIRE(world.put(table, order("A", 2)));
  world.run_for(500ms);
  const GetItem eventual{.table = table, .key = key_of("A")};
  CHECK(*world.call(eventual) == order("A", 1));
  CHECK(world.facts<StaleRead>().at(0).as<StaleRead>()->behind == 900ms);
  CHECK(*world.call(GetItem{.table = table, .key = key_of("A"), .consistent_read = true}) == order("A", 2));
  CHECK(world.call(Scan{.table = table})->items == std::vector<Item>{order("A", 1)});
  CHECK(world.call(Scan{.table = table, .page = {.consistent_read = true}})->items == std::vector<Item>{order("A", 2)});
  CHECK(world.call(Query{.table = table, .key = {.partition = "A"}})->items == std::vector<Item>{order("A", 1)});
  CHECK(world.facts<StaleRead>().size() == 3);
  world.run_for(500ms);  // the change is older than the staleness: the state read is the present one
  CHECK(*world.call(eventual) == order("A", 2));
  CHECK(world.facts<StaleRead>().size() == 3);
}

TEST_CASE("each table of a batch get is as stale as it likes", "[READ-3][BOP-4]") {
  TableWorld world(Plan::listed({stale(1s, "client 0 / table 1")}));
  const TableId first = world.create(orders), second = world.create({.name = "others", .key = {.partition = "id"}});
  for (const TableId table : {first, second}) REQUIRE(world.put(table, order("A")));
  world.run_for(500ms);
  const auto found = [&](bool consistent) {
    const BatchGetItem::Answer answer =
        world.call(BatchGetItem{{{first, {key_of("A")}}, {second, {key_of("A")}, {}, consistent}}});
    return answer->responses.at(0).items.size() * 10 + answer->responses.at(1).items.size();
  };
  CHECK(found(false) == 10);
  CHECK(found(true) == 11);
}

TEST_CASE("the past of a table is what it was: inserts, changes and deletions taken back", "[READ-1][READ-3]") {
  WEIR_PROPERTY("for any writes and any moment of the last 10 s", [] {
    const Duration behind = std::chrono::milliseconds(pick(1, 10'001));
    TableWorld world(Plan::listed({stale(behind)}));
    const TableId table = world.create(orders);
    std::vector<std::pair<Instant, std::vector<Item>>> states{{Instant{} - 1h, {}}};
    const int writes = pick(0, 20);
    for (int i = 0; i < writes; ++i) {
      world.run_for(std::chrono::milliseconds(pick(0, 900)));
      const std::string id = std::to_string(pick(0, 4));
      if (pick(0, 3) == 0)
        RC_ASSERT(world.remove(table, key_of(id)).ok());
      else
        RC_ASSERT(world.put(table, order(id, pick(0, 3))).ok());
      states.emplace_back(world.kernel.now(), world.tables.contents(table));
    }
    world.run_for(std::chrono::milliseconds(pick(0, 900)));
    const Instant then = world.kernel.now() - behind;
    const auto last = std::find_if(states.rbegin(), states.rend(), [&](const auto& state) { return state.first <= then; });
    RC_ASSERT(world.call(Scan{.table = table})->items == last->second);
    for (int id = 0; id < 4; ++id) {
      const std::string name = std::to_string(id);
      const GetItem::Answer got = world.call(GetItem{.table = table, .key = key_of(name)});
      const auto same = [&](const Item& item) { return item.find_string("id") == name; };
      const auto there = std::find_if(last->second.begin(), last->second.end(), same);
      RC_ASSERT(got->has_value() == (there != last->second.end()));
      if (got->has_value()) RC_ASSERT(**got == *there);
    }
  });
}

TEST_CASE("a busy table forgets all but its last 4096 changes", "[READ-1]") {
  for (const auto& [behind, seen] : {std::pair(Duration(10ms), 4991), std::pair(Duration(10s), 904)}) {
    TableWorld world(Plan::listed({stale(behind)}));
    const TableId table = world.create(orders);
    for (int i = 1; i <= 5000; ++i) {
      REQUIRE(world.put(table, order("A", i)));
      world.run_for(1ms);
    }
    CHECK(*world.call(GetItem{.table = table, .key = key_of("A")}) == order("A", seen));
  }
}
