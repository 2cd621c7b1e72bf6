#include "reports/weir/paging.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "reports/weir/printing.hpp"
#include "reports/wording/wording.hpp"

namespace weir {

std::string played_text(const Run& run) {
  return fmt::format("played {} of virtual time: {}, {}, {} asked", long_span(run.ended_at.time_since_epoch().count()),
                     counted(run.records, "stream record"), counted(run.facts, "fact"), counted(run.choices, "choice"));
}

PageRun page_of(const Chosen& chosen, const std::string& title, const Run& run, const std::string& replay,
                const std::vector<Deviation>& asked_for) {
  PageRun page{.scenario = chosen.scenario.name,
               .variant = chosen.scenario.variant,
               .title = title,
               .summary = played_text(run),
               .replay = replay,
               .trace = run.trace};
  for (const Verdict& verdict : run.verdicts) {
    if (verdict.declared || verdict.is_violation()) page.verdicts.push_back(verdict);
    if (verdict.is_violation()) page.stories.push_back(story_of(chosen.scenario, run, verdict, asked_for));
  }
  return page;
}

PageRun page_of(const Scenario& scenario, const Finding& finding, const std::string& program) {
  Story story = story_of(scenario, finding.run, finding.verdict(), finding.failure.deviations);
  const std::string by_file = replay_line(program, finding);
  return {.scenario = scenario.name,
          .variant = scenario.variant,
          .title = story.title,
          .stories = {std::move(story)},
          .replay = by_file.empty() ? shell_word(program) + " replay " + finding.token : by_file,
          .token = finding.token,
          .trace = finding.run.trace};
}

PageRow row_of(const Scenario& scenario, const SweepResult& swept, std::string verdict, bool as_expected, double wall_seconds) {
  const SweepState& state = swept.state;
  return {.scenario = scenario.name,
          .variant = scenario.variant,
          .runs = state.next,
          .violations = state.violations,
          .unknown = state.unknown,
          .verdict = std::move(verdict),
          .as_expected = as_expected,
          .virtual_microseconds = state.virtual_microseconds,
          .wall_seconds = wall_seconds};
}

bool may_break_so(const Scenario& scenario, const SweepState& state) {
  return scenario.variant == "broken" || std::all_of(state.found.begin(), state.found.end(), [&scenario](const auto& found) {
           const auto expected = scenario.expect.find(found.first);
           return expected != scenario.expect.end() && expected->second == Expectation::violation;
         });
}

}  // namespace weir
