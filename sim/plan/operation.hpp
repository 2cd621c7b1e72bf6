// One generated operation of a workload client, as a choice: calm means that it does not happen.
//
//   kind    put, update (SET of the value), add (ADD to the value), remove
//   item    which item of the scenario's key space, 0-based
//   group   which group the item says it belongs to (items that move between groups are a museum theme)
//   value   the number the operation carries
// Text form: {"put": {"item": 2, "group": 1, "value": 5}} in files, "put item 2 group 1 value 5" in stories.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "sim/plan/site.hpp"

namespace weir {

enum class OperationKind : std::uint8_t { none, put, update, add, remove };
inline constexpr std::array<std::string_view, 5> operation_kind_names{"none", "put", "update", "add", "delete"};

struct Operation {
  OperationKind kind = OperationKind::none;
  std::uint16_t item = 0;
  std::uint8_t group = 0;
  std::uint32_t value = 0;
  friend constexpr bool operator==(const Operation&, const Operation&) = default;
};

template <>
struct ChoiceCodec<Operation> {
  static constexpr SiteType type = SiteType::operation;
  static constexpr std::span<const std::string_view> names{operation_kind_names};
  static constexpr std::int64_t encode(const Operation& o) {
    if (o.kind == OperationKind::none) return 0;
    return (static_cast<std::int64_t>(o.kind) << 56) | (static_cast<std::int64_t>(o.item) << 40) |
           (static_cast<std::int64_t>(o.group) << 32) | static_cast<std::int64_t>(o.value);
  }
  static constexpr Operation decode(std::int64_t v) {
    return {static_cast<OperationKind>((v >> 56) & 0x7f), static_cast<std::uint16_t>((v >> 40) & 0xffff),
            static_cast<std::uint8_t>((v >> 32) & 0xff), static_cast<std::uint32_t>(v & 0xffffffff)};
  }
};

}  // namespace weir
