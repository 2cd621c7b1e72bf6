// Conditions as a small syntax tree; the expression text of a later issue parses into it.      [EXPR-5] [EXPR-7]
//
// A Condition is an immutable, shared value; the empty one always holds. Operands are paths, constants or size(path).
// Evaluation is pure and total: a missing attribute makes a comparison false, except <> which it makes true.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "sim/data/item.hpp"

namespace weir {

// A document path: "a.b[2].c".                                                                [EXPR-4]
struct Path {
  using Step = std::variant<std::string, std::size_t>;
  std::vector<Step> steps;
  Path(const char* text);  // parses the dotted form; BadInput when it is none
  Path(const std::string& text);
  std::string to_text() const;
  friend bool operator==(const Path&, const Path&) = default;
};

struct SizeOf {
  Path path;
};
using Operand = std::variant<Path, AttributeValue, SizeOf>;

enum class Comparator : std::uint8_t { equal, not_equal, less, less_equal, greater, greater_equal };

struct ConditionNode;

class Condition {
 public:
  Condition() = default;  // always holds
  explicit Condition(std::shared_ptr<const ConditionNode> root) : root_(std::move(root)) {}
  bool empty() const { return !root_; }
  bool holds(const Item& item) const;  // for a missing item: the empty Item
  std::string to_text() const;         // expression text with constants in place
  const ConditionNode* root() const { return root_.get(); }

 private:
  std::shared_ptr<const ConditionNode> root_;
};

Condition compare(Operand left, Comparator comparator, Operand right);
Condition between(Operand value, Operand low, Operand high);
Condition in(Operand value, std::vector<Operand> candidates);
Condition attribute_exists(Path path);
Condition attribute_not_exists(Path path);
Condition attribute_type(Path path, Type type);
Condition begins_with(Path path, Operand prefix);
Condition contains(Path path, Operand element);
Condition operator&&(Condition a, Condition b);
Condition operator||(Condition a, Condition b);
Condition operator!(Condition a);

// The guard of versioned writes: no item yet, or its `attribute` below that of `incoming`.
Condition if_older(const std::string& attribute, const Item& incoming);

}  // namespace weir
