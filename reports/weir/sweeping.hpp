// Many seeded runs with a person looking on: progress, Ctrl-C, and a file to continue from.
#pragma once

#include <string>

#include "reports/weir/chosen.hpp"
#include "reports/weir/printing.hpp"
#include "scenarios/explore/sweep.hpp"

namespace weir {

// "4,320 of 10,000 runs", "1 s left", "1 found (O-ONCE)", "5,210/s", "9 h played"
std::vector<std::string> progress_parts(const SweepState& state, const SweepOptions& options, double seconds);

// sweep() with a progress line, kept in `file` once a second and at the end; an empty path keeps nothing. Trouble in writing
// the file stops the sweep and is thrown as the BadInput it is. A SIGINT or SIGTERM is answered on standard error, and what is
// done by then is kept at once: a second one, which ends the program, loses no more than the runs under way.
SweepResult sweep_watched(const Scenario& scenario, SweepOptions options, const std::string& file, ProgressLine& progress,
                          const std::string& prefix = "");

}  // namespace weir
