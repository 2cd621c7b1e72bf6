// A poller that is lost with an invocation in flight, and the one that takes its lane over.     [LOOP-12] [OPEN-10] [OPEN-42]
#include "sim/trigger/triggers.hpp"

namespace weir {

void Triggers::maybe_lose_poller(const At& at, std::uint64_t batch, std::uint32_t attempt, FactIndex started) {
  Lane& lane = at.lane;
  if (!at.mapping.may_lose_pollers || lane.unheard) return;  // one in a lane
  Key key("trigger", at.mapping.key_name());
  key.add("shard", at.ports.streams.shard(lane.shard).key_name()).add("batch", batch).add("attempt", attempt);
  const Duration pause = at.kernel.choose(trigger_poller_lost, key);
  if (pause == Duration{}) return;
  lane.unheard = lane.invocation;
  lane.retry = at.kernel.note(PollerLost{lane.mapping, lane.shard, *lane.invocation, pause}, started);
  const CauseScope because(at.kernel, lane.retry);
  schedule(at, at.kernel.now() + pause, EventKind::taken_over, lane.timer_ticket);
}

// The lane is as if it had just come to its place: it reads from there on anew, with what has come since. The call that ends a
// window has no records, and comes again as it was.
void Triggers::take_over(const At& at) {
  Lane& lane = at.lane;
  SIM_CHECK(lane.phase == LanePhase::invoking, "a poller is lost with an invocation");
  lane.phase = LanePhase::reading;
  lane.gathering_since = lane.free_since = at.kernel.now();
  if (at.mapping.rests) return drop_held(at);
  if (!lane.window || !lane.window->ending) {
    lane.parts.clear();
    if (lane.reader == no_lane) lane.polled = lane.done;
  }
  if (try_batch(at)) read_on(at, Polling::now);
}

// It ended, and that is all: its outcome settles nothing and uses no retry.
void Triggers::end_unheard(Kernel& kernel, Lane& lane, const Answer& answer) {
  lane.unheard.reset();
  kernel.note(InvocationEnded{answer.invocation, answer.mapping, answer.outcome, answer.calls,
                              static_cast<std::uint32_t>(answer.response.batch_item_failures.size()), answer.message},
              answer.started);
}

}  // namespace weir
