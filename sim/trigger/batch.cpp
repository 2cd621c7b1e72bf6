// The life of one batch: formed, tried, cut, tried again, settled.
#include <algorithm>

#include "sim/base/planted.hpp"
#include "sim/trigger/payload.hpp"
#include "sim/trigger/triggers.hpp"

namespace weir {

namespace {

// What a mapping would go by that takes the highest of the failed records; planted by tests alone.
std::size_t highest_failed(const BatchResponse& response, const std::vector<StreamRecord>& records) {
  std::size_t highest = 0;
  for (std::size_t i = 0; i < records.size(); ++i)
    for (const std::optional<std::string>& identifier : response.batch_item_failures)
      if (identifier && parse_sequence_number(*identifier) == records[i].sequence_number) highest = i;
  return highest;
}

constexpr Duration least_repeated_back_off = 1ms;

// How long ago the record was made, by its whole seconds.                                     [RETRY-9] [REC-4]
Duration age_of(const StreamRecord& record, Instant now, std::int64_t epoch_unix) {
  return now - Instant{} - std::chrono::seconds(record.approximate_creation_time - epoch_unix);
}

}  // namespace

void Triggers::form_batch(const At& at) {
  const Streams& streams = at.ports.streams;
  Lane& lane = at.lane;
  lane.poll_ticket = lane.timer_ticket = 0;
  const std::uint64_t full = std::min(lane.polled, lane.done + static_cast<std::uint64_t>(at.mapping.settings.batch_size));
  const std::uint64_t end = window_cut(at, full);
  open_window(at);
  auto event = std::make_shared<StreamEvent>();
  event->event_source_arn = streams.arn(at.mapping.stream);
  event->records.reserve(static_cast<std::size_t>(end - lane.done));
  for (std::uint64_t place = lane.done; place < end; ++place)
    event->records.push_back(streams.to_stream_record(lane.shard, lane.ordinal(place)));
  event->records.resize(fitting(lane.window ? *with_window(at, *event) : *event));
  lane.held_from = lane.done;
  lane.waiting_failure.reset();
  lane.parts.assign(1, BatchPart{.end = lane.done + event->records.size()});
  lane.held = std::move(event);
}

// Drops what is too old, then offers what is left to the function, part by part.               [LOOP-5] [LOOP-6]
bool Triggers::try_batch(const At& at) {
  Lane& lane = at.lane;
  while (!lane.parts.empty()) {
    if (lane.window && lane.window->full && !lane.window->ending) end_window_first(at);
    pick_version(at);
    const bool ends_window = lane.ends_window();
    if (ends_window && at.kernel.planted(Planted::window_never_ended)) {
      close_window(at);
      continue;
    }
    if (!ends_window && !drop_too_old(at)) {
      lane.parts.pop_back();
      continue;
    }
    if (is_refused(at))
      back_off(at);
    else
      offer(at);
    return false;
  }
  lane.phase = LanePhase::reading;
  lane.other.reset();
  lane.held.reset();
  lane.offered.reset();
  lane.offered_ids.reset();
  lane.offered_end = 0;
  return true;
}

// False: nothing of the part is left. Only the front is looked at: what is too old behind a younger record waits.  [RETRY-9]
bool Triggers::drop_too_old(const At& at) {
  Lane& lane = at.lane;
  const Streams& streams = at.ports.streams;
  const Instant now = at.kernel.now();
  const std::int64_t epoch = at.ports.services.epoch_unix();
  const Duration most = version_of(at).settings.maximum_record_age;
  const auto verdict = [&](std::uint64_t place) -> std::optional<Settlement> {
    const std::uint64_t ordinal = lane.ordinal(place);
    const bool trimmed = ordinal < streams.first_ordinal(lane.shard);
    if (trimmed || streams.record(lane.shard, ordinal).readable_since() + stream_retention <= now) return Settlement::expired;
    const StreamRecord& record = lane.held->records[static_cast<std::size_t>(place - lane.held_from)];
    const bool any_age = at.kernel.planted(Planted::record_age_ignored);
    if (most >= Duration{} && age_of(record, now, epoch) > most && !any_age) return Settlement::age_exceeded;
    return std::nullopt;
  };
  const std::uint64_t end = lane.parts.back().end;
  while (lane.done < end) {
    const std::optional<Settlement> how = verdict(lane.done);
    if (!how) return true;
    std::uint64_t last = lane.done + 1;
    while (last < end && verdict(last) == how) ++last;
    const bool sent = send_failure_record(at, last, *how, Failure::function_error);
    settle(at, last, *how, sent);
  }
  return false;
}

// Tries and refusals are those of the lane's first record, or of a window's end that comes before it, each for itself; of what
// comes again, or from another lane, also those before.                                          [OPEN-10] [WIN-5]
void Triggers::count_from_front(Lane& lane) const {
  TryCount& count = lane.counted();
  if (count.at == lane.done) return;
  count.at = lane.done;
  count.now = {};
  if (count.before.empty()) return;
  if (const auto before = count.before.find(next_ordinal(lane)); before != count.before.end()) count.now = before->second;
}

void Triggers::remember_tries(Lane& lane) const {
  if (lane.past) lane.counted().before[next_ordinal(lane)] = lane.tries();
}

Key Triggers::attempt_key(const At& at, std::uint32_t attempt) const {
  Key key("trigger", at.mapping.key_name());
  key.add("shard", at.ports.streams.shard(at.lane.shard).key_name());
  key.add(at.lane.ends_window() ? Label("window") : Label("batch"), next_ordinal(at.lane)).add("attempt", attempt);
  return key;
}

bool Triggers::is_refused(const At& at) {
  Lane& lane = at.lane;
  count_from_front(lane);
  Key key = attempt_key(at, lane.tries().begun);
  key.add("refusal", lane.tries().refused);
  const bool unlucky = at.kernel.choose(trigger_invoke_refused, key);
  const FunctionId function = version_of(at).function;
  const Concurrency& concurrency = at.ports.functions.concurrency();
  const bool full = !concurrency.has_room(function), throttled = unlucky || full;
  if (!throttled && permission(at, &MappingPermissions::may_invoke)) return false;
  lane.tries().refused += 1;
  remember_tries(lane);
  if (at.kernel.planted(Planted::refusal_uses_attempts)) lane.parts.back().failures += 1;
  lane.retry = cause_of_try(at);
  if (throttled) {
    const std::int64_t own = concurrency.reserved(function).value_or(-1);
    const ThrottledBy by = !full                                              ? ThrottledBy::service
                           : own >= 0 && concurrency.running(function) >= own ? ThrottledBy::reserved_concurrency
                                                                              : ThrottledBy::account_limit;
    const std::int64_t limit = by == ThrottledBy::reserved_concurrency ? own
                               : by == ThrottledBy::account_limit      ? concurrency.account()
                                                                       : -1;
    lane.retry =
        at.kernel.note(InvocationThrottled{function, lane.mapping, lane.shard, next_ordinal(lane), by, limit}, lane.retry);
  }
  return true;
}

// What the coming try of the lane's batch comes of: a retry is told so, a first try comes of the batch's first record.
FactIndex Triggers::cause_of_try(const At& at) const {
  if (at.lane.retry != no_fact) return at.lane.retry;
  const Streams& streams = at.ports.streams;
  const std::uint64_t ordinal = next_ordinal(at.lane);
  const bool readable = ordinal >= streams.first_ordinal(at.lane.shard) && ordinal < streams.end_ordinal(at.lane.shard);
  return readable ? streams.record(at.lane.shard, ordinal).fact : at.kernel.cause();
}

// Makes the coming part ready. The state of its window may have grown since the batch was formed: what does not fit beside it
// follows as a part of its own, which counts on from the tries that it was in.                 [BATCH-1] [WIN-3] [INV-1]
void Triggers::lay_out(const At& at) {
  Lane& lane = at.lane;
  const std::uint64_t end = lane.parts.back().end;
  if (!lane.window && lane.offered && lane.offered_from == lane.done && lane.offered_end == end) return;
  const auto count = static_cast<std::ptrdiff_t>(end - lane.done);
  lane.offered = lane.held;
  if (static_cast<std::size_t>(count) != lane.held->records.size()) {
    const auto from = lane.held->records.begin() + static_cast<std::ptrdiff_t>(lane.done - lane.held_from);
    lane.offered = std::make_shared<const StreamEvent>(
        StreamEvent{std::vector<StreamRecord>(from, from + count), lane.held->event_source_arn});
  }
  if (lane.window) {
    lane.offered = with_window(at, *lane.offered);
    if (const std::size_t fits = fitting(*lane.offered); fits < lane.offered->records.size()) {
      lane.parts.push_back(lane.parts.back());
      lane.parts.back().end = lane.done + fits;
      return lay_out(at);
    }
  }
  lane.offered_ids = std::make_shared<const std::vector<RecordId>>(lane.ids.begin(), lane.ids.begin() + count);
  lane.offered_from = lane.done;
  lane.offered_end = end;
}

void Triggers::offer(const At& at) {
  Lane& lane = at.lane;
  const Streams& streams = at.ports.streams;
  lay_out(at);
  if (lane.window) lane.window->begun = true;
  lane.phase = LanePhase::invoking;
  lane.sent_at = at.kernel.now();
  lane.parts.back().invocations += 1;
  const std::uint32_t attempt = lane.tries().begun;
  const std::uint64_t ordinal = next_ordinal(lane);
  lane.tries().begun = attempt + 1;
  lane.tries().refused = 0;
  remember_tries(lane);
  const CauseScope because(at.kernel, cause_of_try(at));
  const FactIndex started = at.kernel.trace().size();
  const int times = at.kernel.planted(Planted::two_batches_in_flight) ? 2 : 1;
  for (int i = 0; i < times; ++i)
    lane.invocation = at.ports.functions.invoke(at.kernel, at.ports.services,
                                                {.function = version_of(at).function,
                                                 .mapping = lane.mapping,
                                                 .shard = lane.shard,
                                                 .batch = ordinal,
                                                 .attempt = attempt,
                                                 .mapping_name = at.mapping.key_name(),
                                                 .shard_path = streams.shard(lane.shard).key_name(),
                                                 .event = lane.offered,
                                                 .records = lane.offered_ids});
  maybe_lose_poller(at, attempt, started);
}

void Triggers::on_answer(Kernel& kernel, const Answer& answer, const TriggerPorts& ports) {
  if (mappings_[answer.mapping.value].state == MappingState::deleted) {  // nobody is left to judge it
    kernel.note(InvocationEnded{answer.invocation, answer.mapping, answer.outcome, answer.calls,
                                static_cast<std::uint32_t>(answer.response.batch_item_failures.size()), answer.message},
                answer.started);
    return;
  }
  const At here = at(kernel, ports, asking_lane(answer));
  Lane& lane = here.lane;
  if (kernel.planted(Planted::two_batches_in_flight) && lane.invocation != answer.invocation) return;
  if (lane.unheard == answer.invocation) return end_unheard(kernel, lane, answer);
  SIM_CHECK(lane.phase == LanePhase::invoking && lane.invocation == answer.invocation, "an answer needs a question");
  const bool reports = version_of(here).settings.report_batch_item_failures;
  const bool ends_window = lane.ends_window();
  Judgement judgement;
  if (answer.outcome == InvocationOutcome::ok && lane.window && !ends_window && !answer.response.state)
    judgement = {Judgement::Kind::malformed, 0, "no state, which a tumbling window needs"};
  else if (answer.outcome == InvocationOutcome::ok && !ends_window)
    judgement = judge(reports ? Reporting::on : Reporting::off, answer.response, lane.offered->records);
  if (kernel.planted(Planted::partial_response_from_highest) && judgement.kind == Judgement::Kind::failed_from)
    judgement.first_failed = highest_failed(answer.response, lane.offered->records);
  const bool malformed = judgement.kind == Judgement::Kind::malformed;
  const FactIndex ended = kernel.note(
      InvocationEnded{answer.invocation, answer.mapping, malformed ? InvocationOutcome::bad_response : answer.outcome,
                      answer.calls, static_cast<std::uint32_t>(answer.response.batch_item_failures.size()),
                      malformed ? judgement.wrong : answer.message},
      answer.started);
  const CauseScope because(kernel, ended);
  if (!ends_window) {
    const StreamRecord& last = lane.offered->records.back();
    const std::int64_t epoch = ports.services.epoch_unix();
    kernel.note(IteratorAge{lane.mapping, lane.shard, age_of(last, lane.sent_at, epoch), age_of(last, kernel.now(), epoch)});
  }
  lane.free_since = kernel.now();
  lane.retry = no_fact;
  mappings_[answer.mapping.value].result =
      answer.outcome == InvocationOutcome::ok && !malformed ? ProcessingResult::ok : ProcessingResult::function_failed;

  if (lane.window && !ends_window && answer.outcome == InvocationOutcome::ok && !malformed) keep_state(here, answer.response);
  bool goes_on = true;
  if (ends_window) {
    goes_on = answer.outcome == InvocationOutcome::ok;
    goes_on ? close_window(here) : back_off(here);
  } else if (kernel.planted(Planted::checkpoint_past_a_failed_batch)) {
    settle(here, lane.parts.back().end, Settlement::handled, false);
    lane.parts.pop_back();
  } else if (answer.outcome != InvocationOutcome::ok) {
    goes_on = take_failure(here, Failure::function_error, 0);
  } else if (malformed) {
    goes_on = take_failure(here, Failure::malformed_response, 0);
  } else if (judgement.kind == Judgement::Kind::failed_from) {
    goes_on = take_failure(here, Failure::some_records, judgement.first_failed);
  } else {
    const bool too_far =
        kernel.planted(Planted::checkpoint_past_the_next_record) && lane.parts.size() == 1 && lane.seen > lane.parts.back().end;
    settle(here, lane.parts.back().end + (too_far ? 1 : 0), Settlement::handled, false);
    lane.parts.pop_back();
  }
  const bool forgotten = is_forgotten(here);
  if (forgotten) drop_held(here);
  if (here.mapping.rests) return;
  if (forgotten) return read_on(here, Polling::now);
  if (goes_on && try_batch(here)) read_on(here, Polling::now);
}

// What becomes of a part after a failed try, of which the first `handled` records are done.     [LOOP-8] [LOOP-9] [LOOP-10]
bool Triggers::take_failure(const At& at, Failure failure, std::size_t handled) {
  Lane& lane = at.lane;
  const MappingSettings& settings = version_of(at).settings;
  BatchPart& part = lane.parts.back();
  if (failure != Failure::some_records && settings.bisect_batch_on_function_error && part.end - lane.done > 1)
    return bisect(at), true;
  if (handled > 0) settle(at, lane.done + handled, Settlement::handled, false);
  if (handled > 0 && at.mapping.partial_counter == PartialCounter::reset)
    part.failures = 0, part.invocations = 0;
  else
    part.failures += 1;
  const std::int64_t most = settings.maximum_retry_attempts + (at.kernel.planted(Planted::one_retry_too_many) ? 1 : 0);
  const bool exhausted = settings.maximum_retry_attempts >= 0 && part.failures > most;
  if (!exhausted) return back_off(at), false;
  const bool sent = send_failure_record(at, part.end, Settlement::retries_exhausted, failure);
  settle(at, part.end, Settlement::retries_exhausted, sent);
  lane.parts.pop_back();
  return true;
}

// Cuts the part in two; the halves follow in order, without a pause and at no cost to the quota.  [RETRY-6] [OPEN-12]
void Triggers::bisect(const At& at) {
  if (is_forgotten(at)) return;
  Lane& lane = at.lane;
  const BatchPart whole = lane.parts.back();
  const std::uint64_t size = whole.end - lane.done;
  const std::uint64_t middle = lane.done + size / 2;
  BatchPart half{.end = whole.end};
  if (at.mapping.bisect_counter == BisectCounter::inherit) half.failures = whole.failures, half.invocations = whole.invocations;
  if (at.kernel.planted(Planted::bisect_uses_attempts)) half.failures += 1;
  lane.parts.back() = half;
  half.end = middle;
  lane.parts.push_back(half);
  lane.retry =
      at.kernel.note(Bisected{lane.mapping, lane.shard, lane.ordinal(lane.done), static_cast<std::uint32_t>(middle - lane.done),
                              static_cast<std::uint32_t>(whole.end - middle)});
}

// Of plans of mappings that never back off so long nothing is asked.                           [OPEN-11]
Duration Triggers::longest_back_off(const At& at) {
  std::optional<Duration>& cap = mappings_[at.lane.mapping.value].back_off_cap;
  if (!cap) cap = at.kernel.choose(trigger_back_off_cap, Key("trigger", at.mapping.key_name()));
  return *cap;
}

// The pause doubles with each one in a row. The first may be none; later ones never are, or time would stand still.
void Triggers::back_off(const At& at) {
  if (is_forgotten(at)) return;
  Lane& lane = at.lane;
  BatchPart& part = lane.parts.back();
  count_from_front(lane);
  Key key = attempt_key(at, lane.tries().begun);
  if (lane.tries().refused > 0) key.add("refusal", lane.tries().refused);
  Duration pause = at.kernel.choose(trigger_retry_back_off, key);
  if (part.back_offs > 0) pause = std::max(pause, least_repeated_back_off);
  for (std::uint32_t i = 0; i < part.back_offs && pause < trigger_back_off_cap.high; ++i) pause *= 2;
  if (pause > trigger_back_off_cap.low) pause = std::min(pause, longest_back_off(at));
  part.back_offs += 1;
  lane.phase = LanePhase::waiting;
  const RetryScheduled retry{lane.mapping, lane.shard, next_ordinal(lane), lane.tries().begun, pause};
  lane.retry = lane.retry == no_fact ? at.kernel.note(retry) : at.kernel.note(retry, lane.retry);
  const CauseScope because(at.kernel, lane.retry);
  schedule(at, at.kernel.now() + pause, EventKind::back_off_over, lane.timer_ticket);
}

// The records from `done` to `end` are done with; the checkpoint moves past them.              [POLL-10] [RETRY-3]
void Triggers::settle(const At& at, std::uint64_t end, Settlement how, bool sent) {
  Lane& lane = at.lane;
  SIM_CHECK(lane.done < end && end <= lane.seen, "what is settled is there and was not settled before");
  const auto count = static_cast<std::ptrdiff_t>(end - lane.done);
  const bool as_offered = lane.offered_ids && lane.offered_from == lane.done && lane.offered_end == end;
  RecordList records =
      as_offered ? lane.offered_ids : std::make_shared<const std::vector<RecordId>>(lane.ids.begin(), lane.ids.begin() + count);
  const RecordId through = records->back();
  if (lane.past)
    for (std::ptrdiff_t i = 0; i < count; ++i)
      lane.past->settled.push_back({(*lane.ordinals)[static_cast<std::size_t>(i)], lane.ids[static_cast<std::size_t>(i)]});
  lane.ids.erase(lane.ids.begin(), lane.ids.begin() + count);
  if (lane.ordinals) lane.ordinals->erase(lane.ordinals->begin(), lane.ordinals->begin() + count);
  const std::uint64_t held = how == Settlement::expired ? std::min(end, lane.polled) - lane.done : 0;
  lane.done = end;
  lane.polled = std::max(lane.polled, end);
  at.kernel.note(Settled{lane.mapping, lane.shard, std::move(records), how, sent, held});
  if (lane.reader != no_lane) return move_checkpoint(reader_of(at));
  if (how != Settlement::skipped && how != Settlement::left_behind)
    at.kernel.note(Checkpointed{lane.mapping, lane.shard, through});
}

}  // namespace weir
