#include "scenarios/format/scenario_file.hpp"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "scenarios/format/csv.hpp"
#include "scenarios/format/files.hpp"
#include "scenarios/format/scenario_parts.hpp"
#include "sim/base/bad_input.hpp"

namespace weir {

namespace {

constexpr std::size_t longest_name = 100;

const std::vector<std::string>& scenario_members() {
  static const std::vector<std::string> members{"name",      "teaches",
                                                "rules",     "variant",
                                                "epoch",     "tables",
                                                "functions", "mappings",
                                                "readers",   "queues",
                                                "buckets",   "roles",
                                                "steps",     "workload",
                                                "workloads", "load",
                                                "loads",     "choices",
                                                "run_for",   "heal_at",
                                                "oracles",   "checks",
                                                "expect",    "account_concurrency",
                                                "variants",  "handlers_by_variant"};
  return members;
}

int digits(std::string_view text, std::size_t at, std::size_t count) {
  int value = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

std::int64_t read_epoch(const Node& node) {
  constexpr std::string_view form = "an instant of the years 1970 to 2200 such as \"2026-01-01T00:00:00Z\"";
  const std::string text = node.text(form);
  const bool shaped = text.size() == 20 && text[4] == '-' && text[7] == '-' && text[10] == 'T' && text[13] == ':' &&
                      text[16] == ':' && text[19] == 'Z';
  if (!shaped) node.refuse(std::string(form));
  const int year = digits(text, 0, 4), month = digits(text, 5, 2), day = digits(text, 8, 2);
  const int hour = digits(text, 11, 2), minute = digits(text, 14, 2), second = digits(text, 17, 2);
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  const bool real = month > 0 && day > 0 && date.ok() && year >= 1970 && year <= 2200 && hour >= 0 && hour < 24 &&
                    minute >= 0 && minute < 60 && second >= 0 && second < 60;
  if (!real) node.refuse(std::string(form));
  return std::int64_t{std::chrono::sys_days(date).time_since_epoch().count()} * 86'400 + hour * 3600 + minute * 60 + second;
}

std::vector<std::string> read_rules(const Node& node) {
  std::vector<std::string> rules;
  for (const Node& element : node.elements("an array of rule IDs")) {
    std::string rule = element.text("a rule ID");
    const std::size_t dash = rule.find('-');
    const auto capital = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); };
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    const bool good = dash != std::string::npos && dash > 0 && dash + 1 < rule.size() &&
                      std::all_of(rule.begin(), rule.begin() + static_cast<std::ptrdiff_t>(dash), capital) &&
                      std::all_of(rule.begin() + static_cast<std::ptrdiff_t>(dash) + 1, rule.end(), digit);
    if (!good) element.refuse("a rule ID such as \"POLL-5\"");
    if (std::find(rules.begin(), rules.end(), rule) != rules.end())
      element.refuse(in_quotes(rule) + " twice", "each rule once");
    rules.push_back(std::move(rule));
  }
  return rules;
}

// The document as one of its variants: the merge patch laid over, the members that choose taken out.
struct Chosen {
  nlohmann::json document;
  CodeNames code;
  std::string name;
};

std::vector<std::string> variant_names(const Node& root) {
  std::vector<std::string> names;
  if (!root.json().is_object() || !root.json().contains("variants")) return names;
  for (const auto& [name, patch] : root.at("variants").entries("an object: name -> merge patch")) {
    const bool good = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    });
    if (!good) patch.refuse("a variant called " + in_quotes(name), "a name of a-z 0-9 _ -");
    if (!patch.json().is_object()) patch.refuse("a merge patch: an object");
    for (const auto& [member, value] : patch.entries())
      if (member == "variants" || member == "variant" || member == "handlers_by_variant" || member == "name")
        value.refuse("a patch of " + in_quotes(member), "what a variant may differ in: anything else");
    names.push_back(name);
  }
  if (names.empty()) root.at("variants").refuse("no variants", "at least one, or no \"variants\"");
  return names;
}

Chosen choose_variant(const Node& root, Document& document, std::string_view asked, std::string_view otherwise) {
  Chosen chosen{root.json(), {}, {}};
  const std::vector<std::string> names = variant_names(root);
  if (names.empty()) {
    const bool written_as_it = chosen.document.is_object() && chosen.document.value("variant", nlohmann::json()) == asked;
    if (!asked.empty() && !written_as_it)
      root.refuse("no variants, but " + in_quotes(asked) + " was asked for", "a file with that variant");
    if (chosen.document.is_object() && chosen.document.contains("handlers_by_variant"))
      root.at("handlers_by_variant").refuse("handlers_by_variant without variants", "a file with \"variants\"");
    return chosen;
  }
  if (root.json().contains("variant"))
    root.at("variant").refuse("\"variant\" beside \"variants\"", "one of them: a file with variants is read as one of them");
  chosen.name = !asked.empty() ? asked : otherwise;
  const Node all = root.at("variants");
  if (chosen.name.empty()) all.refuse("several variants, none chosen", "one of " + one_of(names));
  if (std::find(names.begin(), names.end(), chosen.name) == names.end())
    all.refuse("no variant is called " + in_quotes(chosen.name), one_of(names) + did_you_mean(chosen.name, names));
  const Node patch = all.at(chosen.name);
  const bool by_variant = !root.json().contains("handlers_by_variant") || root.at("handlers_by_variant").flag();
  if (by_variant) chosen.code.suffix = "/" + chosen.name;
  chosen.code.patch_names_handlers = patch.json().contains("functions");
  chosen.code.patch_names_readers = patch.json().contains("readers");
  document.lay_over(patch.pointer());
  chosen.document.erase("variants");
  chosen.document.erase("handlers_by_variant");
  chosen.document.merge_patch(patch.json());
  return chosen;
}

void refuse_both(const Members& members, std::string_view one, std::string_view many) {
  if (members.has(one) && members.has(many))
    members.need(one).refuse("\"" + std::string(one) + "\" beside \"" + std::string(many) + "\"", "one of them");
}

// A load's file is named relative to the scenario's.
std::string beside(const std::string& scenario_file, const std::string& file) {
  return (std::filesystem::path(scenario_file).parent_path() / file).string();
}

}  // namespace

Scenario scenario_from_node(const Node& document, const SiteBook& book, const CodeNames& code) {
  const Members members(document, scenario_members());
  for (const std::string_view chooses : {"variants", "handlers_by_variant"})
    if (const auto member = members.find(chooses))
      member->refuse(in_quotes(chooses) + " of an embedded scenario", "one scenario, with \"variant\" to say which it was");
  Scenario scenario;
  scenario.name = members.need("name").text("the scenario's name");
  if (scenario.name.size() > longest_name)  // files are called after it
    members.need("name").refuse("a name of " + std::to_string(scenario.name.size()) + " bytes",
                                "one of " + std::to_string(longest_name) + " at most");
  if (const auto teaches = members.find("teaches")) scenario.teaches = teaches->text("one sentence");
  if (const auto rules = members.find("rules")) scenario.rules = read_rules(*rules);
  if (const auto variant = members.find("variant")) scenario.variant = variant->text("the name of a variant");
  if (const auto epoch = members.find("epoch")) scenario.epoch_unix = read_epoch(*epoch);
  if (const auto run_for = members.find("run_for")) scenario.run_for = run_for->span(1us, longest_run);
  if (const auto heal_at = members.find("heal_at")) scenario.heal_at = heal_at->span(0s, scenario.run_for, "within run_for");
  scenario.tables = read_tables(members.need("tables"));
  if (const auto queues = members.find("queues")) scenario.queues = read_queues(*queues);
  if (const auto buckets = members.find("buckets")) scenario.buckets = read_buckets(*buckets);
  if (const auto roles = members.find("roles")) scenario.roles = read_roles(*roles);
  if (const auto limit = members.find("account_concurrency"))
    scenario.account_concurrency = limit->integer(0, most_concurrency, "[POLL-12]");
  if (const auto functions = members.find("functions")) scenario.functions = read_functions(*functions, scenario, code);
  if (const auto mappings = members.find("mappings")) scenario.mappings = read_mappings(*mappings, scenario);
  if (const auto readers = members.find("readers")) scenario.readers = read_readers(*readers, scenario, code);
  if (const auto steps = members.find("steps")) scenario.steps = read_steps(*steps, scenario);
  refuse_both(members, "workload", "workloads");
  refuse_both(members, "load", "loads");
  if (const auto workload = members.find("workload")) scenario.workloads.push_back(read_workload(*workload, scenario));
  if (const auto workloads = members.find("workloads"))
    for (const Node& element : workloads->elements("an array of workloads"))
      scenario.workloads.push_back(read_workload(element, scenario));
  if (const auto load = members.find("load")) scenario.loads.push_back(read_load(*load, scenario));
  if (const auto loads = members.find("loads"))
    for (const Node& element : loads->elements("an array of loads")) scenario.loads.push_back(read_load(element, scenario));
  if (const auto choices = members.find("choices")) scenario.choices = read_choices(*choices, book, scenario);
  if (const auto oracles = members.find("oracles")) scenario.oracles = read_oracles(*oracles, scenario);
  if (const auto checks = members.find("checks")) scenario.checks = read_checks(*checks);
  if (const auto expect = members.find("expect")) scenario.expect = read_expectations(*expect, scenario);
  return scenario;
}

Scenario parse_scenario(std::string_view text, std::string_view file_name, const SiteBook& book, std::string_view variant,
                        std::string_view default_variant) {
  const nlohmann::json parsed = parse_document(text, file_name);
  Document document(text, file_name);
  const Chosen chosen = choose_variant(Node(parsed, document, ""), document, variant, default_variant);
  Scenario scenario = scenario_from_node(Node(chosen.document, document, ""), book, chosen.code);
  if (!chosen.name.empty()) scenario.variant = chosen.name;
  return scenario;
}

Scenario read_scenario(const std::string& path, const SiteBook& book, std::string_view variant,
                       std::string_view default_variant) {
  Scenario scenario = parse_scenario(read_file(path), path, book, variant, default_variant);
  for (Load& load : scenario.loads)
    if (load.rows.empty() && !load.file.empty()) read_rows(load, beside(path, load.file));
  return scenario;
}

std::vector<std::string> variants_of(std::string_view text, std::string_view file_name) {
  const nlohmann::json parsed = parse_document(text, file_name);
  const Document document(text, file_name);
  return variant_names(Node(parsed, document, ""));
}

std::string place_in_scenario(std::string_view text, std::string_view file_name, std::string_view variant,
                              std::string_view pointer) {
  const nlohmann::json parsed = parse_document(text, file_name);
  Document document(text, file_name);
  choose_variant(Node(parsed, document, ""), document, variant, "");
  return document.place(pointer);
}

void read_rows(Load& load, const std::string& path) { parse_rows(load, read_file(path), path); }

void parse_rows(Load& load, std::string_view csv, std::string_view file_name) {
  const std::string file(file_name);
  std::vector<std::vector<std::string>> rows;
  for (CsvRow& row : parse_csv(csv, file)) {
    if (const std::string wrong = wrong_with_row(load, row.fields); !wrong.empty())
      throw BadInput(file + " line " + std::to_string(row.line), wrong, columns_wanted(load));
    rows.push_back(std::move(row.fields));
  }
  if (rows.empty()) throw BadInput(file, "no rows", "a CSV file without a header row: " + columns_wanted(load));
  load.rows = std::move(rows);
}

}  // namespace weir
