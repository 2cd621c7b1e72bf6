#include "tests/bench/table.hpp"

#include <fmt/core.h>

#include <chrono>

namespace weir::bench {

void print_table(const std::string& title, const std::vector<Figure>& figures) {
  fmt::print("\n{}\n", title);
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
    const std::string value = figure.value >= 1000 ? fmt::format("{:.0f}", figure.value) : fmt::format("{:.3g}", figure.value);
    fmt::print("  {:<58} {:>10} {:<8} {:<14} {}\n", figure.what, value, figure.unit, aim, met ? "" : "MISSED");
  }
}

double seconds_now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

}  // namespace weir::bench
