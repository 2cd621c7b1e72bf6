// The whole model, all oracles and the trace's hash on: throughput, small runs, idle time, memory, shrinking.
#pragma once

#include <cstddef>
#include <cstdint>

#include "scenarios/play/play.hpp"

namespace weir::bench {

// 40 operations on a table of 3 shards, a split, a failed invocation that is tried again, two oracles of its own.
Scenario small_scenario();
Scenario loaded_scenario(std::size_t records, Duration every);  // so many rows put one a tick, by a loader
Handlers bench_handlers();

void bench_model();
void only_small_runs(std::uint64_t runs);  // seeded, on one core; prints the hash over all of them

}  // namespace weir::bench
