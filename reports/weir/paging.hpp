// What a command played, as a page: --page FILE, and the report of weir demo.
//
//   page_of  a run with all that its oracles say and a story for each violation; of a finding, its own violation alone
//   row_of   a sweep in one line
#pragma once

#include "reports/page/page.hpp"
#include "reports/weir/finding.hpp"

namespace weir {

inline constexpr OptionSpec page_option{
    .name = "--page",
    .value = "FILE",
    .help =
        "Draw it as one HTML page: timeline, metrics, accounts, and the story of what broke; - is standard output, the "
        "report then goes to standard error"};

// "played 2 h of virtual time: 6 stream records, 120 facts, 40 choices asked"
std::string played_text(const Run& run);

// `run` was played with keep_trace; `replay`: the command that plays it again; `asked_for`: the failure's list, where it is
// one.
PageRun page_of(const Chosen& chosen, const std::string& title, const Run& run, const std::string& replay,
                const std::vector<Deviation>& asked_for = {});
PageRun page_of(const Scenario& scenario, const Finding& finding, const std::string& program);
PageRow row_of(const Scenario& scenario, const SweepResult& swept, std::string verdict, bool as_expected, double wall_seconds);

// That every violation of the sweep is one of those that the scenario says will be there, or its consumer the broken one.
bool may_break_so(const Scenario& scenario, const SweepState& state);

}  // namespace weir
