// Names of the entities of a world: small numbers that refuse to be mixed up, given out in order of creation.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sim/base/strong.hpp"

namespace weir {

using TableId = Strong<struct TableIdTag, std::uint32_t>;
using IndexId = Strong<struct IndexIdTag, std::uint32_t>;    // counts over all tables
using StreamId = Strong<struct StreamIdTag, std::uint32_t>;  // a new one each time a stream is enabled
using ShardId = Strong<struct ShardIdTag, std::uint32_t>;
using FunctionId = Strong<struct FunctionIdTag, std::uint32_t>;
using MappingId = Strong<struct MappingIdTag, std::uint32_t>;
using ReaderId = Strong<struct ReaderIdTag, std::uint32_t>;
using ProcessId = Strong<struct ProcessIdTag, std::uint32_t>;
using InvocationId = Strong<struct InvocationIdTag, std::uint64_t>;
using QueueId = Strong<struct QueueIdTag, std::uint32_t>;
using BucketId = Strong<struct BucketIdTag, std::uint32_t>;
using MessageId = Strong<struct MessageIdTag, std::uint64_t>;
using RecordId = Strong<struct RecordIdTag, std::uint64_t>;
using IteratorId = Strong<struct IteratorIdTag, std::uint64_t>;

inline constexpr ShardId no_shard{~std::uint32_t{0}};  // the parent of a root

// The place of a fact in the trace.
using FactIndex = std::uint64_t;
inline constexpr FactIndex no_fact = ~FactIndex{0};

// The place of a record in its shard. Compared as a number, never as text, never across shards.          [REC-7]
using SequenceNumber = Strong<struct SequenceNumberTag, std::uint64_t>;

// The decimal string the service would show: 10^20 + number below 2^63 (21 digits), 10^21 + number from there on (22 digits).
// Numeric order is kept. A stream that counts across 2^63 changes the length of its numbers: text comparison breaks there.
std::string to_wire(SequenceNumber number);
std::optional<SequenceNumber> parse_sequence_number(std::string_view wire);  // the exact inverse of to_wire

// What a stream's records show of an item.                                                                [STREAM-1]
enum class StreamView : std::uint8_t { none, keys_only, new_image, old_image, new_and_old_images };

std::string_view to_text(StreamView view);                           // "new_and_old_images"
std::string_view wire_name(StreamView view);                         // "NEW_AND_OLD_IMAGES"; "" for none
std::optional<StreamView> parse_stream_view(std::string_view text);  // either form
constexpr bool shows_new_image(StreamView view) {
  return view == StreamView::new_image || view == StreamView::new_and_old_images;
}
constexpr bool shows_old_image(StreamView view) {
  return view == StreamView::old_image || view == StreamView::new_and_old_images;
}

}  // namespace weir
