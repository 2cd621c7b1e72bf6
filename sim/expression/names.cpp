#include "sim/expression/names.hpp"

#include "sim/expression/condition_node.hpp"
#include "sim/expression/set_value.hpp"

namespace weir {

namespace {

void add_names(const SetValuePtr& value, AttributeNames& names) {
  if (!value) return;
  weir::add_names(value->path, names);
  add_names(value->first, names);
  add_names(value->second, names);
}

}  // namespace

void add_names(const Path& path, AttributeNames& names) {
  if (path.steps.empty()) return;
  if (const auto* name = std::get_if<std::string>(&path.steps.front())) names.insert(*name);
}

void add_names(const Condition& condition, AttributeNames& names) {
  const ConditionNode* const node = condition.root();
  if (!node) return;
  add_names(node->left.path, names);
  add_names(node->right.path, names);
  for (const BoundOperand& operand : node->more) add_names(operand.path, names);
  add_names(node->first, names);
  add_names(node->second, names);
}

void add_names(const Projection& projection, AttributeNames& names) {
  for (const Path& path : projection.paths()) add_names(path, names);
}

void add_names(const Update& update, AttributeNames& names) {
  for (const Update::Action& action : update.actions_) {
    add_names(action.target, names);
    if (action.value) add_names(action.value->pointer(), names);
  }
}

}  // namespace weir
