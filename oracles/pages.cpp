// O-PAGES: what a reader is handed is what stands at its iterator: the next records without a hole, the end only at the end,
// and nothing once the iterator is 15 min old.                              [ITER-2] [GREC-1] [GREC-2] [GREC-3] [ITER-3]
//
//   places   where an iterator of a reader in a shard can stand: at the oldest record when it asked for TRIM_HORIZON, behind
//   each
//            page it got since. Iterators of other types may stand anywhere: the trace does not say where
//   age      of the newest iterator that a reader has for a shard, so of an older one nothing is said
#include <algorithm>
#include <map>
#include <tuple>
#include <vector>

#include "oracles/dense.hpp"
#include "oracles/entries.hpp"
#include "oracles/watching.hpp"

namespace weir {

namespace {

constexpr Duration iterator_life = 15min;
constexpr std::size_t most_records = 1000;

class Pages final : public Watching<Pages, Appended, Trimmed, ShardClosed, IteratorIssued, PageRead> {
 public:
  explicit Pages(const OracleInfo& info) : Watching(info) {}

 private:
  friend Watching;

  struct Place {
    ShardId shard = no_shard;
    std::uint32_t ordinal = 0;
  };
  struct Shard {
    std::uint32_t records = 0, trimmed = 0;  // how many ever; how many of the first are gone
    bool closed = false;
  };
  struct Reading {
    FactIndex newest = no_fact;  // what gave the newest iterator
    Instant newest_at{};
    bool anywhere = false;
    std::vector<std::uint32_t> places;  // ascending
  };
  using ReaderOfShard = std::tuple<ActorKind, std::uint64_t, ShardId>;

  void on(const Appended& appended, const Fact&) {
    Shard& shard = shards_.at(appended.shard);
    records_.at(appended.record) = {appended.shard, shard.records};
    shard.records += 1;
  }
  void on(const Trimmed& trimmed, const Fact&) {
    const Place* through = records_.find(trimmed.through);
    if (through && through->shard == trimmed.shard) shards_.at(trimmed.shard).trimmed = through->ordinal + 1;
  }
  void on(const ShardClosed& closed, const Fact&) { shards_.at(closed.shard).closed = true; }

  void on(const IteratorIssued& issued, const Fact& fact) {
    Reading& reading = of(issued.actor, issued.shard);
    reading.newest = fact.index;
    reading.newest_at = fact.at;
    if (issued.type == IteratorType::trim_horizon)
      add_place(reading, shards_.at(issued.shard).trimmed);
    else
      reading.anywhere = true;
  }

  void on(const PageRead& page, const Fact& fact) {
    pages_ += 1;
    Reading& reading = of(page.actor, page.shard);
    const std::string what = "a page of " + shard_text(page.shard) + " at " + to_text(fact.at);
    if (reading.newest == no_fact) return violate(what + " is read by one who never asked for an iterator", {fact.index});
    if (span_between(reading.newest_at, fact.at) >= iterator_life)
      return violate(what + " is read with an iterator of 15 minutes or more", {reading.newest, fact.index});
    const std::span<const RecordId> records = each_of(page.records);
    if (records.size() > most_records) return violate(what + " has more than 1,000 records", {fact.index});

    const Shard shard = shards_.at(page.shard);
    if (!records.empty()) {
      const Place* first = records_.find(records.front());
      std::uint32_t next = first ? first->ordinal : 0;
      for (const RecordId id : records) {
        const Place* place = records_.find(id);
        if (!place || place->shard != page.shard)
          return violate(what + " holds a record that is not of the shard", {fact.index});
        if (place->ordinal != next) return violate(what + " passes over a record", {reading.newest, fact.index});
        next = place->ordinal + 1;
      }
      if (!reading.anywhere && !std::binary_search(reading.places.begin(), reading.places.end(), first->ordinal))
        return violate(what + " begins where no iterator of its reader stands", {reading.newest, fact.index});
      add_place(reading, next);
    }
    if (page.at_end && (!shard.closed || !stands_at_end(reading, shard)))
      return violate(what + " says that the shard ends there, which has " + (shard.closed ? "more records" : "not been closed"),
                     {reading.newest, fact.index});
    if (page.at_end) return;
    reading.newest = fact.index;
    reading.newest_at = fact.at;
  }
  void finish() override {
    if (pages_ == 0) unknown("no reader was given a page");
  }

  Reading& of(const Actor& actor, ShardId shard) { return readings_[{actor.kind, actor.id, shard}]; }
  static void add_place(Reading& reading, std::uint32_t ordinal) {
    const auto at = std::lower_bound(reading.places.begin(), reading.places.end(), ordinal);
    if (at == reading.places.end() || *at != ordinal) reading.places.insert(at, ordinal);
  }
  static bool stands_at_end(const Reading& reading, const Shard& shard) {
    return reading.anywhere || (!reading.places.empty() && reading.places.back() == shard.records);
  }

  Dense<RecordId, Place> records_;
  Dense<ShardId, Shard> shards_;
  std::map<ReaderOfShard, Reading> readings_;
  std::uint64_t pages_ = 0;
};

}  // namespace

OracleEntry pages_entry() {
  return {
      {.name = "O-PAGES",
       .rules = "ITER-2 ITER-3 GREC-1 GREC-2 GREC-3",
       .promise = "A page holds what stands at its iterator, without a hole, and none is read with an iterator past its life.",
       .always = true},
      [](const OracleInfo& info, const OracleSpec&) -> std::unique_ptr<Oracle> { return std::make_unique<Pages>(info); }};
}

}  // namespace weir
