#include "reports/weir/command_line.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "scenarios/format/failure_file.hpp"
#include "sim/base/bad_input.hpp"

namespace weir {

namespace {

constexpr const char* about =
    "Weir plays consumers of DynamoDB streams against a simulated service in virtual time, finds the plans that break their\n"
    "promises, and shrinks each to the few decisions that matter.";
constexpr const char* closing =
    "A SCENARIO is a file's path or the name of a bundled scenario (weir list); the begin of a name will do where only one "
    "fits.\n"
    "Exit codes: 0 ok, 1 violation, 2 unknown (nothing was tested, or the sweep was stopped), 3 bad input, 4 a bug of ours.";

struct Parsed {
  std::vector<std::string> operand;
  std::map<std::string_view, std::vector<std::string>> values;
};

// Declares the command to CLI11. Everything is text there: the commands convert, so that all errors read alike.
CLI::App* declare(CLI::App& app, const CommandSpec& spec, Parsed& into) {
  CLI::App* sub = app.add_subcommand(std::string(spec.name), std::string(spec.summary));
  sub->allow_extras();
  sub->footer(closing);
  if (!spec.operand.empty())
    sub->add_option(std::string(spec.operand), into.operand, std::string(spec.operand_help))->type_name("");
  for (const OptionSpec& option : spec.options) {
    if (option.value.empty()) {
      sub->add_flag(std::string(option.name))->description(std::string(option.help))->disable_flag_override();
    } else {
      sub->add_option(std::string(option.name), into.values[option.name], std::string(option.help))
          ->type_name(std::string(option.value))
          ->type_size(1)
          ->expected(1)
          ->allow_extra_args(false)
          ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    }
  }
  sub->add_flag("--json")->description("One JSON document on standard output")->disable_flag_override();
  return sub;
}

std::vector<std::string> command_names() {
  std::vector<std::string> names;
  for (const CommandSpec* spec : all_commands()) names.emplace_back(spec->name);
  return names;
}

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

std::vector<std::string> option_names(const CommandSpec& spec) {
  std::vector<std::string> names;
  for (const OptionSpec& option : spec.options) names.emplace_back(option.name);
  names.emplace_back("--json");
  names.emplace_back("--help");
  return names;
}

BadInput no_value(const CommandSpec& spec, const OptionSpec& option) {
  return {"weir " + std::string(spec.name) + " " + std::string(option.name), "no value",
          std::string(option.name) + " " + std::string(option.value)};
}

BadInput no_command(const std::string& found) {
  if (found.starts_with('-'))
    return {"weir", "found '" + found + "' in the place of a command",
            "a command, its options behind it: " + listed(command_names())};
  return {"weir", found.empty() ? "no command" : "found '" + found + "'",
          "one of the commands " + listed(command_names()) + did_you_mean(found, command_names())};
}

BadInput unknown_word(const CommandSpec& spec, const std::string& word) {
  const std::string where = "weir " + std::string(spec.name), found = "found '" + word + "'";
  if (word.size() > 1 && word.front() == '-') {
    const std::string name = word.substr(0, word.find('='));
    return {where, found, "one of " + listed(option_names(spec)) + did_you_mean(name, option_names(spec))};
  }
  if (spec.operand.empty()) return {where, found, "options alone: this command takes no name"};
  return {where, found, "one " + std::string(spec.operand) + " alone"};
}

// CLI11 says which option it was at the begin of its message: "--runs: 1 required N missing".
BadInput explained(const CommandSpec* spec, const CLI::ParseError& error) {
  const std::string message = error.what();
  const std::string where = spec ? "weir " + std::string(spec->name) : "weir";
  if (spec) {
    for (const OptionSpec& option : spec->options)
      if (message.starts_with(std::string(option.name) + ":") && !option.value.empty()) return no_value(*spec, option);
    for (const std::string& flag : option_names(*spec))
      if (message.starts_with(flag.substr(2) + " ") || message.starts_with(flag))
        return {where + " " + flag, "found a value", "the flag alone: it takes no value"};
  }
  return {where, message, "what weir --help shows"};
}

Arguments arguments_of(const CommandSpec& spec, const CLI::App& sub, const Parsed& parsed) {
  Arguments arguments;
  arguments.command = spec.name;
  if (!parsed.operand.empty()) arguments.operand = parsed.operand.front();
  for (const OptionSpec& option : spec.options) {
    const std::string name(option.name);
    if (sub.count(name) == 0) continue;
    const auto values = parsed.values.find(option.name);
    arguments.options[name] = values == parsed.values.end() ? std::vector<std::string>{} : values->second;
    // Of "--runs --seed 3" the second word is no value, though it stands where one would.
    for (const std::string& value : arguments.options[name])
      if (value.starts_with("--")) throw no_value(spec, option);
    if (!option.value.empty() && !option.many && arguments.options[name].size() > 1)
      throw BadInput("weir " + arguments.command + " " + name,
                     "given " + std::to_string(arguments.options[name].size()) + " times", "the option once");
  }
  if (sub.count("--json") > 0) arguments.options["--json"] = {};
  return arguments;
}

}  // namespace

CommandLine parse_command_line(const std::vector<std::string>& words) {
  CLI::App app(about, "weir");
  app.set_version_flag("--version", "weir " + std::string(weir_version()));
  app.require_subcommand(0, 1);
  app.allow_extras();
  app.footer(closing);
  std::vector<std::unique_ptr<Parsed>> parsed;
  std::vector<CLI::App*> subs;
  for (const CommandSpec* spec : all_commands()) {
    parsed.push_back(std::make_unique<Parsed>());
    subs.push_back(declare(app, *spec, *parsed.back()));
  }
  const auto chosen = [&]() -> std::size_t {
    return static_cast<std::size_t>(std::find_if(subs.begin(), subs.end(), [](CLI::App* sub) { return sub->parsed(); }) -
                                    subs.begin());
  };
  CommandLine line;
  try {
    app.parse(std::vector<std::string>(words.rbegin(), words.rend()));  // CLI11 takes its words back to front
  } catch (const CLI::CallForHelp&) {
    line.text = app.help();
    return line;
  } catch (const CLI::CallForVersion&) {
    line.text = "weir " + std::string(weir_version()) + "\n";
    return line;
  } catch (const CLI::ParseError& error) {
    const std::size_t at = chosen();
    throw explained(at < subs.size() ? all_commands()[at] : nullptr, error);
  }
  if (const std::vector<std::string> extras = app.remaining(); !extras.empty()) throw no_command(extras.front());
  const std::size_t at = chosen();
  if (at == subs.size()) throw no_command("");
  const CommandSpec& spec = *all_commands()[at];
  const std::vector<std::string> extras = subs[at]->remaining();
  const auto option_like = [](const std::string& word) { return word.size() > 1 && word.front() == '-'; };
  // A misspelt option explains the words behind it, so it is told first.
  if (const auto first = std::find_if(extras.begin(), extras.end(), option_like); first != extras.end())
    throw unknown_word(spec, *first);
  if (!extras.empty()) throw unknown_word(spec, extras.front());
  line.command = &spec;
  line.arguments = arguments_of(spec, *subs[at], *parsed[at]);
  if (parsed[at]->operand.size() > 1) throw unknown_word(spec, parsed[at]->operand[1]);
  return line;
}

}  // namespace weir
