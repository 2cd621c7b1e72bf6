#include "tests/determinism/outcome.hpp"

#include <algorithm>

#include "scenarios/bundle/bundle.hpp"
#include "scenarios/format/scenario_file.hpp"

namespace weir {

namespace {

std::string summary_line(const Run& run) {
  std::string line = "run  facts=" + std::to_string(run.facts) + " events=" + std::to_string(run.events) +
                     " choices=" + std::to_string(run.choices) + " records=" + std::to_string(run.records) +
                     " unfinished=" + std::to_string(run.unfinished);
  for (const TableCount& table : run.tables) line += " " + table.table + "=" + std::to_string(table.items);
  if (run.bug) line += " bug=" + *run.bug;
  return line;
}

std::string verdict_line(const Verdict& verdict) {
  std::string line = "verdict  " + verdict.oracle + " " + std::string(to_text(verdict.kind)) + " " + verdict.message;
  for (const FactIndex fact : verdict.evidence) line += " #" + std::to_string(fact);
  return line;
}

std::string probe_line(std::string_view probe, std::uint64_t times) {
  return "reached  " + std::string(probe) + " " + std::to_string(times);
}

Difference where_lines_part(const std::vector<std::string>& left, const std::vector<std::string>& right) {
  const auto [l, r] = std::mismatch(left.begin(), left.end(), right.begin(), right.end());
  const auto line = [](auto at, const auto& lines) { return at == lines.end() ? std::string("(end)") : *at; };
  return {static_cast<FactIndex>(l - left.begin()), line(l, left), line(r, right)};
}

}  // namespace

std::vector<Scenario> all_bundled() {
  std::vector<Scenario> all;
  for (const BundledFile& file : bundled_scenarios()) {
    std::vector<std::string> variants = variants_of(file.text, file.path);
    if (variants.empty()) variants.emplace_back();
    for (const std::string& variant : variants) all.push_back(read_bundled(file, all_sites(), variant));
  }
  return all;
}

std::string title(const Scenario& scenario) {
  return scenario.name + (scenario.variant.empty() ? "" : ", " + scenario.variant);
}

Hash128 outcome_of(const Run& run) {
  Hash128 outcome = run.hash;
  const auto add = [&outcome](const std::string& line) { outcome = hash_more(outcome, line.data(), line.size()); };
  add(summary_line(run));
  for (const Verdict& verdict : run.verdicts) add(verdict_line(verdict));
  for (const auto& [probe, times] : run.reached) add(probe_line(probe, times));
  return outcome;
}

std::vector<std::string> lines_of_run(const Run& run) {
  std::vector<std::string> lines = lines_of(run.trace);
  for (const ChoiceMade& choice : run.deviations)
    lines.push_back("choice  before #" + std::to_string(choice.before) + "  " + choice.deviation.site + "  " +
                    choice.deviation.key + "  " + value_text(*all_sites().find(choice.deviation.site), choice.deviation.value));
  lines.push_back(summary_line(run));
  for (const Verdict& verdict : run.verdicts) lines.push_back(verdict_line(verdict));
  for (const auto& [probe, times] : run.reached) lines.push_back(probe_line(probe, times));
  lines.push_back("hash  " + to_text(run.hash));
  return lines;
}

std::optional<Parting> first_parting(const Way& left, const Way& right, std::uint64_t seeds) {
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    const Plan plan = Plan::seeded(Seed{seed});
    const Run l = left(plan, {.keep_trace = true});
    const Run r = right(plan, {.keep_trace = true});
    if (outcome_of(l) == outcome_of(r)) continue;
    if (const auto fact = first_difference(l.trace, r.trace)) return Parting{seed, *fact};
    return Parting{seed, where_lines_part(lines_of_run(l), lines_of_run(r))};
  }
  return std::nullopt;
}

}  // namespace weir
