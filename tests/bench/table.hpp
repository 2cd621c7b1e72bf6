// What a benchmark prints: a figure, beside it what the design asks for and, where it is known, what it was before.
#pragma once

#include <iosfwd>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace weir::bench {

struct Figure {
  std::string what;
  double value = 0;
  std::string unit{};
  std::optional<double> at_most{};   // the aim: not above this
  std::optional<double> at_least{};  // the aim: not below this
};

// The figures that another weir_bench printed. Lines that are no figures are passed over.
class Before {
 public:
  static Before parse(std::istream& printed);
  // The nth figure (from 0) of that name in the table.
  std::optional<double> find(const std::string& table, std::string_view what, int nth) const;
  bool empty() const { return figures_.empty(); }

 private:
  std::map<std::tuple<std::string, std::string, int>, double> figures_;
};

// Tables that are printed from then on show what each figure was, and the ratio: above 1 is more than before.
void compare_with(Before before);

std::string to_text(const std::string& title, const std::vector<Figure>& figures, const Before& before);
void print_table(const std::string& title, const std::vector<Figure>& figures);

// Seconds of wall time since some fixed moment. Benchmarks only: the simulator itself has no clock.
double seconds_now();

}  // namespace weir::bench
