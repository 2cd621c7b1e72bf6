// The parsing half of filter.hpp.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/trigger/filter.hpp"

namespace weir {

namespace {

constexpr std::size_t most_levels = 100;

// A JSON value whose numbers keep their text.
struct Member;
struct Json {
  enum class Kind : std::uint8_t { null, truth, number, text, array, object };
  Kind kind = Kind::null;
  bool truth = false;
  std::string text;
  std::vector<Json> elements;
  std::vector<Member> members;  // each name once
};
struct Member {
  std::string name;
  Json value;
};

struct NotAPattern {};

class Reader final : public nlohmann::json_sax<nlohmann::json> {
 public:
  Json root;

  bool null() override { return put({}); }
  bool boolean(bool value) override { return put({.kind = Json::Kind::truth, .truth = value}); }
  bool number_integer(number_integer_t value) override { return number(std::to_string(value)); }
  bool number_unsigned(number_unsigned_t value) override { return number(std::to_string(value)); }
  bool number_float(number_float_t, const string_t& digits) override { return number(digits); }
  bool string(string_t& value) override { return put({.kind = Json::Kind::text, .text = std::move(value)}); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(Json::Kind::object); }
  bool start_array(std::size_t) override { return open(Json::Kind::array); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& name) override { return open_.back().name = std::move(name), true; }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }

 private:
  struct Open {
    Json value;
    std::string name;
  };
  bool number(std::string digits) { return put({.kind = Json::Kind::number, .text = std::move(digits)}); }
  bool open(Json::Kind kind) {
    if (open_.size() >= most_levels) return false;
    open_.push_back({{.kind = kind}, {}});
    return true;
  }
  bool close() {
    Json whole = std::move(open_.back().value);
    open_.pop_back();
    return put(std::move(whole));
  }
  bool put(Json value) {
    if (open_.empty()) return root = std::move(value), true;
    Open& parent = open_.back();
    if (parent.value.kind == Json::Kind::array) return parent.value.elements.push_back(std::move(value)), true;
    auto& members = parent.value.members;
    std::erase_if(members, [&](const auto& member) { return member.name == parent.name; });  // the last holds [FILTER-6]
    members.push_back({parent.name, std::move(value)});
    return true;
  }

  std::vector<Open> open_;
};

Number number_in(const Json& json) {
  if (json.kind != Json::Kind::number) throw NotAPattern{};
  const NumberResult number = Number::parse(json.text);
  if (!number) throw NotAPattern{};
  return *number;
}

// A text, or {"equals-ignore-case": text} where that may stand.
FilterTest text_test(FilterTest::Kind kind, const Json& json) {
  if (json.kind == Json::Kind::text) return {.kind = kind, .text = json.text};
  const bool wrapped = json.kind == Json::Kind::object && json.members.size() == 1 &&
                       json.members[0].name == "equals-ignore-case" && json.members[0].value.kind == Json::Kind::text;
  if (!wrapped || kind == FilterTest::Kind::text) throw NotAPattern{};
  return {.kind = kind, .ignoring_case = true, .text = json.members[0].value.text};
}

FilterTest range(const Json& json) {
  const std::vector<Json>& parts = json.elements;
  if (json.kind != Json::Kind::array || (parts.size() != 2 && parts.size() != 4)) throw NotAPattern{};
  FilterTest test{.kind = FilterTest::Kind::range};
  for (std::size_t i = 0; i < parts.size(); i += 2) {
    if (parts[i].kind != Json::Kind::text) throw NotAPattern{};
    const std::string& sign = parts[i].text;
    const FilterTest::Bound bound{number_in(parts[i + 1]), sign.ends_with('=')};
    if (sign == "=" && parts.size() == 2)
      test.above = test.below = bound;
    else if ((sign == ">" || sign == ">=") && i == 0)
      test.above = bound;
    else if ((sign == "<" || sign == "<=") && i + 2 == parts.size())
      test.below = bound;
    else
      throw NotAPattern{};
  }
  if (parts.size() == 4 && test.above->at >= test.below->at) throw NotAPattern{};
  return test;
}

// What anything-but lists: texts, or numbers, or one operator over one or several texts.
FilterTest anything_but(const Json& json) {
  FilterTest test{.kind = FilterTest::Kind::anything_but};
  FilterTest::Kind kind = FilterTest::Kind::text;
  bool ignoring_case = false;
  const Json* listed = &json;
  if (json.kind == Json::Kind::object) {
    if (json.members.size() != 1) throw NotAPattern{};
    const auto& [name, inside] = json.members[0];
    ignoring_case = name == "equals-ignore-case";
    kind = name == "prefix" ? FilterTest::Kind::prefix : name == "suffix" ? FilterTest::Kind::suffix : FilterTest::Kind::text;
    if (kind == FilterTest::Kind::text && !ignoring_case) throw NotAPattern{};
    listed = &inside;
  }
  const std::vector<Json> one{*listed};
  const std::vector<Json>& all = listed->kind == Json::Kind::array ? listed->elements : one;
  if (all.empty()) throw NotAPattern{};
  for (const Json& each : all) {
    if (each.kind != all.front().kind) throw NotAPattern{};
    if (each.kind == Json::Kind::number && json.kind != Json::Kind::object) {
      test.but.push_back({.kind = FilterTest::Kind::number, .text = each.text, .number = number_in(each)});
    } else if (each.kind == Json::Kind::text) {
      test.but.push_back({.kind = kind, .ignoring_case = ignoring_case, .text = each.text});
    } else {
      throw NotAPattern{};
    }
  }
  return test;
}

FilterTest operator_test(const std::string& name, const Json& operand) {
  if (name == "prefix") return text_test(FilterTest::Kind::prefix, operand);
  if (name == "suffix") return text_test(FilterTest::Kind::suffix, operand);
  if (name == "numeric") return range(operand);
  if (name == "anything-but") return anything_but(operand);
  if (name == "exists" && operand.kind == Json::Kind::truth) return {.kind = FilterTest::Kind::exists, .truth = operand.truth};
  if (name != "equals-ignore-case") throw NotAPattern{};
  FilterTest test = text_test(FilterTest::Kind::text, operand);
  test.ignoring_case = true;
  return test;
}

FilterTest alternative(const Json& json) {
  switch (json.kind) {
    case Json::Kind::null:
      return {};
    case Json::Kind::truth:
      return {.kind = FilterTest::Kind::truth, .truth = json.truth};
    case Json::Kind::number:
      return {.kind = FilterTest::Kind::number, .text = json.text, .number = number_in(json)};
    case Json::Kind::text:
      return {.kind = FilterTest::Kind::text, .text = json.text};
    case Json::Kind::object:
      if (json.members.size() == 1) return operator_test(json.members[0].name, json.members[0].value);
      break;
    case Json::Kind::array:
      break;
  }
  throw NotAPattern{};
}

FilterPattern pattern_in(const Json& json) {
  if (json.kind != Json::Kind::object || json.members.empty()) throw NotAPattern{};
  FilterPattern pattern;
  for (const auto& [name, value] : json.members) {
    if (name == "$or") {
      if (value.elements.empty()) throw NotAPattern{};
      std::vector<FilterPattern>& either = pattern.ors.emplace_back();
      for (const Json& branch : value.elements) either.push_back(pattern_in(branch));
      continue;
    }
    FilterField field{.name = name, .tests = {}, .deeper = {}};
    if (value.kind == Json::Kind::object)
      field.deeper = pattern_in(value);
    else if (value.elements.empty())  // no array, or an empty one
      throw NotAPattern{};
    for (const Json& each : value.elements) field.tests.push_back(alternative(each));
    pattern.fields.push_back(std::move(field));
  }
  return pattern;
}

}  // namespace

std::optional<FilterPattern> parse_filter_pattern(std::string_view json) {
  Reader reader;
  if (!nlohmann::json::sax_parse(json, &reader)) return std::nullopt;
  try {
    return pattern_in(reader.root);
  } catch (const NotAPattern&) {
    return std::nullopt;
  }
}

}  // namespace weir
