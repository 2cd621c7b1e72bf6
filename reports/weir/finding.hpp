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
  Failure failure;  // of the shrunk run, with its hash and what its oracle says of it
  Run run;          // the shrunk run, with its trace
  Found found;      // the run in the sweep that broke the oracle first: what it said then may be other than of the shrunk run
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
// "weir replay FILE"; empty where it was written nowhere: only the token plays it again then.
std::string replay_line(const std::string& program, const Finding& finding);

// "site  key  value", a deviation a line, each behind four spaces.
std::string deviations_text(const std::vector<Deviation>& deviations);
nlohmann::ordered_json deviations_json(const std::vector<Deviation>& deviations);
// "message" is what the oracle said of the run with that number and seed, "shrunk_message" what it says of the shrunk one.
nlohmann::ordered_json finding_json(const Finding& finding, const std::string& replay);
nlohmann::ordered_json verdict_json(const Verdict& verdict);

}  // namespace weir
