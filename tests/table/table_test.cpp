#include "sim/table/table.hpp"

#include <map>

#include "sim/base/bad_input.hpp"
#include "tests/catch.hpp"
#include "tests/table/world.hpp"

using namespace weir;
using namespace weir::test;

namespace {

const TableSettings orders{.name = "orders", .key = {.partition = "id"}};
const TableSettings events{.name = "events", .key = {.partition = "id", .sort = "at", .sort_type = Type::N}};

std::string message(const Result<Done>& result) { return result ? "ok" : std::string(result.failure().message); }

// The slow, obvious second model: items by the text of their key.
struct Model {
  std::map<std::string, AttributeMap> items;

  struct Outcome {
    std::optional<ServiceError> error;
    std::optional<ChangeKind> change;
    AttributeMap before, after;
  };
  // What a write that leaves `after` (nullopt: nothing) does, under a condition already judged.
  Outcome write(const std::string& key, bool condition, const std::optional<AttributeMap>& after) {
    Outcome outcome;
    const auto found = items.find(key);
    if (found != items.end()) outcome.before = found->second;
    if (!condition) {
      outcome.error = ServiceError::condition_failed;
      return outcome;
    }
    if (after) outcome.after = *after;
    const bool was_there = found != items.end();
    if (!was_there && after) outcome.change = ChangeKind::insert;
    if (was_there && !after) outcome.change = ChangeKind::remove;
    if (was_there && after && found->second != *after) outcome.change = ChangeKind::modify;
    if (after)
      items.insert_or_assign(key, *after);
    else
      items.erase(key);
    return outcome;
  }
};

}  // namespace

TEST_CASE("a table does what a map of items does: outcomes, contents, changes and facts",
          "[property][OP-1][STREAM-6][STREAM-8]") {
  int inserts = 0, modifies = 0, removes = 0, ignored = 0, refused = 0;
  WEIR_PROPERTY("for any sequence of writes", [&] {
    TableWorld world;
    const TableId table = world.create(events);
    Model model;
    const int steps = pick(1, 60);
    for (int step = 0; step < steps; ++step) {
      const std::string id = *rc::gen::element<std::string>("A", "B");
      const int at = pick(0, 3), value = pick(0, 3), kind = pick(0, 6);
      const int guard = pick(0, 4);
      const std::string name = id + std::to_string(at);
      const Item key{{"id", id}, {"at", at}};
      const auto found = model.items.find(name);
      const AttributeMap before = found == model.items.end() ? AttributeMap{} : found->second;

      Condition condition;
      bool holds = true;
      if (guard == 1) {
        condition = attribute_not_exists("id");
        holds = before.empty();
      } else if (guard == 2) {
        condition = compare(Path("v"), Comparator::less, value);
        holds = before.contains("v") && *before.at("v").as_number() < Number(value);
      }

      std::optional<AttributeMap> after = before.empty() ? std::optional<AttributeMap>() : before;
      const auto created = [&] {
        if (!after) after = AttributeMap{{"id", id}, {"at", at}};
        return &*after;
      };
      Result<Done> done = Done{};
      const auto settle = [&](const Result<Item>& result) {
        if (!result) done = result.failure();
        if (result && holds) RC_ASSERT(*result == (after ? Item(*after) : Item()));
      };
      switch (kind) {
        case 0:
        case 1: {
          after = AttributeMap{{"id", id}, {"at", at}, {"v", value}};
          done = world.put(table, Item(*after), condition);
          break;
        }
        case 2:
          created()->insert_or_assign("v", AttributeValue(value));
          settle(world.update(table, key, Update().set("v", value), condition));
          break;
        case 3: {
          AttributeMap* const map = created();
          const Number old = map->contains("v") ? *map->at("v").as_number() : Number(0);
          map->insert_or_assign("v", AttributeValue(*old.add(value)));
          settle(world.update(table, key, Update().add("v", value), condition));
          break;
        }
        case 4:
          if (after) after->erase("v");
          settle(world.update(table, key, Update().remove("v"), condition));
          break;
        default:
          after.reset();
          done = world.remove(table, key, condition);
      }
      const Model::Outcome expected = model.write(name, holds, after);
      RC_ASSERT(done.ok() != expected.error.has_value());
      if (expected.error) RC_ASSERT(done.error() == *expected.error);

      const std::vector<Change> changes = world.tables.take_changes();
      const Fact& last = world.trace.facts().back();
      RC_ASSERT(changes.size() == (expected.change ? 1u : 0u));
      if (expected.change) {
        const auto* written = last.as<Written>();
        RC_ASSERT(written != nullptr);
        RC_ASSERT(written->kind == *expected.change);
        RC_ASSERT(written->old_image == Item(expected.before));
        RC_ASSERT(written->new_image == Item(expected.after));
        const ItemKey item_key = *ItemKey::of(events.key, key);
        RC_ASSERT((changes[0] == Change{table, written->kind, item_key, written->old_image, written->new_image, ChangeBy::user,
                                        last.index, world.kernel.now()}));
      } else if (expected.error) {
        RC_ASSERT(last.as<WriteRefused>() != nullptr);
      } else {
        RC_ASSERT(last.as<WriteIgnored>() != nullptr);
      }
      inserts += expected.change == ChangeKind::insert;
      modifies += expected.change == ChangeKind::modify;
      removes += expected.change == ChangeKind::remove;
      refused += expected.error.has_value();
      ignored += !expected.change && !expected.error;

      const std::optional<Item> read = world.get(table, key);
      RC_ASSERT(read.has_value() == model.items.contains(name));
      if (read) RC_ASSERT(*read == Item(model.items.at(name)));
    }
    const std::vector<Item> contents = world.tables.contents(table);
    RC_ASSERT(contents.size() == model.items.size());
    RC_ASSERT(world.tables.count(table) == model.items.size());
    std::map<std::string, AttributeMap> seen;
    for (const Item& item : contents)
      seen.emplace(std::string(*item.find_string("id")) + item.find_number("at")->to_text(), item.attributes());
    RC_ASSERT(seen == model.items);
    RC_ASSERT(world.call(Scan{.table = table})->items == contents);
  });
  CHECK(inserts > 20);
  CHECK(modifies > 20);
  CHECK(removes > 20);
  CHECK(ignored > 20);
  CHECK(refused > 20);
}

TEST_CASE("the hash table of a table loses and invents nothing under growth and erasure", "[property]") {
  WEIR_PROPERTY("for any order of inserts and erasures", [] {
    KeyTable<int> table;
    std::map<ItemKey, int> model;
    const int steps = pick(1, 400);
    for (int step = 0; step < steps; ++step) {
      const ItemKey key(AttributeValue(pick(0, 40)));
      const auto place = table.find(key);
      RC_ASSERT((place != KeyTable<int>::nowhere) == model.contains(key));
      if (place == KeyTable<int>::nowhere) {
        table.insert(key, step);
        model[key] = step;
      } else {
        RC_ASSERT(table.value(place) == model.at(key));
        table.erase(place);
        model.erase(key);
      }
      RC_ASSERT(table.size() == model.size());
    }
    auto expected = model.begin();
    for (const auto place : table.in_order()) {
      RC_ASSERT(table.key(place) == expected->first);
      RC_ASSERT(table.value(place) == (expected++)->second);
    }
    RC_ASSERT(expected == model.end());
  });
}

TEST_CASE("a put over an item is one MODIFY, and the same item again is nothing", "[STREAM-6][STREAM-8]") {
  TableWorld world;
  const TableId table = world.create(orders);
  REQUIRE(world.put(table, Item{{"id", "A"}, {"m", AttributeValue::map({{"x", 1}, {"y", 2}})}}));
  REQUIRE(world.put(table, Item{{"m", AttributeValue::map({{"y", 2}, {"x", *Number::parse("1.0")}})}, {"id", "A"}}));
  CHECK(world.tables.take_changes().size() == 1);
  REQUIRE(world.put(table, Item{{"id", "A"}, {"n", 2}}));
  const std::vector<Change> changes = world.tables.take_changes();
  REQUIRE(changes.size() == 1);
  CHECK(changes[0].kind == ChangeKind::modify);
  CHECK(changes[0].new_image == Item{{"id", "A"}, {"n", 2}});
  CHECK_FALSE(changes[0].old_image.has("n"));
}

TEST_CASE("what size() counts is asked once a table, and only by an expression with a size() in it", "[EXPR-9][OPEN-46]") {
  for (const bool characters : {false, true}) {
    TableWorld world(characters ? Plan::listed({{"expression.size_unit", "table orders", 2}}) : Plan::calm());
    const TableId table = world.create(orders);
    const Item item{{"id", "A"}, {"name", "\xc3\xa9"}};
    REQUIRE(world.put(table, item, attribute_not_exists("id")).ok());
    CHECK(world.kernel.choices_asked() == 0);
    const Condition two = compare(SizeOf{"name"}, Comparator::equal, AttributeValue(2));
    CHECK(world.put(table, item, two).ok() != characters);
    CHECK(world.remove(table, Item{{"id", "A"}}, !two).ok() == characters);
    CHECK(world.kernel.choices_asked() == 1);
  }
}

TEST_CASE("writes that change nothing leave no change", "[STREAM-6][STREAM-7][OP-1][OP-2]") {
  TableWorld world;
  const TableId table = world.create(orders);
  const Item key{{"id", "A"}};
  const auto silent = [&](bool done) {
    return done && world.tables.take_changes().empty() && world.last<WriteIgnored>().table == table;
  };
  CHECK(silent(world.remove(table, key).ok()));
  CHECK(silent(world.update(table, key, Update().remove("x")).ok()));
  CHECK(silent(world.update(table, key, Update().delete_from("t", AttributeValue::string_set({"x"}))).ok()));
  CHECK(world.tables.count(table) == 0);
  REQUIRE(world.put(table, Item{{"id", "A"}, {"n", 1}, {"t", AttributeValue::string_set({"y"})}}));
  CHECK(world.tables.take_changes().size() == 1);
  CHECK(silent(world.update(table, key, Update().remove("x")).ok()));
  CHECK(silent(world.update(table, key, Update().delete_from("t", AttributeValue::string_set({"x"}))).ok()));
  CHECK(silent(world.update(table, key, Update().add("n", 0)).ok()));
  CHECK(silent(world.update(table, key, Update().add("t", AttributeValue::string_set({"y"}))).ok()));
  CHECK(silent(world.update(table, key, Update().set("n", *Number::parse("1.00"))).ok()));
  CHECK(silent(world.update(table, key, Update()).ok()));
}

TEST_CASE("an update without actions creates a key-only item", "[OP-2][STREAM-9]") {
  TableWorld world;
  const TableId table = world.create(orders);
  CHECK(*world.update(table, Item{{"id", "A"}}, Update()) == Item{{"id", "A"}});
  const std::vector<Change> made = world.tables.take_changes();
  REQUIRE(made.size() == 1);
  CHECK(made[0].kind == ChangeKind::insert);
  REQUIRE(world.update(table, Item{{"id", "A"}}, Update().set("x", 1)));
  CHECK(world.tables.take_changes().at(0).old_image == Item{{"id", "A"}});
}

TEST_CASE("keys are judged as the service judges them", "[TABLE-1][ITEM-4][ITEM-5]") {
  TableWorld world;
  const TableId table = world.create(events);
  const std::string invalid = "One or more parameter values were invalid: ";
  CHECK(message(world.put(table, Item{{"id", "A"}})) == invalid + "Missing the key at in the item");
  CHECK(message(world.put(table, Item{{"id", 1}, {"at", 1}})) == invalid + "Type mismatch for key id expected: S actual: N");
  CHECK(message(world.put(table, Item{{"id", ""}, {"at", 1}})).find("cannot contain an empty string value") !=
        std::string::npos);
  CHECK(message(world.put(table, Item{{"id", std::string(2049, 'x')}, {"at", 1}})).find("Size of hashkey") !=
        std::string::npos);
  const std::string no_match = "The provided key element does not match the schema";
  CHECK(message(world.remove(table, Item{{"id", "A"}})) == no_match);
  CHECK(message(world.remove(table, Item{{"id", "A"}, {"at", 1}, {"x", 1}})) == no_match);
  CHECK(world.update(table, Item{{"id", "A"}, {"at", "1"}}, Update()).error() == ServiceError::validation);
  CHECK(world.call(GetItem{.table = table, .key = Item{{"at", 1}}}).error() == ServiceError::validation);
  CHECK(world.facts<WriteRefused>().size() == 7);
  CHECK(world.tables.take_changes().empty());
  CHECK(world.tables.count(table) == 0);
}

TEST_CASE("an item may have 400 KB and not a byte more", "[ITEM-2]") {
  TableWorld world;
  const TableId table = world.create(orders);
  const std::size_t room = 400 * 1024 - (2 + 1) - 1;  // id, A, b
  CHECK(world.put(table, Item{{"id", "A"}, {"b", std::string(room, 'x')}}));
  const Result<Done> over = world.put(table, Item{{"id", "A"}, {"b", std::string(room + 1, 'x')}});
  CHECK(over.failed_with(ServiceError::item_size_exceeded));
  CHECK(message(over) == "Item size has exceeded the maximum allowed size");
  const Result<Item> grown = world.update(table, Item{{"id", "A"}}, Update().set("c", 1));
  CHECK(grown.failed_with(ServiceError::item_size_exceeded));
  CHECK(grown.failure().message == "Item size to update has exceeded the maximum allowed size");
  CHECK_FALSE(world.get(table, Item{{"id", "A"}})->has("c"));
}

TEST_CASE("refusals come in the service's order: expression, condition, then the update itself", "[ERR-6][EXPR-17][MSG-1]") {
  TableWorld world;
  const TableId table = world.create(orders);
  const Item key{{"id", "A"}};
  const Condition fails = attribute_exists("id");
  CHECK(world.update(table, key, Update().set("id", "B"), fails).error() == ServiceError::validation);
  CHECK(world.update(table, key, Update().set("x", path("y")), fails).error() == ServiceError::condition_failed);
  CHECK(world.update(table, key, Update().set("x", path("y"))).error() == ServiceError::validation);
  CHECK(world.put(table, key, compare(Path("x"), Comparator::less, true)).error() == ServiceError::validation);
  CHECK(message(world.put(table, key, fails)) == "The conditional request failed");
  CHECK(world.call(PutItem{.table = TableId{7}, .item = key}).error() == ServiceError::resource_not_found);
  CHECK(world.tables.count(table) == 0);
}

TEST_CASE("what is wrong with a write itself is said before its key is held against the table, too", "[ERR-6]") {
  TableWorld world;
  const TableId table = world.create(orders);
  const Condition flawed = compare(Path("x"), Comparator::less, true);
  const std::string of_condition(flawed.flaw());
  const Item no_key{{"x", 1}};
  const Update overlapping = Update().set("x", 1).set("x", 2);
  for (const TableId one : {table, TableId{7}}) {
    CHECK(message(world.put(one, no_key.with("s", AttributeValue::string_set({})))) ==
          "One or more parameter values were invalid: An string set  may not be empty");
    CHECK(message(world.put(one, no_key.with("b", std::string(409'600, 'x')))) ==
          "Item size has exceeded the maximum allowed size");
    CHECK(message(world.put(one, no_key, flawed)) == of_condition);
    CHECK(world.update(one, no_key, overlapping).failure().message == overlapping.flaw());
    CHECK(world.update(one, no_key, Update(), flawed).failure().message == of_condition);
    CHECK(message(world.remove(one, no_key, flawed)) == of_condition);
  }
  // The key against the table, and then the update against the key.
  CHECK(message(world.put(table, no_key)) == "One or more parameter values were invalid: Missing the key id in the item");
  CHECK(world.update(table, no_key, Update().set("id", 1)).failure().message ==
        "The provided key element does not match the schema");
}

TEST_CASE("a scan shows items in the order of their keys, and notes each one a consumer reads", "[ITEM-13][QRY-5]") {
  TableWorld world;
  const TableId table = world.create(events);
  for (int at : {30, 4, 100, -2})
    for (const char* id : {"A", "B"}) REQUIRE(world.put(table, Item{{"id", id}, {"at", at}}));
  const std::vector<Item> items = world.call_as(Actor::of(InvocationId{3}), Scan{.table = table})->items;
  REQUIRE(items.size() == 8);
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(items[i].find_string("id") == items[0].find_string("id"));
    if (i > 0) CHECK(*items[i - 1].find_number("at") < *items[i].find_number("at"));
  }
  const std::vector<Fact> reads = world.facts<ItemRead>();
  REQUIRE(reads.size() == 8);
  CHECK(reads[0].as<ItemRead>()->item == items[0]);
  CHECK(reads[0].as<ItemRead>()->actor == Actor::of(InvocationId{3}));
}

TEST_CASE("a read of a missing item is a fact too", "[READ-1]") {
  TableWorld world;
  const TableId table = world.create(orders);
  CHECK_FALSE(world.get(table, Item{{"id", "A"}}).has_value());
  CHECK(world.last<ItemRead>().item.empty());
  CHECK_FALSE(world.last<ItemRead>().expired);
}

TEST_CASE("tables are created by name, and bad settings are a person's mistake", "[TABLE-2][TABLE-1][MSG-3][errors]") {
  TableWorld world;
  const TableId first = world.create(orders), second = world.create(events);
  CHECK(world.tables.named("orders") == first);
  CHECK(world.tables.named("events") == second);
  CHECK_FALSE(world.tables.named("order").has_value());
  CHECK(world.last<TableDeclared>().sort_key == "at");
  const auto refused = [&](const TableSettings& settings) {
    try {
      world.create(settings);
    } catch (const BadInput& error) {
      return std::string(error.what());
    }
    return std::string("accepted");
  };
  CHECK(refused({.name = "ab", .key = {.partition = "id"}}) == "table name: 'ab'; 3 to 255 characters of a-z A-Z 0-9 _ . -");
  CHECK(refused({.name = "a b c", .key = {.partition = "id"}}).starts_with("table name: 'a b c'; "));
  CHECK(refused({.name = std::string(256, 'x'), .key = {.partition = "id"}}).starts_with("table name: "));
  CHECK(refused(orders) == "table name: Table already exists: orders; a name that no other table has");
  CHECK(refused({.name = "abc", .key = {.partition = ""}}) ==
        "table abc: partition key: ''; an attribute name of 1 to 255 bytes");
  CHECK(refused({.name = "abc", .key = {.partition = "id", .partition_type = Type::Bool}}) ==
        "table abc: partition key type: 'BOOL'; S, N or B");
  CHECK(refused({.name = "abc", .key = {.partition = "id", .sort = "id"}}) ==
        "table abc: sort key: 'id'; an attribute other than the partition key");
  CHECK(world.tables.size() == 2);
}

TEST_CASE("names of keys, of TTL's attribute and of projected attributes have at most 255 bytes", "[ITEM-6][errors]") {
  const std::string longest(255, 'x'), longer(256, 'x');
  const auto where = [](const TableSettings& settings) {
    TableWorld world;
    try {
      world.create(settings);
    } catch (const BadInput& error) {
      const std::string text = error.what();
      return text.substr(0, text.find(": '"));
    }
    return std::string("accepted");
  };
  const auto with_index = [](const std::string& partition, const std::string& sort, const std::string& projected) {
    return TableSettings{.name = "abc",
                         .key = {.partition = "id"},
                         .indexes = {{.name = "by_group",
                                      .key = {.partition = partition, .sort = sort},
                                      .projection = ProjectionType::include,
                                      .non_key_attributes = {projected}}}};
  };
  CHECK(where({.name = "abc", .key = {.partition = longest, .sort = "at"}, .ttl = longest}) == "accepted");
  CHECK(where({.name = "abc", .key = {.partition = longer}}) == "table abc: partition key");
  CHECK(where({.name = "abc", .key = {.partition = "id", .sort = longest}}) == "accepted");
  CHECK(where({.name = "abc", .key = {.partition = "id", .sort = longer}}) == "table abc: sort key");
  CHECK(where({.name = "abc", .key = {.partition = "id"}, .ttl = longer}) == "table abc: ttl");
  CHECK(where(with_index(longest, "at", "more")) == "accepted");
  CHECK(where(with_index(longer, "at", "more")) == "table abc: index 0: key");
  CHECK(where(with_index("group", longest, "more")) == "accepted");
  CHECK(where(with_index("group", longer, "more")) == "table abc: index 0: sort");
  CHECK(where(with_index("group", "at", longest)) == "accepted");
  CHECK(where(with_index("group", "at", longer)) == "table abc: index 0: projection");
}

TEST_CASE("tables are a value: a copy lives on by itself", "[world]") {
  TableWorld world;
  const TableId table = world.create(orders);
  REQUIRE(world.put(table, Item{{"id", "A"}}));
  const Tables copy = world.tables;
  REQUIRE(world.remove(table, Item{{"id", "A"}}));
  CHECK(world.tables.count(table) == 0);
  CHECK(copy.contents(table) == std::vector<Item>{Item{{"id", "A"}}});
}

TEST_CASE("a write gives back the item before or after it, when that is asked for", "[OP-3]") {
  TableWorld world;
  const TableId table = world.create({.name = "orders", .key = {.partition = "id"}});
  const Item key{{"id", "A"}}, first{{"id", "A"}, {"n", 1}}, second{{"id", "A"}, {"n", 2}}, third{{"id", "A"}, {"n", 3}};
  const auto values = [](const WriteAnswer& answer) { return answer->attributes; };
  CHECK(values(world.call(PutItem{.table = table, .item = first, .return_values = ReturnValues::all_old})).empty());
  CHECK(values(world.call(PutItem{.table = table, .item = second, .return_values = ReturnValues::all_old})) == first);
  CHECK(values(world.call(PutItem{.table = table, .item = second})).empty());
  const auto update = [&](ReturnValues wanted) {
    return values(world.call(UpdateItem{.table = table, .key = key, .update = Update().set("n", 3), .return_values = wanted}));
  };
  CHECK(update(ReturnValues::all_old) == second);
  CHECK(update(ReturnValues::all_old) == third);  // a write that changes nothing shows what was there
  CHECK(update(ReturnValues::all_new) == third);
  CHECK(update(ReturnValues::none).empty());
  const auto touch = [&](ReturnValues wanted) {
    const Update nested = Update().set("m.x", path("n")).remove("gone");
    return values(world.call(UpdateItem{.table = table, .key = key, .update = nested, .return_values = wanted}));
  };
  REQUIRE(world.put(table, third.with("m", AttributeValue::map({{"x", 1}, {"y", 2}})).with("gone", "soon")));
  CHECK(touch(ReturnValues::updated_old) == Item{{"gone", "soon"}, {"m", AttributeValue::map({{"x", 1}})}});
  CHECK(touch(ReturnValues::updated_new) == Item{{"m", AttributeValue::map({{"x", 3}})}});
  CHECK(values(world.call(UpdateItem{.table = table, .key = key, .return_values = ReturnValues::updated_new})).empty());
  REQUIRE(world.put(table, third));
  CHECK(values(world.call(DeleteItem{.table = table, .key = key, .return_values = ReturnValues::all_old})) == third);
  CHECK(values(world.call(DeleteItem{.table = table, .key = key, .return_values = ReturnValues::all_old})).empty());
}

TEST_CASE("puts and deletes refuse to give back what they do not know, and change nothing", "[OP-3]") {
  TableWorld world;
  const TableId table = world.create({.name = "orders", .key = {.partition = "id"}});
  const Item key{{"id", "A"}};
  REQUIRE(world.put(table, key));
  const std::string_view only_old = "ReturnValues can only be ALL_OLD or NONE";
  const WriteAnswer put = world.call(PutItem{.table = table, .item = key.with("n", 1), .return_values = ReturnValues::all_new});
  REQUIRE(put.failed_with(ServiceError::validation));
  CHECK(put.failure().message == only_old);
  const WriteAnswer removed = world.call(DeleteItem{.table = table, .key = key, .return_values = ReturnValues::all_new});
  REQUIRE(removed.failed_with(ServiceError::validation));
  CHECK(removed.failure().message == only_old);
  CHECK(world.get(table, key) == key);
}

TEST_CASE("a failed condition shows the item it met, when that is asked for", "[OP-4]") {
  TableWorld world;
  const TableId table = world.create({.name = "orders", .key = {.partition = "id"}});
  const Item key{{"id", "A"}}, there{{"id", "A"}, {"n", 1}};
  const Condition fails = attribute_exists("absent");
  const auto met = [&](ReturnValuesOnConditionCheckFailure wanted) {
    std::vector<Item> items;
    for (const WriteAnswer& answer :
         {world.call(PutItem{.table = table, .item = key, .condition = fails, .on_condition_failure = wanted}),
          world.call(UpdateItem{.table = table, .key = key, .condition = fails, .on_condition_failure = wanted}),
          world.call(DeleteItem{.table = table, .key = key, .condition = fails, .on_condition_failure = wanted})}) {
      REQUIRE(answer.failed_with(ServiceError::condition_failed));
      CHECK(answer.failure().message == "The conditional request failed");
      items.push_back(answer.item());
    }
    return items;
  };
  CHECK(met(ReturnValuesOnConditionCheckFailure::all_old) == std::vector<Item>(3));  // there is none
  REQUIRE(world.put(table, there));
  CHECK(met(ReturnValuesOnConditionCheckFailure::none) == std::vector<Item>(3));
  CHECK(met(ReturnValuesOnConditionCheckFailure::all_old) == std::vector<Item>(3, there));
}
