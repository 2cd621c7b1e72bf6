// The parsing half of filter.hpp.
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

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

constexpr const char *accepted_fields = "an object of at least one field: the field's name, and what it may be",
                     *accepted_values = "an array of at least one value or operator, or an object of fields that lie deeper",
                     *accepted_value = "a text, a number, true, false or null, or an object of one operator",
                     *accepted_operator = "prefix, suffix, anything-but, numeric, exists or equals-ignore-case [FILTER-2]",
                     *accepted_text_or_wrapped = "a text, or {\"equals-ignore-case\": a text}",
                     *accepted_range =
                         "[\"=\", a number], or one or both of \">\" or \">=\" and \"<\" or \"<=\", in that order, each "
                         "with a number behind it",
                     *accepted_but =
                         "a text or a number, an array of one or more of either, or an object of one of prefix, suffix "
                         "and equals-ignore-case over a text or texts",
                     *accepted_or = "an array of at least one pattern";

void add_text(const Json& json, std::string& to) {
  switch (json.kind) {
    case Json::Kind::null:
      to += "null";
      return;
    case Json::Kind::truth:
      to += json.truth ? "true" : "false";
      return;
    case Json::Kind::number:
      to += json.text;
      return;
    case Json::Kind::text:
      to += nlohmann::json(json.text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
      return;
    case Json::Kind::array:
    case Json::Kind::object:
      break;
  }
  const bool is_array = json.kind == Json::Kind::array;
  to += is_array ? '[' : '{';
  const std::size_t before = to.size();
  for (const Json& element : json.elements) {
    if (to.size() > before) to += ',';
    add_text(element, to);
  }
  for (const auto& [name, value] : json.members) {
    if (to.size() > before) to += ',';
    add_text(Json{.kind = Json::Kind::text, .text = name}, to);
    to += ':';
    add_text(value, to);
  }
  to += is_array ? ']' : '}';
}

std::string shown(const Json& json) {
  constexpr std::size_t longest = 80;
  std::string text;
  add_text(json, text);
  if (text.size() <= longest) return text;
  std::size_t end = longest;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;  // not within a character
  return text.substr(0, end) + "...";
}

// A place in the pattern, by its JSON pointer.
struct Place {
  std::string pointer;

  Place in(std::size_t element) const { return {pointer + '/' + std::to_string(element)}; }
  Place in(std::string_view name) const {
    std::string deeper = pointer + '/';
    for (const char c : name) c == '~' ? deeper += "~0" : c == '/' ? deeper += "~1" : deeper += c;
    return {std::move(deeper)};
  }
  [[noreturn]] void refuse(const Json& found, const char* accepted) const {
    throw BadFilterPattern{pointer, shown(found), accepted};
  }
};

class Reader final : public nlohmann::json_sax<nlohmann::json> {
 public:
  Json root;
  bool too_deep = false;

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
    if (open_.size() >= most_levels) return too_deep = true, false;
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

std::optional<Number> number_in(const Json& json) {
  if (json.kind != Json::Kind::number) return std::nullopt;
  const NumberResult number = Number::parse(json.text);
  return number ? std::optional(*number) : std::nullopt;
}

// A text, or {"equals-ignore-case": text} where that may stand.
FilterTest text_test(FilterTest::Kind kind, const Json& json, const Place& at) {
  if (json.kind == Json::Kind::text) return {.kind = kind, .text = json.text};
  if (kind == FilterTest::Kind::text) at.refuse(json, "a text");
  const bool wrapped = json.kind == Json::Kind::object && json.members.size() == 1 &&
                       json.members[0].name == "equals-ignore-case" && json.members[0].value.kind == Json::Kind::text;
  if (!wrapped) at.refuse(json, accepted_text_or_wrapped);
  return {.kind = kind, .ignoring_case = true, .text = json.members[0].value.text};
}

FilterTest range(const Json& json, const Place& at) {
  const std::vector<Json>& parts = json.elements;
  if (json.kind != Json::Kind::array || (parts.size() != 2 && parts.size() != 4)) at.refuse(json, accepted_range);
  FilterTest test{.kind = FilterTest::Kind::range};
  for (std::size_t i = 0; i < parts.size(); i += 2) {
    const std::optional<Number> number = number_in(parts[i + 1]);
    if (parts[i].kind != Json::Kind::text || !number) at.refuse(json, accepted_range);
    const std::string& sign = parts[i].text;
    const FilterTest::Bound bound{*number, sign.ends_with('=')};
    if (sign == "=" && parts.size() == 2)
      test.above = test.below = bound;
    else if ((sign == ">" || sign == ">=") && i == 0)
      test.above = bound;
    else if ((sign == "<" || sign == "<=") && i + 2 == parts.size())
      test.below = bound;
    else
      at.refuse(json, accepted_range);
  }
  if (parts.size() == 4 && test.above->at >= test.below->at) at.refuse(json, "a lower bound that is below the upper one");
  return test;
}

// What anything-but lists: texts, or numbers, or one operator over one or several texts.
FilterTest anything_but(const Json& json, const Place& at) {
  FilterTest test{.kind = FilterTest::Kind::anything_but};
  FilterTest::Kind kind = FilterTest::Kind::text;
  bool ignoring_case = false;
  const Json* listed = &json;
  if (json.kind == Json::Kind::object) {
    if (json.members.size() != 1) at.refuse(json, accepted_but);
    const auto& [name, inside] = json.members[0];
    ignoring_case = name == "equals-ignore-case";
    kind = name == "prefix" ? FilterTest::Kind::prefix : name == "suffix" ? FilterTest::Kind::suffix : FilterTest::Kind::text;
    if (kind == FilterTest::Kind::text && !ignoring_case) at.refuse(json, accepted_but);
    listed = &inside;
  }
  const std::vector<Json> one{*listed};
  const std::vector<Json>& all = listed->kind == Json::Kind::array ? listed->elements : one;
  if (all.empty()) at.refuse(json, accepted_but);
  for (const Json& each : all) {
    if (each.kind != all.front().kind) at.refuse(json, accepted_but);
    const std::optional<Number> number = json.kind == Json::Kind::object ? std::nullopt : number_in(each);
    if (number)
      test.but.push_back({.kind = FilterTest::Kind::number, .text = each.text, .number = *number});
    else if (each.kind == Json::Kind::text)
      test.but.push_back({.kind = kind, .ignoring_case = ignoring_case, .text = each.text});
    else
      at.refuse(json, accepted_but);
  }
  return test;
}

FilterTest operator_test(const std::string& name, const Json& operand, const Place& at) {
  if (name == "prefix") return text_test(FilterTest::Kind::prefix, operand, at);
  if (name == "suffix") return text_test(FilterTest::Kind::suffix, operand, at);
  if (name == "numeric") return range(operand, at);
  if (name == "anything-but") return anything_but(operand, at);
  if (name == "exists") {
    if (operand.kind != Json::Kind::truth) at.refuse(operand, "true or false");
    return {.kind = FilterTest::Kind::exists, .truth = operand.truth};
  }
  FilterTest test = text_test(FilterTest::Kind::text, operand, at);
  test.ignoring_case = true;
  return test;
}

FilterTest alternative(const Json& json, const Place& at) {
  constexpr std::array<std::string_view, 6> operators{"prefix",       "suffix", "numeric",
                                                      "anything-but", "exists", "equals-ignore-case"};
  switch (json.kind) {
    case Json::Kind::null:
      return {};
    case Json::Kind::truth:
      return {.kind = FilterTest::Kind::truth, .truth = json.truth};
    case Json::Kind::number: {
      const std::optional<Number> number = number_in(json);
      if (!number) at.refuse(json, "a number that an item can hold");
      return {.kind = FilterTest::Kind::number, .text = json.text, .number = *number};
    }
    case Json::Kind::text:
      return {.kind = FilterTest::Kind::text, .text = json.text};
    case Json::Kind::object: {
      if (json.members.size() != 1) break;
      const auto& [name, operand] = json.members[0];
      if (std::find(operators.begin(), operators.end(), name) == operators.end()) at.refuse(json, accepted_operator);
      return operator_test(name, operand, at.in(name));
    }
    case Json::Kind::array:
      break;
  }
  at.refuse(json, accepted_value);
}

FilterPattern pattern_in(const Json& json, const Place& at) {
  if (json.kind != Json::Kind::object || json.members.empty()) at.refuse(json, accepted_fields);
  FilterPattern pattern;
  for (const auto& [name, value] : json.members) {
    const Place inside = at.in(name);
    if (name == "$or") {
      if (value.elements.empty()) inside.refuse(value, accepted_or);
      std::vector<FilterPattern>& either = pattern.ors.emplace_back();
      for (std::size_t i = 0; i < value.elements.size(); ++i) either.push_back(pattern_in(value.elements[i], inside.in(i)));
      continue;
    }
    FilterField field{.name = name, .tests = {}, .deeper = {}};
    if (value.kind == Json::Kind::object)
      field.deeper = pattern_in(value, inside);
    else if (value.elements.empty())  // no array, or an empty one
      inside.refuse(value, accepted_values);
    for (std::size_t i = 0; i < value.elements.size(); ++i) field.tests.push_back(alternative(value.elements[i], inside.in(i)));
    pattern.fields.push_back(std::move(field));
  }
  return pattern;
}

}  // namespace

std::optional<FilterPattern> parse_filter_pattern(std::string_view json, BadFilterPattern* why) {
  Reader reader;
  try {
    if (nlohmann::json::sax_parse(json, &reader)) return pattern_in(reader.root, {});
    if (!why) return std::nullopt;
    if (reader.too_deep)
      *why = {"", "more than 100 levels", "at most 100"};
    else
      *why = {"", "what is no JSON", "a JSON object [ESM-12]"};
  } catch (const BadFilterPattern& wrong) {
    if (why) *why = wrong;
  }
  return std::nullopt;
}

}  // namespace weir
