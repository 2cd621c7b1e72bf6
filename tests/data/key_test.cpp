#include "sim/data/key.hpp"

#include <algorithm>

#include "tests/catch.hpp"
#include "tests/data/generators.hpp"
#include "tests/data/printing.hpp"

using weir::AttributeValue;
using weir::Item;
using weir::ItemKey;
using weir::KeySchema;
using weir::Number;
using weir::Result;
using weir::ServiceError;
using weir::Type;

namespace {
const KeySchema by_id{"id"};
const KeySchema by_id_and_time{"id", Type::S, "time", Type::N};

std::string_view refusal(const Result<ItemKey>& result) {
  REQUIRE(result.failed_with(ServiceError::validation));
  return result.failure().message;
}

rc::Gen<AttributeValue> key_values(Type type) {
  using namespace rc;
  if (type == Type::N) return gen::map(weir_test::numbers(), [](Number number) { return AttributeValue(number); });
  const auto not_empty = [](const std::string& text) { return !text.empty(); };
  if (type == Type::S)
    return gen::map(gen::suchThat(weir_test::texts(), not_empty), [](std::string text) { return AttributeValue(text); });
  return gen::map(gen::suchThat(weir_test::binaries(), not_empty),
                  [](std::string bytes) { return AttributeValue::binary(bytes); });
}
}  // namespace

TEST_CASE("a key is what the schema names of an item", "[TABLE-1]") {
  const Item item({{"id", "A"}, {"time", 3}, {"other", "x"}});
  const ItemKey key = *ItemKey::of(by_id_and_time, item);
  CHECK(key == ItemKey("A", 3));
  CHECK(key.partition() == AttributeValue("A"));
  CHECK(key.sort() == AttributeValue(3));
  CHECK(key.attributes(by_id_and_time) == Item({{"id", "A"}, {"time", 3}}));
  CHECK(ItemKey::of(by_id, item)->attributes(by_id) == Item({{"id", "A"}}));
  CHECK_FALSE(ItemKey("A").has_sort());
  CHECK(ItemKey("A") != ItemKey("A", 3));
  CHECK(ItemKey("A") < ItemKey("A", 3));
  CHECK(ItemKey().empty());
  CHECK(ItemKey() < ItemKey("A"));
  CHECK(ItemKey("1") != ItemKey(1));
}

TEST_CASE("an item without a sound key is refused in the service's words",
          "[ITEM-4][ITEM-5][MSG-5][MSG-6][MSG-8][MSG-9][MSG-10]") {
  const auto of = [](const KeySchema& schema, const Item& item) { return refusal(ItemKey::of(schema, item)); };
  CHECK(of(by_id, Item()) == "One or more parameter values were invalid: Missing the key id in the item");  // MSG-5
  CHECK(of(by_id_and_time, {{"id", "A"}}) == "One or more parameter values were invalid: Missing the key time in the item");
  CHECK(of(by_id, {{"id", 1}}) ==
        "One or more parameter values were invalid: Type mismatch for key id expected: S actual: N");  // MSG-6
  CHECK(of(by_id_and_time, {{"id", "A"}, {"time", AttributeValue::null()}}) ==
        "One or more parameter values were invalid: Type mismatch for key time expected: N actual: NULL");
  CHECK(of(by_id, {{"id", ""}}) ==
        "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string "
        "value. "
        "Key: id");  // MSG-8
  CHECK(of({"id", Type::S, "raw", Type::B}, {{"id", "A"}, {"raw", AttributeValue::binary("")}}) ==
        "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty binary "
        "value. "
        "Key: raw");
  CHECK(
      of(by_id, {{"id", std::string(2049, 'x')}}) ==
      "One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes");  // MSG-9
  CHECK(
      of({"id", Type::S, "name"}, {{"id", "A"}, {"name", std::string(1025, 'x')}}) ==
      "One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit of 1024 bytes");
  CHECK(ItemKey::of(by_id, {{"id", std::string(2048, 'x')}}).ok());
  CHECK(ItemKey::of({"id", Type::S, "name"}, {{"id", "A"}, {"name", std::string(1024, 'x')}}).ok());
}

TEST_CASE("a key given by itself has just the key attributes", "[MSG-4]") {
  const auto of_key = [](const KeySchema& schema, const Item& key) { return ItemKey::of_key(schema, key); };
  const std::string_view does_not_match = "The provided key element does not match the schema";
  CHECK(*of_key(by_id, {{"id", "A"}}) == ItemKey("A"));
  CHECK(*of_key(by_id_and_time, {{"id", "A"}, {"time", 1}}) == ItemKey("A", 1));
  CHECK(refusal(of_key(by_id, Item())) == does_not_match);
  CHECK(refusal(of_key(by_id, {{"id", 1}})) == does_not_match);
  CHECK(refusal(of_key(by_id, {{"other", "A"}})) == does_not_match);
  CHECK(refusal(of_key(by_id, {{"id", "A"}, {"other", 1}})) == does_not_match);
  CHECK(refusal(of_key(by_id_and_time, {{"id", "A"}})) == does_not_match);
  CHECK(refusal(of_key(by_id_and_time, {{"id", "A"}, {"time", "1"}})) == does_not_match);
  CHECK(refusal(of_key(by_id, {{"id", ""}})).ends_with("Key: id"));
}

TEST_CASE("messages that quote a name outlive what they quote", "[MSG-5]") {
  std::string_view kept;
  {
    const KeySchema schema{std::string("a_name_") + std::string(40, 'z')};
    kept = refusal(ItemKey::of(schema, Item()));
  }
  CHECK(kept == "One or more parameter values were invalid: Missing the key a_name_" + std::string(40, 'z') + " in the item");
}

TEST_CASE("inside a partition keys are in the order of their sort keys", "[ITEM-13]") {
  CHECK(ItemKey("A", 9) < ItemKey("A", 10));
  CHECK(ItemKey("A", -10) < ItemKey("A", -9));
  CHECK(ItemKey("A", "10") < ItemKey("A", "9"));
  CHECK(ItemKey("A", "a") < ItemKey("A", "aa"));
  for (const Type type : {Type::S, Type::N, Type::B}) {
    WEIR_PROPERTY("for sort keys of one type", [type](const std::string& partition) {
      RC_PRE(!partition.empty());
      const AttributeValue a = *key_values(type), b = *key_values(type);
      const ItemKey key_a(partition, a), key_b(partition, b);
      RC_ASSERT((key_a <=> key_b) == compare_scalars(a, b));
      RC_ASSERT((key_a == key_b) == (a == b));
      RC_ASSERT(key_a.partition_hash() == key_b.partition_hash());
      RC_ASSERT(key_a.partition_bytes() == key_b.partition_bytes());
      RC_ASSERT(key_a.sort() == a);
      RC_ASSERT(key_a.partition() == AttributeValue(partition));
    });
  }
}

TEST_CASE("between partitions the hash of the partition key decides", "[ITEM-13]") {
  for (const Type type : {Type::S, Type::N, Type::B}) {
    WEIR_PROPERTY("for partition keys of one type", [type] {
      const AttributeValue a = *key_values(type), b = *key_values(type);
      const ItemKey key_a(a, 1), key_b(b, 0);
      RC_ASSERT((key_a.partition_hash() == key_b.partition_hash()) == (a == b));
      RC_ASSERT((key_a.partition_bytes() == key_b.partition_bytes()) == (a == b));
      if (a != b) RC_ASSERT((key_a < key_b) == (key_a.partition_hash() < key_b.partition_hash()));
      if (a == b) RC_ASSERT(key_b < key_a);
      RC_ASSERT(ItemKey(a).partition_hash() == key_a.partition_hash());
      RC_ASSERT(ItemKey(a).partition() == a);
      RC_ASSERT(*ItemKey::of({"p", type}, {{"p", a}}) == ItemKey(a));
    });
  }
  CHECK(ItemKey("A").partition_hash() == 0xd0d496e05c553485ULL);  // the same on every machine
}

TEST_CASE("a key has a short text that no other key of its schema has", "[TABLE-1]") {
  CHECK(ItemKey("A").to_text() == "A");
  CHECK(ItemKey("A", 3).to_text() == "A / 3");
  CHECK(ItemKey(*Number::parse("1e3"), AttributeValue::binary(std::string("\x0a\xff", 2))).to_text() == "1000 / 0x0aff");
  CHECK(ItemKey("/index.html").to_text() == "/index.html");
  CHECK(ItemKey("A / 3").to_text() == "A \\x2f 3");
  CHECK(ItemKey("a\\b\nc\xff").to_text() == "a\\x5cb\\x0ac\\xff");
  CHECK(ItemKey("\xe6\x97\xa5").to_text() == "\xe6\x97\xa5");
  CHECK(ItemKey().to_text().empty());
  WEIR_PROPERTY("one text, one key", [] {
    const auto drawn = rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::elementOf(std::string("a /\\"))));
    const ItemKey a(*drawn, *drawn), b(*drawn, *drawn);
    RC_ASSERT((a.to_text() == b.to_text()) == (a == b));
    const ItemKey alone(*drawn);
    RC_ASSERT(!a.plain_text());
    RC_ASSERT(alone.plain_text().value_or(alone.to_text()) == alone.to_text());
  });
  CHECK(ItemKey("order 7").plain_text() == "order 7");  // as nearly all are
  for (const ItemKey& key : {ItemKey(7), ItemKey("a\\b"), ItemKey("a\nb"), ItemKey("\x7f"), ItemKey("\xe6\x97\xa5"),
                             ItemKey("A / 3"), ItemKey("A", 3), ItemKey()})
    CHECK(!key.plain_text());
}
