#include "sim/data/value.hpp"

#include "sim/data/encoding.hpp"
#include "tests/catch.hpp"
#include "tests/data/generators.hpp"
#include "tests/data/printing.hpp"

using weir::AttributeMap;
using weir::AttributeValue;
using weir::Number;
using weir::Type;

namespace {
std::string encoded(const AttributeValue& value) {
  std::string bytes;
  append_encoded(bytes, value);
  return bytes;
}
}  // namespace

TEST_CASE("each of the ten types keeps what it was given and answers to its own name only", "[ITEM-1]") {
  CHECK(*AttributeValue("x").as_string() == "x");
  CHECK(*AttributeValue(std::string("x")).as_string() == "x");
  CHECK(*AttributeValue(7).as_number() == Number(7));
  CHECK(*AttributeValue(std::uint64_t{~std::uint64_t{0}}).as_number() == *Number::parse("18446744073709551615"));
  CHECK(*AttributeValue(true).as_bool());
  CHECK(*AttributeValue::binary("\x01").as_binary() == "\x01");
  CHECK(AttributeValue::null().is_null());
  CHECK(AttributeValue::list({1, "x"}).as_list()->size() == 2);
  CHECK(AttributeValue::map({{"a", 1}}).as_map()->at("a") == AttributeValue(1));
  CHECK(*AttributeValue::string_set({"b", "a"}).as_string_set() == std::vector<std::string>{"a", "b"});
  CHECK(*AttributeValue::number_set({10, 9}).as_number_set() == std::vector<Number>{9, 10});
  CHECK(*AttributeValue::binary_set({"b", "a"}).as_binary_set() == std::vector<std::string>{"a", "b"});
  CHECK(AttributeValue("x").as_binary() == nullptr);
  CHECK(AttributeValue("7").as_number() == nullptr);
  CHECK(AttributeValue::string_set({"a"}).as_binary_set() == nullptr);

  for (const Type type : {Type::S, Type::N, Type::B, Type::Bool, Type::Null, Type::M, Type::L, Type::SS, Type::NS, Type::BS}) {
    CHECK(weir::parse_type(wire_name(type)) == type);
  }
  CHECK(wire_name(Type::Bool) == "BOOL");
  CHECK_FALSE(weir::parse_type("X"));
  CHECK_FALSE(weir::parse_type(""));
}

TEST_CASE("sets are equal as sets, maps regardless of order, lists in order", "[ITEM-12]") {
  CHECK(AttributeValue::string_set({"a", "b"}) == AttributeValue::string_set({"b", "a"}));
  CHECK(AttributeValue::number_set({1, *Number::parse("1e1")}) == AttributeValue::number_set({10, *Number::parse("1.0")}));
  CHECK(AttributeValue::list({1, 2}) != AttributeValue::list({2, 1}));
  CHECK(AttributeValue::map({{"a", 1}, {"b", 2}}) == AttributeValue::map({{"b", 2}, {"a", 1}}));
  CHECK(AttributeValue("1") != AttributeValue(1));
  CHECK(AttributeValue("x") != AttributeValue::binary("x"));
  CHECK(AttributeValue::string_set({"a"}) != AttributeValue::binary_set({"a"}));
}

TEST_CASE("only scalars of one type have an order: text and binary by bytes, numbers by value", "[ITEM-11]") {
  CHECK(weir::compare_scalars("Z", "a") == std::strong_ordering::less);
  CHECK(weir::compare_scalars("a", "\xc3\xa9") == std::strong_ordering::less);  // unsigned bytes
  CHECK(weir::compare_scalars(9, 10) == std::strong_ordering::less);
  CHECK(weir::compare_scalars("9", "10") == std::strong_ordering::greater);
  CHECK(weir::compare_scalars(AttributeValue::binary("\x7f"), AttributeValue::binary("\x80")) == std::strong_ordering::less);
  CHECK(weir::compare_scalars("1", 1) == std::nullopt);
  CHECK(weir::compare_scalars(true, true) == std::nullopt);
}

TEST_CASE("sizes are those of the developer guide", "[ITEM-7]") {
  CHECK(AttributeValue("").size_bytes() == 0);
  CHECK(AttributeValue("\xc3\xa9").size_bytes() == 2);
  CHECK(AttributeValue::binary("abc").size_bytes() == 3);
  CHECK(AttributeValue(true).size_bytes() == 1);
  CHECK(AttributeValue::null().size_bytes() == 1);
  CHECK(AttributeValue::list().size_bytes() == 3);
  CHECK(AttributeValue::list({"ab", 1}).size_bytes() == 3 + (1 + 2) + (1 + 2));
  CHECK(AttributeValue::map({{"key", "ab"}}).size_bytes() == 3 + 1 + 3 + 2);
  CHECK(AttributeValue::string_set({"ab", "c"}).size_bytes() == 3);
  CHECK(AttributeValue::number_set({0, 1}).size_bytes() == 3);
  CHECK(AttributeValue::binary_set({"ab"}).size_bytes() == 2);
}

TEST_CASE("depth counts a scalar as one level", "[ITEM-3]") {
  AttributeValue value("leaf");
  for (int level = 1; level < 40; ++level) {
    CHECK(value.depth() == level);
    CHECK(weir::encoded_depth(encoded(value)) == level);
    value = level % 2 ? AttributeValue::map({{"n", value}}) : AttributeValue::list({1, value});
  }
}

TEST_CASE("encoded bytes say what the value says", "[ITEM-7][ITEM-12]") {
  WEIR_PROPERTY("a value comes back, with its size and depth", [](const AttributeValue& value) {
    std::string bytes = "before";
    const std::uint32_t size = append_encoded(bytes, value);
    const std::string_view own = std::string_view(bytes).substr(6);
    RC_ASSERT(weir::decode_value(own) == value);
    RC_ASSERT(weir::encoded_type(own) == value.type());
    RC_ASSERT(size == value.size_bytes());
    RC_ASSERT(weir::encoded_size_bytes(own) == size);
    RC_ASSERT(weir::encoded_depth(own) == value.depth());
    const std::string followed = std::string(own) + "rest";
    const char* at = followed.data();
    RC_ASSERT(weir::read_value(at) == own);
  });
  WEIR_PROPERTY("two values are equal exactly when their bytes are", [](const AttributeValue& a, const AttributeValue& b) {
    RC_ASSERT((a == b) == (encoded(a) == encoded(b)));
    RC_ASSERT(encoded(AttributeValue(a)) == encoded(a));
  });
  WEIR_PROPERTY("the order a set was given in leaves no mark", [](const std::vector<Number>& elements) {
    const auto other_order = weir_test::shuffled(elements);
    RC_ASSERT(encoded(AttributeValue::number_set(elements)) == encoded(AttributeValue::number_set(other_order)));
  });
  const std::string long_text(20000, 'x');  // a length of three bytes
  CHECK(*weir::decode_value(encoded(long_text)).as_string() == long_text);
}
