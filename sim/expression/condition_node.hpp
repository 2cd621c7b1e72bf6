// The inside of a Condition: one node of its tree. Private to the room; condition.hpp is what others see.
//
// Constants are encoded once, when the condition is built. A node knows what the service refuses about it or about anything
// below it (`flaw`), whether anything below it asks for a size or leads into an attribute, and what counts towards the limits
// of an expression.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/expression/condition.hpp"

namespace weir {

// An operand as it is evaluated. A size is of a path, or of the constant in `encoded`.
struct BoundOperand {
  enum class Kind : std::uint8_t { none, path, constant, size } kind = Kind::none;
  Path path;
  std::string encoded;
};

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
  bool asks_size = false;
  bool nested = false;  // whether a path in it, or below it, has more than one step
  BoundOperand left, right;
  std::vector<BoundOperand> more;  // BETWEEN's upper bound, IN's candidates
  Condition first, second;
  std::string_view flaw;
  std::uint32_t operators = 0;       // with functions, of the whole tree                                    [EXPR-2]
  std::uint64_t constant_bytes = 0;  // likewise
};

// The functions as text may use them: any operand in the first place too.
Condition begins_with_operand(Operand whole, Operand prefix);
Condition contains_operand(Operand whole, Operand element);
Condition attribute_type_operand(Operand value, Type type);

inline constexpr std::string_view comparator_texts[]{"=", "<>", "<", "<=", ">", ">="};
inline std::string_view text_of(Comparator comparator) { return comparator_texts[static_cast<std::size_t>(comparator)]; }

}  // namespace weir
