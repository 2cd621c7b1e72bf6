// How a shard's records are filtered and spread over the lanes of a mapping.                [LOOP-3] [POLL-4] [OPEN-10]
#include <algorithm>

#include "sim/base/hash.hpp"
#include "sim/base/planted.hpp"
#include "sim/trigger/triggers.hpp"

namespace weir {

void Triggers::spread(Kernel& kernel, MappingId id, Mapping& mapping, const Key& key) {
  const MappingSettings& settings = mapping.settings;
  if (settings.parallelization_factor > 1) mapping.lane_key = kernel.choose(trigger_lane_key, key);
  mapping.filters.clear();
  for (const std::string& pattern : settings.filter_criteria) mapping.filters.push_back(*parse_filter_pattern(pattern));
  if (!mapping.filters.empty()) {
    mapping.reading.equality = kernel.choose(filter_num_eq, key);
    const bool strict = kernel.choose(filter_strict, key);
    if (strict) mapping.reading.shows = RecordView::Shows::dynamodb_only;
  }
  kernel.note(LanesDeclared{id, static_cast<std::uint32_t>(settings.parallelization_factor),
                            mapping.lane_key == LaneKey::partition, static_cast<std::uint32_t>(mapping.filters.size())});
}

void Triggers::add_workers(std::uint32_t reader, std::int64_t count) {
  for (std::int64_t i = 0; i < count; ++i) {
    const auto index = static_cast<std::uint32_t>(lanes_.size());
    Lane& worker = lanes_.emplace_back();
    worker.mapping = lanes_[reader].mapping;
    worker.shard = lanes_[reader].shard;
    worker.reader = reader;
    worker.ordinals.emplace();
    if (mappings_[worker.mapping.value].may_lose_pollers) worker.past.emplace();
    lanes_[reader].workers.push_back(index);
  }
}

Triggers::At Triggers::reader_of(const At& worker) { return at(worker.kernel, worker.ports, worker.lane.reader); }

std::uint32_t Triggers::asking_lane(const Answer& answer) const {
  const std::uint32_t index = lane_index(mappings_[answer.mapping.value], answer.shard);
  for (const std::uint32_t worker : lanes_[index].workers) {
    const Lane& lane = lanes_[worker];
    const bool awaited = lane.phase == LanePhase::invoking && lane.invocation == answer.invocation;
    if (awaited || lane.unheard == answer.invocation) return worker;
  }
  return index;
}

// Forms and tries batches in each lane that is free, and reads on while one of them has too little for one.  [LOOP-2] [LOOP-4]
void Triggers::share_out(const At& reader, Polling polling) {
  Lane& lane = reader.lane;
  const Streams& streams = reader.ports.streams;
  SIM_CHECK(lane.phase == LanePhase::reading, "only a shard that is read is shared out");
  while (true) {
    bool any_free = false;
    for (const std::uint32_t worker : lane.workers) {
      const std::uint32_t first_worker = lane.workers.front();
      if (worker != first_worker && lanes_[first_worker].window) break;  // of settings before: its end comes first  [WIN-5]
      if (feed(at(reader.kernel, reader.ports, worker))) any_free = true;
    }
    if (any_free && lose_unread(reader)) continue;
    if (!any_free || polling == Polling::not_now || !reader.mapping.permissions.may_read) break;
    if (lane.polled == streams.end_ordinal(lane.shard) || is_throttled(reader)) break;
    const std::uint64_t first = lane.polled;
    take_page(reader);
    deal(reader, first);
  }
  const bool drained = streams.closed(lane.shard) && lane.done == streams.end_ordinal(lane.shard);
  const bool idle = std::all_of(lane.workers.begin(), lane.workers.end(),
                                [&](std::uint32_t worker) { return lanes_[worker].phase == LanePhase::reading; });
  if (drained && idle && reader.mapping.permissions.may_read) finish(reader);
}

// Whether the lane is free still.
bool Triggers::feed(const At& worker) {
  Lane& lane = worker.lane;
  while (lane.phase == LanePhase::reading) {
    lose_trimmed(worker);
    if (must_end_window(worker))
      end_window(worker);
    else if (makes_a_batch(worker))
      form_batch(worker);
    else
      return rest(worker), true;
    if (!try_batch(worker)) return false;
  }
  return false;
}

// What was trimmed before it was read: found where the next page would be read, which is when a lane is free. A single lane has
// by then settled all that it was given and that was trimmed before: the shard's order is kept.      [LOOP-2] [POLL-10]
// [OPEN-45]
bool Triggers::lose_unread(const At& reader) {
  Lane& lane = reader.lane;
  const std::uint64_t oldest = reader.ports.streams.first_ordinal(lane.shard);
  if (lane.polled >= oldest) return false;
  const auto from = lane.ids.begin() + static_cast<std::ptrdiff_t>(lane.polled - lane.done);
  auto lost = std::make_shared<const std::vector<RecordId>>(from, from + static_cast<std::ptrdiff_t>(oldest - lane.polled));
  lane.polled = oldest;
  reader.kernel.note(Settled{lane.mapping, lane.shard, std::move(lost), Settlement::expired, false});
  move_checkpoint(reader);
  return true;
}

void Triggers::give(const At& reader, std::uint64_t ordinal, RecordId record, const ItemKey& key) {
  const std::vector<std::uint32_t>& workers = reader.lane.workers;
  std::uint64_t hash = reader.mapping.lane_key == LaneKey::item ? key.hash() : key.partition_hash();
  if (reader.kernel.planted(Planted::lanes_by_place)) hash = ordinal;
  Lane& worker = lanes_[workers[mix(hash) % workers.size()]];
  if (worker.done == worker.polled) worker.gathering_since = reader.kernel.now();
  worker.ids.push_back(record);
  worker.ordinals->push_back(ordinal);
  worker.seen = worker.polled += 1;
}

// Gives what was read from `first` on to the lanes of its keys; what no filter wants is settled.  [LOOP-3] [FILTER-5]
void Triggers::deal(const At& reader, std::uint64_t first) {
  Lane& lane = reader.lane;
  const Mapping& mapping = reader.mapping;
  const Streams& streams = reader.ports.streams;
  const std::string arn = streams.arn(mapping.stream);
  const std::vector<FilterPattern>& filters = filters_for(reader, first);
  std::vector<RecordId> unwanted;
  FactIndex because = no_fact;
  for (std::uint64_t ordinal = first; ordinal < lane.polled; ++ordinal) {
    const StoredRecord& record = streams.record(lane.shard, ordinal);
    const bool wanted =
        filters.empty() || matches_any(filters, streams.to_stream_record(lane.shard, ordinal), arn, mapping.reading);
    const bool dropped = wanted ? reader.kernel.planted(Planted::matching_record_dropped)
                                : !reader.kernel.planted(Planted::filtered_record_delivered);
    if (dropped) {
      if (unwanted.empty()) because = record.fact;
      unwanted.push_back(record.id);
      continue;
    }
    give(reader, ordinal, record.id, record.key);
  }
  if (unwanted.empty()) return;
  const CauseScope scope(reader.kernel, because);
  auto records = std::make_shared<const std::vector<RecordId>>(std::move(unwanted));
  reader.kernel.note(Settled{lane.mapping, lane.shard, std::move(records), Settlement::filtered, false});
  move_checkpoint(reader);
}

// To the lowest record that some lane has not settled.                                         [POLL-10] [OPEN-10]
void Triggers::move_checkpoint(const At& reader) {
  Lane& lane = reader.lane;
  std::uint64_t lowest = lane.polled;
  for (const std::uint32_t worker : lane.workers)
    if (!lanes_[worker].ordinals->empty()) lowest = std::min(lowest, lanes_[worker].ordinals->front());
  if (lowest == lane.done) return;
  const auto count = static_cast<std::ptrdiff_t>(lowest - lane.done);
  const RecordId through = lane.ids[static_cast<std::size_t>(count) - 1];
  lane.ids.erase(lane.ids.begin(), lane.ids.begin() + count);
  lane.done = lowest;
  for (const std::uint32_t worker : lane.workers) lanes_[worker].forget_below(lowest);
  reader.kernel.note(Checkpointed{lane.mapping, lane.shard, through});
}

// Whether the version to come wants other lanes, or filters where there were none: its lanes are dealt anew, which no
// invocation may see.
bool Triggers::spreads_otherwise(const Mapping& mapping) {
  if (!mapping.next) return false;
  const MappingSettings& now = mapping.settings;
  const MappingSettings& then = mapping.next->settings;
  return now.parallelization_factor != then.parallelization_factor ||
         now.filter_criteria.empty() != then.filter_criteria.empty();
}

// What the lane knows of the tries of what it has not settled.
void Triggers::add_tries(const Lane& lane, const TryCount& count, TriesByOrdinal& to) const {
  for (const auto& [ordinal, tries] : count.before) to[ordinal] = std::max(to[ordinal], tries);
  if (count.at != lane.done) return;
  Tries& front = to[next_ordinal(lane)];
  front = std::max(front, count.now);
}

// By the settings that are in force now. A shard that was shared out once stays so, be it over a single lane. What was given to
// the lanes and is not settled is given anew, unfiltered: it has passed the filters of its time. What lanes of before have
// settled never comes again. Attempts are counted on. A shard that was never shared out gives nothing: what it held is read
// again, and filters that are new are asked about it, tried or not.                            [FILTER-10] [ESM-25]
void Triggers::spread_anew(Kernel& kernel, std::uint32_t index, const TriggerPorts& ports) {
  struct Unsettled {
    std::uint64_t ordinal;
    RecordId record;
  };
  std::vector<Unsettled> unsettled;
  TriesByOrdinal tries, end_tries;
  const auto note_tries = [&](const Lane& lane) {
    add_tries(lane, lane.batch_tries, tries);
    add_tries(lane, lane.end_tries, end_tries);
  };
  if (lanes_[index].workers.empty()) note_tries(lanes_[index]);
  for (const std::uint32_t each : lanes_[index].workers) {
    Lane& worker = lanes_[each];
    note_tries(worker);
    for (std::size_t i = 0; i < worker.ids.size(); ++i) unsettled.push_back({(*worker.ordinals)[i], worker.ids[i]});
    worker.ids.clear();
    worker.ordinals->clear();
    if (worker.past) worker.past.emplace();
    worker.done = worker.polled = worker.seen;
    worker.batch_tries.at.reset();
    worker.end_tries.at.reset();
  }
  std::sort(unsettled.begin(), unsettled.end(), [](const auto& a, const auto& b) { return a.ordinal < b.ordinal; });
  const Mapping& mapping = mappings_[lanes_[index].mapping.value];
  const auto wanted = static_cast<std::size_t>(mapping.settings.parallelization_factor);
  const std::size_t before = lanes_[index].workers.size();
  if (wanted > before) add_workers(index, static_cast<std::int64_t>(wanted - before));
  Lane& reader = lanes_[index];
  for (std::size_t i = wanted; i < before; ++i) lanes_[reader.workers[i]].phase = LanePhase::finished;
  reader.workers.resize(wanted);
  for (std::size_t i = before; i < wanted; ++i) {
    Lane& worker = lanes_[reader.workers[i]];
    worker.phase = reader.phase;
    worker.free_since = kernel.now();
  }
  for (const std::uint32_t worker : reader.workers)
    lanes_[worker].batch_tries.before = tries, lanes_[worker].end_tries.before = end_tries;
  if (reader.window) lanes_[reader.workers.front()].window = std::exchange(reader.window, std::nullopt);
  const At here = at(kernel, ports, index);
  const std::uint64_t oldest = ports.streams.first_ordinal(reader.shard);
  for (const Unsettled& each : unsettled)  // of what was trimmed the key is gone; any lane will find it expired
    give(here, each.ordinal, each.record,
         each.ordinal < oldest ? ItemKey() : ports.streams.record(reader.shard, each.ordinal).key);
}

}  // namespace weir
