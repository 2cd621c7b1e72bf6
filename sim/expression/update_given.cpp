// What an update gives a top-level attribute, as far as the item has no say in it.                       [GSI-7] [MSG-7]
#include <variant>

#include "sim/expression/set_value.hpp"

namespace weir {

namespace {

// What a SET to it gives whatever the item: also where a function has nothing else to give than what it was handed.
std::optional<Type> given_type(const SetValue& value) {
  if (is_sum(value.kind)) return Type::N;
  return value.kind == SetValue::Kind::if_not_exists ? given_type(*value.first) : known_type(value);
}

}  // namespace

std::optional<Update::Given> Update::given(std::string_view attribute) const {
  for (const Action& action : actions_) {
    if (action.target.steps.size() > 1 || std::get<std::string>(action.target.steps.front()) != attribute) continue;
    if (!action.value && action.operand.empty()) return std::nullopt;  // it is removed
    if (!action.value)
      return Given{encoded_type(action.operand),
                   action.kind == Action::Kind::set ? std::string_view(action.operand) : std::string_view()};
    const SetValue& value = action.value->value();
    const std::optional<Type> type = given_type(value);
    return type ? std::optional(Given{*type, value.encoded}) : std::nullopt;
  }
  return std::nullopt;
}

}  // namespace weir
