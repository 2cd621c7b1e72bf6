// The words of an expression. Private to the room.                                                       [EXPR-4] [EXPR-8]
#pragma once

#include <string_view>
#include <vector>

namespace weir {

struct Token {
  enum class Kind : std::uint8_t { name, name_placeholder, value_placeholder, number, keyword, symbol, stranger, end };
  Kind kind;
  std::string_view text;  // as written; a keyword in capitals; "<EOF>" at the end
  std::size_t begin = 0, end = 0;
};

// The last token is the end.
std::vector<Token> tokens_of(std::string_view text);

}  // namespace weir
