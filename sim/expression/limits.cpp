#include "sim/expression/limits.hpp"

#include "sim/data/encoding.hpp"
#include "sim/expression/condition_node.hpp"
#include "sim/expression/set_value.hpp"

namespace weir {

std::uint64_t bytes_of(const Constants& constants) {
  std::uint64_t bytes = 0;
  for (const std::string_view constant : constants) bytes += encoded_size_bytes(constant);
  return bytes;
}

void collect(const ConditionNode& condition, Constants& constants) {
  const auto operand = [&](const BoundOperand& one) {
    if (!one.encoded.empty()) constants.insert(one.encoded);
  };
  operand(condition.left);
  operand(condition.right);
  for (const BoundOperand& one : condition.more) operand(one);
  for (const ConditionNode* part : {condition.first.root(), condition.second.root()})
    if (part) collect(*part, constants);
}

void collect(const SetValue& value, Constants& constants) {
  if (!value.encoded.empty()) constants.insert(value.encoded);
  for (const SetValuePtr& operand : {value.first, value.second})
    if (operand) collect(*operand, constants);
}

int operators_of(const SetValue& value) {
  int operators = value.kind == SetValue::Kind::constant || value.kind == SetValue::Kind::path ? 0 : 1;
  for (const SetValuePtr& operand : {value.first, value.second})
    if (operand) operators += operators_of(*operand);
  return operators;
}

}  // namespace weir
