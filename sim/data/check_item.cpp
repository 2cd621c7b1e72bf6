#include "sim/data/check_item.hpp"

#include <optional>
#include <string>
#include <vector>

#include "sim/data/base64.hpp"
#include "sim/data/lasting_text.hpp"

namespace weir {

namespace {
using Refusal = std::optional<std::string_view>;  // the message, if something is wrong

constexpr std::string_view too_deep =
    "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit";

Refusal check_name(std::string_view name) {
  if (name.empty()) return "Empty attribute name";
  if (name.size() > max_attribute_name_bytes) return "Attribute name is too large, must be less than 65536 bytes";
  return std::nullopt;
}

// The elements of a set as the duplicates' message shows them, in order.
std::string list_elements(std::string_view encoded) {
  const AttributeValue set = decode_value(encoded);
  std::string text, gap;
  const auto show = [&](std::string_view element) {
    text.append(gap).append(element);
    gap = ", ";
  };
  if (const auto* const strings = set.as_string_set()) {
    for (const std::string& element : *strings) show(element);
  } else if (const auto* const numbers = set.as_number_set()) {
    for (const Number& element : *numbers) show(element.to_text());
  } else {
    for (const std::string& element : *set.as_binary_set()) show(to_base64(element));
  }
  return text;
}

Refusal check_set(std::string_view encoded) {
  const Type type = encoded_type(encoded);
  const char* at = encoded.data() + 1;
  read_length(at);
  std::uint64_t left = read_length(at);
  if (left == 0) {
    if (type == Type::SS) return "One or more parameter values were invalid: An string set  may not be empty";
    if (type == Type::NS) return "One or more parameter values were invalid: An number set  may not be empty";
    return "One or more parameter values were invalid: Binary sets should not be empty";
  }
  for (std::string_view before, now; left > 0; --left, before = now) {
    if (type == Type::NS) {
      now = {at, Number::packed_length(at)};
      at += now.size();
    } else {
      now = read_text(at);
    }
    // Sorted, so repeats are neighbours. `before` has no data at the first element only.
    if (before.data() != nullptr && before == now) {
      return lasting("One or more parameter values were invalid: Input collection [" + list_elements(encoded) +
                     "] contains duplicates.");
    }
  }
  return std::nullopt;
}

Refusal check_encoded(std::string_view encoded, int level) {
  if (level > max_depth) return too_deep;
  const Type type = encoded_type(encoded);
  if (type == Type::SS || type == Type::NS || type == Type::BS) return check_set(encoded);
  if (type != Type::M && type != Type::L) return std::nullopt;
  const char* at = encoded.data() + 1;
  read_length(at);
  for (std::uint64_t left = read_length(at); left > 0; --left) {
    if (type == Type::M) {
      if (const Refusal refusal = check_name(read_text(at))) return refusal;
    }
    if (const Refusal refusal = check_encoded(read_value(at), level + 1)) return refusal;
  }
  return std::nullopt;
}
}  // namespace

Result<Done> check_item(const Item& item, WriteKind write) {
  Refusal refusal;
  item.each([&](std::string_view name, std::string_view value) {
    if (encoded_type(value) <= Type::Null && !name.empty() && name.size() <= max_attribute_name_bytes) return;  // most are so
    if (!refusal) refusal = check_name(name);
    if (!refusal) refusal = check_encoded(value, 1);
  });
  if (refusal) return {ServiceError::validation, *refusal};
  if (item.size_bytes() <= max_item_bytes) return Done{};
  return item_too_large(write);
}

Failed item_too_large(WriteKind write) {
  return {ServiceError::item_size_exceeded, Certainty::surely_not_done,
          write == WriteKind::put ? "Item size has exceeded the maximum allowed size"
                                  : "Item size to update has exceeded the maximum allowed size"};
}

Result<Done> check_value(const AttributeValue& value) {
  if (value.type() <= Type::Null) return Done{};  // a scalar has nothing inside
  if (value.depth() > max_depth) return {ServiceError::validation, too_deep};
  std::string encoded;
  append_encoded(encoded, value);
  if (const Refusal refusal = check_encoded(encoded, 1)) return {ServiceError::validation, *refusal};
  return Done{};
}

}  // namespace weir
