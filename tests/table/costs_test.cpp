// What requests cost, and what ReturnConsumedCapacity and ReturnItemCollectionMetrics show.
#include "sim/table/costs.hpp"

#include <string>

#include "sim/table/collection_size.hpp"
#include "tests/catch.hpp"
#include "tests/table/world.hpp"

using namespace weir;
using namespace weir::test;

namespace {

// An item of exactly so many bytes, its partition key "A" among them.
Item sized(std::size_t bytes) { return {{"id", "A"}, {"t", std::string(bytes - 4, 'x')}}; }
Item key_of_a() { return {{"id", "A"}}; }
const TableSettings plain{.name = "orders", .key = {.partition = "id"}};
const ItemKey a{AttributeValue("A")};

constexpr ReturnConsumedCapacity total = ReturnConsumedCapacity::total, indexes = ReturnConsumedCapacity::indexes;

}  // namespace

TEST_CASE("a read unit is 4 KB, halved when eventually consistent and doubled in a transaction", "[CAP-1][QRY-7]") {
  CHECK(sized(4096).size_bytes() == 4096);
  for (const auto& [bytes, units] : std::vector<std::pair<std::uint64_t, std::int64_t>>{
           {0, 1}, {1, 1}, {4096, 1}, {4097, 2}, {8192, 2}, {409'600, 100}, {1'048'576, 256}}) {
    CHECK(half_units_of_read(bytes, ReadMode::consistent) == 2 * units);
    CHECK(half_units_of_read(bytes, ReadMode::eventual) == units);
    CHECK(half_units_of_read(bytes, ReadMode::transactional) == 4 * units);
  }
}

TEST_CASE("a write unit is 1 KB of the larger of the item before and after, doubled in a transaction", "[CAP-1]") {
  for (const auto& [before, after, units] : std::vector<std::tuple<std::size_t, std::size_t, std::int64_t>>{
           {0, 10, 1}, {0, 1024, 1}, {0, 1025, 2}, {5000, 10, 5}, {10, 5000, 5}, {3000, 0, 3}, {0, 0, 1}}) {
    const Item old = before == 0 ? Item() : sized(before), now = after == 0 ? Item() : sized(after);
    CHECK(cost_of_write(plain, a, old, now).half_units == 2 * units);
    CHECK(cost_of_write(plain, a, old, now, 2).half_units == 4 * units);
  }
  CHECK(cost_of_check(a, {}).half_units == 2);
  CHECK(cost_of_check(a, sized(2000)).half_units == 4);
}

TEST_CASE("an index costs nothing where its entry stays, one write where it changes, two where its key does", "[GSI-5]") {
  TableSettings table = plain;
  table.indexes = {{.name = "by_group", .key = {.partition = "group"}, .projection = ProjectionType::keys_only}};
  const Item none = key_of_a(), g = none.with("group", "g"), h = none.with("group", "h"), more = g.with("n", 1);
  const auto writes = [&](const Item& before, const Item& after) {
    return cost_of_write(table, a, before, after).indexes.size();
  };
  CHECK(writes({}, none) == 0);
  CHECK(writes({}, g) == 1);
  CHECK(writes(g, more) == 0);  // it does not show that
  CHECK(writes(g, h) == 2);
  CHECK(writes(h, none) == 1);
  CHECK(writes(h, {}) == 1);
  table.indexes[0].projection = ProjectionType::all;
  CHECK(writes(g, more) == 1);
  const WriteCost moved = cost_of_write(table, a, g.with("t", std::string(3000, 'x')), h);
  CHECK(moved.indexes[0].half_units == 6);  // the old entry by its own size
  CHECK(moved.indexes[1].half_units == 2);
  CHECK(moved.indexes[0].hash == ItemKey(AttributeValue("g")).partition_hash());
  CHECK(moved.indexes[1].hash == ItemKey(AttributeValue("h")).partition_hash());
}

TEST_CASE("what a call used is told when that is asked for, in all or by index", "[OP-8][CAP-1]") {
  TableWorld world;
  TableSettings settings = plain;
  settings.indexes = {{.name = "by_group", .key = {.partition = "group"}}};
  const TableId table = world.create(settings);
  const Item item = sized(1500).with("group", "g");
  CHECK(world.call(PutItem{.table = table, .item = item})->consumed == nullptr);
  CHECK(*world.call(PutItem{.table = table, .item = item, .return_consumed_capacity = total})->consumed ==
        ConsumedCapacity{table, 4, 0, {}});  // nothing for the index
  const WriteAnswer gone = world.call(DeleteItem{.table = table, .key = key_of_a(), .return_consumed_capacity = indexes});
  CHECK(*gone->consumed == ConsumedCapacity{table, 8, 4, {{"by_group", 4}}});
  const WriteAnswer updated = world.call(UpdateItem{.table = table,
                                                    .key = key_of_a(),
                                                    .update = Update().set("group", AttributeValue("g")),
                                                    .return_consumed_capacity = total});
  CHECK(updated->consumed->half_units == 4);

  const GetItem::Answer got = world.call(GetItem{.table = table, .key = key_of_a(), .return_consumed_capacity = total});
  CHECK(*got.consumed == ConsumedCapacity{table, 1, 0, {}});
  CHECK(world.call(GetItem{.table = table, .key = key_of_a()}).consumed == nullptr);
  const Query::Answer page = world.call(Query{
      .table = table, .key = {.partition = "g"}, .page = {.index_name = "by_group", .return_consumed_capacity = indexes}});
  CHECK(*page->consumed == ConsumedCapacity{table, 1, 0, {{"by_group", 1}}});
  const Query::Answer nothing = world.call(
      Query{.table = table, .key = {.partition = "Z"}, .page = {.consistent_read = true, .return_consumed_capacity = total}});
  CHECK(nothing->consumed->half_units == 2);
}

TEST_CASE("a page rounds up its sum once, and a filter saves nothing", "[CAP-1][QRY-4]") {
  TableWorld world;
  const TableId table = world.create({.name = "orders", .key = {.partition = "id", .sort = "at", .sort_type = Type::N}});
  for (int i = 0; i < 10; ++i) REQUIRE(world.put(table, Item{{"id", "A"}, {"at", i}, {"t", std::string(1000, 'x')}}));
  Query query{.table = table, .key = {.partition = "A"}, .page = {.consistent_read = true, .return_consumed_capacity = total}};
  CHECK(world.call(query)->consumed->half_units == 6);  // a little over 10,000 bytes
  query.page.filter = attribute_exists("missing");
  CHECK(world.call(query)->count == 0);
  CHECK(world.call(query)->consumed->half_units == 6);
  query.page.limit = 1;
  CHECK(world.call(query)->consumed->half_units == 2);
}

TEST_CASE("what batches and transactions used is told for each table", "[OP-8][TXN-7]") {
  TableWorld world;
  const TableId first = world.create(plain), second = world.create({.name = "others", .key = {.partition = "id"}});
  const BatchWriteItem batch{
      {{first, PutRequest{sized(10)}}, {second, PutRequest{sized(2000)}}, {first, PutRequest{Item{{"id", "B"}}}}}, total};
  CHECK(world.call(batch)->consumed == std::vector<ConsumedCapacity>{{first, 4, 0, {}}, {second, 4, 0, {}}});
  const BatchGetItem gets{{{first, {key_of_a(), Item{{"id", "B"}}}}, {second, {key_of_a()}, {}, true}}, total};
  CHECK(world.call(gets)->consumed == std::vector<ConsumedCapacity>{{first, 2, 0, {}}, {second, 2, 0, {}}});
  const TransactWriteItems::Answer both = world.call(TransactWriteItems{
      {PutItem{.table = first, .item = sized(10)}, DeleteItem{.table = second, .key = key_of_a()}}, "", total});
  CHECK(both.consumed == std::vector<ConsumedCapacity>{{first, 4, 0, {}}, {second, 8, 0, {}}});
  const TransactGetItems::Answer reads = world.call(TransactGetItems{{{.table = first, .key = key_of_a()}}, total});
  CHECK(reads.consumed == std::vector<ConsumedCapacity>{{first, 4, 0, {}}});
}

TEST_CASE("the size of an item collection is told for tables with local indexes alone", "[OP-8]") {
  TableWorld world;
  TableSettings settings{.name = "orders", .key = {.partition = "id", .sort = "at", .sort_type = Type::N}};
  const TableId bare = world.create(settings);
  settings.name = "indexed";
  settings.indexes = {
      {.name = "by_n", .kind = IndexKind::local, .key = {.partition = "id", .sort = "n", .sort_type = Type::N}}};
  const TableId indexed = world.create(settings);
  const Item item{{"id", "A"}, {"at", 1}, {"n", 2}};
  const auto size = ReturnItemCollectionMetrics::size;
  CHECK(world.call(PutItem{.table = bare, .item = item, .return_item_collection_metrics = size})->collection == nullptr);
  CHECK(world.call(PutItem{.table = indexed, .item = item})->collection == nullptr);
  const WriteAnswer put = world.call(PutItem{.table = indexed, .item = item, .return_item_collection_metrics = size});
  REQUIRE(put->collection);
  CHECK(*put->collection == ItemCollectionMetrics{key_of_a(), 0, 1});
}

TEST_CASE("a collection's size is told in whole GB, from below and from above", "[OP-8]") {
  constexpr std::uint64_t gigabyte = 1'073'741'824;
  const auto told = [](std::uint64_t bytes) {
    const ItemCollectionMetrics metrics = collection_metrics({}, bytes);
    return std::pair(metrics.least_gb, metrics.most_gb);
  };
  using Range = std::pair<std::uint64_t, std::uint64_t>;
  CHECK(told(0) == Range(0, 1));
  CHECK(told(gigabyte - 1) == Range(0, 1));
  CHECK(told(gigabyte) == Range(1, 2));
  CHECK(told(9 * gigabyte + 5) == Range(9, 10));
}

TEST_CASE("a batch write and a transaction tell the size of each item collection that they wrote to, by table", "[OP-8]") {
  TableWorld world;
  TableSettings settings{
      .name = "indexed",
      .key = {.partition = "id", .sort = "at", .sort_type = Type::N},
      .indexes = {{.name = "by_n", .kind = IndexKind::local, .key = {.partition = "id", .sort = "n", .sort_type = Type::N}}}};
  const TableId first = world.create(settings);
  settings.name = "others";
  const TableId second = world.create(settings);
  const TableId bare = world.create(plain);
  const auto at = [](const std::string& id, int sort) { return Item{{"id", id}, {"at", sort}, {"n", sort}}; };
  const auto key = [](const std::string& id, int sort) { return Item{{"id", id}, {"at", sort}}; };
  const auto small = [](const std::string& id) { return ItemCollectionMetrics{Item{{"id", id}}, 0, 1}; };
  const auto size = ReturnItemCollectionMetrics::size;

  BatchWriteItem batch{{{first, PutRequest{at("A", 1)}},
                        {second, PutRequest{at("A", 1)}},
                        {bare, PutRequest{key_of_a()}},
                        {first, PutRequest{at("B", 1)}},
                        {first, DeleteRequest{key("A", 2)}}}};
  CHECK(world.call(batch)->collections.empty());
  batch.return_item_collection_metrics = size;
  CHECK(world.call(batch)->collections ==
        std::vector<TableCollections>{{first, {small("A"), small("B")}}, {second, {small("A")}}});

  TransactWriteItems transaction{{PutItem{.table = first, .item = at("A", 3)}, DeleteItem{.table = first, .key = key("A", 1)},
                                  ConditionCheck{.table = second, .key = key("A", 1), .condition = attribute_exists("id")},
                                  UpdateItem{.table = first, .key = key("C", 1), .update = Update().set("n", 1)},
                                  PutItem{.table = bare, .item = sized(9)}},
                                 "token"};
  transaction.return_item_collection_metrics = size;
  CHECK(world.call(transaction).collections == std::vector<TableCollections>{{first, {small("A"), small("C")}}});
  CHECK(world.call(transaction).collections.empty());  // a repetition writes nothing
  transaction.client_request_token = "another";
  transaction.return_item_collection_metrics = ReturnItemCollectionMetrics::none;
  CHECK(world.call(transaction).collections.empty());
}

TEST_CASE("only what a batch write did is told of item collections, and as large as the call leaves them", "[OP-8][BOP-3]") {
  std::vector<TableCollections> all;
  const auto is = [](const std::string& id, std::uint64_t least) {
    return std::make_shared<const ItemCollectionMetrics>(ItemCollectionMetrics{Item{{"id", id}}, least, least + 1});
  };
  add_to(all, TableId{0}, is("A", 0));
  add_to(all, TableId{0}, nullptr);
  add_to(all, TableId{0}, is("B", 2));
  add_to(all, TableId{0}, is("A", 1));
  CHECK(all == std::vector<TableCollections>{{TableId{0}, {*is("A", 1), *is("B", 2)}}});

  TableWorld world(Plan::listed({{"batch.unprocessed", "client 0 / request 0", 1}}));
  const TableId table = world.create(crowded_orders());
  const auto put = [&](const std::string& id) { return WriteRequest{table, PutRequest{Item{{"id", id}, {"at", 1}}}}; };
  const BatchWriteItem batch{{put("A"), put("B")}, ReturnConsumedCapacity::none, ReturnItemCollectionMetrics::size};
  CHECK(world.call(batch)->collections == std::vector<TableCollections>{{table, {*is("B", 0)}}});
}
