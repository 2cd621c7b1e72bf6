// A person's mistake in a file, token, command line or handler response: thrown at the edge, shown as one clear error.
//
//   where     file and JSON pointer or line, or the option's name
//   found     what stands there
//   accepted  what would have been accepted; the nearest known name where one was misspelt
// The message is "where: found; accepted". Exit code 3.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

struct BadInput : std::runtime_error {
  BadInput(std::string where_, std::string found_, std::string accepted_);
  std::string where, found, accepted;
};

// " (did you mean 'x'?)" for the known name nearest to a misspelt one, or "" when none is near.
std::string did_you_mean(std::string_view misspelt, const std::vector<std::string>& known);

}  // namespace weir
