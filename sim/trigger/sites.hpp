// What event source mappings leave open, as choice sites. Keys begin with "trigger NAME", the mapping's name; "batch" is the
// ordinal in its shard of the batch's first record, "attempt" counts the invocations that began with that record before. Of the
// final invocation of a tumbling window "window" stands in the place of "batch", with the ordinal of the record that would come
// next, and "attempt" counts the final invocations there.
#pragma once

#include <array>

#include "sim/plan/site.hpp"
#include "sim/trigger/filter.hpp"

namespace weir {

enum class WindowStart : std::uint8_t { first_record, previous_invocation };
inline constexpr std::array<std::string_view, 2> window_start_names{"first record", "end of the previous invocation"};
template <>
struct ChoiceCodec<WindowStart> : NamedCodec<WindowStart, window_start_names> {};

enum class BisectCounter : std::uint8_t { inherit, reset };
inline constexpr std::array<std::string_view, 2> bisect_counter_names{"inherit", "reset"};
template <>
struct ChoiceCodec<BisectCounter> : NamedCodec<BisectCounter, bisect_counter_names> {};

enum class PartialCounter : std::uint8_t { keep, reset };
inline constexpr std::array<std::string_view, 2> partial_counter_names{"keep", "reset"};
template <>
struct ChoiceCodec<PartialCounter> : NamedCodec<PartialCounter, partial_counter_names> {};

enum class S3Payload : std::uint8_t { object, string };
inline constexpr std::array<std::string_view, 2> s3_payload_names{"object", "string"};
template <>
struct ChoiceCodec<S3Payload> : NamedCodec<S3Payload, s3_payload_names> {};

enum class LaneKey : std::uint8_t { item, partition };
inline constexpr std::array<std::string_view, 2> lane_key_names{"item", "partition"};
template <>
struct ChoiceCodec<LaneKey> : NamedCodec<LaneKey, lane_key_names> {};

inline constexpr std::array<std::string_view, 2> number_equality_names{"value", "text"};
template <>
struct ChoiceCodec<NumberEquality> : NamedCodec<NumberEquality, number_equality_names> {};

// trigger
inline constexpr Site<Duration> trigger_activation_delay{
    .name = "trigger.activation_delay",
    .low = 0s,
    .high = 5min,
    .calm = 0s,
    .rules = "ESM-3 ESM-22 OPEN-25 OPEN-26",
    .asks = "How long after its creation does the mapping take up its starting position?"};
inline constexpr Site<WindowStart> trigger_window_start{.name = "trigger.window_start",
                                                        .low = WindowStart::first_record,
                                                        .high = WindowStart::previous_invocation,
                                                        .calm = WindowStart::first_record,
                                                        .rules = "BATCH-3 OPEN-41",
                                                        .asks = "What starts the batching window?"};
inline constexpr Site<BisectCounter> trigger_bisect_counter{.name = "trigger.bisect_counter",
                                                            .low = BisectCounter::inherit,
                                                            .high = BisectCounter::reset,
                                                            .calm = BisectCounter::inherit,
                                                            .rules = "RETRY-6 OPEN-12",
                                                            .asks = "Do the halves of a cut batch inherit its attempts?"};
inline constexpr Site<PartialCounter> trigger_partial_counter{
    .name = "trigger.partial_counter",
    .low = PartialCounter::keep,
    .high = PartialCounter::reset,
    .calm = PartialCounter::keep,
    .rules = "RBIF-7 OPEN-13",
    .asks = "Does the rest of a batch keep its attempts after partial progress?"};
// trigger; only asked for a failure record of records that no invocation was tried with
inline constexpr Site<std::int64_t> trigger_invoke_count{
    .name = "trigger.invoke_count",
    .low = 0,
    .high = 1,
    .calm = 1,
    .rules = "DEST-3 OPEN-35",
    .asks = "How many invocations does a failure record tell where there was none?"};
inline constexpr Site<S3Payload> trigger_s3_payload{.name = "trigger.s3_payload",
                                                    .low = S3Payload::object,
                                                    .high = S3Payload::string,
                                                    .calm = S3Payload::object,
                                                    .rules = "DEST-6 OPEN-14",
                                                    .asks = "Is the payload of an S3 failure record an object or a string?"};
// trigger / shard / batch (the first that the failure record tells), of a part of a cut batch that has parts behind it
inline constexpr Site<Duration> trigger_failure_consolidation{
    .name = "trigger.failure_consolidation",
    .low = 0s,
    .high = 3min,
    .calm = 0s,
    .rules = "RETRY-8 DEST-7",
    .asks = "How long does the failure record of a part of a cut batch wait for those of the next parts, to be sent as one?"};
// trigger / change: the ordinal of what operators did to the mapping
inline constexpr Site<Duration> trigger_change_lag{
    .name = "trigger.change_lag",
    .low = 0s,
    .high = 5min,
    .calm = 0s,
    .rules = "ESM-22 OPEN-26",
    .asks = "How long after the operator's call does the change of the mapping take effect?"};
inline constexpr Site<bool> trigger_update_pauses{.name = "trigger.update_pauses",
                                                  .low = false,
                                                  .high = true,
                                                  .calm = false,
                                                  .rules = "ESM-22 OPEN-26",
                                                  .asks = "Does the mapping begin no batch while it is being updated?"};
inline constexpr Site<bool> trigger_update_skips{
    .name = "trigger.update_skips",
    .low = false,
    .high = true,
    .calm = false,
    .rules = "ESM-3 OPEN-25",
    .asks = "Does a mapping that began at LATEST miss what was written while it was being updated?"};
// trigger / shard / batch / attempt / refusal; of filters trigger / shard / read, the ordinal of the first record read
inline constexpr Site<bool> trigger_update_seen{
    .name = "trigger.update_seen",
    .low = false,
    .high = true,
    .calm = false,
    .rules = "OPEN-43 FILTER-10",
    .asks = "Is this judged by the new version of the mapping already, before the update is through?"};
// trigger, with a parallelization factor above 1
inline constexpr Site<LaneKey> trigger_lane_key{
    .name = "trigger.lane_key",
    .low = LaneKey::item,
    .high = LaneKey::partition,
    .calm = LaneKey::item,
    .rules = "POLL-4 OPEN-9",
    .asks = "Is a record's lane chosen by the whole key of its item, or by its partition key alone?"};
// trigger, with filters
inline constexpr Site<NumberEquality> filter_num_eq{.name = "filter.num_eq",
                                                    .low = NumberEquality::value,
                                                    .high = NumberEquality::text,
                                                    .calm = NumberEquality::value,
                                                    .rules = "FILTER-3 OPEN-16",
                                                    .asks = "Is a number equal to a filter's by its value, or by its text?"};
inline constexpr Site<bool> filter_strict{.name = "filter.strict",
                                          .low = false,
                                          .high = true,
                                          .calm = false,
                                          .rules = "FILTER-7 OPEN-15",
                                          .asks = "Do filters see the dynamodb part of a record only?"};
// trigger / shard
inline constexpr Site<Duration> trigger_poll_phase{.name = "trigger.poll_phase",
                                                   .low = 0ms,
                                                   .high = 249ms,
                                                   .calm = 0ms,
                                                   .rules = "POLL-1",
                                                   .asks = "Where in each quarter of a second does the shard's poll fall?"};
// trigger / shard, with a parent
inline constexpr Site<Duration> trigger_shard_discovery{
    .name = "trigger.shard_discovery",
    .low = 0s,
    .high = 10s,
    .calm = 0s,
    .rules = "POLL-13",
    .asks = "How long after it may be read is a child shard polled for the first time?"};
// trigger / shard / batch (the window's first), and / opening where windows opened with that batch before
inline constexpr Site<Duration> trigger_window_slack{
    .name = "trigger.window_slack",
    .low = 0s,
    .high = 1min,
    .calm = 1s,
    .rules = "WIN-5",
    .asks = "How long after its end is a tumbling window closed, if nothing else closes it?"};
// trigger / shard / batch / attempt (the one to come); refusals beside it: / refusal
inline constexpr Site<Duration> trigger_retry_back_off{
    .name = "trigger.retry_back_off",
    .low = 0s,
    .high = 1min,
    .calm = 1s,
    .rules = "RETRY-5 OPEN-11 OPEN-44",
    .asks = "From what pause does the back-off before the retry double, up to its longest?"};
// trigger; asked as soon as a back-off would be longer than the shortest cap. Knowingly narrower: caps down to 1 s are not
// drawn, with which a batch that is blocked for its 24 hours would be tried 86,400 times
inline constexpr Site<Duration> trigger_back_off_cap{.name = "trigger.back_off_cap",
                                                     .low = 30s,
                                                     .high = 5min,
                                                     .calm = 1min,
                                                     .rare_above = 1min,
                                                     .rules = "RETRY-5 OPEN-11 OPEN-44",
                                                     .asks = "How long is the longest back-off before a retry?"};
// trigger / shard / batch / attempt / refusal
inline constexpr Site<bool> trigger_invoke_refused{
    .name = "trigger.invoke_refused",
    .low = false,
    .high = true,
    .calm = false,
    .rules = "POLL-11 INV-3",
    .asks = "Is the invocation refused for want of concurrency, before the handler runs?",
    .nature = Nature::fault};

// trigger / shard / batch / attempt; asked only where the scenario's choices name the site, since two invocations of a shard at
// once are what a mapping otherwise promises never to make; and not while the invocation of a lost poller runs on
inline constexpr Site<Duration> trigger_poller_lost{
    .name = "trigger.poller_lost",
    .low = 0s,
    .high = 1min,
    .calm = 0s,
    .rules = "LOOP-12 OPEN-10 OPEN-42 POLL-7",
    .asks =
        "How long after it began the invocation is its poller, lost meanwhile, replaced by another (0: it is not lost; "
        "only drawn where a scenario's choices name this site)?",
    .nature = Nature::fault};
inline constexpr Site<std::int64_t> trigger_replay{
    .name = "trigger.replay",
    .low = 0,
    .high = 10'000,
    .calm = 0,
    .rules = "OPEN-10 LOOP-12 POLL-10",
    .asks =
        "How many records that the shard's lanes have settled past its checkpoint come again when a lost poller is replaced?",
    .nature = Nature::fault};

inline constexpr std::array trigger_sites{trigger_lane_key.info(),
                                          trigger_window_slack.info(),
                                          filter_num_eq.info(),
                                          filter_strict.info(),
                                          trigger_activation_delay.info(),
                                          trigger_window_start.info(),
                                          trigger_bisect_counter.info(),
                                          trigger_partial_counter.info(),
                                          trigger_s3_payload.info(),
                                          trigger_shard_discovery.info(),
                                          trigger_poll_phase.info(),
                                          trigger_retry_back_off.info(),
                                          trigger_invoke_refused.info(),
                                          trigger_poller_lost.info(),
                                          trigger_change_lag.info(),
                                          trigger_update_pauses.info(),
                                          trigger_update_skips.info(),
                                          trigger_update_seen.info(),
                                          trigger_replay.info(),
                                          trigger_failure_consolidation.info(),
                                          trigger_back_off_cap.info(),
                                          trigger_invoke_count.info()};

}  // namespace weir
