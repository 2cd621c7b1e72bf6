// A failure told in plain sentences: the decisions that cause it, then the chain of causes from the writes to the violation.
//
//   000:00:01.000000  Client 1 puts item 0 (group 0, value 1) into orders.                          [STREAM-8]
// The chain is the walk up the causes from the facts the verdict names, in order of time, each fact once. Faults and retries
// that lie on it are told; what merely happened meanwhile is not. Where the verdict names a write whose record was given up
// without being handled, or is not settled when the run ends, that is told too, with what kept the mapping from it: its states
// and the calls on it that were refused, a permission that its role lacks, the throttle that held it back and who set that
// limit, a call that its code was not allowed, a failure record that never came; where the record was handled, the calls with
// it that were troubled, or that did nothing of what the verdict names (handling.hpp); where it names a consumer's write, also
// what earlier attempts with the same records wrote to that row. Steps of the scenario that had no effect are named. Attempts
// that go alike are told once (alike.hpp), and of a chain that has more than 81 steps then the middle is only counted.
#pragma once

#include <string>
#include <vector>

#include "scenarios/play/play.hpp"
#include "sim/trace/text.hpp"

namespace weir {

struct StoryLine {
  Instant at{};
  FactIndex fact = no_fact;
  std::string text;   // one sentence
  std::string rules;  // rule IDs, space separated; may be empty
  bool is_evidence = false;
};

struct Story {
  std::string title;                     // "O-ONCE broke in fm-03-counted-twice (broken)"
  std::string promise;                   // the oracle's, one sentence
  std::string message;                   // what the verdict says
  std::vector<StoryLine> decisions;      // each deviation, in the order asked
  std::vector<std::string> never_asked;  // deviations of the failure that this run did not come to
  std::vector<std::string> idle_steps;   // what the scenario's steps tried in vain, a sentence each
  std::vector<StoryLine> chain;
  std::vector<FactIndex> evidence;
};

// `run` was played with keep_trace. `asked_for`: the failure's list, to name what the run never came to (may be empty).
Story story_of(const Scenario& scenario, const Run& run, const Verdict& verdict, const std::vector<Deviation>& asked_for = {});
std::string to_text(const Story& story);
std::string decisions_heading(const Story& story);  // "2 decisions that cause it"

// One fact as a sentence, with the rule IDs it rests on. `names` must have learnt the facts before it.
StoryLine sentence_of(const Fact& fact, FactWriter& names);
// The facts that led to any of `from`, those included, ascending.
std::vector<FactIndex> causes_of(const std::vector<Fact>& trace, const std::vector<FactIndex>& from);
// What became of the records of the writes among `of`, where a mapping gave them up, or left them unsettled while it was not
// at work, lacked a permission or was throttled, and what kept it from them; calls refused to code that had them, and failure
// records about them that never came; that a table's stream was off when they were written; readers that failed; ascending.
//                                                    [RETRY-2] [ESM-25] [ESM-29] [POLL-12] [DEST-7] [IAM-1] [STREAM-12]
std::vector<FactIndex> losses_of(const std::vector<Fact>& trace, const std::vector<FactIndex>& of);
// What invocations had written, before those among `of` that are consumers' writes, to the same row for the same records;
// ascending.                                                                                 [POLL-8] [RETRY-1]
std::vector<FactIndex> earlier_effects_of(const std::vector<Fact>& trace, const std::vector<FactIndex>& of);

}  // namespace weir
