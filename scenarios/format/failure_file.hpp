// A failure: a scenario and the few deviations from calm that break one of its promises. Written by the shrinker or a person.
//
//   { "weir": "0.1.0", "scenario": "orders-mirror", "variant": "broken", "breaks": "O-ONCE", "says": "A-1 counted twice",
//     "deviations": [
//       { "site": "workload.op", "key": "client 0 / op 0", "value": { "put": { "item": 0, "group": 0, "value": 1 } } },
//       { "site": "function.outcome", "key": "trigger mirror / shard 0 / batch 0 / attempt 0", "value": "answer lost" } ],
//     "hash": "00000000000000000000000000000000" }
//
//   scenario       a name, or, where no file bundles it, the whole scenario as an object (scenario_file.hpp)
//   scenario_file  where it was read from, as a hint
//   value          an operation as an object; a number or true and false as such; everything else as text: "10min",
//                  "crash after call 2". Quoted text is accepted everywhere.
//   hash           of the trace it made, 32 hex digits: whoever replays it compares
//   weir           the version that wrote it; traces are equal to the bit within one version only
//   checked        sites, values against their envelopes, keys, no two deviations of one choice, the oracle's name
// Only scenario, breaks and deviations are required. Errors are BadInput with file, line and JSON pointer.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/format/scenario.hpp"
#include "sim/plan/site_text.hpp"

namespace weir {

struct Failure {
  std::string scenario;       // its name
  std::string variant;        // empty: it has none
  std::string scenario_file;  // a hint; empty: bundled, or embedded
  std::string breaks;         // the oracle, or the scenario's check
  std::string message;        // what it said
  std::vector<Deviation> deviations;
  std::string hash;                  // empty: not known
  std::string version;               // empty: written by a person
  std::optional<Scenario> embedded;  // `scenario` and `variant` are then its own

  friend bool operator==(const Failure&, const Failure&) = default;
};

std::string_view weir_version();  // of this build

Failure parse_failure(std::string_view text, std::string_view file_name, const SiteBook& book);
Failure read_failure(const std::string& path, const SiteBook& book);
std::string to_json_text(const Failure& failure, const SiteBook& book);  // parse_failure gives the same failure back

// To a temporary name beside it, then renamed: a reader sees the whole file or none. Makes the folder it is missing.
void write_failure(const std::string& path, const Failure& failure, const SiteBook& book);

}  // namespace weir
