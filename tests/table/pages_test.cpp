// Query and Scan against the obvious model: filter a plain vector, sort it, cut it into pages.
#include <algorithm>
#include <set>

#include "tests/catch.hpp"
#include "tests/table/world.hpp"

using namespace weir;
using namespace weir::test;

namespace {

using Kind = SortCondition::Kind;

struct Row {
  int partition, sort, value;
};

Item item_of(const Row& row) { return {{"id", "p" + std::to_string(row.partition)}, {"at", row.sort}, {"v", row.value}}; }

// What a page request gives in all, page by page; checks each page for what every page promises.
template <class Request>
std::vector<Item> all_pages(TableWorld& world, Request request, std::uint32_t* scanned = nullptr) {
  std::vector<Item> items;
  for (int page = 0;; ++page) {
    RC_ASSERT(page < 1000);
    const typename Request::Answer answer = world.call(request);
    RC_ASSERT(answer.ok());
    if (request.page.limit) RC_ASSERT(answer->scanned_count <= *request.page.limit);
    if (request.page.limit && !answer->last_evaluated_key.empty()) RC_ASSERT(answer->scanned_count == *request.page.limit);
    RC_ASSERT(answer->count <= answer->scanned_count);
    RC_ASSERT(answer->items.size() == answer->count);
    if (scanned) *scanned += answer->scanned_count;
    items.insert(items.end(), answer->items.begin(), answer->items.end());
    if (answer->last_evaluated_key.empty()) return items;
    request.page.exclusive_start_key = answer->last_evaluated_key;
  }
}

bool meets(int sort, Kind kind, int low, int high) {
  switch (kind) {
    case Kind::equal:
      return sort == low;
    case Kind::less:
      return sort < low;
    case Kind::less_equal:
      return sort <= low;
    case Kind::greater:
      return sort > low;
    case Kind::greater_equal:
      return sort >= low;
    default:
      return low <= sort && sort <= high;
  }
}

struct Filled {
  TableWorld world;
  TableId table = world.create({.name = "rows", .key = {.partition = "id", .sort = "at", .sort_type = Type::N}});
  std::vector<Row> rows;

  Filled() {
    std::set<std::pair<int, int>> seen;
    const int count = pick(0, 30);
    for (int i = 0; i < count; ++i) {
      const Row row{pick(0, 3), pick(-6, 7), pick(0, 3)};
      if (!seen.emplace(row.partition, row.sort).second) continue;
      rows.push_back(row);
      RC_ASSERT(world.put(table, item_of(row)).ok());
    }
  }
};

std::string refusal(const Result<Page>& answer) {
  REQUIRE(answer.failed_with(ServiceError::validation));
  return std::string(answer.failure().message);
}

Item order(const std::string& id, int at) { return {{"id", id}, {"at", at}}; }

struct Orders {
  TableWorld world;
  TableId table = world.create({.name = "orders", .key = {.partition = "id", .sort = "at", .sort_type = Type::N}});
  Orders() {
    for (int at = 1; at <= 5; ++at) REQUIRE(world.put(table, order("A", at).with("v", at % 2)));
  }
  Query query(PageRequest page = {}) const { return {.table = table, .key = {.partition = "A"}, .page = std::move(page)}; }
};

}  // namespace

TEST_CASE("a query finds what filtering and sorting a list finds, in pages of any size", "[QRY-1][QRY-2][QRY-4][ITEM-13]") {
  WEIR_PROPERTY("for any items and any question", [] {
    Filled filled;
    const int partition = pick(0, 4);
    const auto kind = static_cast<Kind>(pick(0, 6));
    const int low = pick(-7, 8), high = low + pick(0, 5);
    const bool ranged = pick(0, 4) > 0, filtered = pick(0, 2) == 0, forward = pick(0, 2) == 0;
    Query query{.table = filled.table, .key = {.partition = "p" + std::to_string(partition)}, .scan_index_forward = forward};
    if (ranged) query.key.sort = SortCondition{.kind = kind, .low = low};
    if (ranged && kind == Kind::between) query.key.sort->high = high;
    if (filtered) query.page.filter = compare(Path("v"), Comparator::equal, 1);
    if (pick(0, 3) > 0) query.page.limit = pick(1, 6);

    std::vector<Row> rows = filled.rows;
    std::erase_if(rows,
                  [&](const Row& row) { return row.partition != partition || (ranged && !meets(row.sort, kind, low, high)); });
    std::sort(rows.begin(), rows.end(),
              [&](const Row& a, const Row& b) { return forward ? a.sort < b.sort : a.sort > b.sort; });
    const std::size_t looked_at = rows.size();
    if (filtered) std::erase_if(rows, [](const Row& row) { return row.value != 1; });
    std::vector<Item> expected;
    for (const Row& row : rows) expected.push_back(item_of(row));
    std::uint32_t scanned = 0;
    RC_ASSERT(all_pages(filled.world, query, &scanned) == expected);
    RC_ASSERT(scanned == looked_at);
  });
}

TEST_CASE("the segments of a scan share out all items, whatever the size of pages", "[QRY-2][QRY-5]") {
  WEIR_PROPERTY("for any items and any number of segments", [] {
    Filled filled;
    const int total = pick(1, 6);
    std::vector<Item> found;
    for (int segment = 0; segment < total; ++segment) {
      Scan scan{.table = filled.table, .segment = Segment{segment, total}};
      if (pick(0, 2) == 0) scan.page.limit = pick(1, 4);
      const std::vector<Item> part = all_pages(filled.world, scan);
      found.insert(found.end(), part.begin(), part.end());
    }
    RC_ASSERT(found == all_pages(filled.world, Scan{.table = filled.table}));
    std::vector<Item> expected;
    for (const Row& row : filled.rows) expected.push_back(item_of(row));
    std::sort(expected.begin(), expected.end());
    std::sort(found.begin(), found.end());
    RC_ASSERT(found == expected);
  });
}

TEST_CASE("a page may be empty and yet not the last, and the last one may be empty", "[QRY-2][QRY-3]") {
  Orders orders;
  Query query = orders.query({.filter = attribute_exists("absent"), .limit = 5});
  const Query::Answer first = orders.world.call(query);
  CHECK(first->items.empty());
  CHECK(first->scanned_count == 5);
  CHECK(first->last_evaluated_key == order("A", 5));
  query.page.exclusive_start_key = first->last_evaluated_key;
  const Query::Answer second = orders.world.call(query);
  CHECK(second->scanned_count == 0);
  CHECK(second->last_evaluated_key.empty());
}

TEST_CASE("a page holds 1 MB of items as they are stored, before filter and projection", "[QRY-2]") {
  TableWorld world;
  const TableId table = world.create({.name = "big", .key = {.partition = "id", .sort = "at", .sort_type = Type::N}});
  for (int at = 1; at <= 4; ++at) REQUIRE(world.put(table, order("A", at).with("b", std::string(349'500, 'x'))));
  const Query::Answer page = world.call(
      Query{.table = table, .key = {.partition = "A"}, .page = {.projection = *Projection::of({"at"}), .limit = std::nullopt}});
  CHECK(page->items == std::vector<Item>{{{"at", 1}}, {{"at", 2}}, {{"at", 3}}});  // three times 349,509 fit in 1,048,576
  CHECK(page->last_evaluated_key == order("A", 3));
}

TEST_CASE("a page holds 1 MB to the byte", "[QRY-2]") {
  for (const std::uint64_t bytes : {1'048'576, 1'048'577}) {
    TableWorld world;
    const TableId table = world.create({.name = "big", .key = {.partition = "id", .sort = "at", .sort_type = Type::N}});
    const Item bare = order("A", 1).with("b", std::string());
    for (int at = 1; at <= 3; ++at) {
      const std::uint64_t of_this = at < 3 ? 349'525 : bytes - 2 * 349'525;
      REQUIRE(world.put(table, order("A", at).with("b", std::string(of_this - bare.size_bytes(), 'x'))));
    }
    const Query::Answer page = world.call(Query{.table = table, .key = {.partition = "A"}});
    CHECK(page->count == (bytes == 1'048'576 ? 3 : 2));
  }
}

TEST_CASE("a partition key that is not there gives nothing and no error", "[QRY-7]") {
  Orders orders;
  const Query::Answer page = orders.world.call(Query{.table = orders.table, .key = {.partition = "B"}});
  REQUIRE(page.ok());
  CHECK(page->scanned_count == 0);
  CHECK(page->last_evaluated_key.empty());
}

TEST_CASE("a selection says what is shown of the items", "[QRY-6]") {
  Orders orders;
  const Query::Answer count = orders.world.call(orders.query({.select = Select::count}));
  CHECK(count->count == 5);
  CHECK(count->items.empty());
  const Projection at = *Projection::of({"at"});
  CHECK(orders.world.call(orders.query({.projection = at}))->items[0] == Item{{"at", 1}});
  CHECK(orders.world.call(orders.query({.projection = at, .select = Select::specific_attributes}))->items.size() == 5);
  CHECK(orders.world.call(orders.query({.select = Select::all_attributes}))->items[0] == order("A", 1).with("v", 1));
  CHECK(refusal(orders.world.call(orders.query({.projection = at, .select = Select::all_attributes}))) ==
        "Cannot specify the ProjectionExpression when choosing to get ALL_ATTRIBUTES");
  CHECK(refusal(orders.world.call(orders.query({.projection = at, .select = Select::count}))) ==
        "Cannot specify the ProjectionExpression when choosing to get only the Count");
  CHECK(refusal(orders.world.call(orders.query({.select = Select::specific_attributes}))) ==
        "Must specify the ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES");
}

TEST_CASE("what cannot be asked is refused with the service's words", "[QRY-1][QRY-4][QRY-5][MSG-26][MSG-28]") {
  Orders orders;
  TableWorld& world = orders.world;
  const auto asked = [&](KeyCondition key, PageRequest page = {}) {
    return refusal(world.call(Query{.table = orders.table, .key = std::move(key), .page = std::move(page)}));
  };
  const std::string wrong_type =
      "One or more parameter values were invalid: Condition parameter type does not match schema type";
  CHECK(asked({.partition = 1}) == wrong_type);
  CHECK(asked({.partition = "A", .sort = SortCondition{Kind::less, "1"}}) == wrong_type);
  CHECK(asked({.partition = "A", .sort = SortCondition{Kind::begins_with, 1}}) == "Query key condition not supported");
  CHECK(asked({.partition = "A", .sort = SortCondition{Kind::between, 1}}) == "Query key condition not supported");
  CHECK(asked({.partition = "A"}, {.limit = 0}) ==
        "1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than "
        "or equal to 1");
  CHECK(asked({.partition = "A"}, {.filter = attribute_exists("at")}) ==
        "Filter Expression can only contain non-primary key attributes: Primary key attribute: at");
  CHECK(asked({.partition = "A"}, {.exclusive_start_key = Item{{"id", "A"}}}) == "The provided starting key is invalid");
  CHECK(asked({.partition = "A"}, {.exclusive_start_key = Item{{"id", "A"}, {"to", 1}}}) ==
        "The provided starting key is invalid");
  const std::string schema = "The provided key element does not match the schema";
  CHECK(asked({.partition = "A"}, {.exclusive_start_key = Item{{"id", "A"}, {"at", "1"}}}) == schema);
  CHECK(asked({.partition = "A"}, {.exclusive_start_key = order("B", 1)}) ==
        "The provided starting key is outside query boundaries based on provided conditions");
  CHECK(asked({.partition = "A", .sort = SortCondition{Kind::less, 3}}, {.exclusive_start_key = order("B", 1)}) ==
        "The query can return at most one row and cannot be restarted");
  CHECK(asked({.partition = "A", .sort = SortCondition{Kind::less, 3}}, {.exclusive_start_key = order("B", 3)}) ==
        "The provided starting key does not match the range key predicate");
  CHECK(asked({.partition = "A", .sort = SortCondition{Kind::less, 3}}, {.exclusive_start_key = order("A", 3)}) ==
        "The provided starting key does not match the range key predicate");

  const auto scanned = [&](Segment segment, Item start = {}) {
    return refusal(
        world.call(Scan{.table = orders.table, .page = {.exclusive_start_key = std::move(start)}, .segment = segment}));
  };
  CHECK(scanned({0, 1'000'001})
            .find("Value '1000001' at 'totalSegments' failed to satisfy constraint: Member must have value "
                  "less than or equal to 1000000") != std::string::npos);
  CHECK(scanned({1'000'000, 1'000'000}).find("Value '1000000' at 'segment' failed") != std::string::npos);
  CHECK(scanned({-1, 0}) ==
        "2 validation errors detected: Value '-1' at 'segment' failed to satisfy constraint: Member must have value greater "
        "than or equal to 0; Value '0' at 'totalSegments' failed to satisfy constraint: Member must have value greater than "
        "or equal to 1");
  CHECK(scanned({5, 5}) ==
        "The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: 5 is not less than "
        "TotalSegments: 5");
  for (const Item& start : {Item{{"id", "A"}}, Item{{"id", "A"}, {"at", "1"}}, Item{{"id", "A"}, {"at", 1}, {"to", 1}}})
    CHECK(scanned({0, 1}, start) == "The provided starting key is invalid: " + schema);
  const std::uint64_t hash = ItemKey(AttributeValue("A"), AttributeValue(1)).partition_hash();
  CHECK(scanned({hash >> 63 == 0 ? 1 : 0, 2}, order("A", 1)) ==
        "The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment. "
        "TotalSegments: 2 Segment: " +
            std::string(hash >> 63 == 0 ? "1" : "0"));
  CHECK(world.call(Scan{.table = TableId{7}}).failed_with(ServiceError::resource_not_found));
  CHECK(world.call(Query{.table = TableId{7}, .key = {.partition = "A"}}).failed_with(ServiceError::resource_not_found));
}

TEST_CASE("a Query compares keys with nothing larger than a key", "[ITEM-5][QRY-1][MSG-9][MSG-10]") {
  const std::string hash_key =
      "One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes";
  const std::string range_key =
      "One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit of 1024 bytes";
  TableWorld world;
  const TableId table = world.create({.name = "notes",
                                      .key = {.partition = "id", .sort = "text"},
                                      .indexes = {{.name = "by_group", .key = {.partition = "group"}}}});
  const auto asked = [&](KeyCondition key, PageRequest page = {}) {
    const Result<Page> answer = world.call(Query{.table = table, .key = std::move(key), .page = std::move(page)});
    return answer ? "ok" : std::string(answer.failure().message);
  };
  const auto text = [](std::size_t bytes) { return AttributeValue(std::string(bytes, 'x')); };
  CHECK(asked({.partition = text(2048)}) == "ok");
  CHECK(asked({.partition = text(2049)}) == hash_key);
  CHECK(asked({.partition = text(65'536)}) == hash_key);
  CHECK(asked({.partition = text(65'536)}, {.index_name = "by_group"}) == hash_key);
  CHECK(asked({.partition = "A", .sort = SortCondition{Kind::less, text(1024)}}) == "ok");
  CHECK(asked({.partition = "A", .sort = SortCondition{Kind::less, text(1025)}}) == range_key);
  CHECK(asked({.partition = "A", .sort = SortCondition{Kind::between, "a", text(1025)}}) == range_key);
}

TEST_CASE("a consumer's page leaves a fact for each item that it shows, and only for those", "[QRY-4]") {
  Orders orders;
  const PageRequest odd{.filter = compare(Path("v"), Comparator::equal, 1)};
  orders.world.client = Actor::of(InvocationId{3});
  REQUIRE(orders.world.call(orders.query(odd))->count == 3);
  REQUIRE(orders.world.facts<ItemRead>().size() == 3);
  for (std::size_t i = 0; i < 3; ++i)  // the first one tells how many                                     [METRIC-1]
    CHECK(orders.world.facts<ItemRead>()[i].as<ItemRead>()->returned == (i == 0 ? 3U : 0U));
  REQUIRE(orders.world.call(orders.query({.select = Select::count})).ok());
  CHECK(orders.world.facts<ItemRead>().size() == 3);
}

TEST_CASE("what is wrong with a read itself is said before its table is looked for", "[ERR-6][MSG-2]") {
  TableWorld world;
  const TableId unknown{7};
  const auto said = [](const auto& answer) { return std::string(answer.failure().message); };
  const std::string no_limit =
      "1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or "
      "equal to 1";
  const PageRequest limited{.limit = 0};
  CHECK(said(world.call(Scan{.table = unknown, .page = limited})) == no_limit);
  CHECK(said(world.call(Query{.table = unknown, .key = {.partition = "A"}, .page = limited})) == no_limit);
  CHECK(said(world.call(Scan{.table = unknown, .segment = Segment{0, 0}})).find("'totalSegments'") != std::string::npos);
  CHECK(said(world.call(Scan{.table = unknown})) == "Requested resource not found");
  CHECK(said(world.call(GetItem{.table = unknown, .key = Item{{"id", "A"}}})) == "Requested resource not found");
}

TEST_CASE("an index is named by its name, not by an ARN", "[TABLE-2][ERR-7]") {
  TableWorld world;
  const TableId table = world.create({.name = "orders", .key = {.partition = "id"}});
  const auto said = [&](const std::string& index) {
    const Scan::Answer answer = world.call(Scan{.table = table, .page = {.index_name = index}});
    REQUIRE(answer.failed_with(ServiceError::validation));
    return std::string(answer.failure().message);
  };
  CHECK(said("arn:x") ==
        "1 validation error detected: Value 'arn:x' at 'indexName' failed to satisfy constraint: Member must satisfy regular "
        "expression pattern: [a-zA-Z0-9_.-]+");
  CHECK(said("a:") ==
        "2 validation errors detected: Value 'a:' at 'indexName' failed to satisfy constraint: Member must satisfy regular "
        "expression pattern: [a-zA-Z0-9_.-]+; Value 'a:' at 'indexName' failed to satisfy constraint: Member must have length "
        "greater than or equal to 3");
  CHECK(said("by_nothing") == "The table does not have the specified index: by_nothing");
}
