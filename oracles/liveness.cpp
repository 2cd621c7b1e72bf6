// O-LIVE: the mapping's backlog drains.                                      [RETRY-4] [POLL-3] [POLL-14] [WIN-5]
//
//   within   when the run ends, no record is unsettled that has been in the stream for longer. What the stream let go of before
//            the mapping took up its position is not its own                              [ESM-3] [OPEN-45]
//   wait     optional: no record is ever unsettled for longer: judged at each delivery and settlement and at the end. A
//            blocked shard breaks it long before its records expire.
//   windows  a window that is over waits for its final invocation to end well, and its shard with it: both limits hold for
//            it as for a record                                                              [WIN-5]
//   why      the last attempt that failed, with the record or to end the window, is told, and is part of the proof; where the
//            mapping is not at work when the run ends, its state is told instead             [ESM-20]
#include <algorithm>
#include <map>

#include "oracles/entries.hpp"
#include "oracles/ledger.hpp"

namespace weir {

namespace {

class Liveness final
    : public Watching<Liveness, Appended, InvocationStarted, InvocationEnded, Settled, MappingDeclared, MappingStateChanged,
                      ShardStarted, Trimmed, ShardGone, StreamGone, WindowEnding, PollerLost, RunEnded> {
 public:
  Liveness(const OracleInfo& info, const OracleSpec& spec)
      : Watching(info),
        ledger_(text_of(spec, "mapping")),
        within_(parse_duration(text_of(spec, "within")).value_or(Duration{})),
        wait_(parse_duration(text_of(spec, "wait")).value_or(Duration::max())) {}

 private:
  friend Watching;

  struct Window {
    FactIndex ending = no_fact;
    Instant at{};
    std::size_t last_failure = 0;  // of its final invocation: the place in failures_
  };

  void on(const MappingDeclared& declared, const Fact&) { ledger_.learn(declared); }
  void on(const MappingStateChanged& changed, const Fact& fact) {
    ledger_.learn(changed);
    if (!ledger_.is_ours(changed.mapping)) return;
    state_ = {changed.state, fact.index, fact.at};
    if (changed.state == MappingState::deleted) windows_.clear();  // it owes nothing any more         [ESM-25]
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
    const auto window = each_of(started.records).empty() ? windows_.find(started.shard) : windows_.end();
    if (window != windows_.end()) judge_wait(window->first, window->second, fact, "is still to end");
    in_flight_.push_back({started.invocation, started.shard, started.records});
  }
  void on(const WindowEnding& ending, const Fact& fact) {
    if (ledger_.is_ours(ending.mapping)) windows_.insert_or_assign(ending.shard, Window{fact.index, fact.at, 0});
  }
  void on(const PollerLost& lost, const Fact&) {  // nobody hears what it answers: it ends no window
    for (Flight& flight : in_flight_) flight.is_unheard |= flight.invocation == lost.invocation;
  }
  void on(const InvocationEnded& ended, const Fact& fact) {
    const auto flight = std::find_if(in_flight_.begin(), in_flight_.end(),
                                     [&](const Flight& one) { return one.invocation == ended.invocation; });
    if (flight == in_flight_.end()) return;
    const auto window = each_of(flight->records).empty() ? windows_.find(flight->shard) : windows_.end();
    if (ended.outcome == InvocationOutcome::ok && !flight->is_unheard && window != windows_.end()) {
      judge_wait(window->first, window->second, fact, "ends only");
      windows_.erase(window);
    } else if (ended.outcome != InvocationOutcome::ok || ended.failures > 0) {
      if (window != windows_.end()) window->second.last_failure = failures_.size();
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
  void judge_wait(ShardId shard, const Window& window, const Fact& fact, std::string_view what) {
    if (span_between(window.at, fact.at) <= wait_) return;
    const Failure& failure = failures_[window.last_failure];
    violate("the window of " + shard_text(shard) + " that was over at " + to_text(window.at) + " " + std::string(what) +
                " at " + to_text(fact.at) + ": longer than " + to_text(wait_) + failure_text(failure),
            {window.ending, failure.ended, fact.index});
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
    if (!oldest) return judge_windows(allowed, fact);
    violate("mapping " + ledger_.name() + " still has " + count_text(waiting, "record", "records") +
                " unsettled after more than " + to_text(allowed) + " when the run ends at " + to_text(fact.at) +
                "; the oldest is " + record_text(*oldest) + (rests() ? state_text() : failure_text(record)),
            {oldest->write, oldest->appended, rests() ? state_.entered : failure_of(record).ended, fact.index});
  }
  void judge_windows(Duration allowed, const Fact& fact) {
    for (const auto& [shard, window] : windows_) {
      if (span_between(window.at, fact.at) <= allowed) continue;
      const Failure& failure = failures_[window.last_failure];
      return violate("mapping " + ledger_.name() + " has not ended the window of " + shard_text(shard) + " that was over at " +
                         to_text(window.at) + ", after more than " + to_text(allowed) + ", when the run ends at " +
                         to_text(fact.at) + (rests() ? state_text() : failure_text(failure)),
                     {window.ending, rests() ? state_.entered : failure.ended, fact.index});
    }
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
    ShardId shard;
    RecordList records;
    bool is_unheard = false;
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
  std::string failure_text(RecordId id) { return failure_text(failure_of(id)); }
  static std::string failure_text(const Failure& failure) {
    return failure.ended == no_fact ? "" : "; its last attempt failed at " + to_text(failure.at) + ": " + failure.message;
  }

  Ledger ledger_;
  Duration within_, wait_;
  std::vector<Flight> in_flight_;
  std::vector<Failure> failures_{{}};          // of invocations; the first stands for none
  Dense<RecordId, std::size_t> last_failure_;  // its place there
  std::map<ShardId, Window> windows_;          // over, and not ended yet
  State state_;
  std::uint64_t appended_ = 0;
  bool ended_ = false;
};

}  // namespace

OracleEntry liveness_entry() {
  return {{.name = "O-LIVE",
           .rules = "RETRY-4 POLL-3 POLL-14 WIN-5",
           .promise = "The mapping's backlog drains: no record waits longer than stated, and no window that is over.",
           .parameters = {{.name = "mapping", .meaning = "the mapping's name"},
                          {.name = "within",
                           .meaning =
                               "how long a record may be unsettled, or a window that is over, when the run ends, such as 10min",
                           .kind = OracleParameter::Kind::duration},
                          {.name = "wait",
                           .meaning = "how long a record may ever be unsettled, or a window that is over, such as 6h",
                           .required = false,
                           .kind = OracleParameter::Kind::duration}}},
          [](const OracleInfo& info, const OracleSpec& spec) -> std::unique_ptr<Oracle> {
            return std::make_unique<Liveness>(info, spec);
          }};
}

}  // namespace weir
