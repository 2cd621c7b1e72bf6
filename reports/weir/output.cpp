#include "reports/weir/output.hpp"

#include <algorithm>
#include <array>

#include "reports/weir/printing.hpp"
#include "scenarios/format/files.hpp"
#include "sim/base/bad_input.hpp"

namespace weir {

Output::Output(const Arguments& arguments, std::string_view option) : place_(arguments.text(option)) {
  constexpr std::array<std::string_view, 4> standard_output{"-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"};
  is_standard_output_ = std::find(standard_output.begin(), standard_output.end(), place_) != standard_output.end();
  if (!is_standard_output_) return;
  if (arguments.json())
    throw BadInput(arguments.where(option), "standard output, where --json writes already", "one of the two, or a file");
  print_on_standard_error();
}

void Output::write(std::string_view text) const {
  if (is_standard_output_)
    print_data(text);
  else if (is_wanted())
    write_file_atomically(place_, text);
}

}  // namespace weir
