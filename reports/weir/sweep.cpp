// weir sweep: many seeded runs of a scenario on all cores; what breaks is shrunk and written down.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <thread>

#include "reports/export/export.hpp"
#include "reports/store/store.hpp"
#include "reports/weir/keeping.hpp"
#include "reports/weir/output.hpp"
#include "reports/weir/paging.hpp"
#include "reports/weir/sweep_file.hpp"
#include "reports/weir/sweeping.hpp"
#include "reports/wording/wording.hpp"
#include "scenarios/format/json_layout.hpp"

namespace weir {

namespace {

using nlohmann::ordered_json;

struct Swept {
  Chosen chosen;
  SweepOptions options;
  SweepResult result;
  std::string state_file;
  std::uint64_t continued_from = 0;
  std::vector<Finding> findings;
  std::string continue_line, bug_line;
  Keeping keep;  // what was found
};

std::vector<std::string> never_reached(const SweepState& state) {
  std::vector<std::string> names;
  for (const auto& [probe, times] : state.reached)
    if (times == 0) names.push_back(probe);
  return names;
}

// Not one run that was tested(): in which each promise of the scenario, or without any one of the model's, was put to the test.
bool tested_nothing(const SweepState& state) { return state.next == 0 || state.unknown == state.next; }

// The oracles that the scenario expects to break, and that did not.
std::vector<std::string> unbroken(const Swept& swept) {
  std::vector<std::string> names;
  for (const auto& [oracle, expectation] : swept.chosen.scenario.expect)
    if (expectation == Expectation::violation && swept.result.state.found.count(oracle) == 0) names.push_back(oracle);
  return names;
}

bool was_shrinking_stopped(const Swept& swept) {
  return std::any_of(swept.findings.begin(), swept.findings.end(), [](const Finding& finding) { return finding.stopped; });
}

ExitCode code_of(const Swept& swept) {
  const SweepResult& result = swept.result;
  if (swept.keep.trouble()) return ExitCode::bad_input;
  if (result.state.bug) return ExitCode::bug;
  if (result.state.violations > 0) return ExitCode::violation;
  const bool clear = !result.interrupted && !tested_nothing(result.state) && unbroken(swept).empty();
  return clear ? ExitCode::ok : ExitCode::unknown;
}

std::string shrunk_text(const Finding& finding) {
  const std::size_t left = finding.failure.deviations.size();
  const std::string before = counted(finding.deviations_before, "deviation");
  if (finding.stopped && left == finding.deviations_before) return before + ", not shrunk: that was stopped";
  return fmt::format("shrunk from {} to {} in {}{}", before, grouped(left), counted(finding.evaluations, "run"),
                     finding.stopped ? ", then stopped: fewer may do" : "");
}

constexpr std::size_t most_deviations_shown = 40;  // only what is not shrunk has more

void print_finding(const Arguments& arguments, const Scenario& scenario, const Finding& finding, std::uint64_t runs) {
  const auto expected = scenario.expect.find(finding.failure.breaks);
  const bool meant = expected != scenario.expect.end() && expected->second == Expectation::violation;
  print(fmt::format("\n{} broke in {}{}, first in run {} (seed {})\n", finding.failure.breaks, counted(runs, "run"),
                    meant ? ", as the scenario expects" : "", grouped(finding.found.run), finding.found.seed.value));
  print(wrapped(finding.found.message, "  "));
  // With fewer deviations the oracle may well object to something else: what the failure's file and its replay say.
  const bool says_other = finding.failure.message != finding.found.message;
  print("  " + shrunk_text(finding) + (says_other ? ", after which\n" : "\n"));
  if (says_other) print(wrapped(finding.failure.message, "    "));
  const std::vector<Deviation>& all = finding.failure.deviations;
  const std::size_t shown = std::min(all.size(), most_deviations_shown);
  print(deviations_text({all.begin(), all.begin() + static_cast<std::ptrdiff_t>(shown)}));
  if (shown < all.size()) print(fmt::format("     and {} more, in the failure's file\n", grouped(all.size() - shown)));
  if (const std::string replay = replay_line(arguments.program, finding); !replay.empty()) print("  replay  " + replay + "\n");
  print("  token   " + finding.token + "\n");
}

// What was played now, and where that went on from an earlier sweep, what is played in all: the counts below are of all.
std::string done_text(const Swept& swept) {
  const SweepState& state = swept.result.state;
  const std::uint64_t done = state.next - swept.continued_from;
  const double seconds = swept.result.wall_seconds;
  const auto rate = static_cast<std::uint64_t>(static_cast<double>(done) / std::max(seconds, 1e-6));
  const std::string played = fmt::format("{} in {} ({}/s)", counted(done, "run"), seconds_text(seconds), grouped(rate));
  const std::string time = long_span(state.virtual_microseconds) + " of virtual time";
  if (swept.continued_from == 0) return played + ", " + time;
  return (done == 0 && !swept.result.interrupted ? "nothing left to play" : played) +
         fmt::format(", {} in all, {}", counted(state.next, "run"), time);
}

std::string_view verdict_of(const Swept& swept) {
  const SweepState& state = swept.result.state;
  return state.bug                  ? "bug"
         : state.violations > 0     ? "violation"
         : swept.result.interrupted ? "unknown: stopped early"
         : tested_nothing(state)    ? "unknown: no run tested all that is promised"
         : !unbroken(swept).empty() ? "unknown: what the scenario expects to break did not"
                                    : "ok";
}

void print_sweep(const Arguments& arguments, const Swept& swept) {
  const SweepState& state = swept.result.state;
  print(fmt::format("{}, seed {}\n", swept.chosen.title(), swept.options.seed.value));
  if (const std::string note = swept.chosen.note(); !note.empty()) print("  " + note + "\n");
  if (arguments.has("--continue"))
    print(swept.continued_from > 0 ? fmt::format("  continued after {}\n", counted(swept.continued_from, "run"))
                                   : "  no sweep to continue yet: begun at run 0\n");
  print("  " + done_text(swept) + "\n");
  if (swept.result.interrupted) {
    print(fmt::format("  stopped after {} of {}; it goes on with\n    {}\n", grouped(state.next),
                      counted(swept.options.runs, "run"), swept.continue_line));
  }
  print(fmt::format("  {} with a violation, {} more with something left untested\n", counted(state.violations, "run"),
                    grouped(state.unknown)));
  for (const Untested& promise : own_untested(swept.chosen.scenario, swept.result.state))
    print(fmt::format("    {} was not put to the test in {} of all {}\n", promise.oracle, grouped(promise.runs),
                      counted(state.next, "run")));
  if (const std::string note = promises_note(swept.chosen.scenario); !note.empty()) print("  " + note + "\n");
  for (const Finding& finding : swept.findings)
    print_finding(arguments, swept.chosen.scenario, finding, state.broken.at(finding.failure.breaks));
  if (was_shrinking_stopped(swept))
    print(fmt::format("\nthe shrinking was stopped; it begins again with\n    {}\n", swept.continue_line));
  for (const std::string& oracle : unbroken(swept))
    print(fmt::format("\n{} did not break, though the scenario expects it to\n", oracle));
  const std::vector<std::string> missed = never_reached(state);
  if (!missed.empty()) {
    std::string names;
    for (const std::string& name : missed) names += (names.empty() ? "" : ", ") + name;
    print(fmt::format("\nnever reached, {} of {} situations:\n{}", missed.size(), state.reached.size(), wrapped(names, "  ")));
  }
  if (state.bug)
    print(fmt::format("\na bug of ours in run {}: {}\n  replay  {}\n", grouped(state.bug->run), state.bug->message,
                      swept.bug_line));
  print(fmt::format("\n{}  hash {}\n", verdict_of(swept), to_text(state.hash)));
}

// "O-CONV broke in 2 runs, O-ONCE in 9"; without a violation what the printed report ends with.
std::string found_text(const Swept& swept) {
  std::string text;
  for (const auto& [oracle, runs] : swept.result.state.broken)
    if (runs > 0)
      text += text.empty() ? fmt::format("{} broke in {}", oracle, counted(runs, "run"))
                           : fmt::format(", {} in {}", oracle, grouped(runs));
  return text.empty() ? std::string(verdict_of(swept)) : text;
}

Report report_of(const Arguments& arguments, const Swept& swept) {
  const Scenario& scenario = swept.chosen.scenario;
  const SweepState& state = swept.result.state;
  const bool as_expected = !state.bug && !swept.result.interrupted && !tested_nothing(state) && unbroken(swept).empty() &&
                           may_break_so(scenario, state);
  Report report{.title = fmt::format("Weir: {}, seed {}", swept.chosen.title(), swept.options.seed.value)};
  report.rows.push_back(row_of(scenario, swept.result, found_text(swept), as_expected, swept.result.wall_seconds));
  for (const Finding& finding : swept.findings) report.runs.push_back(page_of(scenario, finding, arguments.program));
  return report;
}

ordered_json sweep_json(const Arguments& arguments, const Swept& swept, ExitCode code) {
  const SweepState& state = swept.result.state;
  ordered_json failures = ordered_json::array();
  for (const Finding& finding : swept.findings)
    failures.push_back(finding_json(finding, replay_line(arguments.program, finding)));
  ordered_json untested = ordered_json::array();
  for (const Untested& promise : own_untested(swept.chosen.scenario, swept.result.state))
    untested.push_back({{"oracle", promise.oracle}, {"runs", promise.runs}});
  ordered_json json{{"scenario", swept.chosen.scenario.name},
                    {"variant", swept.chosen.scenario.variant},
                    {"seed", swept.options.seed.value},
                    {"runs", state.next},
                    {"runs_asked_for", swept.options.runs},
                    {"continued_from", swept.continued_from},
                    {"interrupted", swept.result.interrupted},
                    {"jobs", swept.options.jobs},
                    {"violations", state.violations},
                    {"unknown", state.unknown},
                    {"virtual_seconds", static_cast<double>(state.virtual_microseconds) / 1e6},
                    {"wall_seconds", swept.result.wall_seconds},
                    {"facts", state.facts},
                    {"events", state.events},
                    {"records", state.records},
                    {"hash", to_text(state.hash)},
                    {"broken", ordered_json(state.broken)},
                    {"untested", untested},
                    {"failures", failures},
                    {"reached", ordered_json(state.reached)},
                    {"never_reached", never_reached(state)},
                    {"state_file", swept.state_file}};
  json["bug"] = state.bug ? ordered_json{{"run", state.bug->run},
                                         {"seed", std::to_string(state.bug->seed.value)},
                                         {"message", state.bug->message},
                                         {"replay", swept.bug_line}}
                          : ordered_json();
  if (swept.keep.trouble()) json["error"] = error_json(*swept.keep.trouble());
  json["exit"] = static_cast<int>(code);
  return json;
}

std::string continue_line(const Arguments& arguments, const Swept& swept, const std::string& out) {
  std::string line = fmt::format("{} sweep {} --runs {} --seed {} --out {}", shell_word(arguments.program),
                                 swept.chosen.words(), swept.options.runs, swept.options.seed.value, shell_word(out));
  for (const std::string& load : arguments.texts("--load")) line += " --load " + shell_word(load);
  if (arguments.has("--until-found")) line += " --until-found";
  for (const char* option : {"--jobs", "--junit", "--page"})
    if (arguments.has(option)) line += fmt::format(" {} {}", option, shell_word(arguments.text(option)));
  return line + " --continue";
}

void store_sweep(Store& store, const Swept& swept) {
  const Scenario& scenario = swept.chosen.scenario;
  store.add_sweep(scenario, swept.options.seed, swept.result);
  for (const Finding& finding : swept.findings) store.add_run(scenario, Plan::listed(finding.failure.deviations), finding.run);
}

ExitCode run_sweep(const Arguments& arguments) {
  Swept swept{.chosen = choose_scenario(arguments)};
  const Scenario& scenario = swept.chosen.scenario;
  const std::string out = arguments.text("--out", "out");
  swept.options.runs = arguments.number("--runs", 1, 1'000'000'000'000).value_or(1000);
  swept.options.seed = Seed{arguments.number("--seed", 0, UINT64_MAX).value_or(1)};
  swept.options.jobs =
      static_cast<unsigned>(arguments.number("--jobs", 1, 1024).value_or(std::max(1U, std::thread::hardware_concurrency())));
  swept.options.until_found = arguments.has("--until-found");
  swept.state_file = sweep_file_path(out, scenario, swept.options.seed);
  if (arguments.has("--continue") && !sweep_file_to_continue(out, scenario, swept.options.seed).empty())
    swept.options.from = read_sweep_file(swept.state_file, scenario, swept.options.seed);
  swept.continued_from = swept.options.from.next;
  swept.continue_line = continue_line(arguments, swept, out);
  const Output junit(arguments, "--junit"), page(arguments, "--page");
  Store store = Store::open(out + "/weir.sqlite");  // a place that takes no file is told before the work

  ProgressLine progress;
  Interrupt interrupt;
  swept.result = sweep_watched(scenario, swept.options, swept.state_file, interrupt, progress);
  Reducing reduced(swept.chosen, swept.result, interrupt, progress);
  for (const auto& [oracle, found] : swept.result.state.found) {
    Finding finding = reduced(oracle, found);
    swept.keep([&] { write_finding(finding, out); });
    swept.findings.push_back(std::move(finding));
  }
  if (swept.result.state.bug)
    swept.bug_line = fmt::format("{} run {} --seed {}", shell_word(arguments.program), swept.chosen.words(),
                                 swept.result.state.bug->seed.value);

  // What was found is told whether or not it can be kept; a document can say so only at its end.
  if (!arguments.json()) print_sweep(arguments, swept);
  flush_printed();
  if (junit.is_wanted()) swept.keep([&] { junit.write(junit_xml({suite_of(scenario, swept.result)})); });
  if (page.is_wanted()) swept.keep([&] { page.write(render_page(report_of(arguments, swept))); });
  swept.keep([&] { store_sweep(store, swept); });
  if (swept.keep.trouble())
    complain(std::string(swept.keep.trouble()->what()) +
             "; the sweep's state is kept: --continue stores it again without playing");
  const ExitCode code = code_of(swept);
  if (arguments.json()) print(laid_out(sweep_json(arguments, swept, code)));
  return code;
}

}  // namespace

const CommandSpec& sweep_command() {
  static const CommandSpec spec{
      .name = "sweep",
      .summary = "Play many seeded plans, shrink what breaks, write failure files",
      .operand = "SCENARIO",
      .operand_help = "A scenario file's path, or a bundled scenario's name",
      .options =
          {{"--runs", "N", "How many runs (1000)"},
           {"--seed", "S", "What the runs' plans grow from (1)"},
           {"--jobs", "J", "Workers (one a core); what a sweep finds does not depend on it"},
           variant_option,
           load_option,
           {"--until-found", "", "Stop at the first run with a violation"},
           {"--continue", "",
            "Go on from where the last sweep of this scenario, variant and seed stopped; one that is done is stored again"},
           {"--junit", "FILE",
            "Write what each oracle says as JUnit XML, for CI servers; - is standard output, the report then goes to "
            "standard error"},
           page_option,
           {"--out", "DIR", "Where failures, the sweep's state and weir.sqlite go (out)"}},
      .run = run_sweep};
  return spec;
}

}  // namespace weir
