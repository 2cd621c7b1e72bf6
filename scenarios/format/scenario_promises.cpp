// What must hold in a scenario file: oracles, checks and expectations.
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "oracles/sql/sql_check.hpp"
#include "scenarios/format/scenario_parts.hpp"
#include "sim/base/bad_input.hpp"

namespace weir {

namespace {

std::vector<std::string> oracle_names() {
  std::vector<std::string> names;
  for (const OracleInfo& oracle : all_oracles()) names.emplace_back(oracle.name);
  return names;
}

std::string oracle_of(const Node& node) {
  std::string name = node.text("the name of an oracle");
  const std::vector<std::string> names = oracle_names();
  if (std::find(names.begin(), names.end(), name) == names.end())
    node.refuse("no oracle is called " + in_quotes(name), "an oracle that `weir oracles` lists" + did_you_mean(name, names));
  return name;
}

const OracleInfo& info_of(const std::string& name) {
  const auto& all = all_oracles();
  return *std::find_if(all.begin(), all.end(), [&](const OracleInfo& oracle) { return oracle.name == name; });
}

// By convention parameters of these names name something of the scenario.
std::vector<std::string> names_for(std::string_view parameter, const Scenario& scenario, std::string& what) {
  std::vector<std::string> names;
  if (parameter == "source" || parameter == "view" || parameter == "table" || parameter == "archive") {
    what = "table";
    for (const TableSettings& table : scenario.tables) names.push_back(table.name);
  } else if (parameter == "function") {
    what = "function";
    for (const FunctionSettings& function : scenario.functions) names.push_back(function.name);
  } else if (parameter == "mapping") {
    what = "mapping";
    for (const MappingSettings& mapping : scenario.mappings) names.push_back(mapping.name);
    for (const Step& step : scenario.steps)
      if (const auto* create = std::get_if<CreateMappingStep>(&step.act)) names.push_back(create->mapping.name);
  } else if (parameter == "reader") {
    what = "reader";
    for (const ReaderSettings& reader : scenario.readers) names.push_back(reader.name);
  }
  return names;
}

std::string parameter_text(const Node& node) {
  if (node.json().is_boolean() || node.json().is_number_integer()) return node.json().dump();
  return node.text("a text, a whole number, true or false");
}

OracleSpec read_oracle(const Node& node, const Scenario& so_far) {
  if (node.json().is_string()) {
    OracleSpec spec{oracle_of(node), {}};
    if (const std::string wrong = wrong_with(spec); !wrong.empty())
      node.refuse(wrong, "an object: \"oracle\" and its parameters");
    return spec;
  }
  if (!node.json().is_object() || !node.json().contains("oracle"))
    node.refuse("an object with \"oracle\" and its parameters, such as {\"oracle\":\"O-ORDER\"}");
  OracleSpec spec{oracle_of(node.at("oracle")), {}};
  std::vector<std::string> known{"oracle"};
  for (const OracleParameter& parameter : info_of(spec.oracle).parameters) known.emplace_back(parameter.name);
  const Members members(node, known);
  for (const auto& [name, value] : node.entries()) {
    if (name == "oracle") continue;
    spec.with[name] = parameter_text(value);
    std::string what;
    if (const auto names = names_for(name, so_far, what); !what.empty()) spec.with[name] = value.known(names, what);
  }
  if (const std::string wrong = wrong_with(spec); !wrong.empty()) {
    const std::size_t semicolon = wrong.find("; ");
    if (semicolon == std::string::npos) node.refuse(wrong, "parameters of " + spec.oracle + " as `weir oracles` lists them");
    node.refuse(wrong.substr(0, semicolon), wrong.substr(semicolon + 2));
  }
  return spec;
}

}  // namespace

std::vector<OracleSpec> read_oracles(const Node& node, const Scenario& so_far) {
  std::vector<OracleSpec> oracles;
  for (const Node& element : node.elements("an array of oracles")) {
    OracleSpec spec = read_oracle(element, so_far);
    if (std::find(oracles.begin(), oracles.end(), spec) != oracles.end())
      element.refuse(spec.oracle + " a second time with the same parameters", "each oracle once");
    oracles.push_back(std::move(spec));
  }
  return oracles;
}

std::vector<SqlCheck> read_checks(const Node& node) {
  std::vector<SqlCheck> checks;
  for (const Node& element : node.elements("an array of checks")) {
    const Members members(element, {"name", "sql"});
    SqlCheck check{members.need("name").text("the check's name"),
                   members.need("sql").prose("a SELECT; each row is a violation")};
    if (check.sql.find_first_not_of(" \t\r\n") == std::string::npos)
      members.need("sql").refuse("an empty text", "a SELECT; each row is a violation");
    if (std::string wrong = wrong_with_sql(check.sql); !wrong.empty())
      members.need("sql").refuse(std::move(wrong), "one SELECT over the tables of a run; each row is a violation");
    const std::vector<std::string> oracles = oracle_names();
    if (std::find(oracles.begin(), oracles.end(), check.name) != oracles.end())
      members.need("name").refuse(in_quotes(check.name) + " is an oracle", "a name of its own");
    for (const SqlCheck& earlier : checks)
      if (earlier.name == check.name) members.need("name").refuse(in_quotes(check.name) + " twice", "each check's name once");
    checks.push_back(std::move(check));
  }
  return checks;
}

std::map<std::string, Expectation> read_expectations(const Node& node, const Scenario& so_far) {
  std::map<std::string, Expectation> expect;
  for (const auto& [name, value] : node.entries("an object: oracle -> \"ok\", \"violation\" or \"unknown\"")) {
    std::vector<std::string> known;
    for (const OracleInfo& oracle : all_oracles())
      if (oracle.always) known.emplace_back(oracle.name);
    for (const OracleSpec& spec : so_far.oracles) known.push_back(spec.oracle);
    for (const SqlCheck& check : so_far.checks) known.push_back(check.name);
    if (std::find(known.begin(), known.end(), name) == known.end())
      value.refuse("no oracle or check of this scenario is called " + in_quotes(name),
                   "one under \"oracles\" or \"checks\", or one that is always on" + did_you_mean(name, known));
    constexpr std::array kinds{Expectation::ok, Expectation::violation, Expectation::unknown};
    expect[name] = kinds[value.kind({"ok", "violation", "unknown"})];
  }
  return expect;
}

}  // namespace weir
