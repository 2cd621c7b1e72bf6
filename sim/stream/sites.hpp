// What streams leave open, as choice sites. Keys: "table orders / shard 0.1", and "table orders / stream 1 / shard 0.1" for a
// stream enabled again (the first stream of a table is its stream 0 and goes without saying).
#pragma once

#include <array>

#include "sim/plan/site.hpp"

namespace weir {

enum class EndSignal : std::uint8_t { with_last_records, on_later_page };
inline constexpr std::array<std::string_view, 2> end_signal_names{"with the last records", "on a later page"};
template <>
struct ChoiceCodec<EndSignal> : NamedCodec<EndSignal, end_signal_names> {};

enum class NumberStart : std::uint8_t { ordinary, before_longer };
inline constexpr std::array<std::string_view, 2> number_start_names{"ordinary", "just before one digit more"};
template <>
struct ChoiceCodec<NumberStart> : NamedCodec<NumberStart, number_start_names> {};

// table / item / write (the n-th captured write of that item, over all streams of the table)
// Mostly up to 10 s, rarely minutes.
inline constexpr Site<Duration> stream_delay{.name = "stream.delay",
                                             .low = 0s,
                                             .high = 5min,
                                             .calm = 50ms,
                                             .rare_above = 10s,
                                             .rules = "STREAM-3 STREAM-5 OPEN-7",
                                             .asks = "How long after the write does its record become readable?"};
// table / stream
inline constexpr Site<NumberStart> stream_number_start{.name = "stream.number_start",
                                                       .low = NumberStart::ordinary,
                                                       .high = NumberStart::before_longer,
                                                       .calm = NumberStart::ordinary,
                                                       .rules = "REC-7",
                                                       .asks = "Do the stream's sequence numbers soon get one digit longer?"};
// shard
inline constexpr Site<std::int64_t> stream_sequence_gap{.name = "stream.sequence_gap",
                                                        .low = 1,
                                                        .high = 1'000'000,
                                                        .calm = 100,
                                                        .rules = "REC-7",
                                                        .asks = "By how much do a shard's sequence numbers grow a record?"};
inline constexpr Site<Duration> stream_shard_lifetime{.name = "stream.shard_lifetime",
                                                      .low = 1min,
                                                      .high = 24h,
                                                      .calm = 4h,
                                                      .rules = "SHARD-4 OPEN-8",
                                                      .asks = "How long does the shard stay open?"};
inline constexpr Site<std::int64_t> stream_children{.name = "stream.children",
                                                    .low = 1,
                                                    .high = 3,
                                                    .calm = 1,
                                                    .rules = "SHARD-2 SHARD-5 OPEN-8",
                                                    .asks = "How many children continue a shard at the end of its life?"};
inline constexpr Site<Duration> stream_trim_slack{
    .name = "stream.trim_slack",
    .low = 0s,
    .high = 24h,
    .calm = 10min,
    .rules = "STREAM-11 OPEN-20",
    .asks = "How long past its 24 hours is the shard's oldest record trimmed, with all others past theirs?"};
inline constexpr Site<Duration> stream_shard_forget{.name = "stream.shard_forget",
                                                    .low = 0s,
                                                    .high = 24h,
                                                    .calm = 1h,
                                                    .rules = "SHARD-8 OPEN-20",
                                                    .asks = "How long is a closed shard listed after it was trimmed empty?"};
inline constexpr Site<Duration> stream_listing_lag{.name = "stream.listing_lag",
                                                   .low = 0s,
                                                   .high = 1min,
                                                   .calm = 0s,
                                                   .rules = "SHARD-9 OPEN-21",
                                                   .asks = "How long until DescribeStream lists a new child shard?"};
inline constexpr Site<Duration> stream_closing_lag{.name = "stream.closing_lag",
                                                   .low = 0s,
                                                   .high = 1min,
                                                   .calm = 0s,
                                                   .rules = "SHARD-9 OPEN-21",
                                                   .asks = "How long does DescribeStream still show a closed shard as open?"};
// shard / reader / iterator (the n-th this reader asked for there)
inline constexpr Site<Duration> stream_latest_slack{.name = "stream.latest_slack",
                                                    .low = 0s,
                                                    .high = 1min,
                                                    .calm = 0s,
                                                    .rules = "ITER-5 OPEN-25",
                                                    .asks = "How far back does a LATEST iterator reach?"};
// shard / reader / iterator / page (the n-th page with records)
inline constexpr Site<std::int64_t> stream_empty_pages{.name = "stream.empty_pages",
                                                       .low = 0,
                                                       .high = 10,
                                                       .calm = 0,
                                                       .rules = "GREC-2 OPEN-22",
                                                       .asks = "How many empty pages come before the records?"};
inline constexpr Site<std::int64_t> stream_empty_end_pages{.name = "stream.empty_end_pages",
                                                           .low = 0,
                                                           .high = 5,
                                                           .calm = 0,
                                                           .rules = "GREC-2 OPEN-22",
                                                           .asks = "How many empty pages come before the end of the shard?"};
inline constexpr Site<EndSignal> stream_end_signal{
    .name = "stream.end_signal",
    .low = EndSignal::with_last_records,
    .high = EndSignal::on_later_page,
    .calm = EndSignal::with_last_records,
    .rules = "GREC-3 OPEN-23",
    .asks = "Does the page with a closed shard's last records say it is the end?"};
// shard / reader / read (the n-th of that reader there); of a mapping trigger / shard / poll (the n-th that this is asked of)
inline constexpr Site<bool> stream_reader_throttled{.name = "stream.reader_throttled",
                                                    .low = false,
                                                    .high = true,
                                                    .calm = false,
                                                    .rules = "GREC-4 ESM-27 OPEN-27",
                                                    .asks = "Is the read throttled, where more than two read the shard?",
                                                    .nature = Nature::fault};
// shard; only asked where more than five reads of one second come to it
inline constexpr Site<std::int64_t> stream_read_rate{.name = "stream.read_rate",
                                                     .low = 0,
                                                     .high = 20,
                                                     .calm = 0,
                                                     .rules = "GREC-4 OPEN-27",
                                                     .asks =
                                                         "How many GetRecords calls of a second does the shard serve, five "
                                                         "or more (0: as many as there are)?",
                                                     .nature = Nature::fault};
// table; only asked of one on demand whose scenario names neither shards nor partitions
inline constexpr Site<std::int64_t> stream_first_shards{
    .name = "stream.first_shards",
    .low = 1,
    .high = 4,
    .calm = 1,
    .rules = "SHARD-7 OPEN-8",
    .asks = "How many shards does the stream of a table on demand begin with?"};
// table, with the stream where it is not the first; of a table in use
inline constexpr Site<Duration> stream_enabling{
    .name = "stream.enabling",
    .low = 0s,
    .high = 5min,
    .calm = 0s,
    .rules = "STREAM-12 STREAM-15 TABLE-3",
    .asks = "How long is a stream that a table in use gets ENABLING, and its table UPDATING?"};
// table / item, with the stream where it is not the first; only asked of one that is ENABLING
inline constexpr Site<Duration> stream_enable_cut{
    .name = "stream.enable_cut",
    .low = 0s,
    .high = 5min,
    .calm = 0s,
    .rules = "STREAM-10 OPEN-18",
    .asks = "How long do writes to the item go uncaptured while the stream is ENABLING?"};
// table / item, likewise. Knowingly narrower: a write that waits for its record for longer than 10 s already is never cut off.
inline constexpr Site<Duration> stream_disable_cut{
    .name = "stream.disable_cut",
    .low = -10s,
    .high = 5min,
    .calm = 0s,
    .rules = "STREAM-12 OPEN-18",
    .asks = "Up to how long before or after the disabling are writes to the item still captured?"};
// table / stream
inline constexpr Site<Duration> stream_disabling{.name = "stream.disabling",
                                                 .low = 0s,
                                                 .high = 5min,
                                                 .calm = 1s,
                                                 .rules = "STREAM-12 OPEN-19",
                                                 .asks = "How long until a disabled stream's open shards are closed?"};

inline constexpr std::array stream_sites{
    stream_delay.info(),       stream_number_start.info(),     stream_sequence_gap.info(), stream_shard_lifetime.info(),
    stream_children.info(),    stream_trim_slack.info(),       stream_shard_forget.info(), stream_listing_lag.info(),
    stream_closing_lag.info(), stream_latest_slack.info(),     stream_empty_pages.info(),  stream_empty_end_pages.info(),
    stream_end_signal.info(),  stream_reader_throttled.info(), stream_first_shards.info(), stream_enabling.info(),
    stream_enable_cut.info(),  stream_disable_cut.info(),      stream_disabling.info(),    stream_read_rate.info(),
};

}  // namespace weir
