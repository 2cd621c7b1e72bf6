#include "tests/bench/table.hpp"

#include <fmt/core.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <istream>
#include <utility>

namespace weir::bench {

namespace {

constexpr std::size_t indent = 2, name_width = 58;

Before& known_before() {
  static Before before;
  return before;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t end = text.find_last_not_of(' ');
  return end == std::string_view::npos ? std::string_view() : text.substr(0, end + 1);
}

std::string short_number(double value) { return value >= 1000 ? fmt::format("{:.0f}", value) : fmt::format("{:.3g}", value); }

}  // namespace

Before Before::parse(std::istream& printed) {
  Before before;
  std::string title;
  for (std::string line; std::getline(printed, line);) {
    if (line.empty()) continue;
    if (line.front() != ' ') {
      title = line;
      continue;
    }
    if (line.size() <= indent + name_width) continue;
    const std::string what(trimmed(std::string_view(line).substr(indent, name_width)));
    char* end = nullptr;
    const double value = std::strtod(line.c_str() + indent + name_width, &end);
    if (what.empty() || end == line.c_str() + indent + name_width) continue;
    int nth = 0;
    while (before.figures_.count({title, what, nth}) != 0) nth += 1;
    before.figures_[{title, what, nth}] = value;
  }
  return before;
}

std::optional<double> Before::find(const std::string& table, std::string_view what, int nth) const {
  const auto found = figures_.find({table, std::string(what), nth});
  return found == figures_.end() ? std::nullopt : std::optional(found->second);
}

void compare_with(Before before) { known_before() = std::move(before); }

std::string to_text(const std::string& title, const std::vector<Figure>& figures, const Before& before) {
  std::string text = "\n" + title + "\n";
  std::map<std::string, int> seen;
  for (const Figure& figure : figures) {
    std::string aim;
    bool met = true;
    if (figure.at_most) {
      aim = fmt::format("<= {:g}", *figure.at_most);
      met = figure.value <= *figure.at_most;
    } else if (figure.at_least) {
      aim = fmt::format(">= {:g}", *figure.at_least);
      met = figure.value >= *figure.at_least;
    }
    text += fmt::format("  {:<58} {:>10} {:<8} {:<14} {:<6}", figure.what, short_number(figure.value), figure.unit, aim,
                        met ? "" : "MISSED");
    const std::optional<double> was = before.find(title, figure.what, seen[figure.what]++);
    if (was) text += fmt::format("  was {:>8}", short_number(*was));
    if (was && *was > 0) text += fmt::format("  x {:.2f}", figure.value / *was);
    text.resize(trimmed(text).size());
    text += '\n';
  }
  return text;
}

void print_table(const std::string& title, const std::vector<Figure>& figures) {
  fmt::print("{}", to_text(title, figures, known_before()));
  std::fflush(stdout);
}

double seconds_now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

}  // namespace weir::bench
