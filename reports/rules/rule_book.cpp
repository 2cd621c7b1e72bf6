#include "reports/rules/rule_book.hpp"

#include <algorithm>
#include <map>

#include "oracles/oracle.hpp"
#include "reports/rules/tables.hpp"

namespace weir {

namespace {

std::vector<Rule> read_rules() {
  std::vector<Rule> rules;
  std::map<std::string, std::string> sources;
  for (const std::vector<std::string>& cells : rows_of(embedded_table("rules.tsv"), 4)) {
    if (cells[1] == "source")
      sources[cells[0]] = cells[2];
    else
      rules.push_back(
          {cells[0], cells[1], cells[2], cells[3].empty() ? std::vector<std::string>{} : split_text(cells[3], ", ")});
  }
  for (Rule& rule : rules)
    for (std::string& source : rule.sources)
      if (const auto spelt = sources.find(source); spelt != sources.end()) source += ": " + spelt->second;
  for (const OracleInfo& oracle : all_oracles()) {
    const auto same = std::find_if(rules.begin(), rules.end(), [&](const Rule& rule) { return rule.id == oracle.name; });
    const Rule told{std::string(oracle.name), "promise", std::string(oracle.promise),
                    oracle.rules.empty() ? std::vector<std::string>{} : std::vector{"rules " + std::string(oracle.rules)}};
    if (same == rules.end())
      rules.push_back(told);
    else
      *same = told;
  }
  return rules;
}

// One spelling for what a person may type: upper case, numbers without zeros in front.
std::string normal(const std::string& id) {
  std::string text;
  for (const char c : id) text += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  const std::size_t dash = text.rfind('-');
  if (dash == std::string::npos) return text;
  std::size_t digits = dash + 1;
  while (digits + 1 < text.size() && text[digits] == '0') text.erase(digits, 1);
  return text;
}

}  // namespace

const std::vector<Rule>& all_rules() {
  static const std::vector<Rule> rules = read_rules();
  return rules;
}

const Rule* find_rule(const std::string& id) {
  const std::string wanted = normal(id);
  for (const Rule& rule : all_rules())
    if (normal(rule.id) == wanted) return &rule;
  return nullptr;
}

std::vector<std::string> rule_ids() {
  std::vector<std::string> ids;
  for (const Rule& rule : all_rules()) ids.push_back(rule.id);
  return ids;
}

}  // namespace weir
