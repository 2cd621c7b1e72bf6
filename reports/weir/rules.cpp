// weir rules: what a rule ID means, and where each rule stands.
#include <nlohmann/json.hpp>

#include "reports/rules/ledger.hpp"
#include "reports/rules/rule_book.hpp"
#include "reports/weir/command.hpp"
#include "reports/weir/coverage.hpp"
#include "reports/weir/printing.hpp"
#include "scenarios/format/json_layout.hpp"
#include "scenarios/play/play.hpp"
#include "sim/base/bad_input.hpp"

namespace weir {

namespace {

nlohmann::ordered_json json_of(const Rule& rule) {
  return {{"rule", rule.id}, {"kind", rule.kind}, {"text", rule.text}, {"sources", rule.sources}};
}

bool cites(std::string_view rules, const std::string& id) {
  return (" " + std::string(rules) + " ").find(" " + id + " ") != std::string::npos;
}

// Where this build acts on the rule: choice sites and oracles that name it.
std::vector<std::string> uses_of(const std::string& id) {
  std::vector<std::string> uses;
  for (const SiteInfo& site : all_sites().sites())
    if (cites(site.rules, id)) uses.push_back("choice " + std::string(site.name));
  for (const OracleInfo& oracle : all_oracles())
    if (cites(oracle.rules, id)) uses.push_back("oracle " + std::string(oracle.name));
  return uses;
}

void print_one(const Arguments& arguments, const Rule& rule) {
  const std::vector<std::string> uses = uses_of(rule.id);
  if (arguments.json()) {
    nlohmann::ordered_json json = json_of(rule);
    json["used_by"] = uses;
    if (const LedgerEntry* entry = ledger().find(rule.id)) {
      json["standing"] = to_text(entry->standing);
      json["differs"] = entry->differs;
    }
    return print(laid_out(json));
  }
  print(rule.id + "  (" + rule.kind + ")\n" + wrapped(rule.text, "    "));
  for (const std::string& source : rule.sources) print("    source: " + source + "\n");
  for (const std::string& use : uses) print("    used by: " + use + "\n");
  const LedgerEntry* const entry = ledger().find(rule.id);
  if (!entry) return;
  for (const CitingTest& test : entry->tests) print("    tested by: " + test.program + ": " + test.name + "\n");
  if (entry->standing == Standing::not_modelled) print(wrapped("not modelled: " + entry->why, "    "));
  if (!entry->differs.empty()) print(wrapped("differs: " + entry->differs, "    "));
}

ExitCode rules(const Arguments& arguments) {
  if (arguments.has("--coverage")) {
    if (arguments.operand)
      throw BadInput(arguments.where("--coverage"), "found '" + *arguments.operand + "' beside it",
                     "--coverage without an ID, or an ID alone");
    print(arguments.json() ? coverage_json(ledger()) : coverage_text(ledger()));
    return ExitCode::ok;
  }
  if (arguments.operand) {
    const Rule* rule = find_rule(*arguments.operand);
    if (!rule)
      throw BadInput(arguments.where(), "no rule '" + *arguments.operand + "'",
                     "an ID that `weir rules` lists, such as RETRY-1 or FM-03" + did_you_mean(*arguments.operand, rule_ids()));
    print_one(arguments, *rule);
    return ExitCode::ok;
  }
  auto json = nlohmann::ordered_json::array();
  std::vector<std::vector<std::string>> rows;
  for (const Rule& rule : all_rules()) {
    json.push_back(json_of(rule));
    rows.push_back({rule.id, rule.text});
  }
  print(arguments.json() ? laid_out(json) : table_text(rows));
  return ExitCode::ok;
}

}  // namespace

const CommandSpec& rules_command() {
  static const CommandSpec spec{
      .name = "rules",
      .summary = "Explain a rule ID, or list all rules",
      .operand = "ID",
      .operand_help = "RETRY-1, FM-03, O-ONCE, ...; left away: all of them",
      .options = {{"--coverage", "", "where each rule stands: modelled, a choice, not modelled, and what differs"}},
      .run = rules};
  return spec;
}

}  // namespace weir
