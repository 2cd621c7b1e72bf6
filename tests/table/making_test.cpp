// Indexes that are made and dropped while their table is in use: where they stand, what they show, and what is refused
// meanwhile.
#include <algorithm>

#include "sim/table/sites.hpp"
#include "tests/catch.hpp"
#include "tests/table/world.hpp"

using namespace weir;
using namespace weir::test;

namespace {

const IndexSettings by_group{.name = "by_group", .key = {.partition = "group"}};
const IndexSettings by_n{.name = "by_n", .key = {.partition = "n", .partition_type = Type::N}};
const TableSettings orders{.name = "orders", .key = {.partition = "id"}};

Item order(const std::string& id, const AttributeValue& group) { return Item{{"id", id}, {"group", group}}; }

Deviation holds_for(std::string_view site, Duration span, std::string_view index = "by_group") {
  return {std::string(site), "table orders / index " + std::string(index), span.count()};
}

using Lines = std::vector<std::string>;

struct Orders : TableWorld {
  TableId table;
  explicit Orders(Plan plan = Plan::calm(), TableSettings settings = orders)
      : TableWorld(std::move(plan)), table(create(std::move(settings))) {}

  static std::string said(const Result<Done>& result) { return result ? "ok" : std::string(result.failure().message); }
  std::string create_index(const IndexSettings& index = by_group) { return said(tables.create_index(kernel, table, index)); }
  std::string delete_index(std::string_view index = "by_group") { return said(tables.delete_index(kernel, table, index)); }
  std::string write(const std::string& id, const AttributeValue& group) { return said(put(table, order(id, group))); }
  void write_all(std::initializer_list<const char*> ids) {
    for (const char* id : ids) REQUIRE(write(id, "g0") == "ok");
  }

  Scan scan(std::string_view index = "by_group") const {
    Scan scan{.table = table};
    scan.page.index_name = index;
    return scan;
  }
  // The ids that a scan of the index shows, sorted; or why it shows none.
  std::string shown(std::string_view index = "by_group") {
    const Scan::Answer page = call(scan(index));
    if (!page) return std::string(page.failure().message);
    std::string ids;
    for (const Item& item : page->items) ids += std::string(*item.find_string("id"));
    std::sort(ids.begin(), ids.end());
    return ids;
  }
  // "60s backfilling"
  Lines statuses() const {
    Lines lines;
    for (const Fact& fact : facts<IndexStatusChanged>())
      lines.push_back(std::to_string((fact.at - Instant{}) / 1s) + "s " +
                      std::string(to_text(fact.as<IndexStatusChanged>()->status)));
    return lines;
  }
  Lines heard() const {
    Lines lines;
    for (const Fact& fact : facts<IndexUpdated>()) {
      const auto& updated = *fact.as<IndexUpdated>();
      lines.push_back(std::to_string((fact.at - Instant{}) / 1s) + "s " + updated.key.to_text() +
                      (updated.shown.empty() ? " not under " : " under ") + updated.entry.to_text());
    }
    return lines;
  }
};

const std::string unreadable = "Cannot read from backfilling global secondary index: by_group";
const std::string unknown = "The table does not have the specified index: by_group";
const std::string one_at_a_time =
    "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table";
const std::string updating = "Attempt to change a resource which is still in use: Table is being updated: orders";
const std::string in_use = "Attempt to change a resource which is still in use: Index is being ";

}  // namespace

TEST_CASE("an index that is made later is allocated, filled, and then read", "[GSI-8][MSG-27]") {
  Orders world;
  world.write_all({"A", "B"});
  CHECK(world.shown() == unknown);
  REQUIRE(world.create_index() == "ok");
  CHECK(world.shown() == unreadable);
  world.run_for(1min);
  CHECK(world.shown() == unreadable);
  CHECK(world.call(Query{.table = world.table, .key = {.partition = AttributeValue("g0")}, .page = world.scan().page})
            .failed_with(ServiceError::validation));
  world.run_for(5min - 1s);
  CHECK(world.shown() == unreadable);
  world.run_for(1s);
  CHECK(world.shown() == "AB");
  CHECK(world.statuses() == Lines{"0s creating", "60s backfilling", "360s active"});
  CHECK(world.heard() == Lines{"160s B under g0", "260s A under g0"});
  const FactIndex backfill = world.facts<IndexStatusChanged>()[1].index;
  CHECK(world.facts<IndexUpdated>()[0].cause == backfill);
  REQUIRE(world.write("C", "g0") == "ok");
  CHECK(world.shown() == "ABC");
}

TEST_CASE("the backfill of an empty table ends too, and at once where it takes no time", "[GSI-8]") {
  Orders world(Plan::listed({holds_for("index.allocation", 0s), holds_for("index.backfill", 0s)}));
  REQUIRE(world.create_index() == "ok");
  CHECK(world.shown() == unreadable);
  world.run_for(0s);
  CHECK(world.shown() == "");
  CHECK(world.statuses() == Lines{"0s creating", "0s backfilling", "0s active"});
}

TEST_CASE("a backfill skips items that violate the index's key, or lack it", "[GSI-7][GSI-8]") {
  Orders world;
  REQUIRE(world.write("A", AttributeValue("g0")) == "ok");
  REQUIRE(world.write("B", AttributeValue(1)) == "ok");
  REQUIRE(world.write("C", AttributeValue("")) == "ok");
  REQUIRE(world.write("D", AttributeValue(std::string(2049, 'x'))) == "ok");
  REQUIRE(world.put(world.table, Item{{"id", "E"}}).ok());
  REQUIRE(world.create_index() == "ok");
  world.run_for(6min);
  CHECK(world.shown() == "A");
  REQUIRE(world.write("B", AttributeValue("g1")) == "ok");  // put right
  REQUIRE(world.remove(world.table, Item{{"id", "C"}}).ok());
  CHECK(world.shown() == "AB");
}

TEST_CASE("what is written while an index is made is tracked, before and after the backfill has come to the item", "[GSI-8]") {
  Orders world;
  world.write_all({"A", "B", "C", "D"});
  REQUIRE(world.create_index() == "ok");
  world.run_for(30s);
  REQUIRE(world.write("E", "g0") == "ok");  // while it is allocated: found by the backfill
  REQUIRE(world.remove(world.table, Item{{"id", "D"}}).ok());
  world.run_for(31s);
  REQUIRE(world.write("A", "g1") == "ok");  // not read yet
  REQUIRE(world.write("F", "g0") == "ok");  // was not there when it began
  REQUIRE(world.remove(world.table, Item{{"id", "B"}}).ok());
  world.run_for(4min + 58s);  // C and E are read
  REQUIRE(world.write("C", "g1") == "ok");
  world.run_for(1s);
  CHECK(world.heard() == Lines{"61s A under g1", "61s F under g0", "120s C under g0", "240s E under g0", "359s C not under g0",
                               "359s C under g1"});
  CHECK(world.shown() == "ACEF");
}

TEST_CASE("during a backfill a write that the index cannot take may pass or fail; once it is active it fails",
          "[GSI-7][GSI-8]") {
  const std::string mismatch =
      "One or more parameter values were invalid: Type mismatch for Index Key group Expected: S Actual: N IndexName: by_group";
  for (const Duration after : {0s, 120s, 86'400s}) {
    Orders world(Plan::listed({holds_for("index.refuses_after", after)}));
    world.write_all({"A"});
    REQUIRE(world.create_index() == "ok");
    world.run_for(59s);
    CHECK(world.write("A", 1) == "ok");  // it is only allocated
    for (const Duration since : {1s, 120s, 300s}) {
      world.run_until(Instant(1min + since));
      CAPTURE(after, since);
      const bool refused = since >= std::min<Duration>(after, 5min);
      CHECK(world.write("B", 1) == (refused ? mismatch : "ok"));
      const BatchWriteItem batch{{{world.table, PutRequest{order("C", 1)}}}};
      CHECK(world.call(batch).ok() == !refused);
    }
    CHECK(world.shown() == "");
    CHECK(world.write("A", "g0") == "ok");
    CHECK(world.shown() == "A");
  }
}

TEST_CASE("an index cannot be deleted while it is allocated, its table not before it is active", "[GSI-8][TABLE-4]") {
  Orders world;
  const auto delete_table = [&] { return Orders::said(world.tables.delete_table(world.kernel, world.table)); };
  REQUIRE(world.create_index() == "ok");
  const std::string created = in_use + "created.  Table: orders Index: by_group";
  CHECK(world.delete_index() == created);
  CHECK(world.tables.delete_index(world.kernel, world.table, "by_group").failed_with(ServiceError::resource_in_use));
  CHECK(delete_table() == updating);
  world.run_for(1min);
  CHECK(delete_table() == updating);
  CHECK(world.delete_index() == "ok");
  CHECK(delete_table() == updating);  // UPDATING still
  CHECK(world.delete_index() == in_use + "deleted.  Table: orders Index: by_group");
  world.run_for(1min);
  CHECK(world.statuses() == Lines{"0s creating", "60s backfilling", "60s deleting", "120s gone"});
  CHECK(delete_table() == "ok");
  world.run_for(24h);
  CHECK(world.create_index() == "Requested resource not found: Table: orders not found");
  CHECK(world.delete_index() == "Requested resource not found: Table: orders not found");
}

TEST_CASE("time to live cannot be changed while an index is allocated or deleted, but while it is filled", "[TTL-14][GSI-8]") {
  Orders world;
  world.write_all({"A"});
  const auto enable = [&] { return Orders::said(world.tables.enable_ttl(world.kernel, world.table, "expires")); };
  const auto disable = [&] { return Orders::said(world.tables.disable_ttl(world.kernel, world.table, "expires")); };
  REQUIRE(world.create_index() == "ok");
  CHECK(enable() == updating);
  CHECK(disable() == updating);
  world.run_for(1min);
  CHECK(enable() == "ok");
  world.run_for(2h);
  REQUIRE(world.delete_index() == "ok");
  CHECK(disable() == updating);
  world.run_for(1h);
  CHECK(disable() == "ok");
}

TEST_CASE("one index of a table is made or deleted at a time", "[GSI-8][LIMIT-2]") {
  TableSettings settings = orders;
  settings.indexes = {{.name = "by_value", .key = {.partition = "value"}}};
  Orders world(Plan::calm(), settings);
  REQUIRE(world.create_index() == "ok");
  for (int i = 0; i < 2; ++i) {
    CHECK(world.create_index(by_n) == one_at_a_time);
    CHECK(world.delete_index("by_value") == one_at_a_time);
    world.run_for(2min);
  }
  world.run_for(4min);
  CHECK(world.delete_index("by_value") == "ok");
  CHECK(world.create_index(by_n) == one_at_a_time);
  CHECK(world.tables.create_index(world.kernel, world.table, by_n).failed_with(ServiceError::limit_exceeded));
  world.run_for(1min);
  CHECK(world.create_index(by_n) == "ok");
  CHECK(world.facts<IndexDeclared>().back().as<IndexDeclared>()->index == IndexId{2});  // what was refused used none
}

TEST_CASE("UpdateTable refuses indexes that cannot be", "[GSI-8][LSI-1][LIMIT-2][TABLE-6]") {
  TableSettings settings = orders;
  settings.key = {.partition = "id", .sort = "at"};
  settings.indexes = {{.name = "local", .kind = IndexKind::local, .key = {.partition = "id", .sort = "m"}},
                      {.name = "by_n", .key = {.partition = "n", .partition_type = Type::N}}};
  Orders world(Plan::calm(), settings);
  const std::string made_with_table =
      "One or more parameter values were invalid: a local secondary index is made and deleted with its table";
  CHECK(world.create_index({.name = "other", .kind = IndexKind::local, .key = {.partition = "id", .sort = "k"}}) ==
        made_with_table);
  CHECK(world.delete_index("local") == made_with_table);
  CHECK(world.create_index(by_n) == "Attempting to create an index which already exists");
  CHECK(world.create_index({.name = "by_n", .key = {.partition = "n"}}) ==  // its name is said first
        "Attempting to create an index which already exists");
  const std::string redefined =
      "One or more parameter values were invalid: Attributes cannot be redefined. Please check that your attribute has the "
      "same type as previously defined. Existing schema: Schema:[SchemaElement: key{";
  CHECK(world.create_index({.name = "typed", .key = {.partition = "n"}}) ==
        redefined + "n:N:HASH}] New schema: Schema:[SchemaElement: key{n:S:HASH}]");
  CHECK(world.create_index({.name = "typed", .key = {.partition = "k", .sort = "at", .sort_type = Type::B}}) ==
        redefined +
            "id:S:HASH}, SchemaElement: key{at:S:RANGE}] New schema: Schema:[SchemaElement: key{k:S:HASH}, "
            "SchemaElement: key{at:B:RANGE}]");
  CHECK(world.delete_index("missing") == "Requested resource not found: Index: missing not found");
  IndexSettings numbers = by_group;
  numbers.provisioned = Throughput{1, 1};
  CHECK(world.create_index(numbers) == "One or more parameter values were invalid: the table has no capacity settings");
  CHECK(world.facts<IndexDeclared>().size() == 2);
  CHECK(world.facts<IndexStatusChanged>().empty());
  REQUIRE(world.delete_index("by_n") == "ok");  // and its attribute may have another type
  world.run_for(1min);
  CHECK(world.create_index({.name = "typed", .key = {.partition = "n"}}) == "ok");
}

TEST_CASE("a deleted index shows nothing from then on and hears of nothing, whatever was on its way", "[GSI-8]") {
  TableSettings settings = orders;
  settings.indexes = {by_group};
  Orders world(Plan::listed({{"gsi.delay", "table orders / index by_group / item B / change 0", Duration(30s).count()}}),
               settings);
  world.write_all({"A", "B"});
  CHECK(world.shown() == "A");
  REQUIRE(world.delete_index() == "ok");
  CHECK(world.shown() == unknown);
  CHECK(world.write("A", 1) == "ok");
  world.run_for(1h);
  CHECK(world.heard() == Lines{"0s A under g0"});
  CHECK(world.statuses() == Lines{"0s deleting", "60s gone"});
  CHECK(world.shown() == unknown);
}

TEST_CASE("an index that is made anew is another, with choices of its own", "[GSI-8]") {
  for (const bool from_the_start : {true, false}) {
    TableSettings settings = orders;
    if (from_the_start) settings.indexes = {by_group};
    Orders world(Plan::listed({{"index.allocation", "table orders / index by_group / made 1", Duration(2s).count()},
                               {"gsi.delay", "table orders / index by_group / made 1 / item B / change 0", 3'000'000}}),
                 settings);
    world.write_all({"A"});
    if (!from_the_start) REQUIRE(world.create_index() == "ok");
    world.run_for(10min);
    REQUIRE(world.delete_index() == "ok");
    world.run_for(1min);
    REQUIRE(world.create_index() == "ok");
    CHECK(world.last<IndexStatusChanged>().index == IndexId{1});
    world.run_for(2s);
    CHECK(world.last<IndexStatusChanged>().status == IndexStatus::backfilling);
    world.run_for(10min);
    world.write_all({"B"});
    CHECK(world.shown() == "A");
    world.run_for(3s);
    CHECK(world.shown() == "AB");
  }
}

TEST_CASE("an index that is deleted during its backfill is not filled any more", "[GSI-8]") {
  Orders world;
  world.write_all({"A", "B", "C"});
  REQUIRE(world.create_index() == "ok");
  world.run_for(3min);
  REQUIRE(world.delete_index() == "ok");
  world.run_for(1min);
  REQUIRE(world.create_index() == "ok");  // while what the first meant to do is still to come
  world.run_for(1h);
  CHECK(world.shown() == "ABC");
  CHECK(world.heard() == Lines{"135s C under g0", "375s C under g0", "450s B under g0", "525s A under g0"});
}

TEST_CASE("an index that is made later has capacity as its table's settings give it", "[GSI-8][GSI-6][MSG-32][TABLE-7]") {
  TableSettings settings = orders;
  settings.capacity = CapacitySettings{.billing = BillingMode::provisioned, .provisioned = {100, 100}};
  Orders world(Plan::calm(), settings);
  IndexSettings narrow = by_group;
  CHECK(world.create_index(narrow) ==
        "One or more parameter values were invalid: ReadCapacityUnits and WriteCapacityUnits must both be specified when "
        "BillingMode is PROVISIONED");
  narrow.provisioned = Throughput{5, 50'000};
  CHECK(world.create_index(narrow) ==
        "One or more parameter values were invalid: provisioned throughput must lie between 1 and 40000 units");
  narrow.provisioned = Throughput{5, 1};
  REQUIRE(world.create_index(narrow) == "ok");
  REQUIRE(world.last<CapacitySet>().index == "by_group");
  const auto update = [&](const CapacityUpdate& wanted) {
    return Orders::said(world.tables.update_capacity(world.kernel, world.table, wanted));
  };
  CHECK(update({.provisioned = Throughput{200, 200}}) == updating);
  CHECK(update({.indexes = {{"by_group", Throughput{9, 9}}}}) == in_use + "created.  Table: orders Index: by_group");
  const auto index_writes = [&] {
    const std::vector<Fact> asked = world.facts<CapacityAsked>();
    return std::count_if(asked.begin(), asked.end(), [](const Fact& f) { return f.as<CapacityAsked>()->index == "by_group"; });
  };
  REQUIRE(world.write("A", "g0") == "ok");
  CHECK(index_writes() == 0);  // not told of writes yet
  world.run_for(1min);
  CHECK(update({.provisioned = Throughput{200, 200}}) == "ok");
  REQUIRE(world.write("B", "g0") == "ok");
  CHECK(index_writes() == 1);
  while (world.write("B", std::to_string(index_writes())) == "ok") REQUIRE(index_writes() < 1'000);
  CHECK(world.last<WriteRefused>().error == ServiceError::throughput_exceeded);
  REQUIRE(world.delete_index() == "ok");
  const auto before = index_writes();
  CHECK(world.write("B", "g1") == "ok");
  CHECK(index_writes() == before);

  settings.capacity = CapacitySettings{};
  Orders on_demand(Plan::calm(), settings);
  CHECK(on_demand.create_index(narrow) ==
        "One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when "
        "BillingMode is PAY_PER_REQUEST");
  CHECK(on_demand.create_index() == "ok");
  CHECK(on_demand.last<CapacitySet>().index == "by_group");
}

TEST_CASE("whatever is written around the making and dropping of an index, once all is quiet it shows what its table implies",
          "[GSI-2][GSI-7][GSI-8][OPEN-33]") {
  Sometimes made, dropped;
  WEIR_PROPERTY("for any writes and any plan", [&] {
    const bool calm = pick(0, 4) == 0;
    const auto seed = static_cast<std::uint64_t>(pick(0, 1'000'000));
    TableSettings settings = orders;
    if (pick(0, 2) == 0) settings.indexes = {by_group};
    Orders world(calm ? Plan::calm() : Plan::seeded(Seed{seed}), settings);
    const std::array<Duration, 6> pauses{0s, 1s, 20s, 70s, 10min, 2h};
    const std::array<AttributeValue, 5> groups{AttributeValue("g0"), AttributeValue("g1"), AttributeValue("g2"),
                                               AttributeValue(1), AttributeValue("")};
    const int acts = pick(5, 60);
    for (int i = 0; i < acts; ++i) {
      world.run_for(pauses[static_cast<std::size_t>(pick(0, 6))]);
      const std::string id = "i" + std::to_string(pick(0, 6));
      switch (pick(0, 9)) {
        case 0:
          (void)world.create_index();
          break;
        case 1:
          if (pick(0, 2) == 0) (void)world.delete_index();
          break;
        case 2:
          RC_ASSERT(world.remove(world.table, Item{{"id", id}}).ok());
          break;
        case 3:
          RC_ASSERT(world.update(world.table, Item{{"id", id}}, Update().remove("group")).ok());
          break;
        default:
          (void)world.write(id, groups[static_cast<std::size_t>(pick(0, 5))]);
      }
    }
    world.run_for(48h);
    const std::vector<Fact> statuses = world.facts<IndexStatusChanged>();
    const bool there =
        statuses.empty() ? !settings.indexes.empty() : statuses.back().as<IndexStatusChanged>()->status == IndexStatus::active;
    made.count(!statuses.empty() && there), dropped.count(!statuses.empty() && !there);
    const Scan::Answer page = world.call(world.scan());
    RC_ASSERT(page.ok() == there);
    if (!there) return;
    std::vector<Item> expected = world.tables.contents(world.table), found = page->items;
    std::erase_if(expected, [](const Item& item) { return item.find_string("group").value_or("").empty(); });
    std::sort(found.begin(), found.end());
    std::sort(expected.begin(), expected.end());
    RC_ASSERT(found == expected);
  });
  CHECK(made.once_in(10));
  CHECK(dropped.once_in(10));
}
