// The right-hand side of a SET, as it is evaluated. Private to the room; update.hpp is what others see.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sim/expression/update.hpp"

namespace weir {

struct SetValue {
  enum class Kind : std::uint8_t { constant, path, if_not_exists, plus, minus, list_append };
  Kind kind = Kind::constant;
  std::string encoded;         // of a constant
  Path path;                   // of a path or if_not_exists
  SetValuePtr first, second;   // operands; if_not_exists has its other value in `first`
  std::string_view flaw = {};  // what the service refuses about it or its operands
  bool nested = false;         // whether a path in it has more than one step
};

constexpr bool is_sum(SetValue::Kind kind) { return kind == SetValue::Kind::plus || kind == SetValue::Kind::minus; }

// What an operand is whatever the item.
inline std::optional<Type> known_type(const SetValue& value) {
  if (value.kind == SetValue::Kind::constant) return encoded_type(value.encoded);
  if (value.kind == SetValue::Kind::list_append) return Type::L;
  return std::nullopt;
}

}  // namespace weir
