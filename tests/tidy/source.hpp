// A C++ source taken apart by line, far enough to tell what is code from what is said about it.
//
//   code    the line with comments and the insides of literals blanked out; columns stay
//   prose   the opposite: comments and the insides of string literals, all else blank
// Knows // and /* */ comments, string and character literals, raw strings, digit separators. No preprocessing.
#pragma once

#include <string>
#include <vector>

namespace weir::tidy {

struct Line {
  std::string raw, code, prose;
};

std::vector<Line> take_apart(const std::string& text);

// The place of `token` in `code` as a whole word, or npos. A token that begins with '*' is the end of a longer name.
std::size_t find_word(const std::string& code, std::string token);

// The X of #include "X" or #include <X>; "" for any other line.
std::string included_path(const Line& line);

}  // namespace weir::tidy
