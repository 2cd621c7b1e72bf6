#include "reports/weir/command.hpp"

#include <charconv>

#include "sim/base/bad_input.hpp"

namespace weir {

std::string Arguments::text(std::string_view option, std::string_view otherwise) const {
  const auto found = options.find(option);
  if (found == options.end()) return std::string(otherwise);
  if (found->second.front().empty()) throw BadInput(where(option), "an empty value", "a value that is not empty");
  return found->second.front();
}

std::vector<std::string> Arguments::texts(std::string_view option) const {
  const auto found = options.find(option);
  return found == options.end() ? std::vector<std::string>{} : found->second;
}

std::optional<std::uint64_t> Arguments::number(std::string_view option, std::uint64_t low, std::uint64_t high,
                                               std::string_view or_else) const {
  if (!has(option)) return std::nullopt;
  const std::string given = text(option);
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(given.data(), given.data() + given.size(), value);
  if (error != std::errc() || end != given.data() + given.size() || value < low || value > high)
    throw BadInput(where(option), "found '" + given + "'",
                   "a whole number from " + std::to_string(low) + " to " + std::to_string(high) + std::string(or_else));
  return value;
}

const std::string& Arguments::need_operand(std::string_view what, std::string_view accepted) const {
  if (!operand || operand->empty()) throw BadInput(where(), "no " + std::string(what), std::string(accepted));
  return *operand;
}

std::string Arguments::where(std::string_view option) const {
  return "weir " + command + (option.empty() ? "" : " " + std::string(option));
}

Listing::Listing(const Arguments& arguments, std::string_view what, std::string_view accepted)
    : arguments_(arguments), what_(what), accepted_(accepted) {}

bool Listing::wants(std::string_view name) {
  names_.emplace_back(name);
  const bool is_it = arguments_.operand == name;
  found_ = found_ || is_it;
  return !of_one() || is_it;
}

void Listing::require_found() const {
  if (!of_one() || found_) return;
  throw BadInput(arguments_.where(), "no " + what_ + " '" + *arguments_.operand + "'",
                 accepted_ + did_you_mean(*arguments_.operand, names_));
}

const std::vector<const CommandSpec*>& all_commands() {
  static const std::vector<const CommandSpec*> commands{&demo_command(),  &list_command(),    &run_command(),
                                                        &sweep_command(), &replay_command(),  &choices_command(),
                                                        &rules_command(), &oracles_command(), &metrics_command()};
  return commands;
}

}  // namespace weir
