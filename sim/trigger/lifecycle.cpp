// What operators do to mappings, and when it takes effect.
//
//   state       meets                      after the lag
//   Creating    (enabled)                  takes up its position: Enabled                               [ESM-3] [ESM-22]
//   Creating    (not enabled)              Disabled; the position is taken up when it is first enabled  [ESM-14]
//   Enabled     disable                    Disabling: goes on meanwhile; then Disabled                  [ESM-25]
//   Disabled    enable                     Enabling: rests meanwhile; then Enabled, where it stood      [ESM-25]
//   both        update                     Updating: either version, perhaps a pause; then as before   [OPEN-43] [FILTER-10]
//   both        delete                     Deleting: goes on meanwhile; then gone, its position too     [ESM-25]
//   any other   any                        refused: ResourceInUseException                              [ESM-26]
//
// A mapping that is not Enabled begins no batch; one in flight is still judged when it ends. What it held beyond that is
// forgotten: the records are read again from the position on, their failures count anew. A record that filters let pass to a
// lane stays in that lane. An open tumbling window keeps its state through a pause, and what was due to end it is due after
// the pause before anything else; an update of its length ends it where it is: with its final invocation, after the batch that
// is held. Windows where there were none, or none where there were some, give a batch another shape: what is held is forgotten
// when the update is through, and a window that is open ends before anything else; until then no try goes by the new version.
// Another number of lanes, or filters where there were none, makes the mapping rest until nothing is in flight.
//
// That failures are counted anew after a pause, and with a batch of another shape, is the model's choice, as after a lost
// poller: AWS's documents do not say whether a count outlives the poller that kept it. Attempts, in the keys of choices, are
// counted on.
// [ESM-7] [ESM-25] [OPEN-10]
#include <algorithm>
#include <utility>

#include "sim/base/planted.hpp"
#include "sim/data/lasting_text.hpp"
#include "sim/trigger/destination.hpp"
#include "sim/trigger/triggers.hpp"

namespace weir {

namespace {

bool rests(MappingState state) {
  return state == MappingState::creating || state == MappingState::enabling || state == MappingState::disabled ||
         state == MappingState::deleted;
}

bool in_transition(MappingState state) { return state != MappingState::enabled && state != MappingState::disabled; }

constexpr Duration drain_check = 1s;

constexpr std::string_view update_in_use = "Cannot update the event source mapping because it is in use.";
constexpr std::string_view delete_in_use = "Cannot delete the event source mapping because it is in use.";

}  // namespace

std::optional<MappingId> Triggers::named(std::string_view name) const {
  for (std::size_t i = mappings_.size(); i-- > 0;)
    if (mappings_[i].settings.name == name && mappings_[i].state != MappingState::deleted)
      return MappingId{static_cast<std::uint32_t>(i)};
  return std::nullopt;
}

// A mapping that is being updated to another function holds both.                              [ESM-23]
std::optional<MappingId> Triggers::joining(StreamId stream, FunctionId function) const {
  for (std::uint32_t i = 0; i < mappings_.size(); ++i) {
    const Mapping& mapping = mappings_[i];
    if (mapping.stream != stream || mapping.state == MappingState::deleted) continue;
    if (mapping.function == function || (mapping.next && mapping.next->function == function)) return MappingId{i};
  }
  return std::nullopt;
}

Failed Triggers::already_joined(const Streams& streams, MappingId by, std::string_view function_name) const {
  const Mapping& mapping = mappings_[by.value];
  return {ServiceError::resource_conflict, Certainty::surely_not_done,
          lasting("The event source arn (\" " + streams.arn(mapping.stream) + " \") and function (\" " +
                  std::string(function_name) +
                  " \") provided mapping already exists. Please update or delete the existing mapping with UUID " +
                  mapping_uuid(by))};
}

Result<Done> Triggers::set_enabled(Kernel& kernel, MappingId id, Enabling to) {
  Mapping& mapping = mappings_[id.value];
  if (in_transition(mapping.state)) return {ServiceError::resource_in_use, update_in_use};
  const bool enabled = to == Enabling::enable;
  if (enabled == (mapping.state == MappingState::enabled)) return Done{};
  mapping.settings.enabled = enabled;
  begin_change(kernel, id, enabled ? MappingState::enabling : MappingState::disabling);
  return Done{};
}

Result<Done> Triggers::update(Kernel& kernel, MappingId id, MappingVersion to, const Streams& streams) {
  Mapping& mapping = mappings_[id.value];
  if (in_transition(mapping.state)) return {ServiceError::resource_in_use, update_in_use};
  if (const std::optional<std::string> wrong = check(to.settings))
    return {ServiceError::invalid_parameter_value, lasting(*wrong)};
  if (const std::optional<MappingId> other = joining(mapping.stream, to.function); other && *other != id)
    return already_joined(streams, *other, to.function_name);
  SIM_CHECK(to.settings.name == mapping.settings.name && to.settings.table == mapping.settings.table &&
                to.settings.starting_position == mapping.settings.starting_position,
            "name, stream and starting position of a mapping are for good");
  to.settings.enabled = mapping.settings.enabled;
  mapping.next = std::make_shared<const MappingVersion>(std::move(to));
  mapping.next_filters.clear();
  for (const std::string& pattern : mapping.next->settings.filter_criteria)
    mapping.next_filters.push_back(*parse_filter_pattern(pattern));
  mapping.updating_since = kernel.now();
  if (mapping.next->function != mapping.function)
    kernel.note(FunctionDeclared{mapping.next->function, mapping.next->function_name});
  begin_change(kernel, id, MappingState::updating);
  return Done{};
}

bool Triggers::is_changing(MappingId id) const { return in_transition(mappings_[id.value].state); }

Result<Done> Triggers::remove(Kernel& kernel, MappingId id) {
  if (in_transition(mappings_[id.value].state)) return {ServiceError::resource_in_use, delete_in_use};
  begin_change(kernel, id, MappingState::deleting);
  return Done{};
}

FactIndex Triggers::enter(Kernel& kernel, MappingId id, MappingState state) {
  Mapping& mapping = mappings_[id.value];
  mapping.state = state;
  const bool as_before = state == MappingState::updating || state == MappingState::deleting;
  mapping.rests = rests(state) || (!mapping.settings.enabled && as_before);
  if (kernel.planted(Planted::disabled_mapping_goes_on)) mapping.rests = false;
  changed_ = true;
  if (!mapping.told) return kernel.cause();
  return kernel.note(MappingStateChanged{id, state, "User action", mapping.shown_result()});
}

void Triggers::begin_change(Kernel& kernel, MappingId id, MappingState state) {
  Mapping& mapping = mappings_[id.value];
  mapping.told = true;
  const CauseScope because(kernel, enter(kernel, id, state));
  Key key("trigger", mapping.key_name());
  key.add("change", mapping.changes);
  mapping.changes += 1;
  if (state == MappingState::updating && !mapping.rests)
    mapping.rests = spreads_otherwise(mapping) || kernel.choose(trigger_update_pauses, key);
  const Duration lag = kernel.choose(trigger_change_lag, key);
  kernel.schedule(lag, Room::trigger, static_cast<std::uint16_t>(EventKind::change_over), id.value, 0);
}

void Triggers::end_change(Kernel& kernel, MappingId id, const TriggerPorts& ports) {
  Mapping& mapping = mappings_[id.value];
  const MappingState before = mapping.state;
  if (before == MappingState::deleting) return forget(kernel, id, ports);
  if (before == MappingState::updating) {
    const auto lanes = lanes_of(id);
    const bool busy = std::any_of(lanes.begin(), lanes.end(), [&](std::uint32_t lane) {
      return lanes_[lane].phase == LanePhase::invoking || lanes_[lane].unheard;
    });
    if (busy && spreads_otherwise(mapping))
      return (void)kernel.schedule(drain_check, Room::trigger, static_cast<std::uint16_t>(EventKind::change_over), id.value, 0);
    take_version(kernel, id, ports);
    if (ports.permissions) permit(kernel, id, ports.permissions->permissions_of(id, mapping), ports);
  }
  const CauseScope because(kernel,
                           enter(kernel, id, mapping.settings.enabled ? MappingState::enabled : MappingState::disabled));
  if (!mapping.settings.enabled) return let_go(kernel, id, ports);
  if (!mapping.active) return activate(kernel, id, ports);
  resume(kernel, id, ports);
}

void Triggers::let_go(Kernel& kernel, MappingId id, const TriggerPorts& ports) {
  for (const std::uint32_t index : lanes_of(id))
    if (lanes_[index].phase != LanePhase::invoking) drop_held(at(kernel, ports, index));
}

// What is not in flight goes back to the stream.                                               [ESM-25]
void Triggers::drop_held(const At& at) {
  Lane& lane = at.lane;
  if (lane.phase == LanePhase::invoking || lane.phase == LanePhase::waiting) lane.phase = LanePhase::reading;
  lane.poll_ticket = lane.timer_ticket = 0;
  lane.abandoned = false;
  lane.held.reset();
  lane.parts.clear();
  lane.offered.reset();
  lane.offered_ids.reset();
  lane.offered_end = 0;
  lane.other.reset();
  lane.retry = no_fact;
  if (lane.reader == no_lane && lane.workers.empty()) lane.polled = lane.done;
}

void Triggers::resume(Kernel& kernel, MappingId id, const TriggerPorts& ports) {
  for (const std::uint32_t index : readers_of(id)) {
    const At here = at(kernel, ports, index);
    start_if_due(here);
    const bool nothing_given = here.lane.workers.empty() || here.lane.done == here.lane.polled;
    if (kernel.planted(Planted::enabled_at_latest) && nothing_given) skip(here);
    if (!here.lane.workers.empty()) {
      resume_workers(here);
      continue;
    }
    if (here.lane.phase == LanePhase::waiting && here.lane.timer_ticket == 0) {  // its back-off ended meanwhile
      if (try_batch(here)) read_on(here, Polling::now);
      continue;
    }
    const bool gathering = here.lane.phase == LanePhase::reading && (here.lane.done < here.lane.polled || here.lane.window);
    here.lane.timer_ticket = gathering ? 0 : here.lane.timer_ticket;  // its window may be another now
    if (gathering) read_on(here, Polling::not_now);
    wake(here);
  }
}

void Triggers::resume_workers(const At& reader) {
  for (const std::uint32_t worker : reader.lane.workers) {
    const At here = at(reader.kernel, reader.ports, worker);
    if (here.lane.phase == LanePhase::reading) here.lane.timer_ticket = 0;
    if (here.lane.phase == LanePhase::waiting && here.lane.timer_ticket == 0) (void)try_batch(here);
  }
  if (reader.lane.phase != LanePhase::reading) return;
  share_out(reader, Polling::not_now);
  wake(reader);
}

// A try that is under way goes by what it began with, however many updates overtake it; the next one by the new version.
//                                                                                              [OPEN-43]
void Triggers::take_version(Kernel& kernel, MappingId id, const TriggerPorts& ports) {
  Mapping& mapping = mappings_[id.value];
  const bool spreads = spreads_otherwise(mapping);
  const auto before = std::make_shared<const MappingVersion>(static_cast<const MappingVersion&>(mapping));
  const std::shared_ptr<const MappingVersion> next = std::exchange(mapping.next, nullptr);
  const bool was_spread = mapping.is_spread();
  static_cast<MappingVersion&>(mapping) = *next;
  const FactIndex updated = kernel.note(
      MappingUpdated{id, mapping.function, mapping.function_name, mapping.settings.on_failure != Destination::none});
  const CauseScope because(kernel, updated);
  if (was_spread || mapping.is_spread()) spread(kernel, id, mapping, Key("trigger", mapping.key_name()));
  for (const std::uint32_t index : lanes_of(id)) {
    Lane& lane = lanes_[index];
    const bool by_new = lane.other == next, by_older = lane.other && !by_new;
    if (lane.phase != LanePhase::invoking || by_new)
      lane.other.reset();
    else if (!by_older)
      lane.other = before;
    const At here = at(kernel, ports, index);
    if (spreads || (lane.phase == LanePhase::waiting && is_misshapen(here))) drop_held(here);
  }
  if (spreads)
    for (const std::uint32_t index : readers_of(id)) spread_anew(kernel, index, ports);
  if (mapping.settings.starting_position == IteratorType::latest) skip_what_came_meanwhile(kernel, id, ports);
}

// A mapping that began at LATEST may take up that position anew.                               [ESM-3] [OPEN-25]
void Triggers::skip_what_came_meanwhile(Kernel& kernel, MappingId id, const TriggerPorts& ports) {
  const Mapping& mapping = mappings_[id.value];
  Key key("trigger", mapping.key_name());
  key.add("change", mapping.changes - 1);
  if (!kernel.choose(trigger_update_skips, key)) return;
  for (const std::uint32_t index : readers_of(id)) {
    const At here = at(kernel, ports, index);
    const bool at_rest = here.lane.phase == LanePhase::reading || here.lane.phase == LanePhase::blocked;
    const bool nothing_given = here.lane.workers.empty() || here.lane.done == here.lane.polled;
    if (at_rest && nothing_given && here.lane.done >= ports.streams.ordinal_at(here.lane.shard, mapping.updating_since))
      skip(here);
  }
}

// The mapping is gone: what it has not settled by now it leaves behind.                        [ESM-25]
void Triggers::forget(Kernel& kernel, MappingId id, const TriggerPorts& ports) {
  const CauseScope because(kernel, enter(kernel, id, MappingState::deleted));
  for (const std::uint32_t index : lanes_of(id)) {
    drop_held(at(kernel, ports, index));
    lanes_[index].window.reset();
    lanes_[index].unheard.reset();
  }
  for (const std::uint32_t index : readers_of(id)) leave_behind(at(kernel, ports, index));
  mappings_[id.value].active = false;
}

void Triggers::leave_behind(const At& reader) {
  Lane& lane = reader.lane;
  std::vector<RecordId> left(lane.ids.begin() + static_cast<std::ptrdiff_t>(lane.polled - lane.done), lane.ids.end());
  for (const std::uint32_t index : lane.workers) {
    Lane& worker = lanes_[index];
    left.insert(left.end(), worker.ids.begin(), worker.ids.end());
    worker.ids.clear();
    worker.ordinals->clear();
    worker.done = worker.polled = worker.seen;
    worker.phase = LanePhase::finished;
  }
  std::sort(left.begin(), left.end());
  lane.ids.clear();
  lane.done = lane.polled = lane.seen;
  lane.phase = LanePhase::finished;
  if (left.empty()) return;
  reader.kernel.note(Settled{lane.mapping, lane.shard, std::make_shared<const std::vector<RecordId>>(std::move(left)),
                             Settlement::left_behind, false});
}

std::uint32_t Triggers::readers_of(StreamId stream) const {
  return static_cast<std::uint32_t>(std::count_if(mappings_.begin(), mappings_.end(), [&](const Mapping& mapping) {
    return mapping.stream == stream && mapping.state != MappingState::deleted && mapping.settings.enabled;
  }));
}

// While an update is under way a try may go by either version, if its batch can have the shape of both; a lane that has seen
// the new one keeps to it.                                                                         [OPEN-43]
void Triggers::pick_version(const At& at) {
  Lane& lane = at.lane;
  const bool may_see = at.mapping.next && at.mapping.next->has_windows() == at.mapping.has_windows();
  if (!may_see) return lane.other.reset();
  if (lane.other == at.mapping.next) return;
  count_from_front(lane);
  Key key = attempt_key(at, lane.tries().begun);
  key.add("refusal", lane.tries().refused);
  lane.other = at.kernel.choose(trigger_update_seen, key) ? at.mapping.next : nullptr;
}

// While an update is under way what is read may be judged by either version's filters.        [FILTER-10]
const std::vector<FilterPattern>& Triggers::filters_for(const At& reader, std::uint64_t first) {
  const Mapping& mapping = reader.mapping;
  if (!mapping.next || mapping.next->settings.filter_criteria == mapping.settings.filter_criteria) return mapping.filters;
  Key key("trigger", mapping.key_name());
  key.add("shard", reader.ports.streams.shard(reader.lane.shard).key_name()).add("read", first);
  const bool seen = reader.kernel.choose(trigger_update_seen, key);
  return seen ? mapping.next_filters : mapping.filters;
}

// The stream is no more and everything that could be read of it is done with: the mapping idles, and moves to no other.
//                                                                                              [ESM-28] [STREAM-13]
void Triggers::tell_if_stream_ended(Kernel& kernel, MappingId id, const Streams& streams) {
  Mapping& mapping = mappings_[id.value];
  if (streams.live(mapping.stream)) return;
  for (const std::uint32_t index : readers_of(id))
    if (lanes_[index].phase != LanePhase::finished) return;
  mapping.result = ProcessingResult::stream_ended;
  kernel.note(MappingStateChanged{id, mapping.state, "Stream ended", mapping.result});
}

std::vector<std::uint32_t> Triggers::readers_of(MappingId id) const {
  std::vector<std::uint32_t> indexes;
  for (const std::uint32_t index : mappings_[id.value].lanes)
    if (index != no_lane) indexes.push_back(index);
  return indexes;
}

std::vector<std::uint32_t> Triggers::lanes_of(MappingId id) const {
  std::vector<std::uint32_t> indexes = readers_of(id);
  for (std::size_t i = 0, own = indexes.size(); i < own; ++i) {
    const std::vector<std::uint32_t>& workers = lanes_[indexes[i]].workers;
    indexes.insert(indexes.end(), workers.begin(), workers.end());
  }
  return indexes;
}

}  // namespace weir
