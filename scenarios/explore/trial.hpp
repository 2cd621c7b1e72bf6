// One trial of a property: a scenario, the code it plays, and a plan for it. What property tests draw, shrink and show.
//
//   play     the run; our own broken invariant is thrown as Bug, so that it never passes for the consumer's failure
//   token    the failure on one line with the scenario in it: from_token() plays it again, bit-identical, wherever the
//            handlers are
//   story    the deviations a line each, what broke, and the token: what a test's report shows
//
// A trial is a value and cheap to copy; copies share one Player, so they stay in one thread. property.hpp draws them with
// RapidCheck; another library needs no more than this header.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/format/failure_file.hpp"
#include "scenarios/play/play.hpp"

namespace weir {

// The failure that a run with recorded deviations is, its scenario embedded. `breaks`: the oracle; by default the first one
// the run violates, and where there is none the property that the run was played for.
Failure failure_of(const Scenario& scenario, const Run& run, std::string_view breaks = {});
std::string token_of(const Scenario& scenario, const Run& run, std::string_view breaks = {});

class Trial {
 public:
  Trial(const Scenario& scenario, const Handlers& handlers, Plan plan);  // BadInput for a scenario that cannot be played
  // BadInput for what is no token, names a scenario instead of holding it, or plays a handler that is not in `handlers`.
  static Trial from_token(std::string_view token, const Handlers& handlers);

  const Scenario& scenario() const;
  const Plan& plan() const { return plan_; }
  Trial with(Plan plan) const;  // the same, under another plan

  Run play(const PlayOptions& options = {.keep_trace = false, .record_deviations = true}) const;
  std::string token() const;
  std::string story() const;

 private:
  friend class SimplerTrials;
  struct Bed;
  Trial(std::shared_ptr<Bed> bed, Plan plan) : bed_(std::move(bed)), plan_(std::move(plan)) {}

  std::shared_ptr<Bed> bed_;
  Plan plan_;
};

// Simpler trials than a failing one, one after the other, simplest first; whoever tries them takes the first that fails too.
//
//   seeded   what shrink() leaves for the oracle that objects, then the list of the run's own deviations
//   listed   without deviations the run never asked for; without all of one site; without halves, quarters ... single ones;
//            with values nearer to calm; with earlier ordinals in keys. Nothing is left: the list is 1-minimal
class SimplerTrials {
 public:
  explicit SimplerTrials(Trial trial) : trial_(std::move(trial)) {}
  std::optional<Trial> next();

 private:
  // Without [first, last), or with `instead` in the place of `first`.
  struct Edit {
    std::size_t first = 0, last = 0;
    std::optional<Deviation> instead = std::nullopt;
  };
  void begin();
  void plan_edits();
  std::vector<Deviation> edited(const Edit& edit) const;

  Trial trial_;
  bool begun_ = false;
  std::vector<std::vector<Deviation>> whole_;  // lists to try before the edits, the first one last
  std::vector<Deviation> list_;                // sorted: all of a site stand together
  std::vector<Edit> edits_;
  std::size_t at_ = 0;
};

}  // namespace weir
