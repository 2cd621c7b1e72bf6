// What two plays of one plan must agree on, and where they part.
//
//   outcome   everything a run says: the trace's rolling hash, how many choices were asked and events handled, each verdict,
//             each table's size and whether our own invariants held
//   parting   the first plan of a row on which two ways to play disagree, and the first fact that differs
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/play/play.hpp"
#include "sim/trace/text.hpp"

namespace weir {

// Each bundled scenario in each of its variants, in the order of the bundle.
std::vector<Scenario> all_bundled();
std::string title(const Scenario& scenario);  // "counted-twice, broken"

Hash128 outcome_of(const Run& run);

// A kept run as lines: its facts, then what a hash also covers: choices that were not calm, counts and verdicts.
std::vector<std::string> lines_of_run(const Run& run);

// One way to play a plan: a fresh player, a used one, another thread's, another compiler's.
using Way = std::function<Run(const Plan&, const PlayOptions&)>;

struct Parting {
  std::uint64_t seed = 0;
  Difference first;
};
// Plays seeds 0 .. seeds-1 both ways. nullopt: the same outcome for each.
std::optional<Parting> first_parting(const Way& left, const Way& right, std::uint64_t seeds);

}  // namespace weir
