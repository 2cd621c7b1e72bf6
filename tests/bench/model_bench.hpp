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
void only_small_runs(std::uint64_t runs, unsigned jobs);  // prints their hash: for a profiler
void only_large_runs(std::uint64_t runs, bool copies);

}  // namespace weir::bench
