// How secondary indexes follow their table: what they show, when they hear of it, and what they refuse.
#include "sim/table/index.hpp"

#include "sim/base/bad_input.hpp"
#include "sim/table/index_rules.hpp"
#include "sim/trace/text.hpp"
#include "tests/catch.hpp"
#include "tests/table/world.hpp"

using namespace weir;
using namespace weir::test;

namespace {

const IndexSettings by_group{.name = "by_group", .key = {.partition = "group"}};

TableSettings orders(std::vector<IndexSettings> indexes) {
  return {.name = "orders",
          .key = {.partition = "id", .sort = "at", .sort_type = Type::N},
          .ttl = "expires",
          .indexes = std::move(indexes)};
}
Item order(std::string_view id, std::initializer_list<std::pair<std::string_view, AttributeValue>> rest = {}) {
  Item item{{"id", AttributeValue(id)}, {"at", 1}};
  for (const auto& [name, value] : rest) item = item.with(name, value);
  return item;
}

std::string change(std::string_view id, int number) {
  return "table orders / index by_group / item " + std::string(id) + " / sort 1 / change " + std::to_string(number);
}
Deviation late(std::string_view id, int number, Duration delay) { return {"gsi.delay", change(id, number), delay.count()}; }
Deviation old_entry(std::string_view id, int number, Duration later) {
  return {"gsi.old_entry", change(id, number), later.count()};
}

struct Orders : TableWorld {
  TableId table;
  explicit Orders(std::vector<IndexSettings> indexes, Plan plan = Plan::calm())
      : TableWorld(std::move(plan)), table(create(orders(std::move(indexes)))) {}
  explicit Orders(const TableSettings& settings) : table(create(settings)) {}

  std::string write(const Item& item) { return said(put(table, item)); }
  std::string write(const Update& change) { return said(update(table, order("A"), change)); }
  // "A under g0" for an entry that came or changed, "A not under g0" for one that went; a line each, with its second.
  std::vector<std::string> heard() const {
    std::vector<std::string> lines;
    for (const Fact& fact : facts<IndexUpdated>()) {
      const auto& updated = *fact.as<IndexUpdated>();
      lines.push_back(std::to_string((fact.at - Instant{}) / 1s) + "s " + std::string(*updated.key.partition().as_string()) +
                      (updated.shown.empty() ? " not under " : " under ") + updated.entry.to_text());
    }
    return lines;
  }
  Item last_shown() const { return facts<IndexUpdated>().back().as<IndexUpdated>()->shown; }

  template <class T>
  static std::string said(const Result<T>& result) {
    return result ? "ok" : std::string(result.failure().message);
  }
};

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("an index shows the items that have its key attributes, and those alone", "[GSI-2]") {
  Orders world({by_group});
  CHECK(world.write(order("A")) == "ok");
  CHECK(world.heard().empty());
  CHECK(world.write(order("A", {{"group", "g0"}})) == "ok");
  CHECK(world.write(Update().remove("group")) == "ok");
  CHECK(world.heard() == Lines{"0s A under g0", "0s A not under g0"});
}

TEST_CASE("an index with a sort key wants both", "[GSI-2]") {
  const IndexSettings by_group_and_n{.name = "by_group", .key = {.partition = "group", .sort = "n", .sort_type = Type::N}};
  Orders world({by_group_and_n});
  CHECK(world.write(order("A", {{"group", "g0"}})) == "ok");
  CHECK(world.write(order("B", {{"n", 5}})) == "ok");
  CHECK(world.heard().empty());
  CHECK(world.write(order("A", {{"group", "g0"}, {"n", 5}})) == "ok");
  CHECK(world.heard() == Lines{"0s A under g0 / 5"});
}

TEST_CASE("keys are always shown, other attributes as projected", "[GSI-3]") {
  const Item item = order("A", {{"group", "g0"}, {"value", 1}, {"note", "x"}});
  const auto shown = [&](ProjectionType projection, std::vector<std::string> names) {
    IndexSettings index = by_group;
    index.projection = projection;
    index.non_key_attributes = std::move(names);
    Orders world({index});
    REQUIRE(world.write(item) == "ok");
    return world.last_shown();
  };
  CHECK(shown(ProjectionType::all, {}) == item);
  CHECK(shown(ProjectionType::keys_only, {}) == item.without("value").without("note"));
  CHECK(shown(ProjectionType::include, {"note", "absent"}) == item.without("value"));
}

TEST_CASE("a projection that lists key attributes shows what it shows without them", "[GSI-3][LIMIT-2][QRY-6]") {
  IndexSettings index = by_group;
  index.projection = ProjectionType::include;
  index.non_key_attributes = {"note", "group", "at", "id"};
  Orders world({index});
  const Item item = order("A", {{"group", "g0"}, {"value", 1}, {"note", "x"}});
  REQUIRE(world.write(item) == "ok");
  CHECK(world.last_shown() == item.without("value"));
  const Query::Answer page =
      world.call(Query{.table = world.table, .key = {.partition = "g0"}, .page = {.index_name = "by_group"}});
  CHECK(page->items == std::vector<Item>{item.without("value")});
  std::vector<std::string> names{"id"};  // it counts as any other name does
  for (int i = 0; i < 100; ++i) names.push_back("a" + std::to_string(i));
  index.non_key_attributes = names;
  CHECK(flaw_of_indexes(orders({index}))->found == "101 projected attributes over all indexes");
}

TEST_CASE("a write that changes nothing of what an index shows is no write to the index", "[GSI-5]") {
  IndexSettings keys_only = by_group;
  keys_only.projection = ProjectionType::keys_only;
  Orders world({keys_only});
  REQUIRE(world.write(order("A", {{"group", "g0"}, {"value", 1}})) == "ok");
  REQUIRE(world.write(order("A", {{"group", "g0"}, {"value", 2}})) == "ok");
  CHECK(world.heard() == Lines{"0s A under g0"});
  REQUIRE(world.write(order("A", {{"group", "g1"}, {"value", 2}})) == "ok");
  CHECK(world.heard() == Lines{"0s A under g0", "0s A not under g0", "0s A under g1"});
}

TEST_CASE("a global index hears of a write after a delay, caused by it", "[GSI-1][OPEN-33]") {
  Orders world({by_group}, Plan::listed({late("A", 0, 3s)}));
  REQUIRE(world.write(order("A", {{"group", "g0"}})) == "ok");
  const FactIndex write = world.facts<Written>()[0].index;
  REQUIRE(world.write(order("B", {{"group", "g0"}})) == "ok");
  CHECK(world.heard() == Lines{"0s B under g0"});
  world.run_for(10s);
  CHECK(world.heard() == Lines{"0s B under g0", "3s A under g0"});
  CHECK(world.facts<IndexUpdated>()[1].cause == write);
}

TEST_CASE("changes of one item are heard in order, however long the first of them takes", "[OPEN-33]") {
  Orders world({by_group}, Plan::listed({late("A", 0, 9s), late("A", 2, 1s)}));
  REQUIRE(world.write(order("A", {{"group", "g0"}})) == "ok");
  world.run_for(1s);
  REQUIRE(world.write(order("A", {{"group", "g1"}})) == "ok");
  world.run_for(1s);
  REQUIRE(world.write(Update().remove("group")) == "ok");
  world.run_for(20s);
  CHECK(world.heard() == Lines{"9s A under g0", "9s A not under g0", "9s A under g1", "9s A not under g1"});
  REQUIRE(world.write(order("A", {{"group", "g2"}})) == "ok");  // nothing waits any more
  CHECK(world.heard().back() == "22s A under g2");
}

TEST_CASE("while an index key changes, both entries may be there, or none", "[GSI-5][GSI-9]") {
  Orders both({by_group}, Plan::listed({old_entry("A", 1, 4s)}));
  REQUIRE(both.write(order("A", {{"group", "g0"}})) == "ok");
  REQUIRE(both.write(order("A", {{"group", "g1"}})) == "ok");
  REQUIRE(both.write(order("A", {{"group", "g2"}})) == "ok");
  both.run_for(10s);
  CHECK(both.heard() == Lines{"0s A under g0", "0s A under g1", "4s A not under g0", "4s A not under g1", "4s A under g2"});

  Orders none({by_group}, Plan::listed({late("A", 1, 5s), old_entry("A", 1, -3s)}));
  REQUIRE(none.write(order("A", {{"group", "g0"}})) == "ok");
  REQUIRE(none.write(order("A", {{"group", "g1"}})) == "ok");
  none.run_for(10s);
  CHECK(none.heard() == Lines{"0s A under g0", "2s A not under g0", "5s A under g1"});
}

TEST_CASE("indexes make no changes of their own, and TTL's deletions reach them", "[STREAM-17][TTL-10][TTL-11]") {
  Orders world({by_group});
  REQUIRE(world.write(order("A", {{"group", "g0"}, {"expires", epoch + 10}})) == "ok");
  world.run_for(1h);
  CHECK(world.heard() == Lines{"0s A under g0", "610s A not under g0"});
  CHECK(world.tables.take_changes().size() == 2);
}

TEST_CASE("a table that is deleted takes what its indexes have not heard yet along", "[TABLE-5]") {
  Orders world({by_group}, Plan::listed({late("A", 0, 1min)}));
  REQUIRE(world.write(order("A", {{"group", "g0"}})) == "ok");
  REQUIRE(world.tables.delete_table(world.kernel, world.table).ok());
  world.run_for(1h);
  CHECK(world.heard().empty());
}

TEST_CASE("an item may not hold an index key of another type, an empty one, or one that is too large",
          "[GSI-7][MSG-7][MSG-8][MSG-9][MSG-10][ITEM-4][ITEM-5]") {
  const IndexSettings index{.name = "by_group", .key = {.partition = "group", .sort = "bytes", .sort_type = Type::B}};
  Orders world({index});
  const auto binary = [](std::size_t size) { return AttributeValue::binary(std::string(size, 'x')); };
  const std::string size = "One or more parameter values were invalid: ";
  CHECK(
      world.write(order("A", {{"group", 1}})) ==
      "One or more parameter values were invalid: Type mismatch for Index Key group Expected: S Actual: N IndexName: by_group");
  CHECK(
      world.write(order("A", {{"bytes", "b"}})) ==
      "One or more parameter values were invalid: Type mismatch for Index Key bytes Expected: B Actual: S IndexName: by_group");
  CHECK(world.write(order("A", {{"group", ""}})) ==
        "One or more parameter values are not valid. A value specified for a secondary index key is not supported. The "
        "AttributeValue for a key attribute cannot contain an empty string value. IndexName: by_group, IndexKey: group");
  CHECK(world.write(order("A", {{"bytes", binary(0)}})) ==
        "One or more parameter values are not valid. A value specified for a secondary index key is not supported. The "
        "AttributeValue for a key attribute cannot contain an empty binary value. IndexName: by_group, IndexKey: bytes");
  CHECK(world.write(order("A", {{"group", std::string(2049, 'x')}})) ==
        size + "Size of hashkey has exceeded the maximum size limit of2048 bytes");
  CHECK(world.write(order("A", {{"bytes", binary(1025)}})) ==
        size + "Aggregated size of all range keys has exceeded the size limit of 1024 bytes");
  CHECK(world.facts<WriteRefused>().size() == 6);
  CHECK(world.write(order("A", {{"group", std::string(2048, 'x')}, {"bytes", binary(1024)}})) == "ok");

  CHECK(world.write(Update().set("n", 5)) == "ok");
  const std::string from_item = "The update expression attempted to update the secondary index key to unsupported type";
  CHECK(world.write(Update().set("group", path("n"))) == from_item);
  CHECK(world.write(Update().set("group", path("n", "g"))) == from_item);
  CHECK(world.write(Update().set("group", AttributeValue(""))) ==
        "One or more parameter values are not valid. The update expression attempted to update a secondary index key to a "
        "value that is not supported. The AttributeValue for a key attribute cannot contain an empty string value.");
  CHECK(world.write(Update().set("group", AttributeValue(std::string(2049, 'x')))) ==
        "The update expression attempted to update the secondary index key beyond allowed size limits");
  CHECK(world.get(world.table, order("A"))->find_string("group")->size() == 2048);
}

TEST_CASE("an update's constant that an index's key cannot be is refused before anything is looked at",
          "[GSI-7][ERR-6][MSG-7]") {
  IndexSettings index = by_group;
  index.key.sort = "bytes";
  index.key.sort_type = Type::B;
  Orders world({index});
  REQUIRE(world.write(order("A", {{"n", 1}})) == "ok");
  const Condition no = attribute_exists("id") && attribute_exists("nothing");
  const auto said = [&](const Update& update) {
    const Result<Item> answer = world.update(world.table, order("A"), update, no);
    return std::string(wire_name(answer.error())) + ": " + std::string(answer.failure().message);
  };
  const std::string mismatch = "ValidationException: One or more parameter values were invalid: Type mismatch for Index Key ";
  const std::string number = mismatch + "group Expected: S Actual: N IndexName: by_group";
  CHECK(said(Update().set("group", 1)) == number);
  CHECK(said(Update().set("group", AttributeValue(1))) == number);
  CHECK(said(Update().add("group", 1)) == number);
  CHECK(said(Update().set("group", plus(path("n"), 1))) == number);
  CHECK(said(Update().set("group", path("group", 1))) == number);
  CHECK(said(Update().set("group", AttributeValue::map({{"a", 1}}))) ==
        mismatch + "group Expected: S Actual: M IndexName: by_group");
  CHECK(said(Update().set("group", list_append(path("a"), path("b")))) ==
        mismatch + "group Expected: S Actual: L IndexName: by_group");
  CHECK(said(Update().set("bytes", "b")) == mismatch + "bytes Expected: B Actual: S IndexName: by_group");
  CHECK(said(Update().set("bytes", "b").set("group", 1)) == number);  // in the order of the index's key
  const std::string empty =
      "ValidationException: One or more parameter values are not valid. The update expression attempted to update a secondary "
      "index key to a value that is not supported. The AttributeValue for a key attribute cannot contain an empty ";
  CHECK(said(Update().set("group", AttributeValue(""))) == empty + "string value.");
  CHECK(said(Update().set("bytes", AttributeValue::binary(""))) == empty + "binary value.");

  const std::string condition = "ConditionalCheckFailedException: The conditional request failed";
  CHECK(said(Update().set("group", path("n"))) == condition);  // which only the item tells
  CHECK(said(Update().set("group", "g").remove("bytes")) == condition);
  CHECK(said(Update().set("group", AttributeValue(std::string(2049, 'x')))) == condition);
}

TEST_CASE("a put is refused for an index before its condition is looked at, what an update comes to after",
          "[GSI-7][ITEM-10][ERR-6]") {
  const IndexSettings local{
      .name = "by_n", .kind = IndexKind::local, .key = {.partition = "id", .sort = "n", .sort_type = Type::N}};
  Orders world({by_group, local});
  const Condition no = attribute_exists("id") && attribute_exists("nothing");
  const auto error = [](const Result<Done>& result) { return result.error(); };
  const Item large = order("A", {{"blob", std::string(300'000, 'x')}, {"n", 1}});
  CHECK(error(world.put(world.table, order("A", {{"group", 1}}), no)) == ServiceError::validation);
  CHECK(error(world.put(world.table, large, no)) == ServiceError::item_size_exceeded);
  CHECK(error(world.put(world.table, order("A"), no)) == ServiceError::condition_failed);
  REQUIRE(world.put(world.table, order("A", {{"m", 1}})).ok());
  const Update from_item = Update().set("group", path("m"));
  CHECK(world.update(world.table, order("A"), from_item, no).error() == ServiceError::condition_failed);
  CHECK(world.update(world.table, order("A"), from_item).error() == ServiceError::validation);
  CHECK(world.put(world.table, order("A", {{"group", 1}}), contains("group", AttributeValue::string_set({}))).error() ==
        ServiceError::validation);
}

TEST_CASE("an item and its entries in local indexes are 400 KB at most", "[ITEM-10]") {
  const IndexSettings local{
      .name = "by_n", .kind = IndexKind::local, .key = {.partition = "id", .sort = "n", .sort_type = Type::N}};
  const Item large = order("A", {{"blob", std::string(300'000, 'x')}});
  Orders world({local});
  CHECK(world.write(large) == "ok");
  CHECK(world.write(large.with("n", 1)) == "Item size has exceeded the maximum allowed size");
  CHECK(world.write(Update().set("n", AttributeValue(1))) == "Item size to update has exceeded the maximum allowed size");
  IndexSettings keys = local;
  keys.projection = ProjectionType::keys_only;
  Orders lean({keys});
  CHECK(lean.write(large.with("n", 1)) == "ok");
}

TEST_CASE("a full item collection takes no write that makes it grow", "[LSI-2]") {
  const IndexSettings local{
      .name = "by_n", .kind = IndexKind::local, .key = {.partition = "id", .sort = "n", .sort_type = Type::N}};
  TableSettings settings = orders({local});
  settings.item_collection_limit = 60;
  Orders world(settings);
  const Item small = order("A", {{"n", 1}}), second = small.with("at", 2);
  const std::uint64_t each = 2 * small.size_bytes();  // the item, and its entry in the local index
  REQUIRE(3 * each <= 60);
  REQUIRE(4 * each > 60);
  CHECK(world.write(small) == "ok");
  CHECK(world.write(second) == "ok");
  CHECK(world.write(small.with("at", 3)) == "ok");
  const Result<Done> refused = world.put(world.table, small.with("at", 4));
  CHECK(refused.failed_with(ServiceError::item_collection_size));
  CHECK(refused.failure().message == "Collection size exceeded.");
  CHECK(world.write(second.with("id", "B")) == "ok");  // another collection
  CHECK(world.write(second.without("n")) == "ok");     // it shrinks
  CHECK(world.write(second.with("n", 7)) == "ok");
  CHECK(world.remove(world.table, order("A")).ok());
  CHECK(world.write(small.with("at", 4)) == "ok");

  TableSettings without = orders({by_group});
  without.item_collection_limit = 1;
  Orders unbounded(without);
  CHECK(unbounded.write(small) == "ok");
}

TEST_CASE("CreateTable refuses indexes that cannot be", "[TABLE-2][TABLE-6][LIMIT-2][LSI-1][GSI-3]") {
  const auto flaw = [](TableSettings settings) {
    const std::optional<IndexFlaw> found = flaw_of_indexes(settings);
    return found ? std::to_string(found->index) + " " + found->member + ": " + found->found + "; " + found->accepted : "none";
  };
  const IndexSettings local{.name = "by_n", .kind = IndexKind::local, .key = {.partition = "id", .sort = "n"}};
  const auto with = [](IndexSettings index, auto&& change) {
    change(index);
    return orders({by_group, std::move(index)});
  };
  CHECK(flaw(orders({by_group, local})) == "none");
  CHECK(flaw(with(local, [](auto& i) { i.name = "ab"; })) ==
        "1 name: 'ab'; 3 to 255 characters of a-z A-Z 0-9 _ . - [TABLE-2]");
  CHECK(flaw(with(local, [](auto& i) { i.name = "by_group"; })) == "1 name: 'by_group' twice; each index's name once");
  CHECK(flaw(with(local, [](auto& i) { i.key.partition = ""; })) == "1 key: ''; an attribute name of 1 to 255 bytes");
  CHECK(flaw(with(local, [](auto& i) { i.key.sort_type = Type::M; })) == "1 sort: 'M' as the type of 'n'; S, N or B");
  CHECK(flaw(with(local, [](auto& i) { i.key.sort = "id"; })) ==
        "1 sort: 'id' is the index's partition key too; two attributes [TABLE-1]");
  CHECK(flaw(with(local, [](auto& i) { i.key.sort = "at"; })) ==
        "1 sort: 'at' with type S, and with another in another key; one type for an attribute [TABLE-6]");
  CHECK(flaw(with(local, [](auto& i) { i.key.sort = "group", i.key.sort_type = Type::N; })) ==
        "1 sort: 'group' with type N, and with another in another key; one type for an attribute [TABLE-6]");
  CHECK(flaw(with(local, [](auto& i) { i.key.partition = "group"; })) ==
        "1 key: 'group' as the key of a local index; the table's, 'id' [LSI-1]");
  CHECK(flaw(with(local, [](auto& i) { i.key.sort = ""; })) ==
        "1 : a local index without a \"sort\"; an attribute to sort by [LSI-1]");
  TableSettings bare = orders({local});
  bare.key.sort = "";
  CHECK(flaw(bare) == "0 : a local index of a table without a sort key; a table with a \"sort\", or a global index [LSI-1]");
  const auto including = [](std::vector<std::string> names) {
    return orders({{.name = "by_group",
                    .key = {.partition = "group"},
                    .projection = ProjectionType::include,
                    .non_key_attributes = std::move(names)}});
  };
  CHECK(flaw(including({})) == "0 projection: no attributes; \"all\", \"keys_only\", or a list of attributes [GSI-3]");
  CHECK(flaw(including({"a", "a"})) == "0 projection: 'a' twice; each attribute once");
  CHECK(flaw(including({""})) == "0 projection: ''; an attribute name of 1 to 255 bytes");
  CHECK(flaw(including({"id", "group"})) == "none");
  CHECK(flaw(with(by_group, [](auto& i) { i.name = "other", i.non_key_attributes = {"a"}; })) ==
        "1 projection: attributes that are not asked for; \"all\", \"keys_only\", or a list of attributes [GSI-3]");
  std::vector<std::string> hundred;
  for (int i = 0; i < 100; ++i) hundred.push_back("a" + std::to_string(i));
  TableSettings wide = including(hundred);
  CHECK(flaw(wide) == "none");
  wide.indexes.push_back(wide.indexes[0]);
  wide.indexes[1].name = "other", wide.indexes[1].non_key_attributes = {"a"};
  CHECK(flaw(wide) == "1 projection: 101 projected attributes over all indexes; at most 100 [LIMIT-2]");

  const auto many = [](IndexSettings index, int count) {
    std::vector<IndexSettings> indexes;
    for (int i = 0; i < count; ++i) {
      index.name = "index" + std::to_string(i);
      indexes.push_back(index);
    }
    return orders(std::move(indexes));
  };
  CHECK(flaw(many(by_group, 20)) == "none");
  CHECK(flaw(many(by_group, 21)) == "20 : 21 global indexes; at most 20 [LIMIT-2]");
  CHECK(flaw(many(local, 5)) == "none");
  CHECK(flaw(many(local, 6)) == "5 : 6 local indexes; at most 5 [LIMIT-2]");

  TableWorld world;
  CHECK_THROWS_AS(world.create(including({})), BadInput);
}

TEST_CASE("an index is told of in the trace, and numbered over all tables", "[GSI-1][GSI-3]") {
  TableWorld world;
  world.create(orders({by_group}));
  world.create({.name = "other",
                .key = {.partition = "id"},
                .indexes = {{.name = "by_n",
                             .key = {.partition = "group", .sort = "n", .sort_type = Type::N},
                             .projection = ProjectionType::include,
                             .non_key_attributes = {"a", "b"}}}});
  const IndexDeclared second = world.last<IndexDeclared>();
  CHECK(second.index == IndexId{1});
  CHECK(second.table == TableId{1});
  const std::string line = lines_of(world.trace.facts()).back();
  CHECK(line.substr(line.find("table=")) ==
        "table=other index=by_n index_name=by_n scope=global partition_key=group partition_type=S sort_key=n sort_type=N "
        "projection=include non_key_attributes=a\\nb");
  CHECK(second.non_key_attributes == "a\nb");
}
