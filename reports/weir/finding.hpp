// A violation that a sweep met, reduced to the decisions that cause it.
#pragma once

#include <atomic>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "reports/story/story.hpp"
#include "reports/weir/chosen.hpp"
#include "scenarios/explore/sweep.hpp"

namespace weir {

struct Finding {
  Failure failure;       // of the shrunk run, with its hash
  Run run;               // the shrunk run, with its trace
  std::uint64_t number;  // of the run in the sweep, and its seed
  Seed seed;
  std::size_t deviations_before = 0;
  std::uint64_t evaluations = 0;
  bool stopped = false;  // the shrinking, before it was done
  std::string token;
  std::string file;  // where it was written; empty: nowhere yet

  const Verdict& verdict() const;
};

// Plays the found seed again, shrinks it until *stop and plays the smallest. What breaks again is a promise of ours: Bug when
// it does not.
Finding reduce(const Chosen& chosen, Player& player, const std::string& oracle, const Found& found,
               const std::atomic<bool>* stop = nullptr);

// Writes OUT/failures/NAME[-variant]-ORACLE.json.
void write_finding(Finding& finding, const std::string& out);

// "site  key  value", a deviation a line, each behind four spaces.
std::string deviations_text(const std::vector<Deviation>& deviations);
nlohmann::ordered_json deviations_json(const std::vector<Deviation>& deviations);
nlohmann::ordered_json finding_json(const Finding& finding, const std::string& replay);
nlohmann::ordered_json verdict_json(const Verdict& verdict);

}  // namespace weir
