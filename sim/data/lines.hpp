// Texts in one text, one a line: how a fact has a list of names. None of them holds a line's end.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace weir {

template <class Texts>
std::string joined_lines(const Texts& texts) {
  std::string all;
  for (const auto& text : texts) all.append(all.empty() ? "" : "\n").append(text);
  return all;
}

// Calls f(line) for each of them, in order; the empty text has none.
template <class F>
void each_line(std::string_view all, F&& f) {
  while (!all.empty()) {
    const std::string_view line = all.substr(0, all.find('\n'));
    f(line);
    all.remove_prefix(std::min(line.size() + 1, all.size()));
  }
}

}  // namespace weir
