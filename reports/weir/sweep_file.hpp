// What a sweep leaves behind so that another can go on from there: OUT/sweeps/NAME[-variant]-seed-N.json.
//
//   content  the sweep's state, and what it was a sweep of: version, scenario (name, variant and a hash of all it says), seed
//   written  whole or not at all; a sweep that is killed loses at most what it did since the last time
//   errors   BadInput: no such form, or a sweep of another scenario, seed or version
#pragma once

#include <string>

#include "scenarios/explore/sweep.hpp"

namespace weir {

std::string sweep_file_path(const std::string& out, const Scenario& scenario, Seed seed);
// The file of a sweep to go on from, or "" where there is none yet. BadInput where there are some of other seeds alone.
std::string sweep_file_to_continue(const std::string& out, const Scenario& scenario, Seed seed);
void write_sweep_file(const std::string& path, const Scenario& scenario, Seed seed, const SweepState& state);
SweepState read_sweep_file(const std::string& path, const Scenario& scenario, Seed seed);

}  // namespace weir
