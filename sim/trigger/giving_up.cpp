// What the destination hears of records that are given up, and which of them share a failure record.
//
//   alone     what is given up at once, a part of a batch or the old ones at its front, has a failure record of its own
//   together  the record of a part of a cut batch, with parts behind it, may wait a while (trigger.failure_consolidation). What
//             of the batch is given up meanwhile is told in it, if it comes right behind it in the lane, for the same reason
//             and to the same destination                                                             [RETRY-8]
//   says      what is told together has the time and the request of what was given up last, and the number of invocations of
//             what was in most                                                                    [DEST-3] [DEST-5]
//   lost      whether a record comes through is known as it begins to wait, since what it tells is settled then; what joins it
//             shares its fate                                                                     [DEST-7]
//   waiting   it waits where letters do, on its way: whatever becomes of the lane or the mapping, it arrives
//
// Knowingly narrower: AWS may put together what does not lie side by side, too.
#include <algorithm>

#include "sim/base/planted.hpp"
#include "sim/trigger/destination.hpp"
#include "sim/trigger/triggers.hpp"

namespace weir {

bool Triggers::joins_waiting_failure(const At& at, const FailureKind& kind) {
  const std::optional<WaitingFailure>& waiting = at.lane.waiting_failure;
  return waiting && waiting->end == at.lane.done && waiting->kind == kind && permission(at, &MappingPermissions::may_send) &&
         at.ports.destinations.waits(at.kernel, waiting->letter);
}

Letter Triggers::failure_letter(const At& at, const WaitingFailure& told) {
  const Lane& lane = at.lane;
  const MappingSettings& settings = version_of(at).settings;
  const std::string shard_name = at.ports.streams.wire_name(lane.shard);
  const Duration since_epoch = at.kernel.now() - Instant{};
  FailureRecord record{.condition = told.kind.condition,
                       .function_error = told.kind.function_error,
                       .function_name = told.kind.function_name,
                       .stream_arn = lane.held->event_source_arn,
                       .shard_wire_name = shard_name,
                       .last_invocation = told.invocations > 0 ? lane.invocation : std::nullopt,
                       .invocations = told.invocations,
                       .now_unix_ms = at.ports.services.epoch_unix() * 1000 + since_epoch / Duration(1ms),
                       .records = std::span(lane.held->records)
                                      .subspan(static_cast<std::size_t>(told.from - lane.held_from),
                                               static_cast<std::size_t>(told.end - told.from)),
                       .payload = std::nullopt};
  const Key mapping("trigger", settings.name);
  if (told.invocations == 0)
    record.invocations = static_cast<std::uint64_t>(at.kernel.choose(trigger_invoke_count, mapping));  // [OPEN-35]
  const bool to_s3 = settings.on_failure == Destination::s3;  // a queue may bear the bucket's name
  if (to_s3) record.payload = at.kernel.choose(trigger_s3_payload, mapping);
  std::vector<RecordId> ids;
  ids.reserve(record.records.size());
  for (const StreamRecord& each : record.records) ids.push_back(each.id);
  if (at.kernel.planted(Planted::destination_without_its_records)) ids.resize(1);
  return {.mapping = lane.mapping,
          .shard = lane.shard,
          .records = std::make_shared<const std::vector<RecordId>>(std::move(ids)),
          .with_content = record.payload.has_value(),
          .text = to_json_text(record),
          .queue = to_s3 ? std::nullopt : at.ports.places.queues.named(settings.destination),
          .bucket = to_s3 ? at.ports.places.buckets.named(settings.destination) : std::nullopt,
          .object_key = to_s3 ? object_key(record, lane.mapping) : std::string()};
}

// About the records from `done` to `end`; false when nobody is to hear of them.                [RETRY-3] [DEST-1 .. DEST-8]
bool Triggers::send_failure_record(const At& at, std::uint64_t end, Settlement how, Failure failure) {
  Lane& lane = at.lane;
  const MappingSettings& settings = version_of(at).settings;
  if (settings.on_failure == Destination::none) return false;
  if (at.kernel.planted(Planted::destination_silent)) return true;
  WaitingFailure told{
      .letter = 0,
      .from = lane.done,
      .end = end,
      .invocations = lane.parts.back().invocations,
      .kind = {.condition = how == Settlement::retries_exhausted ? FailureRecord::Condition::retry_attempts_exhausted
                                                                 : FailureRecord::Condition::record_age_exceeded,
               .function_error = failure == Failure::function_error ? FailureRecord::FunctionError::unhandled
                                                                    : FailureRecord::FunctionError::none,
               .function_name = version_of(at).function_name,
               .on_failure = settings.on_failure,
               .destination = settings.destination}};
  if (joins_waiting_failure(at, told.kind)) {
    WaitingFailure& waiting = *lane.waiting_failure;
    waiting.end = end;
    waiting.invocations = std::max(waiting.invocations, told.invocations);
    if (!at.kernel.planted(Planted::joined_failure_left_out))
      at.ports.destinations.replace(at.kernel, waiting.letter, failure_letter(at, waiting));
    if (!at.kernel.planted(Planted::joined_failure_told_twice)) return true;
  }
  Letter letter = failure_letter(at, told);
  letter.denial = permission(at, &MappingPermissions::unsent);
  Key key("trigger", settings.name);
  key.add("shard", at.ports.streams.path(lane.shard)).add("batch", next_ordinal(lane));
  if (lane.parts.size() > 1) letter.waits = at.kernel.choose(trigger_failure_consolidation, key);
  const bool waits = letter.waits > Duration{};
  const std::optional<LetterNumber> sent = at.ports.destinations.post(at.kernel, at.ports.places, std::move(letter), key,
                                                                      permission(at, &MappingPermissions::may_send));
  if (!sent) return false;
  told.letter = *sent;
  if (waits) lane.waiting_failure = std::move(told);
  return true;
}

}  // namespace weir
