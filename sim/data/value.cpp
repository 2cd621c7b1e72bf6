#include "sim/data/value.hpp"

#include <algorithm>
#include <array>

#include "sim/data/encoding.hpp"

namespace weir {

namespace {
constexpr std::array<std::string_view, 10> names{"S", "N", "B", "BOOL", "NULL", "M", "L", "SS", "NS", "BS"};
}  // namespace

std::string_view wire_name(Type type) { return names[static_cast<std::size_t>(type)]; }

std::optional<Type> parse_type(std::string_view wire_name) {
  const auto* const found = std::find(names.begin(), names.end(), wire_name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Type>(found - names.begin());
}

AttributeValue::AttributeValue(std::string text) : payload_(std::in_place_index<0>, std::move(text)) {}
AttributeValue::AttributeValue(std::string_view text) : payload_(std::in_place_index<0>, text) {}
AttributeValue::AttributeValue(const char* text) : payload_(std::in_place_index<0>, text) {}
AttributeValue::AttributeValue(Number number) : payload_(std::in_place_index<1>, number) {}

AttributeValue AttributeValue::binary(std::string bytes) { return AttributeValue(Payload(Bytes{std::move(bytes)})); }
AttributeValue AttributeValue::null() { return AttributeValue(Payload(std::monostate{})); }
AttributeValue AttributeValue::map(AttributeMap entries) { return AttributeValue(Payload(std::move(entries))); }
AttributeValue AttributeValue::list(AttributeList elements) { return AttributeValue(Payload(std::move(elements))); }

AttributeValue AttributeValue::string_set(std::vector<std::string> elements) {
  std::sort(elements.begin(), elements.end());
  return AttributeValue(Payload(StringSet{std::move(elements)}));
}
AttributeValue AttributeValue::number_set(std::vector<Number> elements) {
  std::sort(elements.begin(), elements.end());
  return AttributeValue(Payload(NumberSet{std::move(elements)}));
}
AttributeValue AttributeValue::binary_set(std::vector<std::string> elements) {
  std::sort(elements.begin(), elements.end());
  return AttributeValue(Payload(BinarySet{std::move(elements)}));
}

const std::string* AttributeValue::as_binary() const {
  const auto* const held = std::get_if<Bytes>(&payload_);
  return held ? &held->bytes : nullptr;
}
const std::vector<std::string>* AttributeValue::as_string_set() const {
  const auto* const held = std::get_if<StringSet>(&payload_);
  return held ? &held->elements : nullptr;
}
const std::vector<Number>* AttributeValue::as_number_set() const {
  const auto* const held = std::get_if<NumberSet>(&payload_);
  return held ? &held->elements : nullptr;
}
const std::vector<std::string>* AttributeValue::as_binary_set() const {
  const auto* const held = std::get_if<BinarySet>(&payload_);
  return held ? &held->elements : nullptr;
}

int AttributeValue::depth() const {
  int deepest = 0;
  if (const AttributeMap* const entries = as_map()) {
    for (const auto& [name, value] : *entries) deepest = std::max(deepest, value.depth());
  } else if (const AttributeList* const elements = as_list()) {
    for (const AttributeValue& value : *elements) deepest = std::max(deepest, value.depth());
  }
  return deepest + 1;
}

std::uint32_t AttributeValue::size_bytes() const {
  const auto length = [](const std::string& text) { return static_cast<std::uint32_t>(text.size()); };
  std::uint32_t size = 0;
  switch (type()) {
    case Type::S:
      return length(*as_string());
    case Type::N:
      return as_number()->size_bytes();
    case Type::B:
      return length(*as_binary());
    case Type::Bool:
    case Type::Null:
      return 1;
    case Type::M:
      for (const auto& [name, value] : *as_map()) size += 1 + length(name) + value.size_bytes();
      return size + 3;
    case Type::L:
      for (const AttributeValue& value : *as_list()) size += 1 + value.size_bytes();
      return size + 3;
    case Type::SS:
    case Type::BS:
      for (const std::string& text : type() == Type::SS ? *as_string_set() : *as_binary_set()) size += length(text);
      return size;
    case Type::NS:
      for (const Number& number : *as_number_set()) size += number.size_bytes();
      return size;
  }
  return size;
}

bool operator==(const AttributeValue& a, const AttributeValue& b) { return a.payload_ == b.payload_; }

std::optional<std::strong_ordering> compare_scalars(const AttributeValue& a, const AttributeValue& b) {
  if (a.type() != b.type()) return std::nullopt;
  if (a.type() == Type::S) return a.as_string()->compare(*b.as_string()) <=> 0;
  if (a.type() == Type::N) return *a.as_number() <=> *b.as_number();
  if (a.type() == Type::B) return a.as_binary()->compare(*b.as_binary()) <=> 0;
  return std::nullopt;
}

}  // namespace weir
