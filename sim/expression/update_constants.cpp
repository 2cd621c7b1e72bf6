// What an update shows of the item after it, whatever the item before it.
#include "sim/expression/set_value.hpp"
#include "sim/expression/update.hpp"

namespace weir {

Item Update::constants() const {
  ItemBuilder builder;
  for (const Action& action : actions_) {
    if (action.kind != Action::Kind::set || action.target.steps.size() != 1) continue;
    const std::string& value = action.value ? action.value->value().encoded : action.operand;
    const bool constant = !action.value || action.value->value().kind == SetValue::Kind::constant;
    if (constant) builder.encoded(std::get<std::string>(action.target.steps.front()), value);
  }
  return builder.finish();
}

}  // namespace weir
