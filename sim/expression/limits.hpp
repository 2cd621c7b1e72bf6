// How much one expression may hold, be it text or a tree. Private to the room.                            [EXPR-1] [EXPR-2]
//
//   operators  at most 300, functions among them
//   IN         at most 100 candidates
//   values     at most 2 MB, each of them once however often it stands there, as under a placeholder
//   differs    a tree has no text and no placeholders, so what bounds these bounds no tree; the values of a tree are counted by
//              expression and not by request
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

namespace weir {

struct ConditionNode;
struct SetValue;

inline constexpr int max_operators = 300;
inline constexpr std::size_t max_in_operands = 100;
inline constexpr std::uint64_t max_value_bytes = std::uint64_t{2} * 1024 * 1024;
inline constexpr std::string_view values_too_large = "ExpressionAttributeValues exceeds max size";

inline std::string too_many_operators(int operators) {
  return "The expression contains too many operators; operator count: " + std::to_string(operators);
}
inline std::string too_many_in_operands(std::size_t operands) {
  return "The IN operator is provided with too many operands; number of operands: " + std::to_string(operands);
}

using Constants = std::set<std::string_view>;  // encoded, each once
std::uint64_t bytes_of(const Constants& constants);
void collect(const ConditionNode& condition, Constants& constants);
void collect(const SetValue& value, Constants& constants);
int operators_of(const SetValue& value);  // with functions

}  // namespace weir
