// From syntax to the trees that evaluate. Private to the room.
//
// An expression is read in passes, each of which stops at its first objection: size, syntax, words (reserved ones, functions
// and where they stand, indexes), then placeholders, operands and their types, from left to right.
#pragma once

#include <string_view>

#include "sim/expression/condition.hpp"
#include "sim/expression/expression.hpp"
#include "sim/expression/placeholders.hpp"
#include "sim/expression/syntax.hpp"

namespace weir {

// The pass over words. In an update the functions are those of updates; a projection has none.
void check_condition_words(const Syntax& condition);
void check_update_words(const Syntax& operand);

// The pass over placeholders and types. What is used is marked as used.
Path path_of(const Syntax& path, Placeholders& placeholders);
const AttributeValue& value_of(const Syntax& value, Placeholders& placeholders);
Condition condition_of(const Syntax& condition, Placeholders& placeholders);
void check_operand_count(const Syntax& call);
const Syntax& first_path_of(const Syntax& call);  // the first operand of a function that wants a document path there

// A flaw of a tree as a refusal of the text it came from; nothing for no flaw.
void refuse_flaw(std::string_view flaw);

void check_expression_size(std::string_view text);
Failed failed(ExpressionKind kind, const Refused& refused);

// Runs what reads one expression; its refusal becomes a Failed.
template <class Read>
auto read_expression(ExpressionKind kind, std::string_view text, Placeholders& placeholders, Read read)
    -> Result<decltype(read())> {
  placeholders.count_expression();
  try {
    check_expression_size(text);
    return read();
  } catch (const Refused& refused) {
    return failed(kind, refused);
  }
}

}  // namespace weir
