#include "reports/weir/finding.hpp"

#include <nlohmann/json.hpp>

#include "reports/weir/printing.hpp"
#include "scenarios/explore/shrink.hpp"
#include "scenarios/format/token.hpp"
#include "scenarios/format/value_json.hpp"

namespace weir {

const Verdict& Finding::verdict() const {
  const Verdict* broken = run.violation_of(failure.breaks);
  SIM_CHECK(broken, "a finding breaks its oracle");
  return *broken;
}

Finding reduce(const Chosen& chosen, Player& player, const std::string& oracle, const Found& found,
               const std::atomic<bool>* stop) {
  const Run whole = player.play(Plan::seeded(found.seed), {.record_deviations = true});
  SIM_CHECK(whole.violation_of(oracle), "a seed that broke an oracle breaks it again");
  const Shrunk shrunk = shrink(player, oracle, whole.plain_deviations(), {.stop = stop});
  SIM_CHECK(shrunk.failed_at_all, "the deviations of a seeded run do what its seed did");

  Finding finding{.found = found};
  finding.run = player.play(Plan::listed(shrunk.deviations), {.keep_trace = true});
  finding.deviations_before = whole.deviations.size();
  finding.evaluations = shrunk.evaluations;
  finding.stopped = shrunk.stopped;
  Failure& failure = finding.failure;
  failure.scenario = chosen.scenario.name;
  failure.variant = chosen.scenario.variant;
  if (!chosen.is_bundled) failure.embedded = chosen.scenario;
  failure.scenario_file = chosen.is_bundled ? "" : chosen.file;
  failure.breaks = oracle;
  failure.deviations = shrunk.deviations;
  failure.hash = to_text(finding.run.hash);
  failure.version = weir_version();
  failure.message = finding.verdict().message;
  finding.token = to_token(failure, all_sites());
  return finding;
}

void write_finding(Finding& finding, const std::string& out) {
  Scenario named;
  named.name = finding.failure.scenario;
  named.variant = finding.failure.variant;
  Scenario oracle;
  oracle.name = finding.failure.breaks;
  const std::string file = out + "/failures/" + file_stem(named) + "-" + file_stem(oracle) + ".json";
  write_failure(file, finding.failure, all_sites());
  finding.file = file;
}

std::string replay_line(const std::string& program, const Finding& finding) {
  return finding.file.empty() ? "" : shell_word(program) + " replay " + shell_word(finding.file);
}

std::string deviations_text(const std::vector<Deviation>& deviations) {
  std::vector<std::vector<std::string>> rows;
  for (const Deviation& d : deviations) {
    const SiteInfo* site = all_sites().find(d.site);
    rows.push_back({"   ", d.site, d.key, site ? value_text(*site, d.value) : std::to_string(d.value)});
  }
  return table_text(rows);
}

nlohmann::ordered_json deviations_json(const std::vector<Deviation>& deviations) {
  auto list = nlohmann::ordered_json::array();
  for (const Deviation& d : deviations) {
    const SiteInfo* site = all_sites().find(d.site);
    SIM_CHECK(site, "a deviation names a site of the book");
    list.push_back({{"site", d.site}, {"key", d.key}, {"value", value_to_json(*site, d.value)}});
  }
  return list;
}

nlohmann::ordered_json finding_json(const Finding& finding, const std::string& replay) {
  return {{"oracle", finding.failure.breaks},
          {"message", finding.found.message},
          {"shrunk_message", finding.failure.message},
          {"file", finding.file},
          {"token", finding.token},
          {"replay", replay},
          {"run", finding.found.run},
          {"seed", std::to_string(finding.found.seed.value)},
          {"hash", finding.failure.hash},
          {"deviations_before", finding.deviations_before},
          {"runs_to_shrink", finding.evaluations},
          {"shrinking_stopped", finding.stopped},
          {"deviations", deviations_json(finding.failure.deviations)}};
}

nlohmann::ordered_json verdict_json(const Verdict& verdict) {
  return {{"oracle", verdict.oracle},     {"verdict", to_text(verdict.kind)}, {"message", verdict.message},
          {"evidence", verdict.evidence}, {"rules", verdict.rules},           {"declared", verdict.declared}};
}

}  // namespace weir
