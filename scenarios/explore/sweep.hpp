// A sweep: seeded runs of one scenario on all cores. It keeps seeds and verdicts only.
//
//   order     runs are numbered; run i's plan grows from run_seed(seed, i). What a sweep says does not depend on `jobs`:
//             counts, hash, and for each oracle the lowest-numbered run that broke it
//   stop      set *stop and every worker ends after the run it plays; what is done is kept and can be continued: all runs up to
//             the first that was not played
//   state     SweepState is what a continued sweep starts from: everything about runs 0 .. next-1
//   threads   the observer is called from the calling thread only, a few times a second
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/play/play.hpp"

namespace weir {

Seed run_seed(Seed sweep, std::uint64_t run);

struct Found {
  std::uint64_t run = 0;  // its number in the sweep
  Seed seed{};            // Plan::seeded(seed) plays it again
  std::string message;
};

struct Untested {
  std::string oracle;      // that judges the promise
  std::uint64_t runs = 0;  // in which nothing put it to the test
  friend bool operator==(const Untested&, const Untested&) = default;
};

struct SweepState {
  std::uint64_t next = 0;        // runs 0 .. next-1 are done
  std::uint64_t violations = 0;  // runs with one
  std::uint64_t unknown = 0;     // runs without one that are not tested()
  std::uint64_t facts = 0, events = 0, records = 0;
  std::int64_t virtual_microseconds = 0;
  Hash128 hash{};                                // of all runs, whatever the number of workers
  std::map<std::string, Found> found;            // by oracle: the first run that broke it
  std::map<std::string, std::uint64_t> broken;   // by oracle: in how many runs
  std::vector<Untested> untested;                // of each promise, in the order of verdicts
  std::optional<Found> bug;                      // ours: the first run that met one
  std::map<std::string, std::uint64_t> reached;  // probes

  void add(std::uint64_t run, Seed seed, const Run& result);
  void append(const SweepState& later);  // later begins where this one ends
};

struct SweepOptions {
  std::uint64_t runs = 1000;
  Seed seed{1};
  unsigned jobs = 0;         // 0: one a core
  bool until_found = false;  // end with the first run that breaks something, also one before `from`; the same whatever `jobs`
  SweepState from = {};      // to continue
  const std::atomic<bool>* stop = nullptr;
  std::function<void(const SweepState&, double seconds)> observer;  // progress; wall seconds since the start
};

struct SweepResult {
  SweepState state;
  double wall_seconds = 0;
  bool interrupted = false;
};

SweepResult sweep(const Scenario& scenario, const Handlers& handlers, const SweepOptions& options);

}  // namespace weir
