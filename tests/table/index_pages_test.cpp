// Query and Scan of indexes against the obvious model: filter all items of the table, sort them, cut them into pages.
#include <algorithm>
#include <set>

#include "tests/catch.hpp"
#include "tests/table/world.hpp"

using namespace weir;
using namespace weir::test;

namespace {

const std::vector<IndexSettings>& indexes() {
  static const std::vector<IndexSettings> all{
      {.name = "whole", .key = {.partition = "group", .sort = "n", .sort_type = Type::N}},
      {.name = "keys", .key = {.partition = "group"}, .projection = ProjectionType::keys_only},
      {.name = "some",
       .key = {.partition = "n", .partition_type = Type::N},
       .projection = ProjectionType::include,
       .non_key_attributes = {"v"}},
      {.name = "local",
       .kind = IndexKind::local,
       .key = {.partition = "id", .sort = "n", .sort_type = Type::N},
       .projection = ProjectionType::keys_only},
  };
  return all;
}
const TableSettings rows{.name = "rows", .key = {.partition = "id", .sort = "at", .sort_type = Type::N}, .indexes = indexes()};

// What the index shows, worked out from the table's items with no help but the index's settings.
struct Shown {
  AttributeMap item, seen;
};
std::vector<Shown> shown_by(const IndexSettings& index, const std::vector<AttributeMap>& items) {
  std::vector<Shown> all;
  for (const AttributeMap& item : items) {
    const auto has = [&](const std::string& name, Type type) { return item.count(name) && item.at(name).type() == type; };
    if (!has(index.key.partition, index.key.partition_type)) continue;
    if (index.key.has_sort() && !has(index.key.sort, index.key.sort_type)) continue;
    Shown shown{item, {}};
    for (const auto& [name, value] : item) {
      const bool key = name == "id" || name == "at" || name == index.key.partition || name == index.key.sort;
      const auto& more = index.non_key_attributes;
      if (key || index.projection == ProjectionType::all || std::find(more.begin(), more.end(), name) != more.end())
        shown.seen.emplace(name, value);
    }
    all.push_back(std::move(shown));
  }
  return all;
}

std::int64_t number(const AttributeMap& item, const std::string& name) { return item.at(name).as_number()->floor_int64(); }

struct Filled {
  TableWorld world;
  TableId table = world.create(rows);
  std::map<std::pair<int, int>, AttributeMap> items;

  // Writes and removals, so that entries come, move and go.
  Filled() {
    const int writes = pick(0, 40);
    for (int i = 0; i < writes; ++i) {
      const int id = pick(0, 3), at = pick(0, 4);
      AttributeMap item{{"id", "p" + std::to_string(id)}, {"at", at}};
      if (pick(0, 5) == 0) {
        RC_ASSERT(world.remove(table, Item(item)).ok());
        items.erase({id, at});
        continue;
      }
      if (pick(0, 4) > 0) item.emplace("group", "g" + std::to_string(pick(0, 2)));
      if (pick(0, 4) > 0) item.emplace("n", pick(0, 3));
      if (pick(0, 4) > 0) item.emplace("v", pick(0, 2));
      RC_ASSERT(world.put(table, Item(item)).ok());
      items.insert_or_assign({id, at}, item);
    }
  }
  std::vector<AttributeMap> all() const {
    std::vector<AttributeMap> list;
    for (const auto& [key, item] : items) list.push_back(item);
    return list;
  }

  // All pages of a request, page by page; no key may come twice.
  template <class Request>
  std::vector<Item> pages(Request request, std::uint32_t* scanned = nullptr) {
    std::vector<Item> found;
    for (int page = 0;; ++page) {
      RC_ASSERT(page < 200);
      const typename Request::Answer answer = world.call(request);
      RC_ASSERT(answer.ok());
      RC_ASSERT(answer->items.size() == answer->count);
      if (scanned) *scanned += answer->scanned_count;
      found.insert(found.end(), answer->items.begin(), answer->items.end());
      if (answer->last_evaluated_key.empty()) return found;
      request.page.exclusive_start_key = answer->last_evaluated_key;
    }
  }
};

std::vector<Item> sorted(std::vector<Item> items) {
  std::sort(items.begin(), items.end());
  return items;
}
std::vector<Item> seen_of(const std::vector<Shown>& shown) {
  std::vector<Item> items;
  for (const Shown& one : shown) items.emplace_back(one.seen);
  return items;
}

std::string refusal(const Result<Page>& answer) {
  REQUIRE(answer.failed_with(ServiceError::validation));
  return std::string(answer.failure().message);
}

const Item a{{"id", "A"}, {"at", 1}, {"group", "g0"}, {"n", 5}, {"v", 1}, {"w", 2}};
struct Few {
  TableWorld world;
  TableId table;
  explicit Few(Plan plan = Plan::calm()) : world(std::move(plan)), table(world.create(rows)) {}
  Query query(std::string index, PageRequest page = {}) const {
    const AttributeValue partition = index == "local"  ? AttributeValue("A")
                                     : index == "some" ? AttributeValue(5)
                                                       : AttributeValue("g0");
    Query query{.table = table, .key = {.partition = partition}, .page = std::move(page)};
    query.page.index_name = std::move(index);
    return query;
  }
};

}  // namespace

TEST_CASE("a query of an index finds what filtering and sorting the whole table finds, in pages of any size",
          "[GSI-2][GSI-3][GSI-4][LSI-1][QRY-1][QRY-2]") {
  WEIR_PROPERTY("for any writes, index and question", [] {
    Filled filled;
    const IndexSettings& index = indexes()[static_cast<std::size_t>(pick(0, 4))];
    std::vector<Shown> shown = shown_by(index, filled.all());
    const AttributeValue partition = index.key.partition == "n"    ? AttributeValue(pick(0, 3))
                                     : index.key.partition == "id" ? AttributeValue("p" + std::to_string(pick(0, 3)))
                                                                   : AttributeValue("g" + std::to_string(pick(0, 2)));
    const bool forward = pick(0, 2) == 0;
    Query query{.table = filled.table, .key = {.partition = partition}, .scan_index_forward = forward};
    query.page.index_name = index.name;
    std::erase_if(shown, [&](const Shown& one) { return one.item.at(index.key.partition) != partition; });
    if (index.key.has_sort() && pick(0, 2) == 0) {
      const int low = pick(0, 3);
      query.key.sort = SortCondition{.kind = SortCondition::Kind::greater_equal, .low = low};
      std::erase_if(shown, [&](const Shown& one) { return number(one.item, "n") < low; });
    }
    const std::size_t looked_at = shown.size();
    if (pick(0, 2) == 0) {
      query.page.filter = compare(Path("v"), Comparator::equal, 1);
      const bool sees = index.kind == IndexKind::local || index.name != "keys";
      std::erase_if(shown, [&](const Shown& one) { return !sees || !one.item.count("v") || number(one.item, "v") != 1; });
    }
    if (pick(0, 3) > 0) query.page.limit = pick(1, 5);

    std::uint32_t scanned = 0;
    const std::vector<Item> found = filled.pages(query, &scanned);
    RC_ASSERT(scanned == looked_at);
    RC_ASSERT(sorted(found) == sorted(seen_of(shown)));
    if (!index.key.has_sort()) return;
    for (std::size_t i = 1; i < found.size(); ++i) {
      const std::int64_t before = number(found[i - 1].attributes(), "n"), now = number(found[i].attributes(), "n");
      const bool in_order = forward ? before <= now : before >= now;
      RC_ASSERT(in_order);
    }
  });
}

TEST_CASE("a scan of an index finds all that it shows, whatever the size of pages and the number of segments",
          "[GSI-2][GSI-3][LSI-1][QRY-5]") {
  WEIR_PROPERTY("for any writes and index", [] {
    Filled filled;
    const IndexSettings& index = indexes()[static_cast<std::size_t>(pick(0, 4))];
    const int total = pick(1, 4);
    std::vector<Item> found;
    for (int segment = 0; segment < total; ++segment) {
      Scan scan{.table = filled.table, .segment = Segment{segment, total}};
      scan.page.index_name = index.name;
      if (pick(0, 2) == 0) scan.page.limit = pick(1, 4);
      const std::vector<Item> part = filled.pages(scan);
      found.insert(found.end(), part.begin(), part.end());
    }
    RC_ASSERT(sorted(found) == sorted(seen_of(shown_by(index, filled.all()))));
  });
}

TEST_CASE("a page of an index ends with both keys, and the next one begins there", "[GSI-4][QRY-3][MSG-28]") {
  Few few;
  for (int at = 1; at <= 3; ++at) REQUIRE(few.world.put(few.table, a.with("at", at)));
  Query query = few.query("whole", {.limit = 2});
  const Query::Answer first = few.world.call(query);
  CHECK(first->items == std::vector<Item>{a, a.with("at", 2)});
  CHECK(first->last_evaluated_key == Item{{"id", "A"}, {"at", 2}, {"group", "g0"}, {"n", 5}});
  query.page.exclusive_start_key = first->last_evaluated_key;
  CHECK(few.world.call(query)->items == std::vector<Item>{a.with("at", 3)});

  const Item& last = first->last_evaluated_key;
  const std::string invalid = "The provided starting key is invalid";
  const std::string schema = "The provided key element does not match the schema";
  const std::vector<std::pair<Item, std::string>> wrong{
      {last.without("group"), invalid},
      {last.without("at"), invalid},
      {last.with("more", 1), invalid},
      {last.without("group").with("more", 1), invalid},
      {last.with("group", 1), schema},
      {last.with("n", "5"), schema},
      {last.with("at", "2"), invalid + ": " + schema},
      {last.without("at").with("more", 1), invalid + ": " + schema},
  };
  Scan scan{.table = few.table, .page = query.page};
  for (const auto& [key, message] : wrong) {
    query.page.exclusive_start_key = scan.page.exclusive_start_key = key;
    CHECK(refusal(few.world.call(query)) == message);
    CHECK(refusal(few.world.call(scan)) == message);
  }
  query.page.exclusive_start_key = last.with("group", "g1");
  CHECK(refusal(few.world.call(query)) == "The provided starting key is outside query boundaries based on provided conditions");
}

TEST_CASE("a global index is never read consistently, a local one is", "[READ-2][GSI-1][LSI-1][MSG-27]") {
  Few few;
  REQUIRE(few.world.put(few.table, a));
  CHECK(refusal(few.world.call(few.query("whole", {.consistent_read = true}))) ==
        "Consistent reads are not supported on global secondary indexes");
  CHECK(few.world.call(few.query("local", {.consistent_read = true}))->count == 1);
  CHECK(refusal(few.world.call(few.query("absent"))) == "The table does not have the specified index: absent");
}

TEST_CASE("a global index gives what it projects and nothing else; a local one fetches the rest", "[GSI-3][LSI-1][QRY-6]") {
  Few few;
  REQUIRE(few.world.put(few.table, a));
  const Item keys = a.without("v").without("w");
  const auto items = [&](std::string index, PageRequest page = {}) {
    return few.world.call(few.query(std::move(index), std::move(page)))->items;
  };
  const auto refused = [&](std::string index, PageRequest page) {
    return refusal(few.world.call(few.query(std::move(index), std::move(page))));
  };
  CHECK(items("whole") == std::vector<Item>{a});
  CHECK(items("whole", {.select = Select::all_attributes}) == std::vector<Item>{a});
  CHECK(items("some") == std::vector<Item>{a.without("w").without("group")});
  CHECK(items("keys") == std::vector<Item>{keys.without("n")});
  CHECK(items("local") == std::vector<Item>{keys.without("group")});
  CHECK(items("local", {.select = Select::all_projected_attributes}) == std::vector<Item>{keys.without("group")});
  CHECK(items("local", {.select = Select::all_attributes}) == std::vector<Item>{a});
  CHECK(items("local", {.projection = *Projection::of({"v", "n"})}) == std::vector<Item>{{{"v", 1}, {"n", 5}}});
  CHECK(items("some", {.projection = *Projection::of({"v"})}) == std::vector<Item>{{{"v", 1}}});
  CHECK(items("keys", {.filter = attribute_exists("v")}).empty());
  CHECK(items("local", {.filter = attribute_exists("v")}).size() == 1);

  CHECK(refused("some", {.projection = *Projection::of({"w.x", "v", "group"})}) ==
        "One or more parameter values were invalid: Global secondary index some does not project [group, w]");
  CHECK(refused("keys", {.select = Select::all_attributes}) ==
        "One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global secondary index "
        "keys because its projection type is not ALL");
  CHECK(refused("keys", {.projection = *Projection::of({"id"}), .select = Select::all_projected_attributes}) ==
        "Cannot specify the ProjectionExpression when choosing to get ALL_PROJECTED_ATTRIBUTES");
  CHECK(refused("whole", {.filter = attribute_exists("n")}) ==
        "Filter Expression can only contain non-primary key attributes: Primary key attribute: n");
  CHECK(refusal(few.world.call(Scan{.table = few.table, .page = {.select = Select::all_projected_attributes}})) ==
        "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName");
}

TEST_CASE("a page of an index holds 1 MB of what it shows", "[QRY-2]") {
  Few few;
  const Item large = a.with("blob", std::string(349'450, 'x'));
  for (int at = 1; at <= 4; ++at) REQUIRE(few.world.put(few.table, large.with("at", at)));
  CHECK(few.world.call(few.query("whole"))->count == 3);
  CHECK(few.world.call(few.query("keys"))->count == 4);
}

TEST_CASE("a page of a local index also counts the items that it fetches, each by blocks of 4 KB", "[QRY-2][LSI-1]") {
  Few few;
  const Item large = a.with("blob", std::string(150'000, 'x'));  // 37 blocks
  for (int at = 1; at <= 10; ++at) REQUIRE(few.world.put(few.table, large.with("at", at)));
  const auto counts = [&](PageRequest page) {
    const Query::Answer answer = few.world.call(few.query("local", std::move(page)));
    return std::pair(answer->count, answer->scanned_count);
  };
  using Counts = std::pair<std::uint32_t, std::uint32_t>;
  CHECK(counts({}) == Counts(10, 10));
  CHECK(counts({.select = Select::all_attributes}) == Counts(6, 6));
  CHECK(counts({.projection = *Projection::of({"v"})}) == Counts(6, 6));
  CHECK(counts({.projection = *Projection::of({"n"})}) == Counts(10, 10));
  CHECK(counts({.filter = attribute_exists("v"), .select = Select::count}) == Counts(6, 6));
  CHECK(counts({.filter = attribute_not_exists("v"), .select = Select::count}) == Counts(0, 6));
  // What the filter leaves out is not fetched for being shown alone.
  CHECK(counts({.filter = compare(Path("at"), Comparator::less, 3), .select = Select::all_attributes}) == Counts(2, 10));

  const Query::Answer first = few.world.call(few.query("local", {.select = Select::all_attributes}));
  REQUIRE_FALSE(first->last_evaluated_key.empty());
  CHECK(
      few.world.call(few.query("local", {.select = Select::all_attributes, .exclusive_start_key = first->last_evaluated_key}))
          ->count == 4);
}

TEST_CASE("the blocks of fetched items end a page at 1 MB and not before", "[QRY-2][LSI-1]") {
  const auto fits = [](std::size_t third) {  // beside two of 85 blocks, of 256 in all
    Few few;
    const auto sized = [&](int at, std::size_t bytes) {
      const Item bare = a.with("at", at).with("blob", std::string());
      return bare.with("blob", std::string(bytes - bare.size_bytes(), 'x'));
    };
    for (const int at : {1, 2}) REQUIRE(few.world.put(few.table, sized(at, 85 * 4096)));
    REQUIRE(few.world.put(few.table, sized(3, third)));
    return few.world.call(few.query("local", {.select = Select::all_attributes}))->count == 3;
  };
  CHECK(fits(85 * 4096));
  CHECK_FALSE(fits(85 * 4096 + 1));  // one more block, and there are the entries
}

TEST_CASE("a consumer that reads too early is told nothing, and the trace tells of it", "[GSI-1][GSI-9][OPEN-33]") {
  Few few(Plan::listed({{"gsi.delay", "table rows / index whole / item A / sort 1 / change 0", Duration(3s).count()}}));
  few.world.client = Actor::of(InvocationId{7});
  REQUIRE(few.world.put(few.table, a));
  const FactIndex write = few.world.facts<Written>()[0].index;
  CHECK(few.world.call(few.query("whole"))->items.empty());
  CHECK(few.world.call(few.query("local"))->count == 1);
  REQUIRE(few.world.facts<IndexBehind>().size() == 1);
  CHECK(few.world.facts<IndexBehind>()[0].cause == write);
  Query elsewhere = few.query("whole");
  elsewhere.key.partition = AttributeValue("g1");
  CHECK(few.world.call(elsewhere)->items.empty());
  elsewhere = few.query("whole");
  elsewhere.key.sort = SortCondition{.kind = SortCondition::Kind::less, .low = 5};
  CHECK(few.world.call(elsewhere)->items.empty());
  CHECK(few.world.facts<IndexBehind>().size() == 1);  // neither would have shown it
  few.world.run_for(3s);
  CHECK(few.world.call(few.query("whole"))->items == std::vector<Item>{a});
  CHECK(few.world.facts<IndexBehind>().size() == 1);
  const std::vector<Fact> read = few.world.facts<IndexRead>();
  REQUIRE(read.size() == 2);
  CHECK(read[1].as<IndexRead>()->item == a);
  CHECK(read[1].as<IndexRead>()->returned == 1);
  CHECK(read[1].as<IndexRead>()->entry.to_text() == "g0 / 5");
}

TEST_CASE("a local index is as stale as its table where consistency was not asked for", "[LSI-1][READ-3][OPEN-34]") {
  Few few(Plan::listed({{"read.staleness", "client 0", Duration(5s).count()}}));
  REQUIRE(few.world.put(few.table, a));
  few.world.run_for(10s);
  REQUIRE(few.world.put(few.table, a.with("n", 7)));
  CHECK(few.world.call(few.query("local"))->items == std::vector<Item>{a.without("v").without("w").without("group")});
  CHECK(few.world.call(few.query("local", {.consistent_read = true}))->items[0].find_number("n") == Number(7));
}
