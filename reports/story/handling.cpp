#include "reports/story/handling.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "reports/story/story.hpp"

namespace weir {

namespace {

std::optional<InvocationId> invocation_of(const Actor& actor) {
  return actor.kind == ActorKind::invocation ? std::optional(InvocationId{actor.id}) : std::nullopt;
}

struct Call {
  MappingId mapping;
  std::vector<FactIndex> told;  // its start, what troubled it, its end
  bool has_effect = false, is_troubled = false;
};

class Handling {
 public:
  Handling(const std::vector<Fact>& trace, const std::vector<FactIndex>& of)
      : of_(of.begin(), of.end()), last_(of_.empty() ? 0 : *of_.rbegin()), chain_(causes_of(trace, of)) {
    for (const FactIndex index : of_)
      if (const auto* written = index < trace.size() ? trace[index].as<Written>() : nullptr;
          written && written->actor.is_consumer())
        rows_.emplace(written->table, written->key);
  }

  void learn(const Fact& fact) {
    if (const auto* settled = fact.as<Settled>()) return settle(*settled, fact.index);
    if (fact.index > last_) return;
    if (const auto* appended = fact.as<Appended>()) {
      if (of_.contains(appended->write)) records_[appended->record].appended = fact.index;
    } else if (const auto* started = fact.as<InvocationStarted>()) {
      begin(*started, fact.index);
    } else if (const auto* written = fact.as<Written>()) {
      Call* call = call_of(invocation_of(written->actor));
      if (call && (on_chain(fact.index) || rows_.contains({written->table, written->key}))) call->has_effect = true;
    } else if (fact.as<MessageSent>() || fact.as<ObjectStored>()) {
      const auto start = starts_.find(fact.cause);
      if (start != starts_.end() && on_chain(fact.index)) calls_[start->second].has_effect = true;
    } else if (const auto* lost = fact.as<PollerLost>()) {
      trouble(lost->invocation, fact.index);
    } else if (const auto* ended = fact.as<InvocationEnded>()) {
      if (ended->outcome != InvocationOutcome::ok || ended->failures > 0)
        trouble(ended->invocation, fact.index);
      else if (Call* call = call_of(ended->invocation))
        call->told.push_back(fact.index);
    } else {
      trouble(troubled_by(fact), fact.index);
    }
  }

  std::vector<FactIndex> all() && {
    for (const auto& [id, record] : records_) tell(record);
    return {told_.begin(), told_.end()};
  }

 private:
  struct Record {
    FactIndex appended = no_fact;
    std::vector<InvocationId> calls;         // that had it, in order
    std::map<MappingId, FactIndex> settled;  // as handled, at first
  };

  bool on_chain(FactIndex index) const { return std::binary_search(chain_.begin(), chain_.end(), index); }
  Call* call_of(std::optional<InvocationId> invocation) {
    const auto found = invocation ? calls_.find(*invocation) : calls_.end();
    return found == calls_.end() ? nullptr : &found->second;
  }

  void begin(const InvocationStarted& started, FactIndex at) {
    if (!started.records) return;
    bool has_theirs = false;
    for (const RecordId id : *started.records)
      if (const auto found = records_.find(id); found != records_.end()) {
        found->second.calls.push_back(started.invocation);
        has_theirs = true;
      }
    if (!has_theirs) return;
    calls_[started.invocation] = {.mapping = started.mapping, .told = {at}};
    starts_[at] = started.invocation;
  }
  void trouble(std::optional<InvocationId> invocation, FactIndex at) {
    Call* call = call_of(invocation);
    if (!call) return;
    call->told.push_back(at);
    call->is_troubled = true;
  }
  void settle(const Settled& settled, FactIndex at) {
    if (settled.how != Settlement::handled || !settled.records) return;
    for (const RecordId id : *settled.records)
      if (const auto found = records_.find(id); found != records_.end()) found->second.settled.emplace(settled.mapping, at);
  }

  void tell(const Record& record) {
    bool has_effect = false, is_troubled = false;
    for (const InvocationId invocation : record.calls) {
      has_effect = has_effect || calls_.at(invocation).has_effect;
      is_troubled = is_troubled || calls_.at(invocation).is_troubled;
    }
    for (const auto& [mapping, settled] : record.settled) {
      std::vector<const Call*> calls;
      for (const InvocationId invocation : record.calls)
        if (calls_.at(invocation).mapping == mapping) calls.push_back(&calls_.at(invocation));
      const auto troubled = [](const Call* call) { return call->is_troubled; };
      const bool without_trouble = std::none_of(calls.begin(), calls.end(), troubled);
      if (calls.empty() || ((has_effect || is_troubled) && without_trouble)) continue;
      told_.insert(record.appended);
      for (const Call* call : calls)
        if (call->is_troubled || (call == calls.back() && !has_effect)) told_.insert(call->told.begin(), call->told.end());
      if (settled <= last_ && (!has_effect || calls.back()->is_troubled)) told_.insert(settled);
    }
  }

  std::set<FactIndex> of_;
  FactIndex last_ = 0;                          // of those: what comes after it is told of none
  std::vector<FactIndex> chain_;                // what led to those
  std::set<std::pair<TableId, ItemKey>> rows_;  // that consumers' writes among those wrote
  std::map<RecordId, Record> records_;          // of the writes among those
  std::map<InvocationId, Call> calls_;          // with any of the records
  std::map<FactIndex, InvocationId> starts_;
  std::set<FactIndex> told_;
};

}  // namespace

std::optional<InvocationId> troubled_by(const Fact& fact) {
  if (const auto* disturbed = fact.as<CallDisturbed>()) return invocation_of(disturbed->actor);
  if (const auto* retried = fact.as<CallRetried>()) return invocation_of(retried->actor);
  if (const auto* refused = fact.as<WriteRefused>()) return invocation_of(refused->actor);
  if (const auto* canceled = fact.as<TransactionCanceled>()) return invocation_of(canceled->actor);
  if (const auto* denied = fact.as<AccessDenied>()) return invocation_of(denied->actor);
  if (const auto* asked = fact.as<CapacityAsked>(); asked && asked->answer != CapacityAnswer::served)
    return invocation_of(asked->actor);
  return std::nullopt;
}

std::vector<FactIndex> handling_of(const std::vector<Fact>& trace, const std::vector<FactIndex>& of) {
  if (of.empty()) return {};
  Handling handling(trace, of);
  for (const Fact& fact : trace) handling.learn(fact);
  return std::move(handling).all();
}

}  // namespace weir
