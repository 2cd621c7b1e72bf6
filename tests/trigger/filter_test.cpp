#include "sim/trigger/filter.hpp"

#include <nlohmann/json.hpp>

#include "sim/function/event_json.hpp"
#include "tests/trigger/bed.hpp"

namespace weir {

namespace {

using nlohmann::json;

const std::string arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/T/stream/2024-01-01T00:00:00.000";

StreamRecord an_order() {
  StreamRecord record;
  record.id = RecordId{7};
  record.keys = {{"id", "A"}};
  record.new_image = Item{{"id", "A"},
                          {"status", "PAID"},
                          {"total", 300},
                          {"note", ""},
                          {"gift", true},
                          {"gone", AttributeValue::null()},
                          {"tags", AttributeValue::string_set({"red", "blue"})},
                          {"lines", AttributeValue::list({"x", AttributeValue::map({{"sku", "S1"}})})},
                          {"no_lines", AttributeValue::list()},
                          {"raw", AttributeValue::binary("abc")}};
  record.old_image = Item{{"id", "A"}, {"status", "OPEN"}};
  record.event_name = EventName::modify;
  record.approximate_creation_time = 1'700'000'000;
  record.size_bytes = 90;
  return record;
}

bool wanted(const std::string& pattern, const StreamRecord& record = an_order(), const FilterReading& reading = {}) {
  const std::optional<FilterPattern> parsed = parse_filter_pattern(pattern);
  INFO(pattern);
  REQUIRE(parsed.has_value());
  return matches(*parsed, record, arn, reading);
}
bool status(const std::string& alternatives) {
  return wanted(R"({"dynamodb":{"NewImage":{"status":{"S":)" + alternatives + "}}}}");
}
bool created(const std::string& alternatives, const FilterReading& reading = {}) {
  return wanted(R"({"dynamodb":{"ApproximateCreationDateTime":)" + alternatives + "}}", an_order(), reading);
}

TEST_CASE("all names of a pattern must match, one alternative of each does, and any of the filters will do", "[FILTER-1]") {
  CHECK(wanted(R"({"eventName":["INSERT","MODIFY"],"dynamodb":{"Keys":{"id":{"S":["A"]}}}})"));
  CHECK_FALSE(wanted(R"({"eventName":["INSERT"],"dynamodb":{"Keys":{"id":{"S":["A"]}}}})"));
  CHECK_FALSE(wanted(R"({"eventName":["MODIFY"],"dynamodb":{"Keys":{"id":{"S":["B"]}}}})"));
  const std::vector<FilterPattern> either{*parse_filter_pattern(R"({"eventName":["REMOVE"]})"),
                                          *parse_filter_pattern(R"({"eventName":["MODIFY"]})")};
  CHECK(matches_any(either, an_order(), arn, {}));
  CHECK_FALSE(matches_any(std::span(either).first(1), an_order(), arn, {}));
  CHECK(matches_any({}, an_order(), arn, {}));
}

TEST_CASE("each operator means what the table says", "[FILTER-2][FILTER-3]") {
  CHECK(status(R"(["PAID"])"));
  CHECK_FALSE(status(R"(["paid"])"));
  CHECK(status(R"([{"equals-ignore-case":"paid"}])"));
  CHECK(status(R"([{"prefix":"PA"}])"));
  CHECK_FALSE(status(R"([{"prefix":"PAIDUP"}])"));
  CHECK(status(R"([{"prefix":{"equals-ignore-case":"pa"}}])"));
  CHECK(status(R"([{"suffix":"ID"}])"));
  CHECK_FALSE(status(R"([{"suffix":"PA"}])"));
  CHECK(status(R"([{"suffix":{"equals-ignore-case":"id"}}])"));
  CHECK(status(R"([{"anything-but":"OPEN"}])"));
  CHECK_FALSE(status(R"([{"anything-but":["OPEN","PAID"]}])"));
  CHECK_FALSE(status(R"([{"anything-but":{"prefix":"P"}}])"));
  CHECK(status(R"([{"anything-but":{"suffix":["X","Y"]}}])"));
  CHECK_FALSE(status(R"([{"anything-but":{"suffix":"ID"}}])"));
  CHECK_FALSE(status(R"([{"anything-but":{"equals-ignore-case":["paid"]}}])"));
  CHECK(status(R"([{"anything-but":[1,2]}])"));
  CHECK(status(R"([{"exists":true}])"));
  CHECK_FALSE(status(R"([{"exists":false}])"));
  CHECK_FALSE(status("[null]"));
  CHECK(wanted(R"({"dynamodb":{"NewImage":{"note":{"S":[""]}}}})"));
  CHECK_FALSE(status(R"([""])"));
  CHECK(wanted(R"({"dynamodb":{"NewImage":{"gift":{"BOOL":[true]},"gone":{"NULL":[true]},"raw":{"B":["YWJj"]}}}})"));
  CHECK_FALSE(wanted(R"({"dynamodb":{"NewImage":{"gift":{"BOOL":[false]}}}})"));
  CHECK(wanted(R"({"$or":[{"eventName":["REMOVE"]},{"dynamodb":{"SizeBytes":[90]}}]})"));
  CHECK_FALSE(wanted(R"({"eventName":["MODIFY"],"$or":[{"eventName":["REMOVE"]},{"dynamodb":{"SizeBytes":[91]}}]})"));
}

TEST_CASE("$or stands at any level, and beside other names", "[FILTER-2]") {
  const auto new_image = [](const std::string& inside) { return wanted(R"({"dynamodb":{"NewImage":)" + inside + "}}"); };
  CHECK(new_image(R"({"$or":[{"status":{"S":["OPEN"]}},{"gift":{"BOOL":[true]}}]})"));
  CHECK_FALSE(new_image(R"({"$or":[{"status":{"S":["OPEN"]}},{"gift":{"BOOL":[false]}}]})"));
  CHECK_FALSE(new_image(R"({"note":{"S":["x"]},"$or":[{"status":{"S":["OPEN"]}},{"gift":{"BOOL":[true]}}]})"));
  CHECK(new_image(R"({"$or":[{"$or":[{"status":{"S":["PAID"]}}],"note":{"S":[""]}},{"gift":{"BOOL":[false]}}]})"));
}

TEST_CASE("numeric works on the creation time and never on an item's numbers, which are text", "[FILTER-4]") {
  CHECK(created(R"([{"numeric":["=",1700000000]}])"));
  CHECK(created(R"([{"numeric":[">",1699999999,"<=",1.7e9]}])"));
  CHECK_FALSE(created(R"([{"numeric":[">",1700000000]}])"));
  CHECK_FALSE(created(R"([{"numeric":["<",1700000000]}])"));
  CHECK(created(R"([{"numeric":[">=",1700000000,"<",1700000001]}])"));
  CHECK_FALSE(created(R"([{"anything-but":1700000000}])"));
  CHECK_FALSE(wanted(R"({"dynamodb":{"NewImage":{"total":{"N":[{"numeric":[">",1]}]}}}})"));
  CHECK_FALSE(wanted(R"({"dynamodb":{"NewImage":{"total":{"N":[300]}}}})"));
  CHECK(wanted(R"({"dynamodb":{"NewImage":{"total":{"N":["300"]}}}})"));
  CHECK(wanted(R"({"dynamodb":{"NewImage":{"total":{"N":[{"prefix":"3"}]}}}})"));
}

TEST_CASE("whether 1.7e9 equals 1700000000 is a choice", "[FILTER-3][OPEN-16]") {
  const FilterReading by_text{.equality = NumberEquality::text};
  CHECK(created("[1.7e9]"));
  CHECK_FALSE(created("[1.7e9]", by_text));
  CHECK(created("[1700000000]", by_text));
}

TEST_CASE("a name that is not there matches exists false alone, and so does one whose value is no leaf", "[FILTER-9]") {
  CHECK_FALSE(wanted(R"({"dynamodb":{"NewImage":{"coupon":{"S":[{"anything-but":"x"}]}}}})"));
  CHECK(wanted(R"({"dynamodb":{"NewImage":{"coupon":{"S":[{"exists":false}]}}}})"));
  CHECK(wanted(R"({"userIdentity":{"principalId":[{"exists":false}]}})"));
  CHECK(wanted(R"({"dynamodb":{"NewImage":{"status":[{"exists":false}]}}})"));
  CHECK_FALSE(wanted(R"({"dynamodb":{"NewImage":{"status":[{"exists":true}]}}})"));
  for (const char* list : {"lines", "no_lines"}) {  // no element of either is a leaf
    const std::string begin = std::string(R"({"dynamodb":{"NewImage":{")") + list + R"(":{"L":[{"exists":)";
    CHECK(wanted(begin + "false}]}}}}"));
    CHECK_FALSE(wanted(begin + "true}]}}}}"));
  }
}

TEST_CASE("of an array one element must match, and what lies deeper must match in one element", "[FILTER-2]") {
  CHECK(wanted(R"({"dynamodb":{"NewImage":{"tags":{"SS":["red"]}}}})"));
  CHECK_FALSE(wanted(R"({"dynamodb":{"NewImage":{"tags":{"SS":["green"]}}}})"));
  CHECK(wanted(R"({"dynamodb":{"NewImage":{"lines":{"L":{"M":{"sku":{"S":["S1"]}}}}}}})"));
  CHECK(wanted(R"({"dynamodb":{"NewImage":{"lines":{"L":{"S":["x"]}}}}})"));
  CHECK_FALSE(wanted(R"({"dynamodb":{"NewImage":{"lines":{"L":{"S":["x"],"M":{"sku":{"S":["S1"]}}}}}}})"));
  CHECK(wanted(R"({"dynamodb":{"NewImage":{"no_lines":{"L":{"S":[{"exists":false}]}}}}})"));
}

TEST_CASE("the filter sees the record's own fields, or its dynamodb part alone", "[FILTER-7][OPEN-15]") {
  const FilterReading strict{.shows = RecordView::Shows::dynamodb_only};
  StreamRecord expired = an_order();
  expired.by_ttl = true;
  const std::string by_ttl = R"({"userIdentity":{"type":["Service"],"principalId":["dynamodb.amazonaws.com"]}})";
  CHECK(wanted(by_ttl, expired));
  CHECK_FALSE(wanted(by_ttl, an_order()));
  CHECK_FALSE(wanted(by_ttl, expired, strict));
  CHECK(wanted(R"({"dynamodb":{"Keys":{"id":{"S":["A"]}}}})", expired, strict));
  CHECK(wanted(R"({"eventSource":["aws:dynamodb"],"awsRegion":["eu-west-1"],"eventVersion":["1.1"],"eventSourceARN":[")" + arn +
               R"("],"eventID":[")" + an_order().event_id() + R"("]})"));
}

TEST_CASE("of a name that stands twice the last holds", "[FILTER-6]") {
  CHECK(wanted(R"({"dynamodb":{"SizeBytes":[1]},"dynamodb":{"SizeBytes":[90]}})"));
  CHECK_FALSE(wanted(R"({"dynamodb":{"SizeBytes":[90]},"dynamodb":{"SizeBytes":[1]}})"));
}

TEST_CASE("what is no pattern is refused", "[FILTER-8]") {
  for (const char* bad : {"",
                          "5",
                          "[]",
                          "{}",
                          "{",
                          R"({"a":"b"})",
                          R"({"a":[]})",
                          R"({"a":{}})",
                          R"({"a":[[1]]})",
                          R"({"a":[{}]})",
                          R"({"a":[{"prefix":1}]})",
                          R"({"a":[{"suffix":["x"]}]})",
                          R"({"a":[{"exists":"yes"}]})",
                          R"({"a":[{"wildcard":"x*"}]})",
                          R"({"a":[{"prefix":"x","suffix":"y"}]})",
                          R"({"a":[{"numeric":[]}]})",
                          R"({"a":[{"numeric":["=","5"]}]})",
                          R"({"a":[{"numeric":["!",5]}]})",
                          R"({"a":[{"numeric":["<",5,">",1]}]})",
                          R"({"a":[{"numeric":[">",5,"<",5]}]})",
                          R"({"a":[{"numeric":[">",1,">",2]}]})",
                          R"({"a":[{"numeric":["<",1,"<",2]}]})",
                          R"({"a":[{"prefix":{"equals-ignore-case":"x","prefix":"y"}}]})",
                          R"({"a":[{"numeric":["=",5,"<",6]}]})",
                          R"({"a":[{"anything-but":[]}]})",
                          R"({"a":[{"anything-but":["x",1]}]})",
                          R"({"a":[{"anything-but":{"prefix":1}}]})",
                          R"({"a":[{"anything-but":{"numeric":["=",1]}}]})",
                          R"({"a":[{"anything-but":true}]})",
                          R"({"a":[{"equals-ignore-case":["x"]}]})",
                          R"({"$or":[]})",
                          R"({"$or":{"a":[1]}})",
                          R"({"$or":[{}]})",
                          R"({"a":[1e999]})"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_filter_pattern(bad).has_value());
  }
  std::string deep = "[1]";
  for (int i = 0; i < 99; ++i) deep = "{\"a\":" + deep + "}";
  CHECK(parse_filter_pattern(deep).has_value());
  CHECK_FALSE(parse_filter_pattern("{\"a\":" + deep + "}").has_value());
}

TEST_CASE("what is wrong with a pattern is told by its place, what stands there, and what may", "[FILTER-2][FILTER-8]") {
  const std::string fields = "an object of at least one field: the field's name, and what it may be",
                    values = "an array of at least one value or operator, or an object of fields that lie deeper",
                    value = "a text, a number, true, false or null, or an object of one operator",
                    operators = "prefix, suffix, anything-but, numeric, exists or equals-ignore-case [FILTER-2]",
                    wrapped = "a text, or {\"equals-ignore-case\": a text}",
                    range =
                        "[\"=\", a number], or one or both of \">\" or \">=\" and \"<\" or \"<=\", in that order, each "
                        "with a number behind it",
                    but =
                        "a text or a number, an array of one or more of either, or an object of one of prefix, suffix and "
                        "equals-ignore-case over a text or texts";
  struct Row {
    const char* pattern;
    BadFilterPattern wrong;
  };
  const std::vector<Row> rows{
      {"{", {"", "what is no JSON", "a JSON object [ESM-12]"}},
      {"[]", {"", "[]", fields}},
      {"{}", {"", "{}", fields}},
      {R"({"eventName":"INSERT"})", {"/eventName", "\"INSERT\"", values}},
      {R"({"eventName":[]})", {"/eventName", "[]", values}},
      {R"({"dynamodb":{"Keys":{}}})", {"/dynamodb/Keys", "{}", fields}},
      {R"({"a/b~":true})", {"/a~1b~0", "true", values}},
      {R"({"a":[1,[null]]})", {"/a/1", "[null]", value}},
      {R"({"a":[{"prefix":"x","suffix":"y"}]})", {"/a/0", R"({"prefix":"x","suffix":"y"})", value}},
      {R"({"a":[{"wildcard":"x*"}]})", {"/a/0", R"({"wildcard":"x*"})", operators}},
      {R"({"a":[1e200]})", {"/a/0", "1e200", "a number that an item can hold"}},
      {R"({"a":[{"prefix":1}]})", {"/a/0/prefix", "1", wrapped}},
      {R"({"a":[{"suffix":{"prefix":"x"}}]})", {"/a/0/suffix", R"({"prefix":"x"})", wrapped}},
      {R"({"a":[{"equals-ignore-case":["x"]}]})", {"/a/0/equals-ignore-case", R"(["x"])", "a text"}},
      {R"({"a":[{"exists":1}]})", {"/a/0/exists", "1", "true or false"}},
      {R"({"a":[{"numeric":[">"]}]})", {"/a/0/numeric", R"([">"])", range}},
      {R"({"a":[{"numeric":["=","5"]}]})", {"/a/0/numeric", R"(["=","5"])", range}},
      {R"({"a":[{"numeric":["=",5,"<",6]}]})", {"/a/0/numeric", R"(["=",5,"<",6])", range}},
      {R"({"a":[{"numeric":[">",5,"<",5]}]})",
       {"/a/0/numeric", R"([">",5,"<",5])", "a lower bound that is below the upper one"}},
      {R"({"a":[{"anything-but":[]}]})", {"/a/0/anything-but", "[]", but}},
      {R"({"a":[{"anything-but":["x",1]}]})", {"/a/0/anything-but", R"(["x",1])", but}},
      {R"({"a":[{"anything-but":{"numeric":["=",1]}}]})", {"/a/0/anything-but", R"({"numeric":["=",1]})", but}},
      {R"({"a":[{"anything-but":{"prefix":1}}]})", {"/a/0/anything-but", R"({"prefix":1})", but}},
      {R"({"$or":{"a":[1]}})", {"/$or", R"({"a":[1]})", "an array of at least one pattern"}},
      {R"({"$or":[{"a":[1]},{}]})", {"/$or/1", "{}", fields}},
      {R"({"a":"012345678901234567890123456789012345678901234567890123456789012345678901234567éx"})",
       {"/a", "\"012345678901234567890123456789012345678901234567890123456789012345678901234567...", values}}};
  for (const Row& row : rows) {
    CAPTURE(row.pattern);
    BadFilterPattern wrong;
    CHECK_FALSE(parse_filter_pattern(row.pattern, &wrong).has_value());
    CHECK(wrong.at == row.wrong.at);
    CHECK(wrong.found == row.wrong.found);
    CHECK(wrong.accepted == row.wrong.accepted);
  }
  std::string deep = "[1]";
  for (int i = 0; i < 500; ++i) deep = "{\"a\":" + deep + "}";
  BadFilterPattern wrong;
  CHECK_FALSE(parse_filter_pattern(deep, &wrong).has_value());
  CHECK(wrong == BadFilterPattern{"", "more than 100 levels", "at most 100"});
}

// The slow, obvious second reading: over JSON trees of both sides.
struct Naive {
  static bool leaf(const json& value) { return !value.is_object() && !value.is_array(); }
  static std::string lowered(std::string text) {
    for (char& c : text)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    return text;
  }
  static bool one(const json& test, const json& value) {
    if (!test.is_object()) return value.type_name() == std::string(test.type_name()) && value == test;
    const std::string name = test.begin().key();
    const json& operand = test.begin().value();
    const std::string text = value.is_string() ? value.get<std::string>() : "";
    if (name == "exists") return operand.get<bool>();
    if (name == "prefix") return value.is_string() && text.rfind(operand.get<std::string>(), 0) == 0;
    if (name == "suffix") {
      const auto end = operand.get<std::string>();
      return value.is_string() && text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
    }
    if (name == "equals-ignore-case") return value.is_string() && lowered(text) == lowered(operand.get<std::string>());
    if (name == "numeric") {
      for (std::size_t i = 0; i < operand.size(); i += 2) {
        if (!value.is_number()) return false;
        const auto sign = operand[i].get<std::string>();
        const auto a = value.get<std::int64_t>(), b = operand[i + 1].get<std::int64_t>();
        const bool holds = sign == "=" ? a == b : sign == "<" ? a < b : sign == "<=" ? a <= b : sign == ">" ? a > b : a >= b;
        if (!holds) return false;
      }
      return true;
    }
    const json all = operand.is_array() ? operand : json::array({operand});  // anything-but
    for (const json& but : all)
      if (one(but, value)) return false;
    return true;
  }
  static bool tests(const json& alternatives, const json* value) {
    std::vector<json> leaves;
    if (value && value->is_array())
      for (const json& element : *value) {
        if (leaf(element)) leaves.push_back(element);
      }
    else if (value && leaf(*value))
      leaves.push_back(*value);
    for (const json& test : alternatives) {
      if (leaves.empty() && test == json{{"exists", false}}) return true;
      for (const json& found : leaves)
        if (one(test, found)) return true;
    }
    return false;
  }
  static bool pattern(const json& wanted, const json* value) {
    for (const auto& [name, inside] : wanted.items()) {
      bool holds = false;
      if (name == "$or") {
        for (const json& branch : inside) holds = holds || pattern(branch, value);
      } else {
        const json* member = value && value->is_object() && value->contains(name) ? &(*value)[name] : nullptr;
        if (inside.is_array())
          holds = tests(inside, member);
        else if (member && member->is_array() && !member->empty())
          for (const json& element : *member) holds = holds || pattern(inside, &element);
        else
          holds = pattern(inside, member && member->is_array() ? nullptr : member);
      }
      if (!holds) return false;
    }
    return true;
  }
};

std::string any_text() { return *rc::gen::element<std::string>("", "A", "B", "a", "Ab", "AB", "300", "\xc3\xa9"); }

AttributeValue any_value(int depth) {
  switch (*rc::gen::inRange(0, depth > 0 ? 9 : 6)) {
    case 0:
      return any_text();
    case 1:
      return *rc::gen::element(1, 300, -2);
    case 2:
      return *rc::gen::arbitrary<bool>();
    case 3:
      return AttributeValue::null();
    case 4:
      return AttributeValue::string_set({any_text(), "red"});
    case 5:
      return AttributeValue::binary(any_text());
    case 6:
      return AttributeValue::number_set({Number(1), Number(300)});
    case 7: {
      AttributeList elements;
      for (int i = *rc::gen::inRange(0, 3); i > 0; --i) elements.push_back(any_value(depth - 1));
      return AttributeValue::list(elements);
    }
    default:
      return AttributeValue::map({{"p", any_value(depth - 1)}, {"q", any_value(depth - 1)}});
  }
}

json any_test() {
  switch (*rc::gen::inRange(0, 12)) {
    case 0:
      return nullptr;
    case 1:
      return *rc::gen::arbitrary<bool>();
    case 2:
      return *rc::gen::element<std::int64_t>(90, 1'700'000'000, 300);
    case 3:
      return {{"prefix", any_text()}};
    case 4:
      return {{"suffix", any_text()}};
    case 5:
      return {{"equals-ignore-case", any_text()}};
    case 6:
      return {{"exists", *rc::gen::arbitrary<bool>()}};
    case 7:
      return {{"numeric", {*rc::gen::element<std::string>("=", "<", "<=", ">", ">="), *rc::gen::element(89, 90, 91)}}};
    case 8:
      return {{"numeric", {">", *rc::gen::element(88, 89, 90), "<=", *rc::gen::element(91, 92)}}};
    case 9:
      return {{"anything-but", json::array({any_text(), any_text()})}};
    case 10:
      return {{"anything-but", {{"prefix", any_text()}}}};
    default:
      return any_text();
  }
}
json any_leaf() {
  json alternatives = json::array({any_test()});
  if (*rc::gen::arbitrary<bool>()) alternatives.push_back(any_test());
  return alternatives;
}

// Of what lies under an attribute's name.
json any_typed_pattern(int depth) {
  json pattern = json::object();
  for (int i = *rc::gen::inRange(1, 3); i > 0; --i) {
    const std::string type = *rc::gen::element<std::string>("S", "N", "B", "BOOL", "NULL", "SS", "NS", "L", "M");
    if (depth > 0 && type == "L")
      pattern[type] = any_typed_pattern(depth - 1);
    else if (depth > 0 && type == "M")
      pattern[type] = {{*rc::gen::element<std::string>("p", "q", "r"), any_typed_pattern(depth - 1)}};
    else
      pattern[type] = any_leaf();
  }
  return pattern;
}
json any_pattern(int depth) {
  json pattern = json::object();
  for (int i = *rc::gen::inRange(1, 3); i > 0; --i) {
    const int which = *rc::gen::inRange(0, depth > 0 ? 6 : 5);
    if (which == 0) pattern["eventName"] = any_leaf();
    if (which == 1) pattern["dynamodb"]["SizeBytes"] = any_leaf();
    if (which == 2) pattern["userIdentity"]["type"] = any_leaf();
    if (which == 3 || which == 4)
      pattern["dynamodb"][*rc::gen::element<std::string>("NewImage", "OldImage", "Keys")]
             [*rc::gen::element<std::string>("id", "a", "b")] = any_typed_pattern(2);
    if (which == 5) pattern["$or"] = json::array({any_pattern(depth - 1), any_pattern(depth - 1)});
  }
  return pattern;
}

TEST_CASE("matching agrees with a plain reading of the rules over JSON trees", "[property][FILTER-1][FILTER-2][FILTER-9]") {
  Sometimes wanted;
  WEIR_PROPERTY("for any record and pattern", [&] {
    StreamRecord record;
    record.keys = {{"id", any_text()}};
    record.event_name = *rc::gen::element(EventName::insert, EventName::modify, EventName::remove);
    if (*rc::gen::arbitrary<bool>()) record.new_image = Item{{"id", any_text()}, {"a", any_value(2)}, {"b", any_value(2)}};
    if (*rc::gen::arbitrary<bool>()) record.old_image = Item{{"id", any_text()}, {"a", any_value(1)}};
    record.approximate_creation_time = 1'700'000'000;
    record.size_bytes = 90;
    record.by_ttl = *rc::gen::arbitrary<bool>();
    const json pattern = any_pattern(2);
    RC_LOG() << pattern.dump() << '\n';
    const std::optional<FilterPattern> parsed = parse_filter_pattern(pattern.dump());
    RC_ASSERT(parsed.has_value());
    const json tree = lambda_json(std::span(&record, 1), arn)["Records"][0];
    const bool expected = Naive::pattern(pattern, &tree);
    RC_ASSERT(matches(*parsed, record, arn, {}) == expected);
    wanted.count(expected);
  });
  CHECK(wanted.once_in(20));
}

const char* const inserts_only = R"({"eventName":["INSERT"]})";

TEST_CASE("what is filtered out is settled as such when it is read, calls nobody and moves the checkpoint",
          "[FILTER-5][BATCH-4]") {
  TriggerBed bed;
  bed.enable();
  bed.map({.batch_size = 2, .filter_criteria = {inserts_only}}, nothing_failed);
  bed.put("A");
  for (int i = 0; i < 3; ++i) bed.put("A");
  bed.put("B");
  bed.run_for(1s);
  REQUIRE(bed.invocations() == std::vector<std::vector<std::uint64_t>>{{0, 4}});
  REQUIRE(bed.settled() == std::map<std::uint64_t, std::string>{
                               {0, "handled"}, {1, "filtered out"}, {2, "filtered out"}, {3, "filtered out"}, {4, "handled"}});
  REQUIRE(bed.facts<LanesDeclared>().size() == 1);
  bed.put("A");
  bed.run_for(1s);
  REQUIRE(bed.facts<InvocationStarted>().size() == 1);
  REQUIRE(bed.facts<Checkpointed>().back().through == RecordId{5});
  REQUIRE(bed.triggers.unfinished(bed.streams) == 0);
}

TEST_CASE("what is filtered out is never retried nor sent, and a blocked batch does not hold it up",
          "[LOOP-3][FILTER-5][DEST-8]") {
  TriggerBed bed;
  bed.enable();
  bed.map({.maximum_retry_attempts = 1, .on_failure = Destination::sqs, .filter_criteria = {inserts_only}}, poisoned_by({0}));
  bed.put("A");
  bed.put("A");
  bed.run_for(1min);
  REQUIRE(bed.invocations() == std::vector<std::vector<std::uint64_t>>{{0}, {0}});
  REQUIRE(bed.settled() == std::map<std::uint64_t, std::string>{{0, "retries exhausted, sent"}, {1, "filtered out"}});
  REQUIRE(TriggerBed::numbers(bed.facts<DestinationSent>().at(0).records) == std::vector<std::uint64_t>{0});
}

TEST_CASE("filters have their limits, and a bad one is refused in the service's words", "[ESM-12][FILTER-8][ESM-24]") {
  REQUIRE(check({.filter_criteria = {5, inserts_only}}) == std::nullopt);
  REQUIRE(check({.filter_criteria = {6, inserts_only}}) == "the number of filters is 6; accepted: at most 5");
  const auto of_length = [](std::size_t length) {
    const std::string frame = R"({"a":[""]})";
    return R"({"a":[")" + std::string(length - frame.size(), 'x') + R"("]})";
  };
  REQUIRE(check({.filter_criteria = {of_length(4'096)}}) == std::nullopt);
  REQUIRE(check({.filter_criteria = {of_length(4'097)}}) ==
          "a filter pattern's length is 4097; accepted: at most 4096 characters");
  TriggerBed bed;
  const StreamId stream = bed.enable();
  const FunctionId f = bed.functions.add({.name = "f"}, nothing_failed);
  const Result<MappingId> refused = bed.triggers.create(bed.kernel, {.filter_criteria = {"{}"}}, bed.streams, stream, f, "f");
  REQUIRE(refused.failed_with(ServiceError::invalid_parameter_value));
  REQUIRE(refused.failure().message == "Invalid filter pattern definition.");
}

}  // namespace

}  // namespace weir
