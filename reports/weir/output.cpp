#include "reports/weir/output.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "reports/weir/printing.hpp"
#include "scenarios/format/files.hpp"
#include "sim/base/bad_input.hpp"

namespace weir {

namespace {

bool is_standard_output(std::string_view place) {
  constexpr std::array<std::string_view, 4> names{"-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"};
  return std::find(names.begin(), names.end(), place) != names.end();
}

}  // namespace

Output::Output(const Arguments& arguments, std::string_view option)
    : place_(arguments.text(option)), is_standard_output_(is_standard_output(place_)) {
  if (!is_standard_output_) return;
  const auto refuse = [&](std::string_view other) {
    throw BadInput(arguments.where(option), fmt::format("standard output, where {} writes already", other),
                   "one of the two, or a file");
  };
  if (arguments.json()) refuse("--json");
  for (const std::string_view other : {"--jsonl", "--junit", "--page"})
    if (other != option && is_standard_output(arguments.text(other))) refuse(other);
  print_on_standard_error();
}

void Output::write(std::string_view text) const {
  if (is_standard_output_)
    print_data(text);
  else if (is_wanted())
    write_file_atomically(place_, text);
}

}  // namespace weir
