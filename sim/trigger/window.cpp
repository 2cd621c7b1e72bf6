// Tumbling windows: the state that goes from one batch of a window to the next, and the invocation that ends it.
//                                                                                              [WIN-1 .. WIN-9]
//
//   opened   by a batch of a window that is not open, with empty state                           [WIN-1] [WIN-9]
//   kept     what an invocation that ended well returned; a retry gets what the failed one got  [WIN-3] [WIN-7]
//   ending   when the next record is of another window, at the shard's end, some time after the window's own end once all there
//            is has been read, or as soon as the state passes 1 MB, be it between two parts of a cut batch or before the rest
//            of one that was handled in part                                                     [WIN-4] [WIN-5] [WIN-6]
//            or the mapping has windows of another length, or none any more; it has the length that it was opened with
//                                                                                                               [OPEN-43]
//   ended    by an invocation without records that ends well; until then the shard waits, through pauses and updates of the
//            mapping too. What is left of a batch that was held meanwhile opens the window again, and keeps its retries
//                                                                                                               [WIN-5]
// A window that no invocation was of, since its records all grew too old before, ends without one. A record that comes after
// its window ended opens that window again, with empty state.
#include <utility>

#include "sim/base/planted.hpp"
#include "sim/data/json.hpp"
#include "sim/trigger/payload.hpp"
#include "sim/trigger/triggers.hpp"

namespace weir {

namespace {

constexpr std::size_t most_state_bytes = 1024 * 1024;  // [WIN-4]

std::int64_t floor_to(std::int64_t seconds, std::int64_t length) {
  const std::int64_t into = seconds % length;
  return seconds - (into < 0 ? into + length : into);
}

bool is_too_big(const Item& state) {
  return most_json_bytes(state.bytes().size()) > most_state_bytes && to_plain_text(state).size() > most_state_bytes;
}

}  // namespace

std::int64_t Triggers::window_of(const At& at, std::uint64_t place) const {
  const Streams& streams = at.ports.streams;
  const StoredRecord& record = streams.record(at.lane.shard, at.lane.ordinal(place));
  const std::int64_t length = at.lane.window ? at.lane.window->length : at.mapping.settings.tumbling_window / 1s;
  return floor_to(unix_seconds(record.created, at.ports.services.epoch_unix()), length);
}

// How many of the places from `done` up to `end` are of one window.
std::uint64_t Triggers::window_cut(const At& at, std::uint64_t end) const {
  if (!at.mapping.has_windows() || at.lane.done == end) return end;
  const std::int64_t first = window_of(at, at.lane.done);
  for (std::uint64_t place = at.lane.done + 1; place < end; ++place)
    if (window_of(at, place) != first) return place;
  return end;
}

// When the open window is closed; when none is open, the end of that of the first record got.
Instant Triggers::tumbling_end(const At& at) const {
  if (at.lane.window) return at.lane.window->closes_at;
  const Duration since_epoch = std::chrono::seconds(window_of(at, at.lane.done) - at.ports.services.epoch_unix());
  return Instant{} + since_epoch + at.mapping.settings.tumbling_window;
}

// A window that ends holds no batch back.
bool Triggers::window_is_over(const At& at) const {
  if (!at.mapping.has_windows()) return false;
  return window_cut(at, at.lane.polled) < at.lane.polled || at.kernel.now() >= tumbling_end(at);
}

// The batch to come is of another window, or there is nothing more to come for this one.
bool Triggers::must_end_window(const At& at) const {
  const Lane& lane = at.lane;
  if (!lane.window) return false;
  if (lane.window->ending || lane.window->full || lane.window->length != at.mapping.settings.tumbling_window / 1s) return true;
  if (lane.done < lane.polled) return window_of(at, lane.done) != lane.window->start_unix;
  const Streams& streams = at.ports.streams;
  const std::uint64_t polled = lane.reader == no_lane ? lane.polled : lanes_[lane.reader].polled;
  if (polled != streams.end_ordinal(lane.shard)) return false;
  return streams.closed(lane.shard) || at.kernel.now() >= lane.window->closes_at;
}

void Triggers::open_window(const At& at) {
  Lane& lane = at.lane;
  if (!at.mapping.has_windows() || lane.window) return;
  const Streams& streams = at.ports.streams;
  const std::int64_t start = window_of(at, lane.done);
  Key key("trigger", at.mapping.settings.name);
  key.add("shard", streams.path(lane.shard)).add("batch", lane.ordinal(lane.done));
  count_from_front(lane);
  const std::uint32_t before = lane.tries().windows++;
  remember_tries(lane);
  if (before > 0) key.add("opening", before);
  const Duration slack = at.kernel.choose(trigger_window_slack, key);
  const Instant closes_at = tumbling_end(at) + slack;
  lane.window.emplace(
      LaneWindow{.start_unix = start, .length = at.mapping.settings.tumbling_window / 1s, .closes_at = closes_at, .state = {}});
}

void Triggers::end_window(const At& at) {
  Lane& lane = at.lane;
  lane.poll_ticket = lane.timer_ticket = 0;
  if (!lane.window->begun) return close_window(at);
  begin_to_end(at);
  auto event = std::make_shared<StreamEvent>();
  event->event_source_arn = at.ports.streams.arn(at.mapping.stream);
  lane.held = std::move(event);
  lane.held_from = lane.done;
  lane.parts.assign(1, BatchPart{.end = lane.done});
}

// What is left of the held batch waits behind the final invocation.                             [WIN-4]
void Triggers::end_window_first(const At& at) {
  begin_to_end(at);
  at.lane.parts.push_back(BatchPart{.end = at.lane.done});
}

void Triggers::begin_to_end(const At& at) {
  Lane& lane = at.lane;
  LaneWindow& window = *lane.window;
  const bool again = std::exchange(window.ending, true);  // after a pause
  lane.retry = again ? at.kernel.cause()
                     : at.kernel.note(WindowEnding{lane.mapping, lane.shard, window.start_unix,
                                                   window.start_unix + window.length, window.full});
}

// The held event as it is to be handed over now: with the window's state.
std::shared_ptr<const StreamEvent> Triggers::with_window(const At& at, const StreamEvent& event) const {
  const LaneWindow& window = *at.lane.window;
  auto whole = std::make_shared<StreamEvent>(event);
  whole->window = std::make_shared<const TumblingWindow>(
      TumblingWindow{.start_unix = window.start_unix,
                     .end_unix = window.start_unix + window.length,
                     .state = at.kernel.planted(Planted::window_forgets_its_state) ? Item{} : window.state,
                     .shard_id = at.ports.streams.wire_name(at.lane.shard),
                     .is_final = window.ending,
                     .is_terminated_early = window.ending && window.full});
  return whole;
}

// What an invocation that ended well leaves to the next.                                       [WIN-3] [WIN-4]
void Triggers::keep_state(const At& at, const BatchResponse& response) {
  LaneWindow& window = *at.lane.window;
  window.state = *response.state;
  window.full = is_too_big(window.state);
}

// An update took the windows away with which the held batch was formed, or brought the first.            [OPEN-43] [WIN-2]
bool Triggers::is_misshapen(const At& at) {
  const Lane& lane = at.lane;
  return !lane.parts.empty() && !lane.ends_window() && lane.window.has_value() != at.mapping.has_windows();
}

// Of a batch that was held meanwhile the rest is left, unless windows are of another length by now, or the mapping rests: it is
// formed anew then.
void Triggers::close_window(const At& at) {
  Lane& lane = at.lane;
  const bool same_length = lane.window->length == at.mapping.settings.tumbling_window / 1s;
  lane.window.reset();
  if (!lane.parts.empty()) lane.parts.pop_back();
  if (!same_length || at.mapping.rests) lane.parts.clear();
  while (!lane.parts.empty() && !drop_too_old(at)) lane.parts.pop_back();  // of what is trimmed nobody knows the window
  if (!lane.parts.empty()) open_window(at);
}

// The ordinal of the batch to come, or of what would come next when it has no records.
std::uint64_t Triggers::next_ordinal(const Lane& lane) const {
  if (!lane.ordinals || !lane.ordinals->empty()) return lane.ordinal(lane.done);
  return lanes_[lane.reader].polled;
}

}  // namespace weir
