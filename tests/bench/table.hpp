// What a benchmark prints: a figure, and beside it what the design asks for.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace weir::bench {

struct Figure {
  std::string what;
  double value = 0;
  std::string unit{};
  std::optional<double> at_most{};   // the aim: not above this
  std::optional<double> at_least{};  // the aim: not below this
};

void print_table(const std::string& title, const std::vector<Figure>& figures);

// Seconds of wall time since some fixed moment. Benchmarks only: the simulator itself has no clock.
double seconds_now();

}  // namespace weir::bench
