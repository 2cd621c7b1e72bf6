// A poller that is lost with an invocation in flight, and the one that takes its lane over, and may go back in the shard's
// other lanes too.                                                                              [LOOP-12] [OPEN-10] [OPEN-42]
#include <algorithm>
#include <utility>

#include "sim/base/planted.hpp"
#include "sim/trigger/triggers.hpp"

namespace weir {

void Triggers::maybe_lose_poller(const At& at, std::uint32_t attempt, FactIndex started) {
  Lane& lane = at.lane;
  if (!at.mapping.may_lose_pollers || lane.unheard) return;  // one in a lane
  const Duration pause = at.kernel.choose(trigger_poller_lost, attempt_key(at, attempt));
  if (pause == Duration{}) return;
  lane.unheard = lane.invocation;
  lane.abandoned = true;
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
  lane.abandoned = false;
  lane.gathering_since = lane.free_since = at.kernel.now();
  if (at.mapping.rests) return drop_held(at);
  if (lane.ends_window()) {
    lane.parts.erase(lane.parts.begin(), lane.parts.end() - 1);  // a batch that waits for it is formed anew
  } else {
    lane.parts.clear();
    if (lane.reader == no_lane) lane.polled = lane.done;
  }
  if (lane.reader != no_lane) go_back(at);
  if (try_batch(at)) read_on(at, Polling::now);
}

// The shard's new poller begins somewhere between the checkpoint and what the lanes have settled last: what they settled from
// there on comes again, if its 24 h in the stream are not over. Lanes share no item, so one with nothing to go back to stays as
// it is.                                                                                                      [OPEN-10]
void Triggers::go_back(const At& lost) {
  const std::vector<std::uint32_t> workers = lanes_to_go_back(lost);
  const Streams& streams = lost.ports.streams;
  const std::uint64_t oldest = streams.ordinal_at(lost.lane.shard, lost.kernel.now() - stream_retention + Duration(1));
  std::vector<std::uint64_t> settled;
  for (const std::uint32_t worker : workers)
    for (const WorkerPast::Done& done : lanes_[worker].past->settled)
      if (done.ordinal >= oldest) settled.push_back(done.ordinal);
  if (settled.empty()) return;
  std::sort(settled.begin(), settled.end());
  const auto wanted =
      static_cast<std::size_t>(lost.kernel.choose(trigger_replay, attempt_key(lost, lost.lane.tries().begun - 1)));
  if (wanted == 0) return;
  const std::uint64_t from = settled[settled.size() - std::min(wanted, settled.size())];
  std::vector<RecordId> replayed;
  std::vector<std::uint32_t> back;
  for (const std::uint32_t worker : workers) {
    if (lanes_[worker].past->settled.empty() || lanes_[worker].past->settled.back().ordinal < from) continue;
    begin_again_from(at(lost.kernel, lost.ports, worker), from, replayed);
    back.push_back(worker);
  }
  std::sort(replayed.begin(), replayed.end());
  const FactIndex why = lost.kernel.note(
      Replayed{lost.lane.mapping, lost.lane.shard, std::make_shared<const std::vector<RecordId>>(std::move(replayed))});
  for (const std::uint32_t worker : back) lanes_[worker].retry = why;
}

// All of the shard's but those that cannot lose a poller more.
std::vector<std::uint32_t> Triggers::lanes_to_go_back(const At& lost) {
  std::vector<std::uint32_t> workers = reader_of(lost).lane.workers;
  std::erase_if(workers, [&](std::uint32_t worker) {
    const Lane& lane = lanes_[worker];
    return lane.phase == LanePhase::invoking && !lane.abandoned && lane.unheard;
  });
  return workers;
}

// As if it had never settled what it did from the ordinal on. Its batch in flight is the lost poller's too.
void Triggers::begin_again_from(const At& worker, std::uint64_t ordinal, std::vector<RecordId>& replayed) {
  Lane& lane = worker.lane;
  if (lane.phase == LanePhase::invoking && !lane.abandoned) {
    lane.unheard = lane.invocation;
    worker.kernel.note(PollerLost{lane.mapping, lane.shard, *lane.invocation, Duration{}});
  }
  drop_held(worker);
  lane.gathering_since = lane.free_since = worker.kernel.now();
  std::deque<WorkerPast::Done>& settled = lane.past->settled;
  if (worker.kernel.planted(Planted::replay_leaves_the_last) && settled.size() > 1) settled.pop_back();
  while (!settled.empty() && settled.back().ordinal >= ordinal) {
    replayed.push_back(settled.back().record);
    lane.ids.push_front(settled.back().record);
    lane.ordinals->push_front(settled.back().ordinal);
    lane.done -= 1;
    settled.pop_back();
  }
}

// It ended, and that is all: its outcome settles nothing and uses no retry.
void Triggers::end_unheard(Kernel& kernel, Lane& lane, const Answer& answer) {
  lane.unheard.reset();
  kernel.note(InvocationEnded{answer.invocation, answer.mapping, answer.outcome, answer.calls,
                              static_cast<std::uint32_t>(answer.response.batch_item_failures.size()), answer.message},
              answer.started);
}

}  // namespace weir
