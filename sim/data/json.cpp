#include "sim/data/json.hpp"

#include <nlohmann/json.hpp>
#include <optional>

#include "sim/base/bad_input.hpp"
#include "sim/data/base64.hpp"

namespace weir {

namespace {
using nlohmann::json;

constexpr int max_levels = 200;  // deeper JSON is refused before recursion can hurt; items allow 32 [ITEM-3]

// Where a value stands: a chain on the stack, written out only for an error.
struct Path {
  std::string_view root;
  const Path* up = nullptr;
  std::string_view name = {};
  std::size_t index = 0;
  bool by_name = false;
  int level = 1;

  Path at(std::string_view child) const { return {root, this, child, 0, true, level + 1}; }
  Path at(std::size_t child) const { return {root, this, {}, child, false, level + 1}; }

  std::string text() const {
    if (!up) return std::string(root);
    std::string all = up->text() + "/";
    if (!by_name) return all + std::to_string(index);
    for (const char c : name) all += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
    return all;
  }
};

std::string shown(const json& value) {
  constexpr std::size_t most = 60;
  std::string text = value.dump(-1, ' ', true, json::error_handler_t::replace);
  if (text.size() > most) text = text.substr(0, most) + "...";
  return text;
}

[[noreturn]] void refuse(const Path& path, std::string found, std::string accepted) {
  throw BadInput(path.text(), std::move(found), std::move(accepted));
}

void check_level(const Path& path) {
  if (path.level > max_levels) refuse(path, "more than 200 levels of nesting", "at most 32 levels in an item");
}

std::string text_of(const json& value, const Path& path, std::string_view what) {
  if (!value.is_string()) refuse(path, shown(value), std::string(what));
  return value.get<std::string>();
}

Number number_of(const json& value, const Path& path) {
  if (!value.is_string())
    refuse(path, "the JSON value " + shown(value) + " for a number", "its digits as a string, such as \"1.5\"");
  const auto& text = value.get_ref<const std::string&>();
  const NumberResult number = Number::parse(text);
  if (!number) refuse(path, message(number.error(), text), "a decimal of up to 38 digits, 1E-130 to 9.99E+125");
  return *number;
}

std::string binary_of(const json& value, const Path& path) {
  constexpr std::string_view wanted = "base64 with padding, such as \"AAE=\"";
  std::optional<std::string> bytes = from_base64(text_of(value, path, wanted));
  if (!bytes) refuse(path, shown(value), std::string(wanted));
  return *bytes;
}

template <class Read>
auto elements_of(const json& value, const Path& path, Read&& read) {
  if (!value.is_array()) refuse(path, shown(value), "an array");
  std::vector<decltype(read(value, path))> elements;
  elements.reserve(value.size());
  std::size_t i = 0;
  for (const json& element : value) {
    elements.push_back(read(element, path.at(i)));
    ++i;
  }
  return elements;
}

std::string string_of(const json& value, const Path& path) { return text_of(value, path, "a string"); }

template <class Read>
AttributeMap entries_of(const json& value, const Path& path, Read&& read) {
  if (!value.is_object()) refuse(path, shown(value), "an object");
  AttributeMap entries;
  for (const auto& [name, element] : value.items()) entries.emplace(name, read(element, path.at(name)));
  return entries;
}

// --- typed ---

AttributeValue read_typed(const json& value, const Path& path) {
  check_level(path);
  constexpr std::string_view wanted =
      "an object of one type and value, such as {\"S\":\"x\"}; types: S N B BOOL NULL M L SS NS BS";
  if (!value.is_object()) refuse(path, shown(value), std::string(wanted));
  if (value.empty()) {
    refuse(path, "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes", std::string(wanted));
  }
  if (value.size() > 1) {
    refuse(path, "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes",
           std::string(wanted));
  }
  const std::string& name = value.begin().key();
  const json& inside = value.begin().value();
  const std::optional<Type> type = parse_type(name);
  if (!type) refuse(path, "the type " + shown(name), std::string(wanted));
  const Path inner = path.at(name);
  switch (*type) {
    case Type::S:
      return string_of(inside, inner);
    case Type::N:
      return number_of(inside, inner);
    case Type::B:
      return AttributeValue::binary(binary_of(inside, inner));
    case Type::Bool:
      if (!inside.is_boolean()) refuse(inner, shown(inside), "true or false");
      return AttributeValue(inside.get<bool>());
    case Type::Null:
      if (inside != json(true)) {
        refuse(inner, "One or more parameter values were invalid: Null attribute value types must have the value of true",
               "true");
      }
      return AttributeValue::null();
    case Type::M:
      return AttributeValue::map(entries_of(inside, inner, read_typed));
    case Type::L:
      return AttributeValue::list(elements_of(inside, inner, read_typed));
    case Type::SS:
      return AttributeValue::string_set(elements_of(inside, inner, string_of));
    case Type::NS:
      return AttributeValue::number_set(elements_of(inside, inner, number_of));
    case Type::BS:
      return AttributeValue::binary_set(elements_of(inside, inner, binary_of));
  }
  SIM_CHECK(false, "a type is one of ten");
  return AttributeValue::null();
}

json write_binaries(const std::vector<std::string>& elements) {
  json array = json::array();
  for (const std::string& bytes : elements) array.push_back(to_base64(bytes));
  return array;
}

json write_number_texts(const std::vector<Number>& elements) {
  json array = json::array();
  for (const Number& number : elements) array.push_back(number.to_text());
  return array;
}

template <class Write>
json write_entries(const AttributeMap& entries, Write&& write) {
  json object = json::object();
  for (const auto& [name, value] : entries) object[name] = write(value);
  return object;
}

template <class Write>
json write_elements(const AttributeList& elements, Write&& write) {
  json array = json::array();
  for (const AttributeValue& value : elements) array.push_back(write(value));
  return array;
}

json write_typed(const AttributeValue& value) {
  json inside;
  switch (value.type()) {
    case Type::S:
      inside = *value.as_string();
      break;
    case Type::N:
      inside = value.as_number()->to_text();
      break;
    case Type::B:
      inside = to_base64(*value.as_binary());
      break;
    case Type::Bool:
      inside = *value.as_bool();
      break;
    case Type::Null:
      inside = true;
      break;
    case Type::M:
      inside = write_entries(*value.as_map(), write_typed);
      break;
    case Type::L:
      inside = write_elements(*value.as_list(), write_typed);
      break;
    case Type::SS:
      inside = *value.as_string_set();
      break;
    case Type::NS:
      inside = write_number_texts(*value.as_number_set());
      break;
    case Type::BS:
      inside = write_binaries(*value.as_binary_set());
      break;
  }
  json object = json::object();
  object[std::string(wire_name(value.type()))] = std::move(inside);
  return object;
}

// --- plain ---

// Inside $N and $NS: a string, an integer, or what parse_json_exactly made of another number.
Number plain_number_of(const json& value, const Path& path) {
  if (value.is_number_unsigned()) return Number::from_unsigned(value.get<std::uint64_t>());
  if (value.is_number_integer()) return value.get<std::int64_t>();
  if (value.is_object() && value.size() == 1 && value.begin().key() == "$N") return number_of(value.begin().value(), path);
  return number_of(value, path);
}

AttributeValue read_plain(const json& value, const Path& path);

AttributeValue read_tagged(const std::string& tag, const json& inside, const Path& path) {
  const Path inner = path.at(tag);
  if (tag == "$S") return string_of(inside, inner);
  if (tag == "$N") return plain_number_of(inside, inner);
  if (tag == "$B") return AttributeValue::binary(binary_of(inside, inner));
  if (tag == "$M") return AttributeValue::map(entries_of(inside, inner, read_plain));
  if (tag == "$SS") return AttributeValue::string_set(elements_of(inside, inner, string_of));
  if (tag == "$NS") return AttributeValue::number_set(elements_of(inside, inner, plain_number_of));
  if (tag == "$BS") return AttributeValue::binary_set(elements_of(inside, inner, binary_of));
  const std::vector<std::string> known{"$S", "$N", "$B", "$M", "$SS", "$NS", "$BS"};
  refuse(path, "the type " + shown(tag) + did_you_mean(tag, known),
         "$S, $N, $B, $M, $SS, $NS or $BS; a map whose only name begins with $ is written {\"$M\":{...}}");
}

AttributeValue read_plain(const json& value, const Path& path) {
  check_level(path);
  switch (value.type()) {
    case json::value_t::string:
      return value.get<std::string>();
    case json::value_t::number_integer:
    case json::value_t::number_unsigned:
      return plain_number_of(value, path);
    case json::value_t::boolean:
      return AttributeValue(value.get<bool>());
    case json::value_t::null:
      return AttributeValue::null();
    case json::value_t::array:
      return AttributeValue::list(elements_of(value, path, read_plain));
    case json::value_t::object: {
      const bool tagged = value.size() == 1 && value.begin().key().starts_with('$');
      if (tagged) return read_tagged(value.begin().key(), value.begin().value(), path);
      return AttributeValue::map(entries_of(value, path, read_plain));
    }
    case json::value_t::number_float:
      refuse(path, "a number that is no 64-bit integer and was read as binary floating point",
             "the number's digits as text, such as {\"$N\":\"0.1\"}");
    default:
      refuse(path, "no JSON value", "a string, number, true, false, null, array or object");
  }
}

json write_plain(const AttributeValue& value) {
  const auto tagged = [](std::string_view tag, json inside) {
    json object = json::object();
    object[std::string(tag)] = std::move(inside);
    return object;
  };
  switch (value.type()) {
    case Type::S:
      return *value.as_string();
    case Type::N:
      if (const std::optional<std::int64_t> whole = value.as_number()->to_int64()) return *whole;
      return tagged("$N", value.as_number()->to_text());
    case Type::B:
      return tagged("$B", to_base64(*value.as_binary()));
    case Type::Bool:
      return *value.as_bool();
    case Type::Null:
      return nullptr;
    case Type::M: {
      const AttributeMap& entries = *value.as_map();
      json object = write_entries(entries, write_plain);
      const bool looks_like_a_type = entries.size() == 1 && entries.begin()->first.starts_with('$');
      return looks_like_a_type ? tagged("$M", std::move(object)) : object;
    }
    case Type::L:
      return write_elements(*value.as_list(), write_plain);
    case Type::SS:
      return tagged("$SS", *value.as_string_set());
    case Type::NS:
      return tagged("$NS", write_number_texts(*value.as_number_set()));
    case Type::BS:
      return tagged("$BS", write_binaries(*value.as_binary_set()));
  }
  return nullptr;
}

}  // namespace

AttributeValue typed_value(const nlohmann::json& json, std::string_view where) { return read_typed(json, Path{where}); }
Item typed_item(const nlohmann::json& json, std::string_view where) { return Item(entries_of(json, Path{where}, read_typed)); }
AttributeValue plain_value(const nlohmann::json& json, std::string_view where) { return read_plain(json, Path{where}); }
Item plain_item(const nlohmann::json& json, std::string_view where) { return Item(entries_of(json, Path{where}, read_plain)); }

nlohmann::json to_typed_json(const AttributeValue& value) { return write_typed(value); }
nlohmann::json to_typed_json(const Item& item) { return write_entries(item.attributes(), write_typed); }
nlohmann::json to_plain_json(const AttributeValue& value) { return write_plain(value); }
nlohmann::json to_plain_json(const Item& item) { return write_entries(item.attributes(), write_plain); }

}  // namespace weir
