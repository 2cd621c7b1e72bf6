// Many seeded runs with a person looking on: progress, Ctrl-C, and a file to continue from.
#pragma once

#include <string>

#include "reports/weir/chosen.hpp"
#include "reports/weir/printing.hpp"
#include "scenarios/explore/sweep.hpp"

namespace weir {

// "4,320 of 10,000 runs, 5,210/s, 9 h played, 1 found (O-ONCE), 1 s left"
std::string progress_text(const SweepState& state, const SweepOptions& options, double seconds);

// sweep() with a progress line, kept in `file` once a second and at the end; an empty path keeps nothing. Trouble in writing
// the file stops the sweep and is thrown as the BadInput it is.
SweepResult sweep_watched(const Scenario& scenario, SweepOptions options, const std::string& file, ProgressLine& progress,
                          const std::string& prefix = "");

}  // namespace weir
