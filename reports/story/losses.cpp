#include <algorithm>
#include <map>
#include <set>

#include "reports/story/story.hpp"

namespace weir {

namespace {

bool any_of_those(const RecordList& records, const std::map<RecordId, FactIndex>& those) {
  return records && std::any_of(records->begin(), records->end(), [&](RecordId record) { return those.contains(record); });
}

// What is known of a mapping that may have kept it from its work.
struct Told {
  std::string name, function;
  StreamId stream;
  MappingState state = MappingState::enabled;
  bool lacks = false;  // a permission
  std::vector<FactIndex> states, refusals, access;
  std::map<ShardId, FactIndex> throttled;  // what was tried last in the shard
  std::set<RecordId> settled;
};

class Losses {
 public:
  explicit Losses(const std::vector<FactIndex>& of) : of_(of) {}

  void learn(const Fact& fact) {
    if (const auto* declared = fact.as<MappingDeclared>()) {
      Told& mapping = mappings_[declared->mapping];
      mapping.name = declared->mapping_name;
      mapping.function = declared->function_name;
      mapping.stream = declared->stream;
    } else if (const auto* updated = fact.as<MappingUpdated>()) {
      mappings_[updated->mapping].function = updated->function_name;
    } else if (const auto* appended = fact.as<Appended>()) {
      if (std::find(of_.begin(), of_.end(), appended->write) == of_.end()) return;
      theirs_.emplace(appended->record, fact.index);
      places_.emplace(appended->record, std::pair(appended->stream, appended->shard));
    } else if (const auto* changed = fact.as<MappingStateChanged>()) {
      mappings_[changed->mapping].states.push_back(fact.index);
      mappings_[changed->mapping].state = changed->state;
    } else if (const auto* access = fact.as<MappingAccess>()) {
      mappings_[access->mapping].access.push_back(fact.index);
      mappings_[access->mapping].lacks = !access->missing.empty();
    } else if (const auto* refused = fact.as<MappingCallRefused>()) {
      for (auto& [id, mapping] : mappings_)
        if (mapping.name == refused->mapping_name) mapping.refusals.push_back(fact.index);
    } else if (const auto* set = fact.as<ConcurrencySet>()) {
      limits_[set->of].push_back(fact.index);
    } else if (const auto* ended = fact.as<ReaderEnded>()) {
      if (ended->outcome != InvocationOutcome::ok) losses_.insert(fact.index);
    } else if (const auto* enabled = fact.as<StreamEnabled>()) {
      tables_[enabled->stream] = enabled->table;
      disabled_.erase(enabled->table);
    } else if (const auto* disabled = fact.as<StreamDisabled>()) {
      if (const auto table = tables_.find(disabled->stream); table != tables_.end()) disabled_[table->second] = fact.index;
    } else if (const auto* written = fact.as<Written>()) {
      const auto off = disabled_.find(written->table);
      if (off != disabled_.end() && std::find(of_.begin(), of_.end(), fact.index) != of_.end()) losses_.insert(off->second);
    } else {
      learn_of_tries(fact);
    }
  }

  // What holds back the records that are not settled at the end.
  std::vector<FactIndex> all() && {
    for (const auto& [id, mapping] : mappings_)
      for (const auto& [record, appended] : theirs_) {
        const auto& [stream, shard] = places_.at(record);
        if (stream != mapping.stream || mapping.settled.contains(record)) continue;
        const std::size_t before = losses_.size();
        if (mapping.state != MappingState::enabled) add(mapping.states), add(mapping.refusals);
        if (mapping.lacks) add(mapping.access);
        add_throttle(mapping, shard);
        if (losses_.size() > before) losses_.insert(appended);
      }
    return {losses_.begin(), losses_.end()};
  }

 private:
  void learn_of_tries(const Fact& fact) {
    if (const auto* throttled = fact.as<InvocationThrottled>()) {
      mappings_[throttled->mapping].throttled[throttled->shard] = fact.index;
    } else if (const auto* started = fact.as<InvocationStarted>()) {
      mappings_[started->mapping].throttled.erase(started->shard);
      if (any_of_those(started->records, theirs_)) with_theirs_.insert(started->invocation);
    } else if (const auto* denied = fact.as<AccessDenied>()) {  // whatever its code then answered
      if (denied->actor.kind == ActorKind::invocation && with_theirs_.contains(InvocationId{denied->actor.id}))
        losses_.insert(fact.index);
    } else if (const auto* failed = fact.as<DestinationFailed>()) {
      if (any_of_those(failed->records, theirs_)) losses_.insert(fact.index);
    } else if (const auto* settled = fact.as<Settled>(); settled && settled->records && !theirs_.empty()) {
      settle(*settled, fact.index);
    }
  }

  void settle(const Settled& settled, FactIndex at) {
    Told& mapping = mappings_[settled.mapping];
    for (const RecordId record : *settled.records) {
      const auto found = theirs_.find(record);
      if (found == theirs_.end()) continue;
      mapping.settled.insert(record);
      if (settled.how == Settlement::handled) continue;
      losses_.insert({found->second, at});
      add(mapping.states), add(mapping.access);
      add_throttle(mapping, settled.shard);
    }
  }

  void add(const std::vector<FactIndex>& facts) { losses_.insert(facts.begin(), facts.end()); }
  void add_throttle(const Told& mapping, ShardId shard) {
    const auto last = mapping.throttled.find(shard);
    if (last == mapping.throttled.end()) return;
    losses_.insert(last->second);
    for (const std::string& of : {mapping.function, std::string("account")})
      if (const auto limits = limits_.find(of); limits != limits_.end()) add(limits->second);
  }

  const std::vector<FactIndex>& of_;
  std::map<RecordId, FactIndex> theirs_;  // records of those writes, and where they appear
  std::map<RecordId, std::pair<StreamId, ShardId>> places_;
  std::set<InvocationId> with_theirs_;
  std::map<MappingId, Told> mappings_;
  std::map<std::string, std::vector<FactIndex>> limits_;  // of a function or of the account
  std::map<StreamId, TableId> tables_;
  std::map<TableId, FactIndex> disabled_;  // of tables whose stream is off
  std::set<FactIndex> losses_;
};

}  // namespace

std::vector<FactIndex> losses_of(const std::vector<Fact>& trace, const std::vector<FactIndex>& of) {
  if (of.empty()) return {};
  Losses losses(of);
  for (const Fact& fact : trace) losses.learn(fact);
  return std::move(losses).all();
}

}  // namespace weir
