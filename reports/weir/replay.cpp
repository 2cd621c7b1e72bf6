// weir replay: plays a failure again, compares it to the bit with the run that was written down, and tells its story.
//
//   exit  what the promised oracle says now: 1 it breaks again, 0 it holds, 2 it had nothing to test; 1 too when another oracle
//         breaks instead
#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "reports/weir/metrics.hpp"
#include "reports/weir/output.hpp"
#include "reports/weir/paging.hpp"
#include "reports/weir/printing.hpp"
#include "scenarios/format/files.hpp"
#include "scenarios/format/json_layout.hpp"
#include "scenarios/format/token.hpp"
#include "sim/base/bad_input.hpp"

namespace weir {

namespace {

using nlohmann::ordered_json;

struct Replayed {
  Failure failure;
  Chosen chosen;
  Run run;
  Verdict verdict;  // of the oracle that the failure names
  Story story;
  std::string against;  // whether the run is the one written down; may be empty
  bool hash_differs = false;
};

Verdict verdict_named(const Run& run, const Failure& failure) {
  if (const Verdict* broken = run.violation_of(failure.breaks)) return *broken;
  std::string names;
  for (const Verdict& verdict : run.verdicts) {
    if (verdict.oracle == failure.breaks) return verdict;
    if (verdict.declared) names += (names.empty() ? "" : ", ") + verdict.oracle;
  }
  throw BadInput("failure", "breaks '" + failure.breaks + "'",
                 "an oracle that " + failure.scenario + " asks for: " + (names.empty() ? "it has none" : names));
}

// "written down by weir 0.0.9; this is 0.1.0"; empty when it is this version's.
std::string other_version(const Failure& failure) {
  if (failure.version == weir_version()) return "";
  return fmt::format("written down by weir {}; this is {}", failure.version.empty() ? "of an unknown version" : failure.version,
                     weir_version());
}

void compare(Replayed& replayed) {
  const Failure& failure = replayed.failure;
  const std::string hash = to_text(replayed.run.hash), version = other_version(failure);
  if (failure.hash.empty()) {
    replayed.against = version;
    return;
  }
  if (replayed.chosen.scenario.variant != failure.variant) {
    replayed.against = "another variant than the one written down: " + failure.variant;
    return;
  }
  replayed.hash_differs = hash != failure.hash;
  if (!replayed.hash_differs)
    replayed.against = "the run is the one written down, to the bit" + (version.empty() ? "" : "; " + version);
  else if (!version.empty())
    replayed.against = "the run differs from the one " + version;
  else if (failure.embedded)
    replayed.against =
        "the run differs from the one written down: a scenario of your own wants its own consumers, which this program "
        "does not have; play it in your test, with Trial::from_token";
  else
    replayed.against =
        "the run differs from the one written down: the scenario or its consumer has changed since, or the failure "
        "was edited";
}

std::string ending(const Replayed& replayed) {
  const std::string& oracle = replayed.failure.breaks;
  if (replayed.verdict.is_violation()) return oracle + " breaks, as promised";
  // A scenario that came along in the failure may have met other code under its consumers' names.
  const bool other_code = replayed.hash_differs && replayed.failure.embedded;
  std::string text =
      oracle + (replayed.verdict.is_ok() ? " holds" : " had nothing to test") +
      (other_code ? " with the code that this program has under those names" : ": the failure does not break it any more");
  if (!replayed.verdict.message.empty()) text += " (" + replayed.verdict.message + ")";
  if (const Verdict* other = replayed.run.violation()) text += "; " + other->oracle + " breaks instead: " + other->message;
  return text;
}

void print_replay(const Arguments& arguments, const Replayed& replayed) {
  if (arguments.has("--trace")) {
    std::string text;
    for (const std::string& line : lines_of(replayed.run.trace)) text += line + "\n";
    print(text + "\n");
  }
  if (replayed.verdict.is_violation()) {
    print(to_text(replayed.story));
  } else {
    print(replayed.chosen.title() + "\n");
    print(deviations_text(replayed.failure.deviations));
    for (const std::string& gone : replayed.story.never_asked) print("  never asked in this run: " + gone + "\n");
  }
  if (arguments.has("--metrics")) print("\n" + metrics_text(replayed.run.trace));
  print("\n" + ending(replayed) + "\n");
  if (replayed.run.bug) print("a bug of ours: " + *replayed.run.bug + "\n");
  print((replayed.against.empty() ? "" : replayed.against + "\n") + "hash " + to_text(replayed.run.hash) + "\n");
}

Report report_of(const Arguments& arguments, const Replayed& replayed) {
  std::string again = shell_word(arguments.program) + " replay " + shell_word(*arguments.operand);
  if (arguments.has("--variant")) again += " --variant " + shell_word(arguments.text("--variant"));
  return {.title = "Weir: a failure, replayed",
          .runs = {page_of(replayed.chosen, replayed.story.title, replayed.run, again, replayed.failure.deviations)}};
}

ordered_json story_json(const Story& story) {
  const auto lines = [](const std::vector<StoryLine>& all) {
    ordered_json list = ordered_json::array();
    for (const StoryLine& line : all)
      list.push_back({{"at_us", line.at.time_since_epoch().count()},
                      {"fact", line.fact == no_fact ? ordered_json() : ordered_json(line.fact)},
                      {"text", line.text},
                      {"rules", line.rules},
                      {"evidence", line.is_evidence}});
    return list;
  };
  return {{"title", story.title},
          {"promise", story.promise},
          {"message", story.message},
          {"decisions", lines(story.decisions)},
          {"steps_without_effect", story.idle_steps},
          {"chain", lines(story.chain)}};
}

ordered_json replay_json(const Arguments& arguments, const Replayed& replayed, ExitCode code) {
  const Failure& failure = replayed.failure;
  ordered_json json{{"scenario", failure.scenario},
                    {"variant", replayed.chosen.scenario.variant},
                    {"breaks", failure.breaks},
                    {"reproduced", replayed.verdict.is_violation()},
                    {"verdict", to_text(replayed.verdict.kind)},
                    {"message", replayed.verdict.message},
                    {"hash", to_text(replayed.run.hash)},
                    {"hash_written_down", failure.hash.empty() ? ordered_json() : ordered_json(failure.hash)},
                    {"identical", !failure.hash.empty() && failure.hash == to_text(replayed.run.hash)},
                    {"virtual_seconds", static_cast<double>(replayed.run.ended_at.time_since_epoch().count()) / 1e6},
                    {"deviations", deviations_json(failure.deviations)},
                    {"never_asked", replayed.story.never_asked},
                    {"story", story_json(replayed.story)}};
  json["bug"] = replayed.run.bug ? ordered_json(*replayed.run.bug) : ordered_json();
  if (arguments.has("--metrics")) json.update(metrics_json(replayed.run.trace));
  if (arguments.has("--trace")) json["trace"] = lines_of(replayed.run.trace);
  json["exit"] = static_cast<int>(code);
  return json;
}

Failure failure_named(const std::string& what) {
  if (looks_like_token(what)) return parse_token(what, all_sites());
  const auto refuse = [&what] {
    throw BadInput(what, "a scenario",
                   "a failure file, or a token; a scenario is played by `weir run " + shell_word(what) + "`");
  };
  std::error_code error;
  if (bundled_scenario(what) && !std::filesystem::exists(what, error)) refuse();
  const std::string text = read_file(what);
  if (has_member(text, what, "tables") && !has_member(text, what, "breaks")) refuse();
  return parse_failure(text, what, all_sites());
}

ExitCode replay(const Arguments& arguments) {
  const std::string& what = arguments.need_operand("failure", "the path of a failure file, or a token");
  const Output page(arguments, "--page");
  Replayed replayed;
  replayed.failure = failure_named(what);
  replayed.chosen = choose_scenario(replayed.failure, arguments.text("--variant"));
  replayed.run =
      simulate(replayed.chosen.scenario, Plan::listed(replayed.failure.deviations), bundled_handlers(), {.keep_trace = true});
  replayed.verdict = verdict_named(replayed.run, replayed.failure);
  replayed.story = story_of(replayed.chosen.scenario, replayed.run, replayed.verdict, replayed.failure.deviations);
  compare(replayed);
  if (page.is_wanted()) page.write(render_page(report_of(arguments, replayed)));

  // With other consumers than its own, a scenario of somebody's own proves nothing by holding.
  const bool held = replayed.verdict.is_ok() && !(replayed.hash_differs && replayed.failure.embedded);
  const ExitCode code = replayed.run.bug           ? ExitCode::bug
                        : replayed.run.violation() ? ExitCode::violation
                        : held                     ? ExitCode::ok
                                                   : ExitCode::unknown;
  if (arguments.json())
    print(laid_out(replay_json(arguments, replayed, code)));
  else
    print_replay(arguments, replayed);
  return code;
}

}  // namespace

const CommandSpec& replay_command() {
  static const CommandSpec spec{.name = "replay",
                                .summary = "Play a failure again, to the bit, and tell its story",
                                .operand = "FAILURE",
                                .operand_help = "A failure file's path, or a token",
                                .options = {{"--variant", "V", "Play the other consumer: does it survive? (the failure's own)"},
                                            {"--trace", "", "Print every fact of the run"},
                                            {"--metrics", "", "Print what CloudWatch would show of the run"},
                                            page_option},
                                .run = replay};
  return spec;
}

}  // namespace weir
