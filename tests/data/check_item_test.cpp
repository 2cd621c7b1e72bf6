#include "sim/data/check_item.hpp"

#include "tests/catch.hpp"
#include "tests/data/generators.hpp"

using weir::AttributeValue;
using weir::check_item;
using weir::check_value;
using weir::Done;
using weir::Item;
using weir::Number;
using weir::Result;
using weir::ServiceError;
using weir::WriteKind;

namespace {
std::string_view refusal(const Result<Done>& result) {
  REQUIRE(result.failed_with(ServiceError::validation));
  CHECK_FALSE(result.maybe_done());
  return result.failure().message;
}

AttributeValue wrapped(int levels) {
  AttributeValue value("leaf");
  for (int i = 0; i < levels; ++i) value = AttributeValue::map({{"n", value}});
  return value;
}
}  // namespace

TEST_CASE("an item of just 400 KB passes and one byte more does not", "[ITEM-2][MSG-11]") {
  const Item at_limit({{"id", "A"}, {"body", std::string(400 * 1024 - 2 - 1 - 4, 'x')}});
  REQUIRE(at_limit.size_bytes() == 409600);
  CHECK(check_item(at_limit).ok());
  const Item above = at_limit.with("id", "AB");
  CHECK(check_item(above).failed_with(ServiceError::item_size_exceeded));
  CHECK(check_item(above).failure().message == "Item size has exceeded the maximum allowed size");
  CHECK(check_item(above, WriteKind::update).failed_with(ServiceError::item_size_exceeded));
  CHECK(check_item(above, WriteKind::update).failure().message == "Item size to update has exceeded the maximum allowed size");
}

TEST_CASE("32 levels pass and 33 do not", "[ITEM-3]") {
  const std::string_view too_deep =
      "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit";
  CHECK(check_item({{"id", "A"}, {"data", wrapped(31)}}).ok());
  CHECK(check_value(wrapped(31)).ok());
  CHECK(refusal(check_item({{"id", "A"}, {"data", wrapped(32)}})) == too_deep);
  CHECK(refusal(check_value(wrapped(32))) == too_deep);
  CHECK(refusal(check_value(AttributeValue::list({wrapped(31)}))) == too_deep);
}

TEST_CASE("a set is never empty and holds nothing twice", "[ITEM-1][MSG-13][MSG-14]") {
  const auto of = [](const AttributeValue& value) {
    const std::string_view alone = refusal(check_value(value));
    CHECK(refusal(check_item({{"id", "A"}, {"x", value}})) == alone);
    CHECK(refusal(check_item({{"x", AttributeValue::list({1, AttributeValue::map({{"y", value}})})}})) == alone);
    return alone;
  };
  CHECK(of(AttributeValue::string_set({})) == "One or more parameter values were invalid: An string set  may not be empty");
  CHECK(of(AttributeValue::number_set({})) == "One or more parameter values were invalid: An number set  may not be empty");
  CHECK(of(AttributeValue::binary_set({})) == "One or more parameter values were invalid: Binary sets should not be empty");
  CHECK(of(AttributeValue::string_set({"a", "a"})) ==
        "One or more parameter values were invalid: Input collection [a, a] contains duplicates.");
  CHECK(of(AttributeValue::number_set({1000, 5, *Number::parse("1e3")})) ==
        "One or more parameter values were invalid: Input collection [5, 1000, 1000] contains duplicates.");
  CHECK(of(AttributeValue::binary_set({"a", "b", "a"})) ==
        "One or more parameter values were invalid: Input collection [YQ==, YQ==, Yg==] contains duplicates.");
  CHECK(of(AttributeValue::string_set({"", ""})) ==
        "One or more parameter values were invalid: Input collection [, ] contains duplicates.");
  CHECK(check_value(AttributeValue::string_set({"", "a"})).ok());
  CHECK(check_value(AttributeValue::number_set({0, 1})).ok());
}

TEST_CASE("empty text, binaries, maps and lists are fine outside keys", "[ITEM-4]") {
  CHECK(check_item({{"s", ""}, {"b", AttributeValue::binary("")}, {"m", AttributeValue::map()}, {"l", AttributeValue::list()}})
            .ok());
  CHECK(check_item(Item()).ok());
}

TEST_CASE("attribute names have 1 to 65,535 bytes, inside maps too", "[ITEM-6]") {
  CHECK(check_item({{std::string(65535, 'n'), 1}}).ok());
  const std::string long_name(65536, 'n');
  const std::string_view too_large = "Attribute name is too large, must be less than 65536 bytes";
  CHECK(refusal(check_item({{long_name, 1}})) == too_large);
  CHECK(refusal(check_item({{"m", AttributeValue::map({{long_name, 1}})}})) == too_large);
  CHECK(refusal(check_item({{"", 1}})) == "Empty attribute name");
  CHECK(refusal(check_value(AttributeValue::map({{"", 1}}))) == "Empty attribute name");
}

TEST_CASE("an item passes exactly when each of its values and names does", "[ITEM-1]") {
  WEIR_PROPERTY("for any small item", [](const Item& item) {
    bool expected = true;
    for (const auto& [name, value] : item.attributes()) expected = expected && !name.empty() && check_value(value).ok();
    RC_ASSERT(check_item(item).ok() == expected);
  });
}
