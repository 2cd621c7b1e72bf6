// Reduces a failing list of deviations to a smallest one that still breaks the same oracle.
//
// Removing is real: every candidate is run again. Four moves, until none helps:
//   drop     whole sites, then halves, quarters ... of the list (delta debugging), then single deviations
//   forget   deviations that the failing run never asked for
//   calm     pull each remaining value towards the calm one: shorter or rounder spans, earlier calls, smaller operations
//   earlier  pull the ordinals in keys ("op 5", "batch 3") towards 0, those of all operations also together, and drop an
//            operation together with the number its record held: without it the later batches of the shard begin one lower;
//            likewise a failed attempt, without which the later ones of its batch come one earlier
//
//   result   1-minimal: with any one deviation taken away the oracle no longer objects (checked by the last round)
//   cost     `evaluations` counts the runs played
//   stop     set *stop and it ends after the run it plays, with the smallest list so far, which breaks the oracle as well
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/play/play.hpp"

namespace weir {

struct Shrunk {
  std::vector<Deviation> deviations;
  std::uint64_t evaluations = 0;
  bool failed_at_all = false;  // false: the list given did not break the oracle, and is returned as it was
  bool stopped = false;        // by *stop: a smaller one may do
};

struct ShrinkOptions {
  std::uint64_t most_evaluations = 5000;
  const std::atomic<bool>* stop = nullptr;
};

Shrunk shrink(Player& player, const std::string& oracle, std::vector<Deviation> deviations, const ShrinkOptions& options = {});

// Simpler values of one deviation, simplest first; never the value itself, never the calm one.
std::vector<std::int64_t> simpler_values(const SiteInfo& site, std::int64_t value, std::int64_t calm);
// Those of a deviation that the player's scenario leaves open: a workload's own kinds of operation, the kinds of an "only".
std::vector<std::int64_t> simpler_values(const Player& player, const Deviation& one);

// The key with the number behind `label` replaced; nullopt when the key has no such part with a number.
std::optional<std::uint64_t> ordinal_in(const std::string& key, std::string_view label);
std::string with_ordinal(const std::string& key, std::string_view label, std::uint64_t ordinal);

}  // namespace weir
