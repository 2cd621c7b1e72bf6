#include "sim/data/json.hpp"

#include <nlohmann/json.hpp>

#include "sim/base/bad_input.hpp"
#include "sim/data/base64.hpp"
#include "tests/catch.hpp"
#include "tests/data/generators.hpp"
#include "tests/data/printing.hpp"

using namespace weir;
using nlohmann::json;

namespace {
template <class F>
std::string complaint(F&& f) {
  try {
    f();
  } catch (const BadInput& bad) {
    return bad.what();
  }
  return "nothing was wrong";
}
std::string typed_complaint(const char* text) {
  return complaint([&] { typed_value(json::parse(text), "f.json#/item"); });
}
std::string plain_complaint(const char* text) {
  return complaint([&] { plain_value(json::parse(text), "f.json#/item"); });
}
std::string parse_complaint(std::string_view text) {
  return complaint([&] { parse_json_exactly(text, "f.json"); });
}
AttributeValue plain(std::string_view text) { return plain_value(parse_json_exactly(text, "f.json"), "f.json#"); }
}  // namespace

TEST_CASE("typed JSON is DynamoDB's own", "[REC-5][ITEM-1]") {
  const Item item({{"s", "x"},
                   {"n", *Number::parse("1.50")},
                   {"b", AttributeValue::binary(std::string("\0\1", 2))},
                   {"t", true},
                   {"z", AttributeValue::null()},
                   {"m", AttributeValue::map({{"k", 1}})},
                   {"l", AttributeValue::list({1, "y"})},
                   {"ss", AttributeValue::string_set({"q", "p"})},
                   {"ns", AttributeValue::number_set({10, 9})},
                   {"bs", AttributeValue::binary_set({"p"})}});
  const json expected = json::parse(R"({"s":{"S":"x"},"n":{"N":"1.5"},"b":{"B":"AAE="},"t":{"BOOL":true},"z":{"NULL":true},
    "m":{"M":{"k":{"N":"1"}}},"l":{"L":[{"N":"1"},{"S":"y"}]},"ss":{"SS":["p","q"]},"ns":{"NS":["9","10"]},"bs":{"BS":["cA=="]}})");
  CHECK(to_typed_json(item) == expected);
  CHECK(typed_item(expected, "x") == item);
  WEIR_PROPERTY("any item comes back", [](const Item& any) { RC_ASSERT(typed_item(to_typed_json(any), "x") == any); });
}

TEST_CASE("plain JSON says the same in people's words", "[ITEM-1]") {
  CHECK(plain(R"("x")") == AttributeValue("x"));
  CHECK(plain("-7") == AttributeValue(-7));
  CHECK(plain("true") == AttributeValue(true));
  CHECK(plain("null") == AttributeValue::null());
  CHECK(plain(R"([1,"x",[]])") == AttributeValue::list({1, "x", AttributeValue::list()}));
  CHECK(plain(R"({"a":1,"b":{}})") == AttributeValue::map({{"a", 1}, {"b", AttributeValue::map()}}));
  CHECK(plain(R"({"$S":"x"})") == AttributeValue("x"));
  CHECK(plain(R"({"$N":"1e3"})") == AttributeValue(1000));
  CHECK(plain(R"({"$N":5})") == AttributeValue(5));
  CHECK(plain(R"({"$N":0.25})") == AttributeValue(*Number::parse("0.25")));
  CHECK(plain(R"({"$B":"AAE="})") == AttributeValue::binary(std::string("\0\1", 2)));
  CHECK(plain(R"({"$SS":["b","a"]})") == AttributeValue::string_set({"a", "b"}));
  CHECK(plain(R"({"$NS":[1,"2",0.5]})") == AttributeValue::number_set({1, 2, *Number::parse("0.5")}));
  CHECK(plain(R"({"$BS":["cA=="]})") == AttributeValue::binary_set({"p"}));
  CHECK(plain(R"({"$M":{"$S":"x"}})") == AttributeValue::map({{"$S", "x"}}));
  CHECK(plain(R"({"$S":"x","a":1})") == AttributeValue::map({{"$S", "x"}, {"a", 1}}));
  WEIR_PROPERTY("any item comes back", [](const Item& any) { RC_ASSERT(plain_item(to_plain_json(any), "x") == any); });
}

TEST_CASE("numbers in plain JSON keep every digit", "[NUM-1]") {
  const std::string pi = "3.1415926535897932384626433832795028841";
  CHECK(plain(pi) == AttributeValue(*Number::parse(pi)));
  CHECK(plain("0.1") == AttributeValue(*Number::parse("0.1")));
  CHECK(plain("18446744073709551615") == AttributeValue(*Number::parse("18446744073709551615")));
  CHECK(plain("123456789012345678901234567890") == AttributeValue(*Number::parse("123456789012345678901234567890")));
  CHECK(plain("-9223372036854775808") == AttributeValue(std::numeric_limits<std::int64_t>::min()));
  CHECK(plain("1e125") == AttributeValue(*Number::parse("1e125")));
  CHECK(plain_complaint("0.1") ==
        "f.json#/item: a number that is no 64-bit integer and was read as binary floating point; the number's digits as text, "
        "such as "
        "{\"$N\":\"0.1\"}");
}

TEST_CASE("plain text is one line that reads back to the same item", "[NUM-3]") {
  CHECK(to_plain_text(Item({{"n", 1}, {"id", "A"}})) == R"({"id":"A","n":1})");
  CHECK(to_plain_text(Item()) == "{}");
  CHECK(to_plain_text(AttributeValue("a\"b\\c\n\t\r\x01\x7f\xc3\xa9")) == "\"a\\\"b\\\\c\\n\\t\\r\\u0001\\u007f\xc3\xa9\"");
  CHECK(to_plain_text(AttributeValue("\xff"
                                     "a\xc3")) == R"("\ufffda\ufffd")");
  CHECK(to_plain_text(AttributeValue(*Number::parse("1.50"))) == "1.5");
  CHECK(to_plain_text(AttributeValue::list({1, AttributeValue::null(), false})) == "[1,null,false]");
  CHECK(to_plain_text(AttributeValue::binary(std::string("\0\1", 2))) == R"({"$B":"AAE="})");
  CHECK(to_plain_text(AttributeValue::number_set({10, 9})) == R"({"$NS":[9,10]})");
  CHECK(to_plain_text(AttributeValue::string_set({"b", "a"})) == R"({"$SS":["a","b"]})");
  CHECK(to_plain_text(AttributeValue::binary_set({"p"})) == R"({"$BS":["cA=="]})");
  CHECK(to_plain_text(AttributeValue::map({{"$S", 1}})) == R"({"$M":{"$S":1}})");
  CHECK(to_plain_text(AttributeValue::map({{"b", 2}, {"a", 1}})) == R"({"a":1,"b":2})");
  WEIR_PROPERTY("any item", [](const Item& item) {
    const std::string text = to_plain_text(item);
    RC_ASSERT(text.find('\n') == std::string::npos);
    RC_ASSERT(plain_item(parse_json_exactly(text, "x"), "x") == item);
    RC_ASSERT(to_plain_text(AttributeValue::map(item.attributes())).find(text) != std::string::npos);
  });
}

TEST_CASE("a wrong typed value is refused with its place, and the service's words where it has some",
          "[MSG-12][MSG-15][MSG-16][NUM-2]") {
  const std::string wanted = "; an object of one type and value, such as {\"S\":\"x\"}; types: S N B BOOL NULL M L SS NS BS";
  CHECK(typed_complaint("{}") ==
        "f.json#/item: Supplied AttributeValue is empty, must contain exactly one of the supported datatypes" + wanted);
  CHECK(typed_complaint(R"({"S":"x","N":"1"})") ==
        "f.json#/item: Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported "
        "datatypes" +
            wanted);
  CHECK(typed_complaint(R"("x")") == "f.json#/item: \"x\"" + wanted);
  CHECK(typed_complaint(R"({"X":1})") == "f.json#/item: the type \"X\"" + wanted);
  CHECK(typed_complaint(R"({"NULL":false})") ==
        "f.json#/item/NULL: One or more parameter values were invalid: Null attribute value types must have the value of true; "
        "true");
  CHECK(typed_complaint(R"({"N":1})") ==
        "f.json#/item/N: the JSON value 1 for a number; its digits as a string, such as \"1.5\"");  // [NUM-2]
  CHECK(typed_complaint(R"({"M":{"a/b~":{"L":[{"S":"x"},{"N":"dog"}]}}})") ==
        "f.json#/item/M/a~1b~0/L/1/N: The parameter cannot be converted to a numeric value: dog; a decimal of up to 38 digits, "
        "1E-130 "
        "to 9.99E+125");
  CHECK(typed_complaint(R"({"N":"1e126"})") ==
        "f.json#/item/N: Number overflow. Attempting to store a number with magnitude larger than supported range; a decimal "
        "of up to "
        "38 digits, 1E-130 to 9.99E+125");
  CHECK(typed_complaint(R"({"S":1})") == "f.json#/item/S: 1; a string");
  CHECK(typed_complaint(R"({"B":"?"})") == "f.json#/item/B: \"?\"; base64 with padding, such as \"AAE=\"");
  CHECK(typed_complaint(R"({"BOOL":"true"})") == "f.json#/item/BOOL: \"true\"; true or false");
  CHECK(typed_complaint(R"({"L":{}})") == "f.json#/item/L: {}; an array");
  CHECK(typed_complaint(R"({"M":[]})") == "f.json#/item/M: []; an object");
  CHECK(typed_complaint(R"({"SS":["a",1]})") == "f.json#/item/SS/1: 1; a string");
  CHECK(complaint([] { typed_item(json::parse("[]"), "w"); }) == "w: []; an object");
}

TEST_CASE("a wrong plain value is refused with its place and what would do", "[ITEM-1]") {
  CHECK(plain_complaint(R"({"a":[{"$SN":[1]}]})") ==
        "f.json#/item/a/0: the type \"$SN\" (did you mean '$S'?); $S, $N, $B, $M, $SS, $NS or $BS; a map whose only name "
        "begins with $ is "
        "written {\"$M\":{...}}");
  CHECK(plain_complaint(R"({"$N":true})") ==
        "f.json#/item/$N: the JSON value true for a number; its digits as a string, such as \"1.5\"");
  CHECK(plain_complaint(R"({"$SS":"a"})") == "f.json#/item/$SS: \"a\"; an array");
  CHECK(complaint([] { plain_item(json::parse("1"), "w"); }) == "w: 1; an object");
  const std::string long_text = "[\"" + std::string(200, 'x') + "\"]";
  CHECK(complaint([&] { plain_item(json::parse(long_text), "w"); }) == "w: [\"" + std::string(58, 'x') + "...; an object");
  json deep = 1;
  for (int i = 0; i < 250; ++i) deep = json::array({deep});
  CHECK(complaint([&] { plain_value(deep, "w"); }).find("more than 200 levels of nesting; at most 32 levels in an item") !=
        std::string::npos);
}

TEST_CASE("text that is no JSON document is refused with line and column", "[ITEM-1]") {
  CHECK(parse_complaint("{\n  \"a\": x\n}").starts_with("f.json line 2 column 8: "));
  CHECK(parse_complaint("").starts_with("f.json line 1 column 1: "));
  CHECK(parse_complaint("{\"a\":1").find("f.json line 1 column") == 0);
  CHECK(parse_complaint("[1] 2").find("f.json line 1 column 5") == 0);
  CHECK(parse_complaint("1e999").find("number overflow") != std::string::npos);
  CHECK(parse_complaint("\"\xff\"").find("f.json line 1 column 2") == 0);
  CHECK(parse_complaint(R"({"a":[0,{"b/c":{"d":1,"d":2}}]})") ==
        "f.json/a/1/b~1c: the name \"d\" twice in one object; each name once");
  CHECK(parse_complaint(R"({"a":1,"a":2})") == "f.json: the name \"a\" twice in one object; each name once");
  CHECK(parse_complaint(std::string(300, '[')) == "f.json: more than 200 levels of nesting; at most 200 levels");
  CHECK(parse_complaint(R"({"a":[1,2,{"b":null}],"c":{"d":[]},"e":"f"})") == "nothing was wrong");
  CHECK(parse_json_exactly(R"({"a":[1,{"b":null}],"c":1.0})", "x") == json::parse(R"({"a":[1,{"b":null}],"c":{"$N":"1.0"}})"));
}

TEST_CASE("base64 gives the bytes back and refuses what no encoder writes", "[REC-5]") {
  CHECK(to_base64("") == "");
  CHECK(to_base64("f") == "Zg==");
  CHECK(to_base64("fo") == "Zm8=");
  CHECK(to_base64("foo") == "Zm9v");
  CHECK(to_base64("foobar") == "Zm9vYmFy");
  for (const char* text : {"Z", "Zg", "Zg=", "Zh==", "Zm9=", "Z===", "====", "Zg==Zg==", "Zm 9", "Zm9-"}) {
    CHECK(from_base64(text) == std::nullopt);
  }
  WEIR_PROPERTY("any bytes", [] {
    const std::string bytes = *weir_test::binaries();
    RC_ASSERT(from_base64(to_base64(bytes)) == bytes);
  });
}
