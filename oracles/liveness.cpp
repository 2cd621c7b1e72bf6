// O-LIVE: the mapping's backlog drains.                                              [RETRY-4] [POLL-3] [POLL-14]
//
//   within   when the run ends, no record is unsettled that has been in the stream for longer. What the stream let go of before
//            the mapping took up its position is not its own                              [ESM-3] [OPEN-45]
//   wait     optional: no record is ever unsettled for longer: judged at each delivery and settlement and at the end. A
//            blocked shard breaks it long before its records expire.
//   why      the last attempt with the record that failed is told, and is part of the proof; where the mapping is not at work
//            when the run ends, its state is told instead                                    [ESM-20]
#include <algorithm>

#include "oracles/entries.hpp"
#include "oracles/ledger.hpp"

namespace weir {

namespace {

class Liveness final : public Watching<Liveness, Appended, InvocationStarted, InvocationEnded, Settled, MappingDeclared,
                                       MappingStateChanged, ShardStarted, Trimmed, ShardGone, StreamGone, RunEnded> {
 public:
  Liveness(const OracleInfo& info, const OracleSpec& spec)
      : Watching(info),
        ledger_(text_of(spec, "mapping")),
        within_(parse_duration(text_of(spec, "within")).value_or(Duration{})),
        wait_(parse_duration(text_of(spec, "wait")).value_or(Duration::max())) {}

 private:
  friend Watching;

  void on(const MappingDeclared& declared, const Fact&) { ledger_.learn(declared); }
  void on(const MappingStateChanged& changed, const Fact& fact) {
    ledger_.learn(changed);
    if (ledger_.is_ours(changed.mapping)) state_ = {changed.state, fact.index, fact.at};
  }
  void on(const ShardStarted& started, const Fact& fact) { ledger_.begin(started, fact); }
  void on(const Trimmed& trimmed, const Fact& fact) { ledger_.lose(trimmed, fact); }
  void on(const ShardGone& gone, const Fact& fact) { ledger_.lose(gone, fact); }
  void on(const StreamGone& gone, const Fact& fact) { ledger_.lose(gone, fact); }
  void on(const Appended& appended, const Fact& fact) {
    ledger_.add(appended, fact);
    appended_ += 1;
  }
  void on(const InvocationStarted& started, const Fact& fact) {
    if (!ledger_.is_ours(started.mapping)) return;
    judge_wait(started.records, fact, "is still being delivered");
    in_flight_.push_back({started.invocation, started.records});
  }
  void on(const InvocationEnded& ended, const Fact& fact) {
    const auto flight = std::find_if(in_flight_.begin(), in_flight_.end(),
                                     [&](const Flight& one) { return one.invocation == ended.invocation; });
    if (flight == in_flight_.end()) return;
    if (ended.outcome != InvocationOutcome::ok || ended.failures > 0) {
      for (const RecordId id : each_of(flight->records)) last_failure_.at(id) = failures_.size();
      failures_.push_back({fact.index, fact.at, why_failed(ended)});
    }
    in_flight_.erase(flight);
  }
  void on(const Settled& settled, const Fact& fact) {
    if (!ledger_.is_ours(settled.mapping)) return;
    if (settled.how != Settlement::skipped) judge_wait(settled.records, fact, "is settled only");
    ledger_.settle(settled, fact);
  }
  void judge_wait(const RecordList& records, const Fact& fact, std::string_view what) {
    for (const RecordId id : each_of(records)) {
      const Ledger::Entry& entry = ledger_.entry(id);
      if (!ledger_.owes(entry) || span_between(entry.at, fact.at) <= wait_) continue;
      return violate(record_text(entry) + " " + std::string(what) + " at " + to_text(fact.at) + ": longer than " +
                         to_text(wait_) + failure_text(id),
                     {entry.write, entry.appended, failure_of(id).ended, fact.index});
    }
  }

  void on(const RunEnded&, const Fact& fact) {
    ended_ = true;
    const Duration allowed = std::min(within_, wait_);
    const Ledger::Entry* oldest = nullptr;
    RecordId record;
    std::uint64_t waiting = 0;
    ledger_.each([&](RecordId id, const Ledger::Entry& entry) {
      if (!ledger_.owes(entry) || span_between(entry.at, fact.at) <= allowed) return;
      waiting += 1;
      if (oldest) return;
      oldest = &entry;
      record = id;
    });
    if (!oldest) return;
    violate("mapping " + ledger_.name() + " still has " + count_text(waiting, "record", "records") +
                " unsettled after more than " + to_text(allowed) + " when the run ends at " + to_text(fact.at) +
                "; the oldest is " + record_text(*oldest) + (rests() ? state_text() : failure_text(record)),
            {oldest->write, oldest->appended, rests() ? state_.entered : failure_of(record).ended, fact.index});
  }
  void finish() override {
    if (!ledger_.mapping() || appended_ == 0) return unknown("mapping " + ledger_.name() + " had no record to settle");
    if (!ended_) unknown("the trace stops before the end of the run");
  }
  std::string record_text(const Ledger::Entry& entry) const {
    return "the change of " + item_text(entry.table, entry.key) + " appended at " + to_text(entry.at);
  }

  struct Flight {
    InvocationId invocation;
    RecordList records;
  };
  struct State {
    MappingState state = MappingState::enabled;
    FactIndex entered = no_fact;
    Instant at{};
  };
  struct Failure {
    FactIndex ended = no_fact;
    Instant at{};
    std::string message;
  };
  static std::string why_failed(const InvocationEnded& ended) {
    if (ended.outcome == InvocationOutcome::ok) return count_text(ended.failures, "item failure", "item failures");
    return ended.message.empty() ? std::string(to_text(ended.outcome)) : ended.message;
  }
  bool rests() const { return state_.state != MappingState::enabled; }
  std::string state_text() const {
    return "; the mapping is " + std::string(to_text(state_.state)) + " since " + to_text(state_.at);
  }
  const Failure& failure_of(RecordId id) { return failures_[last_failure_.at(id)]; }
  std::string failure_text(RecordId id) {
    const Failure& failure = failure_of(id);
    return failure.ended == no_fact ? "" : "; its last attempt failed at " + to_text(failure.at) + ": " + failure.message;
  }

  Ledger ledger_;
  Duration within_, wait_;
  std::vector<Flight> in_flight_;
  std::vector<Failure> failures_{{}};          // of invocations; the first stands for none
  Dense<RecordId, std::size_t> last_failure_;  // its place there
  State state_;
  std::uint64_t appended_ = 0;
  bool ended_ = false;
};

}  // namespace

OracleEntry liveness_entry() {
  return {{.name = "O-LIVE",
           .rules = "RETRY-4 POLL-3 POLL-14",
           .promise = "The mapping's backlog drains: no record waits longer than stated.",
           .parameters = {{.name = "mapping", .meaning = "the mapping's name"},
                          {.name = "within",
                           .meaning = "how long a record may be unsettled when the run ends, such as 10min",
                           .kind = OracleParameter::Kind::duration},
                          {.name = "wait",
                           .meaning = "how long a record may ever be unsettled, such as 6h",
                           .required = false,
                           .kind = OracleParameter::Kind::duration}}},
          [](const OracleInfo& info, const OracleSpec& spec) -> std::unique_ptr<Oracle> {
            return std::make_unique<Liveness>(info, spec);
          }};
}

}  // namespace weir
