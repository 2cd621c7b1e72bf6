// Ledger: the records of one mapping's stream, and what became of each under that mapping. What the stream let go of before the
// mapping took up its position is not its own.                                                [ESM-3] [OPEN-45]
#pragma once

#include <map>
#include <optional>
#include <string>

#include "oracles/dense.hpp"
#include "oracles/watching.hpp"

namespace weir {

class Ledger {
 public:
  struct Entry {
    FactIndex write = no_fact, appended = no_fact, settled = no_fact;
    Instant at{};  // when it was appended
    TableId table;
    StreamId stream;
    ShardId shard = no_shard;
    ItemKey key;                              // let go of once the record is handled
    bool with_content = false, sent = false;  // a destination has heard of it
    bool has_effect = false;                  // for whoever judges effects
    bool handled = false;                     // once at least; it may come again, and be given up then       [OPEN-10]
  };

  explicit Ledger(std::string mapping) : name_(std::move(mapping)) {}
  const std::string& name() const { return name_; }
  std::optional<MappingId> mapping() const { return mapping_; }
  bool is_ours(MappingId mapping) const { return mapping_ == mapping; }

  void learn(const MappingDeclared& declared) {
    if (declared.mapping_name != name_) return;
    mapping_ = declared.mapping;
    stream_ = declared.stream;
    latest_ = declared.starting_position == IteratorType::latest;
  }
  // A deleted mapping owes nothing.                                                         [ESM-25]
  void learn(const MappingStateChanged& changed) {
    if (is_ours(changed.mapping) && changed.state == MappingState::deleted) deleted_ = true;
  }
  void add(const Appended& appended, const Fact& fact) {
    if (mapping_ && appended.stream != stream_) return;
    Entry& entry = entries_.at(appended.record);
    entry = Entry();
    entry.write = appended.write;
    entry.appended = fact.index;
    entry.at = fact.at;
    entry.table = appended.table;
    entry.stream = appended.stream;
    entry.shard = appended.shard;
    entry.key = appended.key;
  }
  void begin(const ShardStarted& started, const Fact& fact) {
    if (is_ours(started.mapping) && !begun_) begun_ = fact.index;
  }
  // Until the mapping has taken up its position: then what it lacks is its own loss.
  void lose(const Trimmed& trimmed, const Fact&) {
    const Entry& last = entries_.at(trimmed.through);
    if (!begun_ && last.shard == trimmed.shard && last.appended != no_fact) lost_before_[trimmed.shard] = last.appended + 1;
  }
  void lose(const ShardGone& gone, const Fact& fact) {
    if (!begun_) lost_before_[gone.shard] = fact.index;
  }
  void lose(const StreamGone& gone, const Fact& fact) {
    if (begun_) return;
    entries_.each([&](RecordId, const Entry& entry) {
      if (entry.appended != no_fact && entry.stream == gone.stream) lost_before_[entry.shard] = fact.index;
    });
  }
  void settle(const Settled& settled, const Fact& fact) {
    for (const RecordId id : each_of(settled.records)) {
      Entry& entry = entries_.at(id);
      entry.settled = fact.index;
      if (settled.how == Settlement::handled) entry.handled = true, entry.key = {};
      settled_ += 1;
    }
  }
  void send(const DestinationSent& sent) {
    for (const RecordId id : each_of(sent.records)) {
      Entry& entry = entries_.at(id);
      entry.sent = true;
      entry.with_content |= sent.with_content;
    }
  }

  std::uint64_t settled_count() const { return settled_; }
  Entry& entry(RecordId id) { return entries_.at(id); }
  // Whether the stream let go of it before the mapping took up its position.
  bool was_lost(const Entry& entry) const {
    const auto before = lost_before_.find(entry.shard);
    return before != lost_before_.end() && entry.appended < before->second;
  }
  bool has_begun() const { return begun_.has_value(); }
  // Whether it came after the mapping had taken up its position: no LATEST leaves it out.                            [ESM-3]
  bool is_past_position(const Entry& entry) const { return begun_ && entry.appended != no_fact && entry.appended > *begun_; }
  bool is_of_stream(const Entry& entry) const {
    return mapping_ && !deleted_ && entry.appended != no_fact && entry.stream == stream_;
  }
  // Whether the mapping owes this record a settlement: it is of its stream, and was neither from before a LATEST nor gone by
  // the time that the mapping took up its position. One that never does owes what is gone, too.
  bool owes(const Entry& entry) const {
    if (!is_of_stream(entry) || entry.settled != no_fact) return false;
    if (begun_ && was_lost(entry)) return false;
    return !latest_ || (begun_ && entry.appended > *begun_);
  }
  template <class F>
  void each(F&& f) {
    entries_.each(f);
  }

 private:
  std::string name_;
  std::optional<MappingId> mapping_;
  StreamId stream_;
  bool latest_ = false, deleted_ = false;
  std::optional<FactIndex> begun_;
  std::map<ShardId, FactIndex> lost_before_;  // records appended before
  Dense<RecordId, Entry> entries_;
  std::uint64_t settled_ = 0;
};

// Whether the mapping gave these records up: not handled, not skipped by its starting position, not filtered out.
constexpr bool gives_up(Settlement how) {
  return how != Settlement::handled && how != Settlement::skipped && how != Settlement::filtered;
}

}  // namespace weir
