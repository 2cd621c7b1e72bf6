#include "sim/expression/condition.hpp"

#include <algorithm>
#include <compare>

#include "sim/data/utf8.hpp"
#include "sim/expression/condition_node.hpp"
#include "sim/expression/spelling.hpp"

namespace weir {

namespace {

using Kind = ConditionNode::Kind;

// Evaluation ------------------------------------------------------------------------------------------------------------

// A string's length in characters or in UTF-16 units. A byte that is no UTF-8 counts for one.                  [OPEN-46]
std::uint64_t length_of(std::string_view text, SizeUnit unit) {
  std::uint64_t length = 0;
  while (!text.empty()) {
    const std::size_t bytes = std::max<std::size_t>(utf8_length(text), 1);
    length += bytes == 4 && unit == SizeUnit::utf16_units ? 2 : 1;
    text.remove_prefix(bytes);
  }
  return length;
}

// What an operand comes to: canonical bytes, or nothing. A size's bytes lie inside.
class Value {
 public:
  Value(const BoundOperand& operand, const Item& item, SizeUnit unit) {
    if (operand.kind == BoundOperand::Kind::constant) {
      bytes_ = operand.encoded;
    } else if (operand.kind == BoundOperand::Kind::path) {
      bytes_ = operand.path.find(item);
    } else {
      measure(operand.encoded.empty() ? operand.path.find(item) : std::string_view(operand.encoded), unit);
    }
  }
  Value(const Value&) = delete;
  Value& operator=(const Value&) = delete;

  bool missing() const { return bytes_.empty(); }
  bool unmeasurable() const { return unmeasurable_; }
  std::string_view bytes() const { return bytes_; }

 private:
  void measure(std::string_view value, SizeUnit unit) {
    unmeasurable_ = true;
    if (value.empty()) return;
    const Type type = encoded_type(value);
    if (type == Type::N || type == Type::Bool || type == Type::Null) return;
    const char* at = value.data() + 1;
    std::uint64_t size = read_length(at);
    if (type == Type::S && unit != SizeUnit::utf8_bytes)
      size = length_of(encoded_text(value), unit);
    else if (type != Type::S && type != Type::B)
      size = read_length(at);
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

bool holds(const ConditionNode& node, const Item& item, SizeUnit unit) {
  const auto value_of = [&](const BoundOperand& operand) { return Value(operand, item, unit); };
  switch (node.kind) {
    case Kind::compare:
      return compares(value_of(node.left), node.comparator, value_of(node.right));
    case Kind::between: {
      const Value value = value_of(node.left);
      return compares(value, Comparator::greater_equal, value_of(node.right)) &&
             compares(value, Comparator::less_equal, value_of(node.more.front()));
    }
    case Kind::in: {
      const Value value = value_of(node.left);
      return std::any_of(node.more.begin(), node.more.end(), [&](const BoundOperand& candidate) {
        return compares(value, Comparator::equal, value_of(candidate));
      });
    }
    case Kind::exists:
      return !node.left.path.find(item).empty();
    case Kind::not_exists:
      return node.left.path.find(item).empty();
    case Kind::type: {
      const Value value = value_of(node.left);
      return !value.missing() && encoded_type(value.bytes()) == node.type;
    }
    case Kind::begins_with:
      return begins(value_of(node.left).bytes(), value_of(node.right).bytes());
    case Kind::contains:
      return has_inside(value_of(node.left).bytes(), value_of(node.right).bytes());
    case Kind::both:
      return node.first.holds(item, unit) && node.second.holds(item, unit);
    case Kind::either:
      return node.first.holds(item, unit) || node.second.holds(item, unit);
    case Kind::negation:
      return !node.first.holds(item, unit);
  }
  return false;
}

// Text ------------------------------------------------------------------------------------------------------------------

std::string text_of(const BoundOperand& operand, Spelling spelling) {
  const std::string text = operand.encoded.empty() ? spelt(operand.path, spelling) : spelt_constant(operand.encoded, spelling);
  return operand.kind == BoundOperand::Kind::size ? "size(" + text + ")" : text;
}

bool is_joined(const Condition& condition) {
  return condition.root() && (condition.root()->kind == Kind::both || condition.root()->kind == Kind::either);
}

std::string text_of(const ConditionNode& node, Spelling spelling);

// With parentheses where precedence asks for them, and nowhere else.                                   [EXPR-6] [EXPR-8]
std::string text_inside(const Condition& condition, Kind around, Spelling spelling) {
  if (!condition.root()) return "";
  const bool wrapped = is_joined(condition) && condition.root()->kind != around &&
                       (around == Kind::negation || condition.root()->kind == Kind::either);
  const std::string text = text_of(*condition.root(), spelling);
  return wrapped ? "(" + text + ")" : text;
}

std::string text_of(const ConditionNode& node, Spelling spelling) {
  const auto text = [&](const BoundOperand& operand) { return text_of(operand, spelling); };
  const auto inside = [&](const Condition& condition) { return text_inside(condition, node.kind, spelling); };
  const std::string left = text(node.left);
  switch (node.kind) {
    case Kind::compare:
      return left + " " + std::string(text_of(node.comparator)) + " " + text(node.right);
    case Kind::between:
      return left + " BETWEEN " + text(node.right) + " AND " + text(node.more.front());
    case Kind::in: {
      std::string list;
      for (const BoundOperand& candidate : node.more) list += (list.empty() ? "" : ", ") + text(candidate);
      return left + " IN (" + list + ")";
    }
    case Kind::exists:
      return "attribute_exists(" + left + ")";
    case Kind::not_exists:
      return "attribute_not_exists(" + left + ")";
    case Kind::type:
      return "attribute_type(" + left + ", \"" + std::string(wire_name(node.type)) + "\")";
    case Kind::begins_with:
      return "begins_with(" + left + ", " + text(node.right) + ")";
    case Kind::contains:
      return "contains(" + left + ", " + text(node.right) + ")";
    case Kind::both:
      return inside(node.first) + " AND " + inside(node.second);
    case Kind::either:
      return inside(node.first) + " OR " + inside(node.second);
    case Kind::negation:
      return "NOT " + inside(node.first);
  }
  return "";
}

}  // namespace

bool Condition::holds(const Item& item, SizeUnit unit) const { return !root_ || weir::holds(*root_, item, unit); }

std::string_view Condition::flaw() const { return root_ ? root_->flaw : std::string_view(); }

bool Condition::asks_size() const { return root_ && root_->asks_size; }

bool Condition::mentions(std::string_view attribute) const {
  if (!root_) return false;
  const auto is_of = [&](const BoundOperand& operand) {
    const auto* name = operand.path.steps.empty() ? nullptr : std::get_if<std::string>(&operand.path.steps.front());
    return name && *name == attribute;
  };
  return is_of(root_->left) || is_of(root_->right) || std::any_of(root_->more.begin(), root_->more.end(), is_of) ||
         root_->first.mentions(attribute) || root_->second.mentions(attribute);
}

std::string Condition::to_text() const { return root_ ? text_of(*root_, Spelling::readable) : ""; }
std::string Condition::exact_text() const { return root_ ? text_of(*root_, Spelling::exact) : ""; }

std::uint64_t Condition::constant_bytes() const { return root_ ? root_->constant_bytes : 0; }

}  // namespace weir
