// The store: one SQLite file (out/weir.sqlite) in which commands leave what they found, for whoever wants to query it.
//
//   sweeps  what seeded sweeps said; their runs are not kept, since a seed plays each of them again
//   runs    the runs that were looked at, each with verdicts, choices that were not calm, and where it was kept the whole trace
//   in
//           the tables of oracles/sql/trace_tables.hpp; `violations` is a view
//   file    made when missing, its folder too. Each add_ is one transaction: a reader at any moment, or whoever comes after a
//   crash, finds the
//           whole of it or nothing. No write-ahead log, so that the one file is all there is
//   many    several commands may append to one file, also at once: each waits up to 10 s for the other. Run and sweep numbers
//           count up in the order of arrival
//   errors  BadInput with the path: not a database, somebody else's database, another version's tables (they
//   are
//           never converted nor moved away: name another file, or take the old one away), no room, locked for too long.
//           The object stays usable after an error; what failed is not in the file
//   same    the same commands leave the same rows, wall_us aside
//   thread  one at a time
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "scenarios/explore/sweep.hpp"

namespace weir {

class Store {
 public:
  static Store open(const std::string& path);
  Store(Store&&) noexcept;
  Store& operator=(Store&&) noexcept;
  ~Store();

  // The number it got. `run.trace` and `run.deviations` are stored as far as they were kept.
  std::int64_t add_run(const Scenario& scenario, const Plan& plan, const Run& run, std::optional<double> wall_seconds = {});
  std::int64_t add_sweep(const Scenario& scenario, Seed seed, const SweepResult& result);

  const std::string& path() const;

 private:
  struct State;
  explicit Store(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Every table and view with its columns explained, as SQL: what a new file is made with.
std::string_view schema_text();

// "violation" when an oracle objected, "bug" when Weir itself broke, "unknown" when nothing was violated yet the run was
// not tested(), else "ok".
std::string_view verdict_of(const Run& run);

}  // namespace weir
