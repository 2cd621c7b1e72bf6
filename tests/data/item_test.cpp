#include "sim/data/item.hpp"

#include <set>
#include <thread>

#include "tests/catch.hpp"
#include "tests/data/generators.hpp"
#include "tests/data/printing.hpp"

using weir::AttributeMap;
using weir::AttributeValue;
using weir::Item;
using weir::ItemBuilder;
using weir::Number;
using weir::Type;

namespace {
std::uint32_t size_of(const AttributeMap& map) {
  std::uint32_t size = 0;
  for (const auto& [name, value] : map) size += static_cast<std::uint32_t>(name.size()) + value.size_bytes();
  return size;
}

// Whatever an item can be asked, answered as the map of its attributes would.
void require_same(const Item& item, const AttributeMap& map) {
  RC_ASSERT(item.attributes() == map);
  RC_ASSERT(item == Item(map));
  RC_ASSERT(item.hash() == Item(map).hash());
  RC_ASSERT(item.count() == map.size());
  RC_ASSERT(item.empty() == map.empty());
  RC_ASSERT(item.size_bytes() == size_of(map));
}
}  // namespace

TEST_CASE("an empty item holds nothing and allocates nothing", "[ITEM-1]") {
  const Item empty, from_map{AttributeMap{}};
  CHECK(empty.empty());
  CHECK(empty == from_map);
  CHECK(empty.allocated_bytes() == 0);
  CHECK(from_map.allocated_bytes() == 0);
  CHECK(empty.size_bytes() == 0);
  CHECK(empty.count() == 0);
  CHECK(empty.attributes().empty());
  CHECK_FALSE(empty.has("a"));
  CHECK(empty.without("a").empty());
  CHECK(empty.project({"a"}).empty());
  CHECK(ItemBuilder().finish().empty());
  CHECK(empty.with("a", 1) == Item({{"a", 1}}));
}

TEST_CASE("an item answers for each attribute by name and type", "[ITEM-1]") {
  const Item item(
      {{"id", "A"}, {"n", 12}, {"flag", true}, {"raw", AttributeValue::binary("\x01")}, {"none", AttributeValue::null()}});
  CHECK(item.find_string("id") == "A");
  CHECK(item.find_number("n") == Number(12));
  CHECK(item.find_bool("flag") == true);
  CHECK(item.find_binary("raw") == "\x01");
  CHECK(item.find_type("none") == Type::Null);
  CHECK_FALSE(item.find_string("n"));
  CHECK_FALSE(item.find_number("id"));
  CHECK_FALSE(item.find_string("raw"));
  CHECK_FALSE(item.find_bool("none"));
  CHECK_FALSE(item.find_string("i"));
  CHECK_FALSE(item.find_type("idx"));
  CHECK(item.get("flag") == AttributeValue(true));
  CHECK_FALSE(item.get("gone"));
  CHECK(item.count() == 5);
  CHECK(item.allocated_bytes() < 24 + 64);
}

TEST_CASE("a copy shares the bytes and outlives the first", "[ITEM-1]") {
  auto first = std::make_unique<Item>(std::initializer_list<std::pair<std::string_view, AttributeValue>>{{"id", "A"}});
  Item copy = *first;
  CHECK(copy.bytes().data() == first->bytes().data());
  first.reset();
  CHECK(copy.find_string("id") == "A");
  Item moved = std::move(copy);
  CHECK(moved.find_string("id") == "A");
  moved = Item(moved);
  CHECK(moved.find_string("id") == "A");
}

TEST_CASE("copies may be made and dropped on several threads at once", "[ITEM-1]") {
  const Item shared({{"id", "A"}, {"n", 1}});
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&shared] {
      for (int j = 0; j < 10000; ++j) {
        Item copy = shared;
        Item second = copy;
        copy = Item();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(shared.find_number("n") == Number(1));
}

TEST_CASE("the same content is the same item, whatever the order it was built in", "[ITEM-12]") {
  CHECK(Item({{"a", 1}, {"b", "x"}}) == Item({{"b", "x"}, {"a", 1}}));
  CHECK(Item({{"a", *Number::parse("1e3")}}) == Item({{"a", 1000}}));
  CHECK(Item({{"a", 1}}) != Item({{"a", "1"}}));
  CHECK(Item({{"a", 1}, {"a", 2}}) == Item({{"a", 2}}));
  CHECK(Item({{"a", 1}, {"b", 7}, {"a", 2}}).size_bytes() == 6);

  WEIR_PROPERTY("built from a map, or attribute by attribute in any order, with others overwritten", [] {
    const AttributeMap map = *weir_test::attribute_maps();
    std::vector<std::string> names;
    for (const auto& [name, value] : map) names.push_back(name);
    ItemBuilder builder;
    for (const std::string& name : weir_test::shuffled(names)) {
      if (*rc::gen::inRange(0, 4) == 0) builder.value(name, "to be overwritten");
    }
    for (const std::string& name : weir_test::shuffled(names)) builder.value(name, map.at(name));
    require_same(builder.finish(), map);
    require_same(builder.string("again", "x").finish(), {{"again", "x"}});
  });
}

TEST_CASE("an item built wide and long is as sound as a short one", "[ITEM-2]") {
  AttributeMap map;
  ItemBuilder builder;
  for (int i = 300; i-- > 0;) {
    const std::string name = "name" + std::to_string(i);
    const std::string text(static_cast<std::size_t>(i), 'x');
    if (i % 3 == 0) builder.string(name, text), map.emplace(name, text);
    if (i % 3 == 1) builder.binary(name, text), map.emplace(name, AttributeValue::binary(text));
    if (i % 3 == 2) builder.number(name, i), map.emplace(name, i);
  }
  const Item item = builder.finish();
  CHECK(item.attributes() == map);
  CHECK(item.size_bytes() == size_of(map));
  CHECK(item == Item(map));
}

TEST_CASE("an item does whatever the map of its attributes does", "[ITEM-7][ITEM-12]") {
  WEIR_PROPERTY("reading", [](const Item& item) {
    const AttributeMap map = item.attributes();
    require_same(item, map);
    auto expected = map.begin();
    item.each([&](std::string_view name, std::string_view value) {
      RC_ASSERT(name == expected->first);
      RC_ASSERT(weir::decode_value(value) == expected->second);
      ++expected;
    });
    for (const auto& [name, value] : map) {
      RC_ASSERT(item.has(name));
      RC_ASSERT(item.get(name) == value);
      RC_ASSERT(item.find_type(name) == value.type());
      RC_ASSERT(item.find_string(name).has_value() == (value.type() == Type::S));
      RC_ASSERT(item.find_number(name).has_value() == (value.type() == Type::N));
    }
    const std::string other = *weir_test::texts();
    RC_ASSERT(item.has(other) == map.contains(other));
  });
  WEIR_PROPERTY("with and without an attribute", [](const Item& item, const AttributeValue& value) {
    AttributeMap map = item.attributes();
    std::string name = *weir_test::texts();
    if (!map.empty() && *rc::gen::arbitrary<bool>())
      name = std::next(map.begin(), *rc::gen::inRange<int>(0, static_cast<int>(map.size())))->first;
    map.insert_or_assign(name, value);
    const Item with = item.with(name, value);
    require_same(with, map);
    map.erase(name);
    require_same(with.without(name), map);
    require_same(item.without(name), map);
    RC_ASSERT(with.with(name, value).bytes().data() == with.bytes().data());
  });
  WEIR_PROPERTY("some attributes only", [](const Item& item) {
    AttributeMap map = item.attributes();
    std::vector<std::string> names{*weir_test::texts()};
    for (const auto& [name, value] : map) {
      if (*rc::gen::arbitrary<bool>()) names.push_back(name);
    }
    names = weir_test::shuffled(names);
    std::erase_if(map, [&](const auto& entry) { return std::find(names.begin(), names.end(), entry.first) == names.end(); });
    require_same(item.project(names), map);
  });
  WEIR_PROPERTY("order is total and agrees with equality", [](const Item& a, const Item& b) {
    RC_ASSERT((a == b) == (a.attributes() == b.attributes()));
    RC_ASSERT((a <=> b == 0) == (a == b));
    RC_ASSERT((a < b) == (b > a));
  });
}

TEST_CASE("an item's hash is the same on every machine and with every compiler", "[ITEM-12]") {
  const Item item({{"id", "A"}, {"n", *Number::parse("-12.5")}, {"tags", AttributeValue::string_set({"x", "y"})}});
  CHECK(item.hash() == 0x1f61a3877c7925f9ULL);
}

TEST_CASE("an item keeps names and values of every length to the byte, in whatever order and number they come", "[ITEM-1]") {
  const auto text_of = [](std::size_t length, char first) {
    std::string text;
    for (std::size_t i = 0; i < length; ++i) text += static_cast<char>(first + static_cast<char>(i % 20));
    return text;
  };
  for (std::size_t count = 1; count <= 40; ++count) {
    AttributeMap map;
    ItemBuilder backwards;
    for (std::size_t i = count; i > 0; --i) {
      backwards.string(text_of(i, 'A'), "an earlier value");
      backwards.string(text_of(i, 'A'), text_of(count + i - 2, 'a'));  // the later one holds
      map.emplace(text_of(i, 'A'), AttributeValue(text_of(count + i - 2, 'a')));
    }
    const Item item = backwards.finish();
    CHECK(item.attributes() == map);
    CHECK(item == Item(map));
    CHECK(item.size_bytes() == size_of(map));
  }
}
