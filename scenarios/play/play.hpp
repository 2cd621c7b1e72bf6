// A run is a pure function: simulate(scenario, plan, handlers) -> Run. Same arguments and version: the same to the bit.
//
//   sweep     PlayOptions{} keeps no trace: hash, verdicts and counters only; what a run did can be had by running it again
//   look      PlayOptions{.keep_trace = true} keeps every fact and every choice that was not calm
//   errors    a broken invariant of ours ends the run with `bug` set, never with an exception, so that shrinking goes on;
//             a handler name that is not in `handlers` is BadInput, and so is a scenario that no file could say
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "oracles/oracle.hpp"
#include "oracles/probes.hpp"
#include "scenarios/format/scenario.hpp"
#include "sim/kernel/kernel.hpp"
#include "sim/plan/site_text.hpp"

namespace weir {

struct PlayOptions {
  bool keep_trace = false;
  bool record_deviations = false;  // keep_trace does so too
  bool with_oracles = true;
  Planted planted{};  // tests alone: a defect of the model, to see who objects
};

struct TableCount {
  std::string table;
  std::size_t items = 0;
};

struct Run {
  Hash128 hash;
  FactIndex facts = 0;
  std::uint64_t events = 0, choices = 0, records = 0;
  Instant ended_at{};
  std::uint64_t unfinished = 0;
  std::vector<Verdict> verdicts;       // of every oracle, in the order: always-on, then the scenario's
  Reached reached;                     // probes: how often each was reached
  std::optional<std::string> bug;      // our own invariant broke: exit code 4
  std::vector<TableCount> tables;      // at the end
  std::vector<Fact> trace;             // with keep_trace
  std::vector<ChoiceMade> deviations;  // with record_deviations or keep_trace

  // What a property asserts. A run under which a promise was not put to the test says nothing about the consumer, for it or
  // against it: one that never works may leave all its runs so.
  // Something broke; or each of the scenario's own promises was put to the test, and where it has none, one of the model's.
  bool tested() const;
  bool holds() const;                // nothing broke: no promise, and no invariant of ours
  const Verdict* violation() const;  // the first one, in verdict order
  const Verdict* violation_of(const std::string& oracle) const;
  std::vector<Deviation> plain_deviations() const;
};

Run simulate(const Scenario& scenario, const Plan& plan, const Handlers& handlers, const PlayOptions& options = {});

// A worker's private, reusable set-up for many runs of one scenario: much faster than simulate() in a loop, same results.
class Player {
 public:
  Player(const Scenario& scenario, const Handlers& handlers);
  ~Player();
  Run play(const Plan& plan, const PlayOptions& options = {});
  const Scenario& scenario() const;
  std::int64_t calm_of(const SiteInfo& site) const;  // as this scenario has it

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Every choice site of this build.
const SiteBook& all_sites();

}  // namespace weir
