// The program: words in, one command run, an exit code out. What goes wrong ends here as one line on standard error.
#include <exception>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "reports/weir/command_line.hpp"
#include "reports/weir/keeping.hpp"
#include "reports/weir/printing.hpp"
#include "scenarios/format/json_layout.hpp"
#include "sim/base/bad_input.hpp"
#include "sim/base/check.hpp"

namespace weir {

namespace {

// With --json an error is a document too, beside the line on standard error.
ExitCode refuse(const BadInput& bad, bool json) {
  std::string where = bad.where;
  if (where.starts_with("weir ")) where = where.substr(5);  // complain() says it
  complain(where == "weir" ? bad.found + "; " + bad.accepted : where + ": " + bad.found + "; " + bad.accepted);
  if (json) print(laid_out({{"error", error_json(bad)}, {"exit", static_cast<int>(ExitCode::bad_input)}}));
  return ExitCode::bad_input;
}

std::string quoted_line(const std::vector<std::string>& words) {
  std::string line = "weir";
  for (const std::string& word : words) line += " " + shell_word(word);
  return line;
}

ExitCode run_program(const std::string& program, const std::vector<std::string>& words) {
  bool json = false;
  for (const std::string& word : words) json = json || word == "--json";
  try {
    try {
      CommandLine line = parse_command_line(words);
      if (!line.command) {
        print(line.text);
        finish_printing();
        return ExitCode::ok;
      }
      line.arguments.program = program;
      const ExitCode code = line.command->run(line.arguments);
      finish_printing();
      return code;
    } catch (const BadInput& bad) {
      const ExitCode code = refuse(bad, json);
      finish_printing();
      return code;
    }
  } catch (const BadInput& bad) {
    return refuse(bad, false);  // standard output itself
  } catch (const std::exception& error) {
    complain(std::string("a bug of ours: ") + error.what() + "\n  replay  " + quoted_line(words));
    return ExitCode::bug;
  }
}

}  // namespace

}  // namespace weir

int main(int argc, char** argv) {
  weir::ignore_closed_pipes();
  const std::string program = argc > 0 ? argv[0] : "weir";
  return static_cast<int>(weir::run_program(program, std::vector<std::string>(argv + (argc > 0 ? 1 : 0), argv + argc)));
}
