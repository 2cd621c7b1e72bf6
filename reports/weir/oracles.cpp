// weir oracles: what is promised, by which rules, and how a scenario asks for it.
#include <nlohmann/json.hpp>

#include "oracles/oracle.hpp"
#include "reports/weir/command.hpp"
#include "reports/weir/printing.hpp"
#include "scenarios/format/json_layout.hpp"

namespace weir {

namespace {

std::string kind_text(const OracleParameter& parameter) {
  switch (parameter.kind) {
    case OracleParameter::Kind::text:
      return "text";
    case OracleParameter::Kind::duration:
      return "duration";
    case OracleParameter::Kind::count:
      return "count";
    case OracleParameter::Kind::one_of:
      break;
  }
  std::string names;
  for (const std::string_view name : parameter.accepted) names += (names.empty() ? "" : " | ") + std::string(name);
  return names;
}

std::string text_of(const OracleInfo& oracle) {
  std::string text = std::string(oracle.name) + (oracle.always ? "  (the model's own: on in every run)" : "") + "\n";
  text += wrapped(std::string(oracle.promise) + (oracle.rules.empty() ? "" : " [" + std::string(oracle.rules) + "]"), "    ");
  std::vector<std::vector<std::string>> rows;
  for (const OracleParameter& parameter : oracle.parameters)
    rows.push_back({"     ", std::string(parameter.name), parameter.required ? "required" : "optional", kind_text(parameter),
                    std::string(parameter.meaning)});
  return text + table_text(rows);
}

ExitCode oracles(const Arguments& arguments) {
  auto json = nlohmann::ordered_json::array();
  std::string text;
  Listing listing(arguments, "oracle", "one that `weir oracles` lists, such as O-CONV");
  for (const OracleInfo& oracle : all_oracles()) {
    if (!listing.wants(oracle.name)) continue;
    auto parameters = nlohmann::ordered_json::array();
    for (const OracleParameter& parameter : oracle.parameters)
      parameters.push_back({{"name", parameter.name},
                            {"required", parameter.required},
                            {"type", kind_text(parameter)},
                            {"meaning", parameter.meaning}});
    json.push_back({{"oracle", oracle.name},
                    {"promise", oracle.promise},
                    {"rules", oracle.rules},
                    {"always", oracle.always},
                    {"parameters", parameters}});
    text += text_of(oracle);
  }
  listing.require_found();
  print(!arguments.json() ? text : laid_out(listing.of_one() ? json.front() : json));
  return ExitCode::ok;
}

}  // namespace

const CommandSpec& oracles_command() {
  static const CommandSpec spec{.name = "oracles",
                                .summary = "The oracles, or one: what it promises, its rules and parameters",
                                .operand = "ORACLE",
                                .operand_help = "O-CONV, O-NOLOSS, ...; left away: all of them",
                                .options = {},
                                .run = oracles};
  return spec;
}

}  // namespace weir
