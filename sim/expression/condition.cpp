#include "sim/expression/condition.hpp"

#include <algorithm>
#include <array>
#include <compare>

#include "sim/data/check_item.hpp"
#include "sim/data/json.hpp"
#include "sim/data/lasting_text.hpp"

namespace weir {

namespace {

// An operand as it is evaluated: constants are encoded once, when the condition is built.
struct BoundOperand {
  enum class Kind : std::uint8_t { none, path, constant, size } kind = Kind::none;
  Path path;
  std::string encoded;
};

}  // namespace

struct ConditionNode {
  enum class Kind : std::uint8_t {
    compare,
    between,
    in,
    exists,
    not_exists,
    type,
    begins_with,
    contains,
    both,
    either,
    negation
  };
  Kind kind = Kind::compare;
  Comparator comparator = Comparator::equal;
  Type type = Type::S;
  BoundOperand left, right;
  std::vector<BoundOperand> more;  // BETWEEN's upper bound, IN's candidates
  Condition first, second;
  std::string_view flaw;
};

namespace {

using Kind = ConditionNode::Kind;

constexpr std::array<std::string_view, 6> comparator_texts{"=", "<>", "<", "<=", ">", ">="};
std::string_view text_of(Comparator comparator) { return comparator_texts[static_cast<std::size_t>(comparator)]; }

// Evaluation ------------------------------------------------------------------------------------------------------------

// What an operand comes to: canonical bytes, or nothing. A size's bytes lie inside.
class Value {
 public:
  Value(const BoundOperand& operand, const Item& item) {
    if (operand.kind == BoundOperand::Kind::constant) {
      bytes_ = operand.encoded;
    } else if (operand.kind == BoundOperand::Kind::path) {
      bytes_ = operand.path.find(item);
    } else {
      measure(operand.path.find(item));
    }
  }
  Value(const Value&) = delete;
  Value& operator=(const Value&) = delete;

  bool missing() const { return bytes_.empty(); }
  bool unmeasurable() const { return unmeasurable_; }
  std::string_view bytes() const { return bytes_; }

 private:
  void measure(std::string_view value) {
    unmeasurable_ = true;
    if (value.empty()) return;
    const Type type = encoded_type(value);
    if (type == Type::N || type == Type::Bool || type == Type::Null) return;
    const char* at = value.data() + 1;
    std::uint64_t size = read_length(at);
    if (type != Type::S && type != Type::B) size = read_length(at);
    own_[0] = static_cast<char>(Type::N);
    bytes_ = {own_, 1 + Number::from_unsigned(size).pack(own_ + 1)};
    unmeasurable_ = false;
  }

  std::string_view bytes_;
  bool unmeasurable_ = false;
  char own_[1 + Number::max_packed];
};

std::partial_ordering order_of(std::string_view a, std::string_view b) {
  if (encoded_type(a) != encoded_type(b)) return std::partial_ordering::unordered;
  switch (encoded_type(a)) {
    case Type::S:
    case Type::B:
      return encoded_text(a) <=> encoded_text(b);
    case Type::N:
      return encoded_number(a) <=> encoded_number(b);
    default:
      return std::partial_ordering::unordered;
  }
}

bool compares(const Value& a, Comparator comparator, const Value& b) {
  if (a.unmeasurable() || b.unmeasurable()) return false;
  if (a.missing() || b.missing()) return comparator == Comparator::not_equal;
  if (comparator == Comparator::equal) return a.bytes() == b.bytes();
  if (comparator == Comparator::not_equal) return a.bytes() != b.bytes();
  const std::partial_ordering order = order_of(a.bytes(), b.bytes());
  switch (comparator) {
    case Comparator::less:
      return order < 0;
    case Comparator::less_equal:
      return order <= 0;
    case Comparator::greater:
      return order > 0;
    default:
      return order >= 0;
  }
}

bool begins(std::string_view whole, std::string_view prefix) {
  if (whole.empty() || prefix.empty() || encoded_type(whole) != encoded_type(prefix)) return false;
  if (encoded_type(whole) != Type::S && encoded_type(whole) != Type::B) return false;
  return encoded_text(whole).starts_with(encoded_text(prefix));
}

bool list_contains(std::string_view list, std::string_view element) {
  const char* at = list.data() + 1;
  read_length(at);
  for (std::uint64_t left = read_length(at); left > 0; --left)
    if (read_value(at) == element) return true;
  return false;
}

bool set_contains(std::string_view set, std::string_view element) {
  const Type type = encoded_type(set);
  if (encoded_type(element) != (type == Type::SS ? Type::S : type == Type::NS ? Type::N : Type::B)) return false;
  const char* at = set.data() + 1;
  read_length(at);
  for (std::uint64_t left = read_length(at); left > 0; --left) {
    if (type == Type::NS) {
      const std::size_t length = Number::packed_length(at);
      if (element.substr(1) == std::string_view(at, length)) return true;
      at += length;
    } else if (read_text(at) == encoded_text(element)) {
      return true;
    }
  }
  return false;
}

bool has_inside(std::string_view whole, std::string_view element) {
  if (whole.empty() || element.empty()) return false;
  switch (encoded_type(whole)) {
    case Type::S:
    case Type::B:
      return encoded_type(whole) == encoded_type(element) &&
             encoded_text(whole).find(encoded_text(element)) != std::string_view::npos;
    case Type::L:
      return list_contains(whole, element);
    case Type::SS:
    case Type::NS:
    case Type::BS:
      return set_contains(whole, element);
    default:
      return false;
  }
}

bool holds(const ConditionNode& node, const Item& item) {
  switch (node.kind) {
    case Kind::compare:
      return compares(Value(node.left, item), node.comparator, Value(node.right, item));
    case Kind::between: {
      const Value value(node.left, item);
      return compares(value, Comparator::greater_equal, Value(node.right, item)) &&
             compares(value, Comparator::less_equal, Value(node.more.front(), item));
    }
    case Kind::in: {
      const Value value(node.left, item);
      return std::any_of(node.more.begin(), node.more.end(), [&](const BoundOperand& candidate) {
        return compares(value, Comparator::equal, Value(candidate, item));
      });
    }
    case Kind::exists:
      return !node.left.path.find(item).empty();
    case Kind::not_exists:
      return node.left.path.find(item).empty();
    case Kind::type: {
      const std::string_view value = node.left.path.find(item);
      return !value.empty() && encoded_type(value) == node.type;
    }
    case Kind::begins_with:
      return begins(node.left.path.find(item), Value(node.right, item).bytes());
    case Kind::contains:
      return has_inside(node.left.path.find(item), Value(node.right, item).bytes());
    case Kind::both:
      return node.first.holds(item) && node.second.holds(item);
    case Kind::either:
      return node.first.holds(item) || node.second.holds(item);
    case Kind::negation:
      return !node.first.holds(item);
  }
  return false;
}

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

constexpr std::string_view misused_size =
    "Invalid ConditionExpression: The function is not allowed to be used this way in an expression; function: size";

bool is_constant(const BoundOperand& operand) { return operand.kind == BoundOperand::Kind::constant; }

void mark(ConditionNode& node, std::string_view flaw) {
  if (node.flaw.empty()) node.flaw = flaw;
}

void check_order(ConditionNode& node, std::string_view operation, const BoundOperand& operand) {
  if (is_constant(operand) && !has_order(operand.encoded)) mark(node, wrong_operand(operation, encoded_type(operand.encoded)));
}

void check_distinct(ConditionNode& node, std::string_view operation) {
  const bool paths = node.left.kind == BoundOperand::Kind::path && node.right.kind == BoundOperand::Kind::path;
  if (paths && node.left.path == node.right.path) mark(node, same_operand(operation, node.left.path));
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
  if (one_type && order_of(low.encoded, high.encoded) <= 0) return;
  mark(node, lasting("Invalid ConditionExpression: The BETWEEN operator requires " +
                     std::string(one_type ? "upper bound to be greater than or equal to lower bound"
                                          : "same data type for lower and upper bounds") +
                     "; lower bound operand: " + bound_text(low) + ", upper bound operand: " + bound_text(high)));
}

// Building --------------------------------------------------------------------------------------------------------------

BoundOperand bind(ConditionNode& node, Operand operand) {
  BoundOperand bound;
  if (auto* path = std::get_if<Path>(&operand)) {
    bound.kind = BoundOperand::Kind::path;
    bound.path = std::move(*path);
  } else if (auto* size = std::get_if<SizeOf>(&operand)) {
    bound.kind = BoundOperand::Kind::size;
    bound.path = std::move(size->path);
  } else {
    const AttributeValue& constant = std::get<AttributeValue>(operand);
    const Result<Done> sound = check_value(constant);
    if (!sound) mark(node, sound.failure().message);
    bound.kind = BoundOperand::Kind::constant;
    append_encoded(bound.encoded, constant);
  }
  return bound;
}

Condition finish(std::shared_ptr<ConditionNode> node) { return Condition(std::move(node)); }

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
  node->first = std::move(a);
  node->second = std::move(b);
  return finish(std::move(node));
}

// Text ------------------------------------------------------------------------------------------------------------------

std::string text_of(const BoundOperand& operand) {
  if (operand.kind == BoundOperand::Kind::constant) return to_plain_text(decode_value(operand.encoded));
  if (operand.kind == BoundOperand::Kind::size) return "size(" + operand.path.to_text() + ")";
  return operand.path.to_text();
}

bool is_joined(const Condition& condition) {
  return condition.root() && (condition.root()->kind == Kind::both || condition.root()->kind == Kind::either);
}

// With parentheses where precedence asks for them, and nowhere else.                                           [EXPR-6]
// [EXPR-8]
std::string text_inside(const Condition& condition, Kind around) {
  const bool wrapped = is_joined(condition) && condition.root()->kind != around &&
                       (around == Kind::negation || condition.root()->kind == Kind::either);
  return wrapped ? "(" + condition.to_text() + ")" : condition.to_text();
}

}  // namespace

bool Condition::holds(const Item& item) const { return !root_ || weir::holds(*root_, item); }

std::string_view Condition::flaw() const { return root_ ? root_->flaw : std::string_view(); }

std::string Condition::to_text() const {
  if (!root_) return "";
  const ConditionNode& node = *root_;
  const std::string left = text_of(node.left);
  switch (node.kind) {
    case Kind::compare:
      return left + " " + std::string(text_of(node.comparator)) + " " + text_of(node.right);
    case Kind::between:
      return left + " BETWEEN " + text_of(node.right) + " AND " + text_of(node.more.front());
    case Kind::in: {
      std::string list;
      for (const BoundOperand& candidate : node.more) list += (list.empty() ? "" : ", ") + text_of(candidate);
      return left + " IN (" + list + ")";
    }
    case Kind::exists:
      return "attribute_exists(" + left + ")";
    case Kind::not_exists:
      return "attribute_not_exists(" + left + ")";
    case Kind::type:
      return "attribute_type(" + left + ", \"" + std::string(wire_name(node.type)) + "\")";
    case Kind::begins_with:
      return "begins_with(" + left + ", " + text_of(node.right) + ")";
    case Kind::contains:
      return "contains(" + left + ", " + text_of(node.right) + ")";
    case Kind::both:
      return text_inside(node.first, Kind::both) + " AND " + text_inside(node.second, Kind::both);
    case Kind::either:
      return text_inside(node.first, Kind::either) + " OR " + text_inside(node.second, Kind::either);
    case Kind::negation:
      return "NOT " + text_inside(node.first, Kind::negation);
  }
  return "";
}

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
  check_order(*node, "BETWEEN", node->left);
  check_order(*node, "BETWEEN", node->right);
  check_order(*node, "BETWEEN", node->more.front());
  check_bounds(*node);
  return finish(std::move(node));
}

Condition in(Operand value, std::vector<Operand> candidates) {
  auto node = node_of(Kind::in);
  node->left = bind(*node, std::move(value));
  for (Operand& candidate : candidates) node->more.push_back(bind(*node, std::move(candidate)));
  return finish(std::move(node));
}

Condition attribute_exists(Path path) { return finish(node_of(Kind::exists, std::move(path))); }
Condition attribute_not_exists(Path path) { return finish(node_of(Kind::not_exists, std::move(path))); }

Condition attribute_type(Path path, Type type) {
  auto node = node_of(Kind::type, std::move(path));
  node->type = type;
  return finish(std::move(node));
}

Condition begins_with(Path path, Operand prefix) {
  auto node = node_of(Kind::begins_with, std::move(path));
  node->right = bind(*node, std::move(prefix));
  if (node->right.kind == BoundOperand::Kind::size) mark(*node, misused_size);
  if (is_constant(node->right) && encoded_type(node->right.encoded) != Type::S && encoded_type(node->right.encoded) != Type::B)
    mark(*node, wrong_operand("begins_with", encoded_type(node->right.encoded)));
  return finish(std::move(node));
}

Condition contains(Path path, Operand element) {
  auto node = node_of(Kind::contains, std::move(path));
  node->right = bind(*node, std::move(element));
  if (node->right.kind == BoundOperand::Kind::size) mark(*node, misused_size);
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
