// weir demo: plays everything that is bundled, and shows what it found in a table, a page and a database.
//
//   catalogue  a calm run and a sweep; clean (and what some runs left untested), unless the scenario expects an oracle to break
//   museum     broken: swept until it is found, shrunk and told; fixed: a clean sweep
//   exit       0 when all came as expected, 1 when not, 2 when it was stopped before the end, 4 a bug of ours; 3 when what was
//              found could not be written down: it is told all the same
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>

#include "reports/store/store.hpp"
#include "reports/weir/keeping.hpp"
#include "reports/weir/paging.hpp"
#include "reports/weir/sweeping.hpp"
#include "reports/wording/wording.hpp"
#include "scenarios/format/files.hpp"
#include "scenarios/format/json_layout.hpp"
#include "scenarios/format/scenario_file.hpp"

namespace weir {

namespace {

using nlohmann::ordered_json;

constexpr std::uint64_t runs_until_found = 5000;

struct Played {
  Chosen chosen;
  SweepResult sweep;
  std::optional<Finding> finding;
  std::string verdict;
  bool as_expected = false;
  bool interrupted = false;  // the sweep or the shrinking
  bool stopped = false;      // before the end, and nothing to object to until then
  double wall_seconds = 0;
};

bool meant_to_break(const Scenario& scenario) {
  if (scenario.variant == "broken") return true;
  for (const auto& [oracle, expectation] : scenario.expect)
    if (expectation == Expectation::violation) return true;
  return false;
}

// The oracle that broke first; of several in one run the one that the scenario names first.
const std::pair<const std::string, Found>* first_found(const Scenario& scenario, const SweepState& state) {
  const auto rank = [&](const std::string& oracle) {
    for (std::size_t i = 0; i < scenario.oracles.size(); ++i)
      if (scenario.oracles[i].oracle == oracle) return i;
    return scenario.oracles.size();
  };
  const std::pair<const std::string, Found>* first = nullptr;
  for (const auto& one : state.found)
    if (!first || std::pair(one.second.run, rank(one.first)) < std::pair(first->second.run, rank(first->first))) first = &one;
  return first;
}

// A run that puts a promise to no test is no success: "clean, 1,233 runs left O-NOLOSS untested".
std::string clean_text(const Scenario& scenario, const SweepState& state) {
  if (state.unknown == 0) return "clean";
  std::vector<std::string> oracles;
  for (const Untested& promise : own_untested(scenario, state))
    if (std::find(oracles.begin(), oracles.end(), promise.oracle) == oracles.end()) oracles.push_back(promise.oracle);
  return fmt::format("clean, {} left {} untested", counted(state.unknown, "run"), fmt::join(oracles, ", "));
}

Played play(const Chosen& chosen, std::uint64_t runs, unsigned jobs, Interrupt& interrupt, ProgressLine& progress,
            const std::string& prefix) {
  const Scenario& scenario = chosen.scenario;
  const auto start = std::chrono::steady_clock::now();
  Played played{.chosen = chosen};
  SweepOptions options;
  options.jobs = jobs;
  options.until_found = scenario.variant == "broken";
  options.runs = options.until_found ? runs_until_found : runs;
  played.sweep = sweep_watched(scenario, options, "", interrupt, progress, prefix + chosen.title() + ": ");

  const SweepState& state = played.sweep.state;
  if (const auto* first = first_found(scenario, state)) {
    Reducing reduced(chosen, played.sweep, interrupt, progress, prefix + chosen.title() + ": ");
    played.finding = reduced(first->first, first->second);
    played.verdict = fmt::format("{} broke in run {}, shrunk to {}", first->first, grouped(first->second.run),
                                 counted(played.finding->failure.deviations.size(), "deviation"));
  } else {
    played.verdict = clean_text(scenario, state);
  }
  if (state.bug) played.verdict = "a bug of ours: " + state.bug->message;
  played.interrupted = played.sweep.interrupted || (played.finding && played.finding->stopped);
  if (played.interrupted) played.verdict = played.finding || state.bug ? played.verdict + ", stopped" : "stopped";
  const bool found_as_meant = may_break_so(scenario, state);
  played.as_expected = !state.bug && !played.interrupted && state.unknown < state.next &&
                       (meant_to_break(scenario) ? played.finding && found_as_meant : !played.finding);
  played.stopped = played.interrupted && !state.bug && (!played.finding || (meant_to_break(scenario) && found_as_meant));
  played.wall_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return played;
}

std::vector<Chosen> everything() {
  std::vector<Chosen> all;
  for (const BundledFile& file : bundled_scenarios()) {
    std::vector<std::string> variants = variants_of(file.text, file.path);
    if (variants.empty()) variants.emplace_back();
    for (const std::string& variant : variants) all.push_back(choose_scenario(std::string(bundled_name(file)), variant));
  }
  return all;
}

std::string standing_of(const Played& played) {
  if (played.as_expected) return "as expected";
  return played.stopped ? "" : "NOT EXPECTED";
}

std::string table_of(const std::vector<Played>& all) {
  std::vector<std::vector<std::string>> rows{{"scenario", "variant", "runs", "verdict", "", "virtual time", "wall time"}};
  for (const Played& played : all)
    rows.push_back({played.chosen.scenario.name, played.chosen.scenario.variant, grouped(played.sweep.state.next),
                    played.verdict, standing_of(played), long_span(played.sweep.state.virtual_microseconds),
                    seconds_text(played.wall_seconds)});
  return table_text(rows, {2, 5, 6});
}

Report report_of(const Arguments& arguments, const std::vector<Played>& all) {
  Report report{.title = "Weir: the catalogue and the museum, played"};
  for (const Played& played : all) {
    const Scenario& scenario = played.chosen.scenario;
    report.rows.push_back(row_of(scenario, played.sweep, played.verdict, played.as_expected, played.wall_seconds));
    if (played.finding) report.runs.push_back(page_of(scenario, *played.finding, arguments.program));
  }
  return report;
}

// What could not be written down. One that fails leaves the other its chance.
struct Kept {
  Keeping in_store, in_files;
  const std::optional<BadInput>& trouble() const { return in_store.trouble() ? in_store.trouble() : in_files.trouble(); }
};

ordered_json demo_json(const Arguments& arguments, const std::vector<Played>& all, const Kept& kept, const std::string& out,
                       double wall_seconds, ExitCode code) {
  ordered_json rows = ordered_json::array();
  std::int64_t virtual_microseconds = 0;
  std::uint64_t runs = 0;
  for (const Played& played : all) {
    const SweepState& state = played.sweep.state;
    virtual_microseconds += state.virtual_microseconds;
    runs += state.next;
    rows.push_back({{"scenario", played.chosen.scenario.name},
                    {"variant", played.chosen.scenario.variant},
                    {"runs", state.next},
                    {"violations", state.violations},
                    {"unknown", state.unknown},
                    {"verdict", played.verdict},
                    {"as_expected", played.as_expected},
                    {"virtual_seconds", static_cast<double>(state.virtual_microseconds) / 1e6},
                    {"wall_seconds", played.wall_seconds},
                    {"hash", to_text(state.hash)},
                    {"failure", played.finding ? finding_json(*played.finding, replay_line(arguments.program, *played.finding))
                                               : ordered_json()}});
  }
  ordered_json json{{"scenarios", rows},
                    {"runs", runs},
                    {"virtual_seconds", static_cast<double>(virtual_microseconds) / 1e6},
                    {"wall_seconds", wall_seconds},
                    {"page", out + "/report.html"},
                    {"database", out + "/weir.sqlite"}};
  if (kept.trouble()) json["error"] = error_json(*kept.trouble());
  json["exit"] = static_cast<int>(code);
  return json;
}

void keep(Kept& kept, Store& store, Played& played, const std::string& out) {
  const Scenario& scenario = played.chosen.scenario;
  if (played.finding) kept.in_files([&] { write_finding(*played.finding, out); });
  kept.in_store([&] {
    store.add_sweep(scenario, Seed{1}, played.sweep);
    if (played.finding)
      store.add_run(scenario, Plan::listed(played.finding->failure.deviations), played.finding->run);
    else
      store.add_run(scenario, Plan::calm(), simulate(scenario, Plan::calm(), bundled_handlers(), {.keep_trace = true}));
  });
}

void print_demo(const Arguments& arguments, const std::vector<Played>& all, const Kept& kept, const std::string& out,
                double wall_seconds) {
  std::uint64_t runs = 0;
  std::int64_t virtual_microseconds = 0;
  const Finding* shown = nullptr;
  for (const Played& played : all) {
    runs += played.sweep.state.next;
    virtual_microseconds += played.sweep.state.virtual_microseconds;
    if (played.finding) shown = &*played.finding;
  }
  print(table_of(all) + "\n");
  print(fmt::format("{}, {} of virtual time, in {}\n", counted(runs, "run"), long_span(virtual_microseconds),
                    seconds_text(wall_seconds)));
  if (!kept.in_files.trouble()) print(fmt::format("  {}/report.html   the failures told and drawn\n", out));
  if (!kept.in_store.trouble()) print(fmt::format("  {}/weir.sqlite   the runs looked at, for SQL\n", out));
  if (shown && !kept.in_files.trouble()) print(fmt::format("  {}\n", replay_line(arguments.program, *shown)));
}

ExitCode demo(const Arguments& arguments) {
  const std::string out = arguments.text("--out", "out");
  const std::uint64_t runs = arguments.number("--runs", 1, 1'000'000).value_or(2000);
  const auto jobs =
      static_cast<unsigned>(arguments.number("--jobs", 1, 1024).value_or(std::max(1U, std::thread::hardware_concurrency())));
  const auto start = std::chrono::steady_clock::now();
  Store store = Store::open(out + "/weir.sqlite");
  const std::vector<Chosen> scenarios = everything();

  std::vector<Played> all;
  Kept kept;
  bool expected = true, bug = false, stopped = false;
  ProgressLine progress;
  Interrupt interrupt;
  for (std::size_t i = 0; i < scenarios.size(); ++i) {
    Played played = play(scenarios[i], runs, jobs, interrupt, progress, fmt::format("{} of {}  ", i + 1, scenarios.size()));
    keep(kept, store, played, out);
    expected = expected && (played.as_expected || played.stopped);
    stopped = stopped || played.interrupted;
    bug = bug || played.sweep.state.bug;
    all.push_back(std::move(played));
    if (all.back().interrupted) break;
  }
  progress.clear();
  kept.in_files([&] { write_file_atomically(out + "/report.html", render_page(report_of(arguments, all))); });
  const double wall_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();

  const ExitCode code = kept.trouble() ? ExitCode::bad_input
                        : bug          ? ExitCode::bug
                        : !expected    ? ExitCode::violation
                        : stopped      ? ExitCode::unknown
                                       : ExitCode::ok;
  if (arguments.json())
    print(laid_out(demo_json(arguments, all, kept, out, wall_seconds, code)));
  else
    print_demo(arguments, all, kept, out, wall_seconds);
  flush_printed();
  if (kept.trouble()) complain(std::string(kept.trouble()->what()) + "; what was played is told all the same");
  return code;
}

}  // namespace

const CommandSpec& demo_command() {
  static const CommandSpec spec{.name = "demo",
                                .summary = "Play the bundled catalogue and museum: a table, a page, a database",
                                .options = {{"--out", "DIR", "Where report.html, weir.sqlite and failures go (out)"},
                                            {"--runs", "N", "Runs of each scenario that should stay clean (2000)"},
                                            {"--jobs", "J", "Workers (one a core)"}},
                                .run = demo};
  return spec;
}

}  // namespace weir
