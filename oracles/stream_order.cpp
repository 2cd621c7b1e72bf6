// O-ORDER-STREAM: the records of one item stand in the stream in the order of its writes, each in the shard of the one before
// it or in a descendant; sequence numbers grow inside a shard; a closed shard takes no more. [STREAM-3] [REC-7] [SHARD-1]
// [SHARD-6]
#include "oracles/dense.hpp"
#include "oracles/entries.hpp"
#include "oracles/watching.hpp"
#include "sim/base/flat_map.hpp"

namespace weir {

namespace {

class StreamOrder final : public Watching<StreamOrder, Appended, ShardOpened, ShardClosed> {
 public:
  explicit StreamOrder(const OracleInfo& info) : Watching(info) {}

 private:
  friend Watching;

  struct Shard {
    StreamId stream;
    ShardId parent = no_shard;
    FactIndex opened = no_fact, closed = no_fact;
    FactIndex last = no_fact;  // its latest record
    SequenceNumber last_number;
  };
  struct ItemSide {
    FactIndex write = no_fact, appended = no_fact;
    ShardId shard;
  };

  void on(const ShardOpened& opened, const Fact& fact) {
    Shard& shard = shards_.at(opened.shard);
    if (shard.opened != no_fact)
      return violate(shard_text(opened.shard) + " opens a second time at " + to_text(fact.at), {shard.opened, fact.index});
    shard.stream = opened.stream;
    shard.parent = opened.parent;
    shard.opened = fact.index;
    shard_count_ += 1;
  }
  void on(const ShardClosed& closed, const Fact& fact) { shards_.at(closed.shard).closed = fact.index; }

  void on(const Appended& appended, const Fact& fact) {
    records_ += 1;
    Shard& shard = shards_.at(appended.shard);
    if (shard.opened == no_fact || shard.stream != appended.stream)
      return violate(record_text(appended, fact) + " stands in a shard that its stream never opened",
                     {shard.opened, fact.index});
    if (shard.closed != no_fact)
      return violate(record_text(appended, fact) + " went to " + shard_text(appended.shard) + ", which had been closed",
                     {shard.closed, fact.index});
    if (shard.last != no_fact && appended.sequence_number <= shard.last_number)
      return violate(record_text(appended, fact) + " has a sequence number no greater than the one before it in " +
                         shard_text(appended.shard),
                     {shard.last, fact.index});
    shard.last = fact.index;
    shard.last_number = appended.sequence_number;

    ItemSide& item = items_[mix(appended.key.hash(), appended.stream.value)];
    if (item.write != no_fact && appended.write <= item.write)
      return violate(record_text(appended, fact) + " shows an older write than the item's record before it",
                     {appended.write, item.write, item.appended, fact.index});
    if (item.write != no_fact && !descends(appended.shard, item.shard))
      return violate(record_text(appended, fact) + " went to " + shard_text(appended.shard) + ", which does not descend from " +
                         shard_text(item.shard) + ", where the item's record before it stands",
                     {item.appended, shard.opened, fact.index});
    item = {appended.write, fact.index, appended.shard};
  }
  void finish() override {
    if (records_ == 0) unknown("no record was written to a stream");
  }

  std::string record_text(const Appended& appended, const Fact& fact) const {
    return "the record of " + item_text(appended.table, appended.key) + " at " + to_text(fact.at);
  }
  bool descends(ShardId shard, ShardId ancestor) {
    for (std::uint64_t steps = 0; steps <= shard_count_; ++steps) {
      if (shard == ancestor) return true;
      const Shard* place = shards_.find(shard);
      if (!place || place->parent == no_shard) return false;
      shard = place->parent;
    }
    return false;
  }

  Dense<ShardId, Shard> shards_;
  FlatMap<ItemSide> items_;  // by stream and item
  std::uint64_t shard_count_ = 0, records_ = 0;
};

}  // namespace

OracleEntry stream_order_entry() {
  return {
      {.name = "O-ORDER-STREAM",
       .rules = "STREAM-3 REC-7 SHARD-1 SHARD-6",
       .promise = "One item's records stand in the stream in the order of its writes, along one lineage of shards.",
       .always = true},
      [](const OracleInfo& info, const OracleSpec&) -> std::unique_ptr<Oracle> { return std::make_unique<StreamOrder>(info); }};
}

}  // namespace weir
