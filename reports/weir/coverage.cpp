#include "reports/weir/coverage.hpp"

#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>

#include "reports/weir/printing.hpp"
#include "reports/wording/wording.hpp"
#include "scenarios/format/json_layout.hpp"

namespace weir {

namespace {

constexpr std::array all_standings{Standing::modelled, Standing::choice, Standing::not_modelled, Standing::open};
constexpr std::size_t tests_shown = 3;
constexpr std::string_view rule_margin = "                         ";  // below the columns of ID and standing

// "98.12 %".
std::string percentage(std::size_t kept, std::size_t of) {
  const std::size_t hundredths = basis_points(kept, of);
  return fmt::format("{}.{:02} %", hundredths / 100, hundredths % 100);
}

std::string key_of(Standing standing) {
  std::string key(to_text(standing));
  for (char& c : key)
    if (c == ' ') c = '_';
  return standing == Standing::choice ? "choice" : key;
}

template <class Counted>
std::vector<std::string> row_of(std::string number, std::string title, const Counted& counted, std::size_t size) {
  std::vector<std::string> row{std::move(number), std::move(title), std::to_string(size)};
  for (const Standing standing : all_standings) row.push_back(std::to_string(counted.count(standing)));
  row.push_back(std::to_string(counted.differing()));
  row.push_back(percentage(counted.count(Standing::modelled) + counted.count(Standing::choice), size));
  return row;
}

std::string totals(const RuleLedger& ledger) {
  std::vector<std::vector<std::string>> rows{
      {"", "section", "rules", "modelled", "a choice", "not modelled", "open", "differing", "modelled or a choice"}};
  for (const LedgerSection& section : ledger.sections)
    rows.push_back(row_of(section.number, section.title, section, section.entries.size()));
  rows.push_back(row_of("", "all", ledger, ledger.size()));
  return table_text(rows, {0, 2, 3, 4, 5, 6, 7, 8});
}

std::string lines_of(const LedgerEntry& entry) {
  std::vector<std::string> told;
  for (std::size_t i = 0; i < entry.tests.size() && i < tests_shown; ++i)
    told.push_back(entry.tests[i].program + ": " + entry.tests[i].name);
  if (entry.tests.size() > tests_shown) told.push_back("and " + counted(entry.tests.size() - tests_shown, "more test"));
  for (const std::string& site : entry.sites) told.push_back("choice " + site);
  if (entry.standing == Standing::not_modelled) told.push_back(entry.why);
  if (!entry.differs.empty()) told.push_back("differs: " + entry.differs);
  if (entry.standing == Standing::open) told.emplace_back("no test and no choice site cites it yet");

  std::string text;
  for (const std::string& line : told) text += wrapped(line, rule_margin, 118);
  return fmt::format("{:<11}{:<14}", entry.rule, to_text(entry.standing)) + text.substr(rule_margin.size());
}

}  // namespace

std::string coverage_text(const RuleLedger& ledger) {
  std::string text = wrapped(
      "Modelled: a test that runs cites the rule. A choice: AWS leaves it open and a plan decides it. Not modelled: why not. "
      "Open: none of these yet. Differing: modelled or a choice, but for a clause that is named.",
      "", 118);
  text += "\n" + totals(ledger);
  for (const LedgerSection& section : ledger.sections) {
    text += "\n" + section.number + "  " + section.title + "\n\n";
    for (const LedgerEntry& entry : section.entries) text += lines_of(entry);
  }
  return text;
}

std::string coverage_json(const RuleLedger& ledger) {
  auto rules = nlohmann::ordered_json::array();
  auto sections = nlohmann::ordered_json::array();
  const auto counts_of = [](const auto& counted, nlohmann::ordered_json& json) {
    for (const Standing standing : all_standings) json[key_of(standing)] = counted.count(standing);
    json["differing"] = counted.differing();
  };
  for (const LedgerSection& section : ledger.sections) {
    nlohmann::ordered_json told{{"section", section.number}, {"title", section.title}, {"rules", section.entries.size()}};
    counts_of(section, told);
    sections.push_back(std::move(told));
    for (const LedgerEntry& entry : section.entries) {
      auto tests = nlohmann::ordered_json::array();
      for (const CitingTest& test : entry.tests) tests.push_back({{"program", test.program}, {"test", test.name}});
      rules.push_back({{"rule", entry.rule},
                       {"section", section.number},
                       {"standing", to_text(entry.standing)},
                       {"tests", std::move(tests)},
                       {"choices", entry.sites},
                       {"why", entry.why},
                       {"differs", entry.differs}});
    }
  }
  nlohmann::ordered_json all{{"rules", ledger.size()}};
  counts_of(ledger, all);
  const std::size_t hundredths = ledger.kept_basis_points();
  all["modelled_or_choice_percent"] = fmt::format("{}.{:02}", hundredths / 100, hundredths % 100);
  return laid_out({{"total", all}, {"sections", sections}, {"ledger", rules}});
}

}  // namespace weir
