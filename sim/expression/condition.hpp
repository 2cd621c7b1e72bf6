// Conditions as a small syntax tree; expression.hpp parses text into it.                       [EXPR-5] [EXPR-7]
//
// A Condition is an immutable, shared value; the empty one always holds. Operands are paths, constants or size(path).
// Evaluation is pure and total, on an item's encoded bytes:
//
//   missing   a missing attribute makes a comparison false, except <> which it makes true        [EXPR-7]
//   types     two types: equal false, <> true, ordering false; only S, N and B have an order      [EXPR-7] [ITEM-11]
//   size      S in the unit that is asked for, B in bytes, sets, lists and maps in elements; of anything else, or of nothing,
//             every comparison is false, <> too                                          [EXPR-9] [OPEN-46]
//   flaws     what the service refuses before it looks at any item, as a ValidationException: constants without an order,
//             BETWEEN bounds the wrong way round, two operands that are one path, bad constants    [EXPR-7] [EXPR-19]
//             and more operators or constants than an expression may hold (limits.hpp)           [EXPR-1] [EXPR-2]
#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/data/item.hpp"

namespace weir {

// A document path: "a.b[2].c". The first step is a name; names in the dotted form hold no '.', '[' or ']'.     [EXPR-4]
struct Path {
  using Step = std::variant<std::string, std::size_t>;
  std::vector<Step> steps;
  Path() = default;        // leads to nothing
  Path(const char* text);  // parses the dotted form; BadInput when it is none, or deeper than 32 steps
  Path(const std::string& text);
  static Path attribute(std::string name);  // a top-level attribute of any name, taken as it is
  std::string to_text() const;
  std::string to_message() const;  // "[a, b, [2]]", as the service's messages show it

  // The canonical bytes of what the path leads to; empty when there is nothing. A view into the item.
  std::string_view find(const Item& item) const;
  friend bool operator==(const Path&, const Path&) = default;
};

// Why two paths may not stand in one update or projection: one leads into, or is, the other, or they want their common parent
// to be a map and a list at once. Empty when they may.                                        [EXPR-13] [EXPR-18] MSG-18
std::string path_clash(const Path& one, const Path& two);

// What size() of a string counts: the service's documents leave it open.                                     [OPEN-46]
enum class SizeUnit : std::uint8_t { utf8_bytes, utf16_units, characters };

struct SizeOf {
  Path path;
  std::optional<AttributeValue> constant = std::nullopt;  // when there is one, it is measured and not the path
};

// A plain text or number is a constant; a path says so: compare(Path("kind"), Comparator::equal, "order").
struct Operand : std::variant<Path, AttributeValue, SizeOf> {
  Operand(Path path) : variant(std::move(path)) {}
  Operand(SizeOf size) : variant(std::move(size)) {}
  Operand(AttributeValue constant) : variant(std::move(constant)) {}
  template <std::convertible_to<AttributeValue> Constant>
  Operand(Constant constant) : Operand(AttributeValue(std::move(constant))) {}
};

enum class Comparator : std::uint8_t { equal, not_equal, less, less_equal, greater, greater_equal };

struct ConditionNode;

class Condition {
 public:
  Condition() = default;  // always holds
  explicit Condition(std::shared_ptr<const ConditionNode> root) : root_(std::move(root)) {}
  bool empty() const { return !root_; }
  // For a missing item: the empty Item. The unit matters only where asks_size().
  bool holds(const Item& item, SizeUnit unit = SizeUnit::utf8_bytes) const;
  bool asks_size() const;                           // whether there is a size() in it
  bool mentions(std::string_view attribute) const;  // whether a path in it begins with this attribute
  std::string_view flaw() const;         // the service's message; empty when there is none; lives as long as the program
  std::string to_text() const;           // expression text with constants in place
  std::string exact_text() const;        // the same for two conditions only if they are the same; not for people      [TXN-3]
  std::uint64_t constant_bytes() const;  // of all constants in it, by ITEM-7
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

// The guard of versioned writes: no such attribute yet (or no item), or one below that of `incoming`. When `incoming` has none:
// no such attribute yet.
Condition if_older(const std::string& attribute, const Item& incoming);

}  // namespace weir
