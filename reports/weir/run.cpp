// weir run: one run of a scenario, its verdicts, and on request every fact of it.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

#include "reports/export/export.hpp"
#include "reports/store/store.hpp"
#include "reports/story/hindrances.hpp"
#include "reports/story/idle_steps.hpp"
#include "reports/story/loaded_rows.hpp"
#include "reports/weir/chosen.hpp"
#include "reports/weir/metrics.hpp"
#include "reports/weir/output.hpp"
#include "reports/weir/paging.hpp"
#include "reports/weir/printing.hpp"
#include "reports/wording/wording.hpp"
#include "scenarios/format/json_layout.hpp"
#include "sim/base/bad_input.hpp"
#include "sim/trace/json_lines.hpp"

namespace weir {

namespace {

using nlohmann::ordered_json;

std::optional<Seed> seed_asked_for(const Arguments& arguments) {
  if (arguments.text("--seed", "calm") == "calm") return std::nullopt;
  return Seed{*arguments.number("--seed", 0, UINT64_MAX, ", or calm")};
}

std::uint64_t items_of(const Run& run, const std::string& table) {
  for (const TableCount& count : run.tables)
    if (count.table == table) return count.items;
  return 0;
}

struct Copy {  // a view that is promised to be a copy of its source
  std::string source, view;
  std::uint64_t source_items = 0, view_items = 0;
  Verdict verdict;

  std::string sentence() const {
    const std::string counts =
        fmt::format("{} {}, {} {}", source, counted(source_items, "item"), view, counted(view_items, "item"));
    if (verdict.is_ok()) return counts + ": they agree";
    if (verdict.is_violation()) return counts + ": they do not agree";
    return counts + ": whether they agree was not put to the test";
  }
};

// The verdicts of the scenario's own oracles stand behind those that are always on, in its order.
std::vector<Copy> copies_of(const Scenario& scenario, const Run& run) {
  std::vector<Copy> copies;
  const std::size_t own = scenario.oracles.size() + scenario.checks.size();
  if (run.verdicts.size() < own) return copies;
  for (std::size_t i = 0; i < scenario.oracles.size(); ++i) {
    const OracleSpec& spec = scenario.oracles[i];
    const auto fold = spec.with.find("fold"), source = spec.with.find("source"), view = spec.with.find("view");
    if (spec.oracle != "O-CONV" || fold == spec.with.end() || fold->second != "copy" || source == spec.with.end() ||
        view == spec.with.end())
      continue;
    copies.push_back({source->second, view->second, items_of(run, source->second), items_of(run, view->second),
                      run.verdicts[run.verdicts.size() - own + i]});
  }
  return copies;
}

// "2 of 9 invocations of mirror failed, the last at 000:00:07.250000: boom"; empty when none did, or none that told why.
std::string failed_invocations(const std::vector<Fact>& trace) {
  std::uint64_t all = 0, failed = 0;
  const InvocationEnded* last = nullptr;
  Instant at{};
  for (const Fact& fact : trace) {
    const auto* ended = fact.as<InvocationEnded>();
    all += ended != nullptr;
    if (!ended || ended->outcome == InvocationOutcome::ok) continue;
    failed += 1;
    last = ended;
    at = fact.at;
  }
  if (!last) return "";
  return fmt::format("{} of {} failed, the last at {}: {}", grouped(failed), counted(all, "invocation"), to_text(at),
                     last->message);
}

constexpr std::size_t most_steps_shown = 10;  // of each kind of lines about steps

// "2 of 3 steps had no effect", and which; empty when all had.
std::string idle_steps_text(const Scenario& scenario, const std::vector<Fact>& trace) {
  const std::vector<IdleStep> idle = idle_steps(scenario, trace);
  if (idle.empty()) return "";
  std::string text = fmt::format("  {} of {} had no effect\n", grouped(idle.size()), counted(scenario.steps.size(), "step"));
  const std::size_t shown = std::min(idle.size(), most_steps_shown);
  for (std::size_t i = 0; i < shown; ++i) text += wrapped(idle[i].sentence(), "    ");
  if (shown < idle.size()) text += fmt::format("    and {} more\n", grouped(idle.size() - shown));
  return text;
}

// What steps of clients were answered: handlers and readers log as themselves.
std::vector<const Fact*> answers_in(const std::vector<Fact>& trace) {
  std::vector<const Fact*> answers;
  for (const Fact& fact : trace)
    if (const auto* logged = fact.as<Logged>(); logged && logged->actor.kind == ActorKind::client) answers.push_back(&fact);
  return answers;
}

std::string answers_text(const std::vector<Fact>& trace) {
  const std::vector<const Fact*> answers = answers_in(trace);
  if (answers.empty()) return "";
  std::string text = "  what steps were answered\n";
  const std::size_t shown = std::min(answers.size(), most_steps_shown);
  for (std::size_t i = 0; i < shown; ++i)
    text += wrapped(fmt::format("{} {}", to_text(answers[i]->at), answers[i]->as<Logged>()->line), "    ");
  if (shown < answers.size()) text += fmt::format("    and {} more\n", grouped(answers.size() - shown));
  return text;
}

// "fm-03-counted-twice (broken), seed 7"
std::string heading_of(const Chosen& chosen, const std::optional<Seed>& seed) {
  return fmt::format("{}, {}", chosen.title(), seed ? fmt::format("seed {}", seed->value) : "calm");
}

Report report_of(const Arguments& arguments, const Chosen& chosen, const std::optional<Seed>& seed, const Run& run) {
  std::string again = fmt::format("{} run {}", shell_word(arguments.program), chosen.words());
  if (seed) again += fmt::format(" --seed {}", seed->value);
  for (const std::string& load : arguments.texts("--load")) again += " --load " + shell_word(load);
  return {.title = "Weir: a run", .runs = {page_of(chosen, heading_of(chosen, seed), run, again)}};
}

// "9 rows of orders.csv into orders, one every 1s", a load a line; and what of all rows was not written.
std::string loads_text(const Scenario& scenario, const std::vector<Fact>& trace) {
  std::string text;
  std::uint64_t rows = 0;
  for (const Load& load : scenario.loads) {
    rows += load.rows.size();
    text += fmt::format("  {}{} into {}, one every {}\n", counted(load.rows.size(), "row"),
                        load.file.empty() ? "" : " of " + load.file, load.table, to_text(load.every));
  }
  const auto [written, refused, last] = loaded_rows(trace);
  const std::uint64_t left = rows - std::min(rows, written + refused);
  if (refused > 0) text += wrapped(fmt::format("{} of them refused, the last: {}", grouped(refused), last), "    ");
  if (left > 0)
    text += fmt::format("    {} of them not written by the end of the run, at {}\n", grouped(left), to_text(scenario.run_for));
  return text;
}

void print_run(const Arguments& arguments, const Chosen& chosen, const std::optional<Seed>& seed, const Run& run) {
  const Scenario& scenario = chosen.scenario;
  if (arguments.has("--trace")) {
    std::string text;
    for (const std::string& line : lines_of(run.trace)) text += line + "\n";
    print(text + "\n");
  }
  print(heading_of(chosen, seed) + "\n");
  if (!scenario.teaches.empty()) print(wrapped(scenario.teaches, "  "));
  if (const std::string note = chosen.note(); !note.empty()) print("  " + note + "\n");
  print(loads_text(scenario, run.trace));
  print("  " + played_text(run) + "\n\n");
  std::vector<std::vector<std::string>> rows;
  for (const Verdict& verdict : run.verdicts)
    if (verdict.declared || verdict.is_violation())
      rows.push_back({"  " + verdict.oracle, std::string(to_text(verdict.kind)), verdict.message});
  std::size_t kept = 0, untested = 0;
  for (const Verdict& verdict : run.verdicts) {
    kept += !verdict.declared && verdict.is_ok();
    untested += !verdict.declared && verdict.kind == Verdict::Kind::unknown;
  }
  print(table_text(rows));
  print(fmt::format("  {}{} of the model's own promises hold, {} were not put to the test\n", rows.empty() ? "" : "and ", kept,
                    untested));
  if (const std::string note = promises_note(scenario); !note.empty()) print("  " + note + "\n");
  if (const std::string failed = failed_invocations(run.trace); !failed.empty()) print(wrapped(failed, "  "));
  for (const std::string& hindrance : hindrances_of(run.trace)) print(wrapped(hindrance, "  "));
  print(answers_text(run.trace));
  print(idle_steps_text(scenario, run.trace));
  for (const Copy& copy : copies_of(scenario, run)) print("  " + copy.sentence() + "\n");
  if (!run.deviations.empty()) print(fmt::format("  {} not calm\n", counted(run.deviations.size(), "choice")));
  if (run.unfinished > 0) print(fmt::format("  {} of work left at the end\n", counted(run.unfinished, "piece")));
  if (!seed && verdict_of(run) == "unknown" && !scenario.workloads.empty())
    print("  a calm plan plays no generated operations: --seed N does, and weir sweep plays many\n");
  if (arguments.has("--metrics")) print("\n" + metrics_text(run.trace));
  if (run.bug) print("  a bug of ours: " + *run.bug + "\n");
  print(fmt::format("\n{}  hash {}\n", verdict_of(run), to_text(run.hash)));
}

ordered_json trace_json(const Run& run) {
  ordered_json facts = ordered_json::array();
  FactWriter names;
  for (const Fact& fact : run.trace) {
    names.learn(fact);
    facts.push_back(ordered_json::parse(fact_json(fact, names)));
  }
  return facts;
}

ordered_json run_json(const Arguments& arguments, const Chosen& chosen, const std::optional<Seed>& seed, const Run& run,
                      double wall_seconds, ExitCode code) {
  ordered_json json{{"scenario", chosen.scenario.name},
                    {"variant", chosen.scenario.variant},
                    {"plan", seed ? "seeded" : "calm"},
                    {"seed", seed ? ordered_json(std::to_string(seed->value)) : ordered_json()},
                    {"verdict", verdict_of(run)},
                    {"virtual_seconds", static_cast<double>(run.ended_at.time_since_epoch().count()) / 1e6},
                    {"wall_seconds", wall_seconds},
                    {"facts", run.facts},
                    {"events", run.events},
                    {"choices", run.choices},
                    {"records", run.records},
                    {"unfinished", run.unfinished},
                    {"hash", to_text(run.hash)}};
  json["tables"] = ordered_json::object();
  for (const TableCount& count : run.tables) json["tables"][count.table] = count.items;
  json["copies"] = ordered_json::array();
  for (const Copy& copy : copies_of(chosen.scenario, run))
    json["copies"].push_back({{"source", copy.source},
                              {"view", copy.view},
                              {"source_items", copy.source_items},
                              {"view_items", copy.view_items},
                              {"agree", copy.verdict.is_ok()}});
  json["hindrances"] = hindrances_of(run.trace);
  json["steps_without_effect"] = ordered_json::array();
  for (const IdleStep& idle : idle_steps(chosen.scenario, run.trace))
    json["steps_without_effect"].push_back(
        {{"step", idle.step}, {"act", idle.act}, {"at_us", idle.at.time_since_epoch().count()}, {"why", idle.why}});
  json["answers"] = ordered_json::array();
  for (const Fact* answer : answers_in(run.trace))
    json["answers"].push_back({{"at_us", answer->at.time_since_epoch().count()}, {"line", answer->as<Logged>()->line}});
  json["verdicts"] = ordered_json::array();
  for (const Verdict& verdict : run.verdicts) json["verdicts"].push_back(verdict_json(verdict));
  json["deviations"] = deviations_json(run.plain_deviations());
  json["reached"] = ordered_json::object();
  for (const auto& [probe, times] : run.reached) json["reached"][std::string(probe)] = times;
  json["bug"] = run.bug ? ordered_json(*run.bug) : ordered_json();
  if (arguments.has("--metrics")) json.update(metrics_json(run.trace));
  if (arguments.has("--trace")) json["trace"] = trace_json(run);
  json["exit"] = static_cast<int>(code);
  return json;
}

ExitCode run_once(const Arguments& arguments) {
  const Chosen chosen = choose_scenario(arguments);
  const std::optional<Seed> seed = seed_asked_for(arguments);
  const Output jsonl(arguments, "--jsonl"), page(arguments, "--page");
  std::optional<Store> store;
  if (arguments.has("--out")) store = Store::open(arguments.text("--out") + "/weir.sqlite");

  const Plan plan = seed ? Plan::seeded(*seed) : Plan::calm();
  const auto start = std::chrono::steady_clock::now();
  const Run run = simulate(chosen.scenario, plan, bundled_handlers(), {.keep_trace = true});
  const double wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (store) store->add_run(chosen.scenario, plan, run, wall);
  if (jsonl.is_wanted()) jsonl.write(json_lines(run.trace));
  if (page.is_wanted()) page.write(render_page(report_of(arguments, chosen, seed, run)));

  const std::string_view verdict = verdict_of(run);
  const ExitCode code = run.bug                  ? ExitCode::bug
                        : verdict == "violation" ? ExitCode::violation
                        : verdict == "unknown"   ? ExitCode::unknown
                                                 : ExitCode::ok;
  if (arguments.json())
    print(laid_out(run_json(arguments, chosen, seed, run, wall, code)));
  else
    print_run(arguments, chosen, seed, run);
  return code;
}

}  // namespace

const CommandSpec& run_command() {
  static const CommandSpec spec{
      .name = "run",
      .summary = "Play a scenario once and print what each oracle says",
      .operand = "SCENARIO",
      .operand_help = "A scenario file's path, or a bundled scenario's name",
      .options = {{"--seed", "N", "Play the plan that grows from this seed; \"calm\", the default, answers each choice calmly"},
                  variant_option,
                  load_option,
                  {"--trace", "", "Print every fact of the run"},
                  {"--metrics", "", "Print what CloudWatch would show, and what became of every record"},
                  page_option,
                  {"--jsonl", "FILE",
                   "Write every fact as a line of JSON; - is standard output, the report then goes to standard error"},
                  {"--out", "DIR", "Keep the run, with its trace, in DIR/weir.sqlite"}},
      .run = run_once};
  return spec;
}

}  // namespace weir
