#include <algorithm>

#include "sim/data/check_item.hpp"
#include "sim/data/json.hpp"
#include "sim/data/lasting_text.hpp"
#include "sim/expression/condition_node.hpp"
#include "sim/expression/limits.hpp"

namespace weir {

namespace {

using Kind = ConditionNode::Kind;

// Flaws -----------------------------------------------------------------------------------------------------------------

bool has_order(std::string_view constant) {
  const Type type = encoded_type(constant);
  return type == Type::S || type == Type::N || type == Type::B;
}

std::string_view wrong_operand(std::string_view operation, Type type) {
  return lasting("Invalid ConditionExpression: Incorrect operand type for operator or function; operator or function: " +
                 std::string(operation) + ", operand type: " + std::string(wire_name(type)));
}

std::string_view same_operand(std::string_view operation, const Path& path) {
  return lasting(
      "Invalid ConditionExpression: The first operand must be distinct from the remaining operands for this operator or "
      "function; operator: " +
      std::string(operation) + ", first operand: " + path.to_message());
}

bool is_constant(const BoundOperand& operand) { return operand.kind == BoundOperand::Kind::constant; }

void mark(ConditionNode& node, std::string_view flaw) {
  if (node.flaw.empty()) node.flaw = flaw;
}

void check_order(ConditionNode& node, std::string_view operation, const BoundOperand& operand) {
  if (is_constant(operand) && !has_order(operand.encoded)) mark(node, wrong_operand(operation, encoded_type(operand.encoded)));
}

// A first operand that is the same path as a later one.                                                       [EXPR-19]
void check_distinct(ConditionNode& node, std::string_view operation) {
  if (node.left.kind != BoundOperand::Kind::path) return;
  const auto same = [&](const BoundOperand& other) {
    return other.kind == BoundOperand::Kind::path && other.path == node.left.path;
  };
  if (same(node.right) || std::any_of(node.more.begin(), node.more.end(), same))
    mark(node, same_operand(operation, node.left.path));
}

// A size is a number, which begins with nothing.
void check_prefix(ConditionNode& node, const BoundOperand& operand) {
  if (operand.kind == BoundOperand::Kind::path) return;
  const Type type = is_constant(operand) ? encoded_type(operand.encoded) : Type::N;
  if (type != Type::S && type != Type::B) mark(node, wrong_operand("begins_with", type));
}

std::string bound_text(const BoundOperand& bound) {
  const AttributeValue value = decode_value(bound.encoded);
  std::string text = "AttributeValue: {" + std::string(wire_name(value.type())) + ":";
  if (value.as_string()) return text + *value.as_string() + "}";
  if (value.as_number()) return text + value.as_number()->to_text() + "}";
  return text + to_plain_text(value) + "}";
}

void check_bounds(ConditionNode& node) {
  const BoundOperand& low = node.right;
  const BoundOperand& high = node.more.front();
  if (!node.flaw.empty() || !is_constant(low) || !is_constant(high)) return;
  const bool one_type = encoded_type(low.encoded) == encoded_type(high.encoded);
  const auto order = compare_scalars(decode_value(low.encoded), decode_value(high.encoded));
  if (order && *order <= 0) return;
  mark(node, lasting("Invalid ConditionExpression: The BETWEEN operator requires " +
                     std::string(one_type ? "upper bound to be greater than or equal to lower bound"
                                          : "same data type for lower and upper bounds") +
                     "; lower bound operand: " + bound_text(low) + ", upper bound operand: " + bound_text(high)));
}

// Building --------------------------------------------------------------------------------------------------------------

void bind_constant(ConditionNode& node, BoundOperand& bound, const AttributeValue& constant) {
  const Result<Done> sound = check_value(constant);
  if (!sound) mark(node, sound.failure().message);
  append_encoded(bound.encoded, constant);
}

BoundOperand bind(ConditionNode& node, Operand operand) {
  BoundOperand bound;
  if (auto* path = std::get_if<Path>(&operand)) {
    bound.kind = BoundOperand::Kind::path;
    bound.path = std::move(*path);
  } else if (auto* size = std::get_if<SizeOf>(&operand)) {
    bound.kind = BoundOperand::Kind::size;
    bound.path = std::move(size->path);
    node.asks_size = true;
    if (size->constant) {
      bind_constant(node, bound, *size->constant);
      const Type type = size->constant->type();
      if (type == Type::N || type == Type::Bool || type == Type::Null) mark(node, wrong_operand("size", type));
    }
  } else {
    bound.kind = BoundOperand::Kind::constant;
    bind_constant(node, bound, std::get<AttributeValue>(operand));
  }
  return bound;
}

// Sums up what is below, counts what is bounded, and says so where it is too much. [EXPR-1] [EXPR-2]
Condition finish(std::shared_ptr<ConditionNode> node) {
  const auto count_operand = [&](const BoundOperand& operand) {
    if (operand.kind == BoundOperand::Kind::size) node->operators += 1;
    node->nested = node->nested || operand.path.steps.size() > 1;
    if (!operand.encoded.empty()) node->constant_bytes += encoded_size_bytes(operand.encoded);
  };
  node->operators = 1;
  count_operand(node->left);
  count_operand(node->right);
  for (const BoundOperand& operand : node->more) count_operand(operand);
  for (const ConditionNode* part : {node->first.root(), node->second.root()}) {
    if (!part) continue;
    node->operators += part->operators;
    node->constant_bytes += part->constant_bytes;
    node->nested = node->nested || part->nested;
  }
  if (node->operators > static_cast<std::uint32_t>(max_operators))
    mark(*node, lasting("Invalid ConditionExpression: " + too_many_operators(max_operators + 1)));
  if (node->flaw.empty() && node->constant_bytes > max_value_bytes) {
    Constants constants;
    collect(*node, constants);
    if (bytes_of(constants) > max_value_bytes) mark(*node, values_too_large);
  }
  return Condition(std::move(node));
}

std::shared_ptr<ConditionNode> node_of(Kind kind) {
  auto node = std::make_shared<ConditionNode>();
  node->kind = kind;
  return node;
}

std::shared_ptr<ConditionNode> node_of(Kind kind, Path path) {
  auto node = node_of(kind);
  node->left.kind = BoundOperand::Kind::path;
  node->left.path = std::move(path);
  return node;
}

Condition join(Kind kind, Condition a, Condition b) {
  auto node = node_of(kind);
  mark(*node, a.flaw());
  mark(*node, b.flaw());
  node->asks_size = a.asks_size() || b.asks_size();
  node->first = std::move(a);
  node->second = std::move(b);
  return finish(std::move(node));
}

}  // namespace

Condition compare(Operand left, Comparator comparator, Operand right) {
  auto node = node_of(Kind::compare);
  node->comparator = comparator;
  node->left = bind(*node, std::move(left));
  node->right = bind(*node, std::move(right));
  check_distinct(*node, text_of(comparator));
  if (comparator != Comparator::equal && comparator != Comparator::not_equal) {
    check_order(*node, text_of(comparator), node->left);
    check_order(*node, text_of(comparator), node->right);
  }
  return finish(std::move(node));
}

Condition between(Operand value, Operand low, Operand high) {
  auto node = node_of(Kind::between);
  node->left = bind(*node, std::move(value));
  node->right = bind(*node, std::move(low));
  node->more.push_back(bind(*node, std::move(high)));
  check_distinct(*node, "BETWEEN");
  check_order(*node, "BETWEEN", node->left);
  check_order(*node, "BETWEEN", node->right);
  check_order(*node, "BETWEEN", node->more.front());
  check_bounds(*node);
  return finish(std::move(node));
}

Condition in(Operand value, std::vector<Operand> candidates) {
  auto node = node_of(Kind::in);
  node->left = bind(*node, std::move(value));
  if (candidates.size() > max_in_operands)
    mark(*node, lasting("Invalid ConditionExpression: " + too_many_in_operands(candidates.size())));
  for (Operand& candidate : candidates) node->more.push_back(bind(*node, std::move(candidate)));
  check_distinct(*node, "IN");
  return finish(std::move(node));
}

Condition attribute_exists(Path path) { return finish(node_of(Kind::exists, std::move(path))); }
Condition attribute_not_exists(Path path) { return finish(node_of(Kind::not_exists, std::move(path))); }

Condition attribute_type(Path path, Type type) { return attribute_type_operand(std::move(path), type); }
Condition attribute_type_operand(Operand value, Type type) {
  auto node = node_of(Kind::type);
  node->left = bind(*node, std::move(value));
  node->type = type;
  return finish(std::move(node));
}

Condition begins_with(Path path, Operand prefix) { return begins_with_operand(std::move(path), std::move(prefix)); }
Condition contains(Path path, Operand element) { return contains_operand(std::move(path), std::move(element)); }

Condition begins_with_operand(Operand whole, Operand prefix) {
  auto node = node_of(Kind::begins_with);
  node->left = bind(*node, std::move(whole));
  node->right = bind(*node, std::move(prefix));
  check_prefix(*node, node->left);
  check_prefix(*node, node->right);
  check_distinct(*node, "begins_with");
  return finish(std::move(node));
}

Condition contains_operand(Operand whole, Operand element) {
  auto node = node_of(Kind::contains);
  node->left = bind(*node, std::move(whole));
  node->right = bind(*node, std::move(element));
  check_distinct(*node, "contains");
  return finish(std::move(node));
}

Condition operator&&(Condition a, Condition b) {
  if (a.empty()) return b;
  if (b.empty()) return a;
  return join(Kind::both, std::move(a), std::move(b));
}

Condition operator||(Condition a, Condition b) {
  if (a.empty() || b.empty()) return {};
  return join(Kind::either, std::move(a), std::move(b));
}

Condition operator!(Condition a) {
  auto node = node_of(Kind::negation);
  mark(*node, a.flaw());
  node->asks_size = a.asks_size();
  node->first = std::move(a);
  return finish(std::move(node));
}

Condition if_older(const std::string& attribute, const Item& incoming) {
  Condition absent = attribute_not_exists(Path::attribute(attribute));
  const std::string_view value = incoming.find_encoded(attribute);
  if (value.empty()) return absent;
  auto node = node_of(Kind::compare, Path::attribute(attribute));
  node->comparator = Comparator::less;
  node->right.kind = BoundOperand::Kind::constant;
  node->right.encoded = value;
  check_order(*node, "<", node->right);
  return std::move(absent) || finish(std::move(node));
}

}  // namespace weir
