#include "sim/trigger/triggers.hpp"

#include <algorithm>
#include <utility>

#include "sim/base/planted.hpp"
#include "sim/data/lasting_text.hpp"
#include "sim/stream/sites.hpp"
#include "sim/trigger/payload.hpp"

namespace weir {

namespace {

constexpr Duration poll_interval = 250ms;      // [POLL-1]
constexpr std::uint64_t page_records = 1'000;  // [GREC-1]
constexpr std::uint64_t page_bytes = 1024 * 1024;

Instant next_tick(Instant now, Duration phase) {
  const Duration into = (now.time_since_epoch() - phase) % poll_interval;
  if (into == Duration{}) return now;
  return into > Duration{} ? now + (poll_interval - into) : now - into;
}

// An upper bound of the records' sizes that costs little: names of key attributes have at most 255 bytes each.
std::uint64_t most_bytes(const Streams& streams, ShardId shard, std::uint64_t first, std::uint64_t end) {
  std::uint64_t bytes = 0;
  for (std::uint64_t ordinal = first; ordinal < end; ++ordinal) {
    const StoredRecord& record = streams.record(shard, ordinal);
    bytes += record.old_image.size_bytes() + record.new_image.size_bytes() + record.key.bytes().size() + 512;
  }
  return bytes;
}

}  // namespace

Result<MappingId> Triggers::create(Kernel& kernel, const MappingSettings& settings, const Streams& streams, StreamId stream,
                                   FunctionId function, std::string_view function_name, Telling telling) {
  const IteratorType start = settings.starting_position;
  if (start != IteratorType::trim_horizon && start != IteratorType::latest)
    return {ServiceError::invalid_parameter_value,
            lasting("Unsupported starting position for arn type: " + streams.arn(stream))};
  if (const std::optional<std::string> wrong = check(settings))
    return Failed{ServiceError::invalid_parameter_value, Certainty::surely_not_done, lasting(*wrong)};
  if (const std::optional<MappingId> other = joining(stream, function)) return already_joined(streams, *other, function_name);
  const MappingId id{static_cast<std::uint32_t>(mappings_.size())};
  Mapping mapping;
  static_cast<MappingVersion&>(mapping) = {settings, function, std::string(function_name)};
  mapping.stream = stream;
  mapping.told = telling == Telling::from_creation || !settings.enabled;
  if (mapping.settings.name.empty()) mapping.settings.name = mapping.function_name;
  mapping.name_hash = KeyName(mapping.settings.name).hash;
  const FactIndex declared = kernel.note(MappingDeclared{id, mapping.settings.name, stream, function, mapping.function_name,
                                                         settings.starting_position, settings.on_failure != Destination::none});
  const CauseScope because(kernel, declared);
  if (mapping.told) kernel.note(MappingStateChanged{id, MappingState::creating, "User action", mapping.result});
  const Key key("trigger", mapping.key_name());
  if (mapping.is_spread()) spread(kernel, id, mapping, key);
  mapping.window_start = kernel.choose(trigger_window_start, key);
  mapping.bisect_counter = kernel.choose(trigger_bisect_counter, key);
  mapping.partial_counter = kernel.choose(trigger_partial_counter, key);
  mapping.may_lose_pollers = kernel.rule_for(trigger_poller_lost.info()) != nullptr;
  const Duration delay = kernel.choose(trigger_activation_delay, key);
  mappings_.push_back(std::move(mapping));
  changed_ = true;
  kernel.schedule(delay, Room::trigger, static_cast<std::uint16_t>(EventKind::activate), id.value, 0);
  return id;
}

std::uint32_t Triggers::lane_index(const Mapping& mapping, ShardId shard) const {
  return shard.value < mapping.lanes.size() ? mapping.lanes[shard.value] : no_lane;
}

const Lane* Triggers::lane(MappingId mapping, ShardId shard) const {
  const std::uint32_t index = lane_index(mappings_[mapping.value], shard);
  return index == no_lane ? nullptr : &lanes_[index];
}

Triggers::At Triggers::at(Kernel& kernel, const TriggerPorts& ports, std::uint32_t lane) {
  Lane& l = lanes_[lane];
  return {kernel, ports, mappings_[l.mapping.value], l};
}

void Triggers::schedule(const At& at, Instant when, EventKind kind, std::uint64_t& ticket) {
  ticket = ++tickets_;
  if (kind == EventKind::window_over) at.lane.timer_at = when;
  const auto index = static_cast<std::uint32_t>(&at.lane - lanes_.data());
  at.kernel.schedule(when, Room::trigger, static_cast<std::uint16_t>(kind), index, ticket);
}

void Triggers::on_event(Kernel& kernel, const Event& event, const TriggerPorts& ports) {
  const auto kind = static_cast<EventKind>(event.kind);
  if (kind == EventKind::activate || kind == EventKind::change_over) return end_change(kernel, MappingId{event.a}, ports);
  const At here = at(kernel, ports, event.a);
  std::uint64_t& ticket = kind == EventKind::poll ? here.lane.poll_ticket : here.lane.timer_ticket;
  if (ticket != event.b) return;
  ticket = 0;
  if (kind == EventKind::taken_over) return take_over(here);
  if (here.mapping.rests) return;
  if (kind != EventKind::back_off_over) return read_on(here, kind == EventKind::poll ? Polling::now : Polling::not_now);
  SIM_CHECK(here.lane.phase == LanePhase::waiting, "a back-off is waited for");
  if (try_batch(here)) read_on(here, Polling::now);
}

void Triggers::permit(Kernel& kernel, MappingId id, MappingPermissions permissions, const TriggerPorts& ports) {
  Mapping& mapping = mappings_[id.value];
  if (mapping.permissions == permissions) return;
  const MappingPermissions before = std::exchange(mapping.permissions, std::move(permissions));
  const MappingPermissions& now = mapping.permissions;
  if (before.missing == now.missing) return;
  const std::string result = now.missing.empty()
                                 ? std::string(to_text(mapping.result))
                                 : "PROBLEM: the role " + now.role + " cannot perform " + now.missing + " on " + now.resource;
  const FactIndex told = kernel.note(MappingAccess{id, now.role, now.missing, result, now.resource});
  const CauseScope because(kernel, told);
  if (!now.may_read) return;
  for (std::uint32_t index = 0; index < lanes_.size(); ++index)
    if (lanes_[index].mapping == id && lanes_[index].reader == no_lane) wake(at(kernel, ports, index));
}

void Triggers::on_news(Kernel& kernel, const StreamNews& news, const TriggerPorts& ports) {
  using News = StreamNews::Kind;
  if (news.kind == News::trimmed || news.kind == News::shard_gone || news.kind == News::stream_gone) return;
  for (std::uint32_t i = 0; i < mappings_.size(); ++i) {
    if (mappings_[i].stream != news.stream || !mappings_[i].active) continue;
    std::uint32_t index = lane_index(mappings_[i], news.shard);
    if (index == no_lane) {
      if (news.kind != News::shard_opened) continue;
      index = add_lane(ports.streams, MappingId{i}, news.shard);
    }
    const At here = at(kernel, ports, index);
    see_records(ports.streams, here.lane);
    if (here.lane.phase == LanePhase::blocked) start_if_due(here);
    wake(here);
  }
}

// Takes up the starting position in all shards that exist. Those that open later are read from their beginning.   [ESM-3]
// [LOOP-1]
void Triggers::activate(Kernel& kernel, MappingId id, const TriggerPorts& ports) {
  mappings_[id.value].active = true;
  std::vector<std::uint32_t> indexes;
  for (const ShardId shard : ports.streams.shards(mappings_[id.value].stream))
    if (!ports.streams.gone(shard)) indexes.push_back(add_lane(ports.streams, id, shard));
  for (const std::uint32_t index : indexes) {
    const At here = at(kernel, ports, index);
    see_records(ports.streams, here.lane);
    if (here.mapping.settings.starting_position == IteratorType::latest) skip(here);
  }
  for (const std::uint32_t index : indexes) start_if_due(at(kernel, ports, index));
  if (indexes.empty()) tell_if_stream_ended(kernel, id, ports.streams);
}

std::uint32_t Triggers::add_lane(const Streams& streams, MappingId id, ShardId shard) {
  Mapping& mapping = mappings_[id.value];
  const auto index = static_cast<std::uint32_t>(lanes_.size());
  if (mapping.lanes.size() <= shard.value) mapping.lanes.resize(shard.value + 1, no_lane);
  SIM_CHECK(mapping.lanes[shard.value] == no_lane, "a shard has one lane a mapping");
  mapping.lanes[shard.value] = index;
  if (lanes_.empty()) lanes_.reserve(16);  // a lane that moves leaves an empty deque behind, which allocates
  Lane& lane = lanes_.emplace_back();
  lane.mapping = id;
  lane.shard = shard;
  lane.done = lane.polled = lane.seen = streams.first_ordinal(shard);
  if (mapping.is_spread()) add_workers(index, mapping.settings.parallelization_factor);
  return index;
}

void Triggers::see_records(const Streams& streams, Lane& lane) {
  const std::uint64_t end = streams.end_ordinal(lane.shard);
  if (lane.phase == LanePhase::finished || lane.seen == end) return;
  SIM_CHECK(lane.seen >= streams.first_ordinal(lane.shard), "a record is seen as it becomes readable");
  for (; lane.seen < end; ++lane.seen) lane.ids.push_back(streams.record(lane.shard, lane.seen).id);
}

// What LATEST leaves out.
void Triggers::skip(const At& at) {
  at.lane.polled = at.lane.seen;
  if (at.lane.done < at.lane.seen) settle(at, at.lane.seen, Settlement::skipped, false);
}

// A parent that the mapping never saw holds nobody up.                                        [POLL-5] [SHARD-12]
void Triggers::start_if_due(const At& at) {
  if (at.lane.phase != LanePhase::blocked) return;
  const Streams& streams = at.ports.streams;
  const ShardId parent = streams.parent(at.lane.shard);
  const std::uint32_t before = parent == no_shard ? no_lane : lane_index(at.mapping, parent);
  const bool waits = before != no_lane && lanes_[before].phase != LanePhase::finished;
  if (waits && !at.kernel.planted(Planted::child_before_parent)) return;
  const FactIndex started = at.kernel.note(ShardStarted{at.lane.mapping, at.lane.shard});
  const CauseScope because(at.kernel, started);
  at.lane.phase = LanePhase::reading;
  at.lane.free_since = at.kernel.now();
  for (const std::uint32_t worker : at.lane.workers)
    lanes_[worker].phase = LanePhase::reading, lanes_[worker].free_since = at.kernel.now();
  const Key key = Key("trigger", at.mapping.key_name()) / Key("shard", streams.shard(at.lane.shard).key_name());
  at.lane.poll_phase = at.kernel.choose(trigger_poll_phase, key);
  if (parent != no_shard) at.lane.polled_from = at.kernel.now() + at.kernel.choose(trigger_shard_discovery, key);
  wake(at);
}

void Triggers::finish(const At& at) {
  at.lane.phase = LanePhase::finished;
  at.lane.poll_ticket = at.lane.timer_ticket = 0;
  for (const std::uint32_t worker : at.lane.workers) lanes_[worker].timer_ticket = 0;
  const FactIndex finished = at.kernel.note(ShardFinished{at.lane.mapping, at.lane.shard});
  const CauseScope because(at.kernel, finished);
  for (const ShardId child : at.ports.streams.children(at.lane.shard)) {
    const std::uint32_t index = lane_index(at.mapping, child);
    if (index != no_lane) start_if_due(this->at(at.kernel, at.ports, index));
  }
  tell_if_stream_ended(at.kernel, at.lane.mapping, at.ports.streams);
}

// Something to see: the lane looks at its next tick, as if it had polled all the time.        [POLL-1]
void Triggers::wake(const At& at) {
  const Streams& streams = at.ports.streams;
  if (at.lane.phase != LanePhase::reading || at.lane.poll_ticket != 0 || !at.mapping.permissions.may_read || at.mapping.rests)
    return;
  if (at.lane.polled == streams.end_ordinal(at.lane.shard) && !streams.closed(at.lane.shard)) return;
  schedule(at, next_tick(std::max(at.kernel.now(), at.lane.polled_from), at.lane.poll_phase), EventKind::poll,
           at.lane.poll_ticket);
}

// Forms and tries one batch after the other, until the lane rests, waits or has one in flight.
void Triggers::read_on(const At& at, Polling polling) {
  if (at.lane.reader != no_lane) return share_out(reader_of(at), polling);
  if (!at.lane.workers.empty()) return share_out(at, polling);
  SIM_CHECK(at.lane.phase == LanePhase::reading, "only a free lane reads");
  for (; gather(at, polling); polling = Polling::now)
    if (!try_batch(at)) return;
}

// True: what has been got makes a batch, and it is held; or a window is to be ended. False: the lane rests, or is finished.
// [LOOP-2] [LOOP-4] [LOOP-11]
bool Triggers::gather(const At& at, Polling polling) {
  const Streams& streams = at.ports.streams;
  Lane& lane = at.lane;
  lose_trimmed(at);
  if (at.kernel.planted(Planted::unread_shard_finished) && streams.closed(lane.shard)) {
    lane.ids.clear();
    finish(at);
    return false;
  }
  while (true) {
    if (must_end_window(at)) return end_window(at), true;
    if (makes_a_batch(at)) return form_batch(at), true;
    if (polling == Polling::not_now || !at.mapping.permissions.may_read) break;
    if (lane.polled == streams.end_ordinal(lane.shard) || is_throttled(at)) break;
    take_page(at);
  }
  const bool at_end = streams.closed(lane.shard) && lane.done == streams.end_ordinal(lane.shard);
  if (at_end && at.mapping.permissions.may_read)
    finish(at);
  else
    rest(at);
  return false;
}

// The batching window or the tumbling window will be over; nothing else has to happen before.
void Triggers::rest(const At& at) {
  Lane& lane = at.lane;
  const bool gathering = lane.done < lane.polled;
  if (!at.mapping.has_windows()) {
    if (gathering && lane.timer_ticket == 0) schedule(at, window_end(at), EventKind::window_over, lane.timer_ticket);
    return;
  }
  if (!gathering && !lane.window) return;
  const Instant closing = std::max(at.kernel.now(), tumbling_end(at));
  const Instant due = gathering ? std::min(closing, window_end(at)) : closing;
  if (due <= at.kernel.now()) return;  // what is unread comes before the end of its window, with the next poll
  if (lane.timer_ticket == 0 || due < lane.timer_at) schedule(at, due, EventKind::window_over, lane.timer_ticket);
}

// A throttled poll is made again on the next tick.                                            [ESM-27] [OPEN-27]
bool Triggers::is_throttled(const At& at) {
  Lane& lane = at.lane;
  const Instant now = at.kernel.now();
  if (!at.ports.streams.is_crowded(lane.shard, now)) return false;
  Key key("trigger", at.mapping.key_name());
  key.add("shard", at.ports.streams.shard(lane.shard).key_name()).add("poll", lane.polls_in_a_crowd++);
  if (!at.kernel.choose(stream_reader_throttled, key)) return false;
  if (lane.poll_ticket == 0) schedule(at, next_tick(now + Duration(1), lane.poll_phase), EventKind::poll, lane.poll_ticket);
  return true;
}

// As much as one GetRecords call would give.                                                  [GREC-1]
void Triggers::take_page(const At& at) {
  const Streams& streams = at.ports.streams;
  Lane& lane = at.lane;
  if (lane.done == lane.polled) lane.gathering_since = at.kernel.now();
  const std::uint64_t first = lane.polled;
  const std::uint64_t end = std::min(streams.end_ordinal(lane.shard), first + page_records);
  lane.polled = end;
  if (most_bytes(streams, lane.shard, first, end) <= page_bytes) return;
  std::uint64_t bytes = 0;
  for (lane.polled = first; lane.polled < end; ++lane.polled) {
    bytes += streams.to_stream_record(lane.shard, lane.polled).size_bytes;
    if (bytes > page_bytes && lane.polled > first) break;
  }
}

// The place was trimmed away: on with the oldest record there is.                              [LOOP-2] [OPEN-45]
void Triggers::lose_trimmed(const At& at) {
  Lane& lane = at.lane;
  const std::uint64_t oldest = at.ports.streams.first_ordinal(lane.shard);
  if (!lane.ordinals && lane.done < oldest) return settle(at, oldest, Settlement::expired, false);
  std::uint64_t end = lane.done;
  while (end < lane.polled && lane.ordinal(end) < oldest) ++end;
  if (lane.done < end) settle(at, end, Settlement::expired, false);
}

bool Triggers::makes_a_batch(const At& at) const {
  const Lane& lane = at.lane;
  if (lane.done == lane.polled) return false;
  const MappingSettings& settings = at.mapping.settings;
  if (lane.polled - lane.done >= static_cast<std::uint64_t>(settings.batch_size)) return true;
  const Streams& streams = at.ports.streams;
  const std::uint64_t polled = lane.reader == no_lane ? lane.polled : lanes_[lane.reader].polled;
  const bool at_end = streams.closed(lane.shard) && polled == streams.end_ordinal(lane.shard);
  return settings.maximum_batching_window == Duration{} || at_end || at.kernel.now() >= window_end(at) || window_is_over(at) ||
         is_payload(at);
}

// What has been got passes a payload: the batch does not wait for the window's end.           [BATCH-1] [OPEN-40]
bool Triggers::is_payload(const At& at) const {
  const Streams& streams = at.ports.streams;
  const Lane& lane = at.lane;
  constexpr std::size_t key_names = 2 * 255;
  std::size_t most = lane.window ? most_json_bytes(lane.window->state.bytes().size()) : 0;
  for (std::uint64_t place = lane.done; place < lane.polled; ++place) {
    const StoredRecord& record = streams.record(lane.shard, lane.ordinal(place));
    most += most_json_bytes(record.old_image.bytes().size() + record.new_image.bytes().size() + record.key.bytes().size() +
                            key_names);
  }
  if (most <= most_payload_bytes) return false;
  StreamEvent event{.records = {}, .event_source_arn = streams.arn(at.mapping.stream)};
  for (std::uint64_t place = lane.done; place < lane.polled; ++place)
    event.records.push_back(streams.to_stream_record(lane.shard, lane.ordinal(place)));
  return fitting(lane.window ? *with_window(at, event) : event) < event.records.size();
}

// When the batch to come is formed, full or not.                                              [BATCH-3] [OPEN-41]
Instant Triggers::window_end(const At& at) const {
  const bool from_first = at.mapping.window_start == WindowStart::first_record;
  const Instant from = from_first ? std::max(at.lane.gathering_since, at.lane.free_since) : at.lane.free_since;
  return std::max(at.kernel.now(), from + at.mapping.settings.maximum_batching_window);
}

std::uint64_t Triggers::unfinished(const Streams& streams) const {
  std::uint64_t count = 0;
  for (const Mapping& mapping : mappings_) {
    if (mapping.active || mapping.state == MappingState::deleted) continue;
    count += mapping.state == MappingState::disabled ? 0 : 1;
    for (const ShardId shard : streams.shards(mapping.stream))
      if (mapping.settings.starting_position == IteratorType::trim_horizon)
        count += streams.end_ordinal(shard) - streams.first_ordinal(shard);
  }
  for (const Lane& lane : lanes_) {
    count += lane.workers.empty() ? lane.ids.size() : lane.seen - lane.polled;
    count += lane.parts.empty() && !lane.window && !lane.unheard ? 0 : 1;
  }
  return count;
}

}  // namespace weir
