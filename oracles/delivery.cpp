// O-DELIVERY: what a mapping does with its stream's records, held against a ledger.
//
//   settled   each record ends in exactly one Settled, in shard order, none passed over; with nothing unfinished at the end
//             none is left, and no window                                       [RETRY-2] [RETRY-3] [POLL-8] [POLL-10] [WIN-5]
//   how       handled: an invocation with it ended ok; retries exhausted: it was delivered at all; expired: it had left the
//             stream, or its 24 h there were over; skipped: the mapping starts at LATEST and has begun no
//             shard yet, or is updated and the record came during the update; filtered: the mapping has filters, and it was not
//             delivered; left behind: the mapping is deleted
//                                                   [RETRY-1] [RBIF-3] [RETRY-10] [ESM-3] [FILTER-5] [ESM-25] [OPEN-25]
//   anew      an update to another number of lanes, or to filters where there were none, has what is not settled read again
//             from the checkpoint on: as if it had not been delivered yet, so that new filters may leave it out, though an
//             invocation with it failed                                              [FILTER-10] [ESM-25] [POLL-9]
//   batches   one in flight a shard, or one a lane, and an item in one of them; of one shard, in its order; never a settled
//             record                                                                         [POLL-3] [POLL-4] [POLL-6]
//   replay    once a poller of a shard is lost, records settled past its checkpoint may come again, each with all later ones
//             of its item that are settled, but for what was filtered out; each is settled once more then
//                                                                                         [OPEN-10] [LOOP-12] [FILTER-5]
//              One that was settled undelivered may be delivered then, in the order of its item
//   overlap   an invocation whose poller was lost settles nothing, and the next may run beside it; none other may, and one such
//             may in a lane                                                                  [OPEN-42] [OPEN-10] [LOOP-12]
//   windows   from a WindowEnding on the shard gets nothing but invocations without records until one of them ends ok, through
//             pauses and updates of the mapping                                                       [WIN-5]
//   rest      a mapping that is Creating, Enabling, Disabled or deleted begins no invocation; one in flight may end [ESM-25]
//   order     first deliveries go in shard order, over several lanes in each item's; only a repeat may look back
//                                                                                                   [POLL-9] [STREAM-3]
//
// Shard order is item order: one item's records share a lineage, and O-LIN keeps parents before children. Records trimmed
// before the mapping began the shard, and for LATEST those of shards it never began, are not owed.
#include <algorithm>
#include <map>

#include "oracles/dense.hpp"
#include "oracles/entries.hpp"
#include "oracles/watching.hpp"

namespace weir {

namespace {

class Delivery final : public Watching<Delivery, Appended, InvocationStarted, InvocationEnded, Settled, Trimmed,
                                       MappingDeclared, LanesDeclared, MappingStateChanged, MappingUpdated, ShardStarted,
                                       ShardGone, StreamGone, RunEnded, PollerLost, Replayed, WindowEnding> {
 public:
  explicit Delivery(const OracleInfo& info) : Watching(info) {}

 private:
  friend Watching;

  struct Record {
    ShardId shard = no_shard;
    std::uint32_t ordinal = 0;
    Instant at{};  // when it was appended
  };
  struct Shard {
    StreamId stream;
    std::uint32_t records = 0, trimmed = 0;  // how many ever; how many of the first are gone
    bool known = false;
  };
  // What one mapping knows of one record: 8 bytes, since there is one for each record.
  struct Standing {
    std::uint64_t fact : 60 = 0;  // of its settlement
    std::uint64_t settled : 1 = 0;
    std::uint64_t filtered : 1 = 0;  // so settled
    std::uint64_t delivered : 1 = 0;
    std::uint64_t ended_ok : 1 = 0;
  };
  struct Lane {
    std::uint32_t next_to_settle = 0, delivered_to = 0;
    bool begun = false, lost_a_poller = false;
    FactIndex window_ending = no_fact;        // no final invocation of that window has ended ok yet
    std::map<std::uint32_t, RecordId> ahead;  // settled above next_to_settle, where that may be
  };
  struct Flight {
    ShardId shard;
    InvocationId invocation;
    FactIndex started = no_fact;
    RecordList batch;
  };
  struct KeySide {
    FactIndex in_flight = no_fact;
    std::uint32_t delivered_to = 0;
  };
  struct MappingSide {
    StreamId stream;
    bool declared = false, latest = false, deleted = false, rests = false, begun = false;
    FactIndex declared_at = no_fact, state_since = no_fact, updated = no_fact;
    Instant updating_since{};
    std::string_view state;
    Dense<RecordId, Standing> standings;
    Dense<ShardId, Lane> lanes;
    std::vector<Flight> in_flight;
    std::vector<Flight> unheard;  // in flight still, their pollers lost
    std::uint32_t lanes_a_shard = 1, filters = 0;
    std::map<std::pair<ShardId, std::uint64_t>, KeySide> keys;  // with several lanes, by the hash that chooses the lane
    bool in_shard_order() const { return lanes_a_shard == 1 && filters == 0; }
  };

  void on(const MappingDeclared& declared, const Fact& fact) {
    MappingSide& mapping = mappings_.at(declared.mapping);
    mapping.stream = declared.stream;
    mapping.declared = true;
    mapping.declared_at = fact.index;
    mapping.latest = declared.starting_position == IteratorType::latest;
  }
  void on(const LanesDeclared& declared, const Fact&) {
    MappingSide& mapping = mappings_.at(declared.mapping);
    const std::uint32_t lanes = std::max(1U, declared.lanes);  // no lane at all makes no sense
    if (lanes != mapping.lanes_a_shard || (declared.filters == 0) != (mapping.filters == 0)) begin_anew(mapping);
    mapping.lanes_a_shard = lanes;
    mapping.filters = declared.filters;
  }
  // What is not settled is dealt to other lanes, from the checkpoint on.                            [ESM-25] [FILTER-10]
  static void begin_anew(MappingSide& mapping) {
    mapping.standings.each([](RecordId, Standing& standing) {
      if (!standing.settled) standing.delivered = standing.ended_ok = 0;
    });
    mapping.lanes.each([](ShardId, Lane& lane) { lane.delivered_to = 0; });
    for (auto& [hash, key] : mapping.keys) key.delivered_to = 0;
  }
  void on(const MappingStateChanged& changed, const Fact& fact) {
    MappingSide& mapping = mappings_.at(changed.mapping);
    mapping.state = to_text(changed.state);
    mapping.state_since = fact.index;
    if (changed.state == MappingState::updating) mapping.updating_since = fact.at;
    switch (changed.state) {
      case MappingState::deleted:
        mapping.deleted = mapping.rests = true;
        return;
      case MappingState::creating:
      case MappingState::enabling:
      case MappingState::disabled:
        mapping.rests = true;
        return;
      case MappingState::enabled:
      case MappingState::disabling:
        mapping.rests = false;
        return;
      case MappingState::updating:
      case MappingState::deleting:
        return;  // as before
    }
  }
  void on(const MappingUpdated& updated, const Fact& fact) { mappings_.at(updated.mapping).updated = fact.index; }
  void on(const Appended& appended, const Fact& fact) {
    keys_.at(appended.record) = appended.key.hash();
    Shard& shard = shards_.at(appended.shard);
    shard.stream = appended.stream;
    shard.known = true;
    records_.at(appended.record) = {appended.shard, shard.records, fact.at};
    shard.records += 1;
  }
  void on(const Trimmed& trimmed, const Fact&) {
    const Record* through = records_.find(trimmed.through);
    if (!through || through->shard != trimmed.shard) return;  // O-RETENTION's business
    Shard& shard = shards_.at(trimmed.shard);
    shard.trimmed = std::max(shard.trimmed, through->ordinal + 1);
  }
  void on(const ShardGone& gone, const Fact&) {
    Shard& shard = shards_.at(gone.shard);
    shard.trimmed = shard.records;
  }
  void on(const StreamGone& gone, const Fact&) {
    shards_.each([&](ShardId, Shard& shard) {
      if (shard.known && shard.stream == gone.stream) shard.trimmed = shard.records;
    });
  }
  void on(const ShardStarted& started, const Fact&) {
    MappingSide& mapping = mappings_.at(started.mapping);
    mapping.begun = true;
    Lane& lane = mapping.lanes.at(started.shard);
    lane.begun = true;
    if (const Shard* shard = shards_.find(started.shard)) lane.next_to_settle = std::max(lane.next_to_settle, shard->trimmed);
    absorb(lane);
  }

  // The record, if the shard of `what` is its own; else that is objected to.
  template <class What>
  const Record* held(RecordId id, const What& what, const char* does, const Fact& fact) {
    const Record* record = records_.find(id);
    if (record && record->shard == what.shard) return record;
    object(what.mapping,
           std::string(does) + " a record that " + shard_text(what.shard) + " does not hold, at " + to_text(fact.at),
           {fact.index});
    return nullptr;
  }

  void on(const InvocationStarted& started, const Fact& fact) {
    MappingSide& mapping = mappings_.at(started.mapping);
    if (mapping.rests)
      return object(started.mapping,
                    "begins an invocation at " + to_text(fact.at) + ", though it is " + std::string(mapping.state),
                    {mapping.state_since, fact.index});
    Lane& lane = mapping.lanes.at(started.shard);
    const auto in_shard = [&](const Flight& flight) { return flight.shard == started.shard; };
    const auto other = std::find_if(mapping.in_flight.begin(), mapping.in_flight.end(), in_shard);
    const auto together = std::count_if(mapping.in_flight.begin(), mapping.in_flight.end(), in_shard);
    if (together >= static_cast<std::ptrdiff_t>(mapping.lanes_a_shard))
      return object(started.mapping,
                    "has " + (together == 1 ? "two" : std::to_string(together + 1)) + " batches of " +
                        shard_text(started.shard) + " in flight at " + to_text(fact.at),
                    {other->started, fact.index});
    if (lane.window_ending != no_fact && !each_of(started.records).empty())
      return object(started.mapping,
                    "delivers records of " + shard_text(started.shard) + " at " + to_text(fact.at) +
                        ", though the final invocation of a window that ended has not ended well",
                    {lane.window_ending, fact.index});
    std::int64_t before = -1;
    for (const RecordId id : each_of(started.records)) {
      const Record* record = held(id, started, "delivers", fact);
      if (!record) return;
      if (record->ordinal <= before)
        return object(started.mapping, "delivers a batch out of the order of its shard at " + to_text(fact.at), {fact.index});
      before = record->ordinal;
      Standing& standing = mapping.standings.at(id);
      if (standing.settled)
        return object(started.mapping, "delivers a record at " + to_text(fact.at) + " that was settled before",
                      {standing.fact, fact.index});
      if (mapping.lanes_a_shard > 1 && !take_key(started.mapping, mapping, id, *record, standing.delivered != 0, fact)) return;
      if (mapping.lanes_a_shard == 1 && !standing.delivered && record->ordinal < lane.delivered_to)
        return object(started.mapping,
                      "delivers a record for the first time at " + to_text(fact.at) + ", after later records of " +
                          shard_text(started.shard),
                      {fact.index});
      standing.delivered = 1;
      lane.delivered_to = std::max(lane.delivered_to, record->ordinal + 1);
    }
    mapping.in_flight.push_back({started.shard, started.invocation, fact.index, started.records});
  }
  void on(const WindowEnding& ending, const Fact& fact) {
    mappings_.at(ending.mapping).lanes.at(ending.shard).window_ending = fact.index;
  }
  // Of several lanes: no item in two of them at once, and each item in order.                       [POLL-4] [STREAM-3]
  bool take_key(MappingId id, MappingSide& mapping, RecordId of, const Record& record, bool delivered, const Fact& fact) {
    KeySide& key = mapping.keys[{record.shard, keys_.at(of)}];
    if (key.in_flight != no_fact && key.in_flight != fact.index) {
      object(id, "has two batches with one item of " + shard_text(record.shard) + " in flight at " + to_text(fact.at),
             {key.in_flight, fact.index});
      return false;
    }
    if (!delivered && record.ordinal < key.delivered_to) {
      object(id,
             "delivers a record for the first time at " + to_text(fact.at) + ", after later records of its item in " +
                 shard_text(record.shard),
             {fact.index});
      return false;
    }
    key.in_flight = fact.index;
    key.delivered_to = std::max(key.delivered_to, record.ordinal + 1);
    return true;
  }

  void on(const PollerLost& lost, const Fact& fact) {
    MappingSide& mapping = mappings_.at(lost.mapping);
    const auto is_it = [&](const Flight& flight) { return flight.invocation == lost.invocation; };
    const auto found = std::find_if(mapping.in_flight.begin(), mapping.in_flight.end(), is_it);
    if (found == mapping.in_flight.end()) return;
    mapping.lanes.at(found->shard).lost_a_poller = true;
    const auto in_shard = [&](const Flight& flight) { return flight.shard == found->shard; };
    const auto together = std::count_if(mapping.unheard.begin(), mapping.unheard.end(), in_shard);
    if (together >= static_cast<std::ptrdiff_t>(mapping.lanes_a_shard))
      return object(lost.mapping,
                    "loses a poller of " + shard_text(found->shard) + " at " + to_text(fact.at) +
                        ", while an invocation that another one lost is still in flight",
                    {std::find_if(mapping.unheard.begin(), mapping.unheard.end(), in_shard)->started, fact.index});
    let_go(mapping, *found);
    mapping.unheard.push_back(std::move(*found));
    mapping.in_flight.erase(found);
  }
  void on(const Replayed& replayed, const Fact& fact) {
    MappingSide& mapping = mappings_.at(replayed.mapping);
    Lane& lane = mapping.lanes.at(replayed.shard);
    if (!lane.lost_a_poller)
      return object(
          replayed.mapping,
          "goes back in " + shard_text(replayed.shard) + " at " + to_text(fact.at) + ", though it lost no poller of it",
          {fact.index});
    std::map<std::uint64_t, std::uint32_t> first_of_item;
    for (const RecordId id : each_of(replayed.records)) {
      const Record* record = held(id, replayed, "goes back to", fact);
      if (!record) return;
      Standing& standing = mapping.standings.at(id);
      if (lane.ahead.erase(record->ordinal) == 0)
        return object(replayed.mapping,
                      "goes back to a record of " + shard_text(replayed.shard) + " at " + to_text(fact.at) +
                          (standing.settled ? " that lies behind its checkpoint" : " that is not settled"),
                      {standing.settled ? FactIndex{standing.fact} : no_fact, fact.index});
      standing.settled = standing.filtered = standing.ended_ok = 0;
      first_of_item.try_emplace(keys_.at(id), record->ordinal);
    }
    for (const auto& [hash, ordinal] : first_of_item) {
      lane.delivered_to = std::min(lane.delivered_to, ordinal);
      if (mapping.lanes_a_shard == 1) continue;
      KeySide& key = mapping.keys[{replayed.shard, hash}];
      key.delivered_to = std::min(key.delivered_to, ordinal);
    }
    for (const auto& [ordinal, id] : lane.ahead) {
      if (mapping.standings.at(id).filtered) continue;  // gone for this mapping
      const auto first = first_of_item.find(keys_.at(id));
      if (first == first_of_item.end() || ordinal < first->second) continue;
      return object(replayed.mapping,
                    "goes back in " + shard_text(replayed.shard) + " at " + to_text(fact.at) +
                        ", but not to a later record of the same item, which so comes out of order",
                    {FactIndex{mapping.standings.at(id).fact}, fact.index});
    }
  }
  void let_go(MappingSide& mapping, const Flight& flight) {
    if (mapping.lanes_a_shard > 1)
      for (const RecordId id : each_of(flight.batch)) mapping.keys[{flight.shard, keys_.at(id)}].in_flight = no_fact;
  }
  void on(const InvocationEnded& ended, const Fact&) {
    MappingSide& mapping = mappings_.at(ended.mapping);
    std::erase_if(mapping.unheard, [&](const Flight& flight) { return flight.invocation == ended.invocation; });
    for (Flight& flight : mapping.in_flight) {
      if (flight.invocation != ended.invocation) continue;
      if (ended.outcome == InvocationOutcome::ok)
        for (const RecordId id : each_of(flight.batch)) mapping.standings.at(id).ended_ok = 1;
      if (ended.outcome == InvocationOutcome::ok && each_of(flight.batch).empty())
        mapping.lanes.at(flight.shard).window_ending = no_fact;
      let_go(mapping, flight);
      flight = std::move(mapping.in_flight.back());
      mapping.in_flight.pop_back();
      return;
    }
  }

  void on(const Settled& settled, const Fact& fact) {
    MappingSide& mapping = mappings_.at(settled.mapping);
    Lane& lane = mapping.lanes.at(settled.shard);
    for (const RecordId id : each_of(settled.records)) {
      settled_ += 1;
      const Record* record = held(id, settled, "settles", fact);
      if (!record) return;
      Standing& standing = mapping.standings.at(id);
      const std::string_view wrong = wrong_settlement(mapping, settled.how, *record, standing, fact);
      if (standing.settled || !wrong.empty())
        return object(settled.mapping,
                      "settles a record as " + std::string(to_text(settled.how)) + " at " + to_text(fact.at) +
                          (standing.settled ? std::string(", which was settled before") : std::string(wrong)),
                      {standing.settled ? FactIndex{standing.fact} : no_fact, fact.index});
      if (mapping.in_shard_order() && record->ordinal > lane.next_to_settle && !(mapping.latest && lane.next_to_settle == 0))
        return object(settled.mapping, "passes over a record of " + shard_text(settled.shard) + " at " + to_text(fact.at),
                      {fact.index});
      standing.settled = 1;
      standing.filtered = settled.how == Settlement::filtered;
      standing.fact = fact.index & ((FactIndex{1} << 60) - 1);
      if (mapping.in_shard_order() || settled.how == Settlement::skipped)
        lane.next_to_settle = std::max(lane.next_to_settle, record->ordinal + 1);
      else if (record->ordinal >= lane.next_to_settle)
        lane.ahead.emplace(record->ordinal, id);
      absorb(lane);
    }
  }
  static void absorb(Lane& lane) {
    while (!lane.ahead.empty() && lane.ahead.begin()->first <= lane.next_to_settle) {
      lane.next_to_settle = std::max(lane.next_to_settle, lane.ahead.begin()->first + 1);
      lane.ahead.erase(lane.ahead.begin());
    }
  }
  std::string_view wrong_settlement(const MappingSide& mapping, Settlement how, const Record& record, const Standing& standing,
                                    const Fact& fact) {
    switch (how) {
      case Settlement::handled:
        return standing.ended_ok ? "" : ", though no invocation with it ended well";
      case Settlement::retries_exhausted:
        return standing.delivered ? "" : ", though it was never delivered";
      case Settlement::expired:
        return record.ordinal < shards_.at(record.shard).trimmed || span_between(record.at, fact.at) >= retention
                   ? ""
                   : ", though it is still in the stream";
      case Settlement::skipped:
        if (!mapping.latest) return ", though the mapping starts at the oldest record";
        if (!mapping.begun) return "";
        if (mapping.updated == no_fact || fact.cause != mapping.updated)
          return ", though the mapping had taken up its position before";
        return record.at >= mapping.updating_since ? "" : ", though it came before the update began";
      case Settlement::filtered:
        if (mapping.filters == 0) return ", though the mapping has no filters";
        return standing.delivered ? ", though it was delivered" : "";
      case Settlement::left_behind:
        return mapping.deleted ? "" : ", though the mapping is not deleted";
      case Settlement::age_exceeded:
        return "";
    }
    return "";
  }

  void on(const RunEnded& ended, const Fact& fact) {
    if (ended.unfinished != 0) return;
    mappings_.each([&](MappingId id, MappingSide& mapping) {
      if (!mapping.declared || mapping.deleted) return;
      shards_.each([&](ShardId shard_id, const Shard& shard) {
        if (!shard.known || shard.stream != mapping.stream) return;
        const Lane& lane = mapping.lanes.at(shard_id);
        if (lane.window_ending != no_fact)
          return object(id,
                        "leaves a window of " + shard_text(shard_id) +
                            " without a final invocation that ended well, though the run says that nothing is unfinished",
                        {lane.window_ending, fact.index});
        if (!lane.begun && (mapping.latest || shard.trimmed == shard.records)) return;
        const std::uint32_t owed_from = lane.next_to_settle;
        if (owed_from >= shard.records) return;
        object(id,
               "leaves " + count_text(shard.records - owed_from - lane.ahead.size(), "record", "records") + " of " +
                   shard_text(shard_id) + " unsettled, though the run says that nothing is unfinished",
               {mapping.declared_at, fact.index});
      });
    });
  }
  void finish() override {
    if (settled_ == 0) unknown("no record was settled under a mapping");
  }

  void object(MappingId mapping, const std::string& what, std::vector<FactIndex> evidence) {
    violate("mapping " + names().mapping_name(mapping) + " " + what, std::move(evidence));
  }

  Dense<RecordId, Record> records_;
  Dense<ShardId, Shard> shards_;
  Dense<MappingId, MappingSide> mappings_;
  Dense<RecordId, std::uint64_t> keys_;  // an update may bring several lanes at any time
  std::uint64_t settled_ = 0;
};

}  // namespace

OracleEntry delivery_entry() {
  return {
      {.name = "O-DELIVERY",
       .rules = "POLL-3 POLL-4 POLL-6 POLL-8 POLL-9 POLL-10 RETRY-2 RETRY-3 RBIF-3 FILTER-5 FILTER-10 ESM-3 ESM-25 WIN-5 "
                "OPEN-10 OPEN-25 OPEN-42",
       .promise = "Each record is delivered at least once, in order, one batch a shard, until it is settled for one reason.",
       .always = true},
      [](const OracleInfo& info, const OracleSpec&) -> std::unique_ptr<Oracle> { return std::make_unique<Delivery>(info); }};
}

}  // namespace weir
