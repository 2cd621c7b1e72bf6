// The command line: words in, one command with its arguments out.
//
//   help, version  `text` is what to print; the exit code is then 0
//   errors         BadInput, one for the first thing that is wrong: unknown commands and options with the nearest name, values
//                  that are missing or come without an option, options given twice
#pragma once

#include <string>
#include <vector>

#include "reports/weir/command.hpp"

namespace weir {

struct CommandLine {
  const CommandSpec* command = nullptr;  // nullptr: print `text` and be done
  Arguments arguments;
  std::string text;
};

CommandLine parse_command_line(const std::vector<std::string>& words);

}  // namespace weir
