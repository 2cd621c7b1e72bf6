// A command of the program, as data: its words on the command line and what it does.
//
//   run      answers the exit code; throws BadInput for what the person got wrong
//   exit     0 ok, 1 violation, 2 unknown: nothing was tested or not all of it, 3 bad input, 4 a bug of ours
//   --json   every command takes it: one JSON document on standard output and nothing else there
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

enum class ExitCode : int { ok = 0, violation = 1, unknown = 2, bad_input = 3, bug = 4 };

struct OptionSpec {
  std::string_view name;   // "--runs"
  std::string_view value;  // "N"; empty: a flag
  std::string_view help;
  bool many = false;  // may be given more than once
};

// What stood on the command line, words still. Errors name the command and the option.
class Arguments {
 public:
  std::string program;  // as it was called, for lines that a person may paste
  std::string command;
  std::optional<std::string> operand;
  std::map<std::string, std::vector<std::string>, std::less<>> options;  // flags have no values

  bool has(std::string_view option) const { return options.find(option) != options.end(); }
  bool json() const { return has("--json"); }
  std::string text(std::string_view option, std::string_view otherwise = "") const;
  std::vector<std::string> texts(std::string_view option) const;
  // A whole number within low .. high. `or_else` ends what an error says is accepted.
  std::optional<std::uint64_t> number(std::string_view option, std::uint64_t low, std::uint64_t high,
                                      std::string_view or_else = "") const;
  const std::string& need_operand(std::string_view what, std::string_view accepted) const;
  std::string where(std::string_view option = "") const;  // "weir sweep --runs"
};

// A command that lists things by name, and with a name shows that one alone: as one JSON object then, else an array.
class Listing {
 public:
  // `what` they are, one of them: "oracle"; `accepted` what the error for an unknown name says would do.
  Listing(const Arguments& arguments, std::string_view what, std::string_view accepted);
  bool wants(std::string_view name);  // asked of each, in order; remembers the name
  void require_found() const;         // after the last: BadInput when none had the name that was given
  bool of_one() const { return arguments_.operand.has_value(); }

 private:
  const Arguments& arguments_;
  std::string what_, accepted_;
  std::vector<std::string> names_;
  bool found_ = false;
};

struct CommandSpec {
  std::string_view name;
  std::string_view summary;
  std::string_view operand;  // "SCENARIO"; empty: it takes none
  std::string_view operand_help;
  std::vector<OptionSpec> options;  // beside --json
  ExitCode (*run)(const Arguments& arguments);
};

// One a file, in the order of `weir --help`.
const CommandSpec& demo_command();
const CommandSpec& list_command();
const CommandSpec& run_command();
const CommandSpec& sweep_command();
const CommandSpec& replay_command();
const CommandSpec& choices_command();
const CommandSpec& rules_command();
const CommandSpec& oracles_command();
const CommandSpec& metrics_command();
const std::vector<const CommandSpec*>& all_commands();

}  // namespace weir
