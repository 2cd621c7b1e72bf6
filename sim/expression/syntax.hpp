// The syntax of expressions: text to a tree of words, which knows nothing yet of names, values or types. Private to the room.
//
// Recursive descent by hand and not a parser library: the service's messages ask for the token where reading stopped and for
// its neighbours, which a grammar's own errors do not give; the grammar is 20 rules; and nothing here costs compile time.
//
//   tokens      names, #names, :values, numbers, operators; keywords in any case; anything else is a token that fits nowhere
//   errors      Refused, with the service's words: 'Syntax error; token: "X", near: "A X B"' (the text from the token before
//               to the one after), redundant parentheses, too many operators                    [EXPR-2] [EXPR-8]
//   parens      one pair around a condition or an operand, never two around the same thing           [EXPR-8]
//   depth       at most 64 parentheses or NOTs within each other, since it runs on a handler's small stack; deeper counts as
//               too many operators
//               Differs: the service bounds the operators alone
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weir {

// Why an expression is refused. Thrown inside the room only; read_expression in lowering.hpp catches it.
struct Refused {
  std::string message;
  bool whole = false;  // the message is all there is to say; else "Invalid X: " comes before it
};

struct SyntaxStep {
  enum class Kind : std::uint8_t { bare, placeholder, index } kind;
  std::string_view text;
};

struct Syntax {
  enum class Kind : std::uint8_t { either, both, negation, parens, compare, between, in, call, path, value, sum };
  Kind kind;
  std::string_view text = {};  // of a comparator, a function, a value's placeholder, + or -
  std::vector<SyntaxStep> steps = {};
  std::vector<Syntax> children = {};

  const Syntax& bare() const { return kind == Kind::parens ? children.front().bare() : *this; }  // parentheses taken off
};

struct SyntaxAction {
  Syntax path;
  std::vector<Syntax> value = {};  // none or one
};
struct SyntaxClause {
  std::string_view keyword;  // "SET", "REMOVE", "ADD" or "DELETE"
  std::vector<SyntaxAction> actions;
};

// What these return is made of views into the text.
Syntax read_condition(std::string_view text);
std::vector<SyntaxClause> read_update(std::string_view text);
std::vector<Syntax> read_projection(std::string_view text);

}  // namespace weir
