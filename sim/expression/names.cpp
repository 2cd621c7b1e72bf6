#include "sim/expression/names.hpp"

#include <algorithm>

#include "sim/expression/condition_node.hpp"
#include "sim/expression/set_value.hpp"

namespace weir {

namespace {

bool is_nested(const Path& path) { return path.steps.size() > 1; }

// Every path of an expression, the empty ones of operands without a path too.
template <class See>
void each_path(const SetValuePtr& value, See see) {
  if (!value) return;
  see(value->path);
  each_path(value->first, see);
  each_path(value->second, see);
}
template <class See>
void each_path(const Condition& condition, See see) {
  const ConditionNode* const node = condition.root();
  if (!node) return;
  see(node->left.path);
  see(node->right.path);
  for (const BoundOperand& operand : node->more) see(operand.path);
  each_path(node->first, see);
  each_path(node->second, see);
}

// `actions`: those of an update, which only its friends see.
template <class Actions, class See>
void each_path_in(const Actions& actions, const See& see) {
  for (const auto& action : actions) {
    see(action.target);
    if (action.value) each_path(action.value->pointer(), see);
  }
}

}  // namespace

void add_names(const Path& path, AttributeNames& names) {
  if (path.steps.empty()) return;
  if (const auto* name = std::get_if<std::string>(&path.steps.front())) names.insert(*name);
}

void add_names(const Condition& condition, AttributeNames& names) {
  each_path(condition, [&](const Path& path) { add_names(path, names); });
}

void add_names(const Projection& projection, AttributeNames& names) {
  for (const Path& path : projection.paths()) add_names(path, names);
}

void add_names(const Update& update, AttributeNames& names) {
  each_path_in(update.actions_, [&](const Path& path) { add_names(path, names); });
}

bool has_nested_paths(const Condition& condition) { return condition.root() && condition.root()->nested; }

bool has_nested_paths(const Projection& projection) {
  return std::any_of(projection.paths().begin(), projection.paths().end(), is_nested);
}

void add_entered(const Path& path, AttributeNames& names) {
  if (is_nested(path)) add_names(path, names);
}

void add_entered(const Condition& condition, AttributeNames& names) {
  each_path(condition, [&](const Path& path) { add_entered(path, names); });
}

void add_entered(const Projection& projection, AttributeNames& names) {
  for (const Path& path : projection.paths()) add_entered(path, names);
}

void add_entered(const Update& update, AttributeNames& names) {
  each_path_in(update.actions_, [&](const Path& path) { add_entered(path, names); });
}

}  // namespace weir
