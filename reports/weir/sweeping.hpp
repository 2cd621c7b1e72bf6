// Many seeded runs with a person looking on: progress, Ctrl-C, and a file to continue from.
#pragma once

#include <string>

#include "reports/weir/finding.hpp"
#include "reports/weir/interrupt.hpp"
#include "reports/weir/printing.hpp"
#include "scenarios/explore/sweep.hpp"

namespace weir {

// "4,320 of 10,000 runs", "1 s left", "1 found (O-ONCE)", "5,210/s", "9 h played"
std::vector<std::string> progress_parts(const SweepState& state, const SweepOptions& options, double seconds);

// Of the scenario's own promises, those that some run left untested.
std::vector<Untested> own_untested(const Scenario& scenario, const SweepState& state);

// sweep() with a progress line, kept in `file` once a second and at the end; an empty path keeps nothing. Trouble in writing
// the file stops the sweep and is thrown as the BadInput it is. A SIGINT or SIGTERM is answered on standard error, and what is
// done by then is kept at once: a second one, which ends the program, loses no more than the runs under way.
SweepResult sweep_watched(const Scenario& scenario, SweepOptions options, const std::string& file, Interrupt& interrupt,
                          ProgressLine& progress, const std::string& prefix = "");

// reduce() of what a sweep found, one after another, with a progress line. A SIGINT or SIGTERM, but not one that the sweep was
// stopped with, ends the shrinking after the run under way, and that of those to come at once: each breaks its oracle still.
class Reducing {
 public:
  Reducing(const Chosen& chosen, const SweepResult& swept, Interrupt& interrupt, ProgressLine& progress,
           std::string prefix = "");
  ~Reducing();
  Reducing(const Reducing&) = delete;
  Reducing& operator=(const Reducing&) = delete;
  Finding operator()(const std::string& oracle, const Found& found);

 private:
  const Chosen& chosen_;
  Player player_;
  Interrupt& interrupt_;
  ProgressLine& progress_;
  std::string prefix_;
};

}  // namespace weir
