// Facts of event source mappings: batches, retries, and what became of each record.
#pragma once

#include <cstdint>
#include <string>

#include "sim/base/time.hpp"
#include "sim/data/ids.hpp"
#include "sim/trace/facts_stream.hpp"

namespace weir {

struct MappingDeclared {
  static constexpr std::string_view name = "mapping_declared";
  MappingId mapping;
  std::string mapping_name;
  StreamId stream;
  FunctionId function;
  std::string function_name;
  IteratorType starting_position = IteratorType::trim_horizon;
  bool has_destination = false;
  template <class V>
  void each(V&& v) const {
    v("mapping", mapping), v("mapping_name", mapping_name), v("stream", stream), v("function", function),
        v("function_name", function_name), v("starting_position", starting_position), v("has_destination", has_destination);
  }
};

// A mapping that settles a shard's records out of the shard's order: over several lanes, or for its filters. Follows
// MappingDeclared; a mapping without it has one lane and no filters.                      [POLL-4] [FILTER-5]
//   by_partition  a lane is chosen by the partition key alone, not by the whole key         [OPEN-9]
struct LanesDeclared {
  static constexpr std::string_view name = "lanes_declared";
  MappingId mapping;
  std::uint32_t lanes = 1;
  bool by_partition = false;
  std::uint32_t filters = 0;
  template <class V>
  void each(V&& v) const {
    v("mapping", mapping), v("lanes", lanes), v("by_partition", by_partition), v("filters", filters);
  }
};

// The mapping begins to read a shard: its parents are finished.                           [LOOP-1] [POLL-5]
struct ShardStarted {
  static constexpr std::string_view name = "shard_started";
  MappingId mapping;
  ShardId shard;
  template <class V>
  void each(V&& v) const {
    v("mapping", mapping), v("shard", shard);
  }
};

// Every record of the shard is settled; children may start.                               [LOOP-11]
struct ShardFinished {
  static constexpr std::string_view name = "shard_finished";
  MappingId mapping;
  ShardId shard;
  template <class V>
  void each(V&& v) const {
    v("mapping", mapping), v("shard", shard);
  }
};

enum class Settlement : std::uint8_t { handled, retries_exhausted, age_exceeded, expired, skipped, filtered, left_behind };
constexpr std::string_view to_text(Settlement s) {
  switch (s) {
    case Settlement::handled:
      return "handled";
    case Settlement::retries_exhausted:
      return "retries exhausted";
    case Settlement::age_exceeded:
      return "record age exceeded";
    case Settlement::expired:
      return "expired from the stream";
    case Settlement::skipped:
      return "skipped by the starting position";
    case Settlement::filtered:
      return "filtered out";
    case Settlement::left_behind:
      return "left behind by the deleted mapping";
  }
  return "";
}

// What became of records under one mapping: each record ends in exactly one Settled fact, and in one more for each time that it
// is Replayed.                                                                             [RETRY-2] [RETRY-3]
//   sent    whether an on-failure destination got a message about them (its content, with DestinationSent)
//   polled  of records that expired: so many of them, the first ones, the mapping had read and held
struct Settled {
  static constexpr std::string_view name = "settled";
  MappingId mapping;
  ShardId shard;
  RecordList records;
  Settlement how = Settlement::handled;
  bool sent = false;
  std::uint64_t polled = 0;
  template <class V>
  void each(V&& v) const {
    v("mapping", mapping), v("shard", shard), v("records", records), v("how", how), v("sent", sent);
    if (polled > 0) v("polled", polled);
  }
};

// The failure record as the destination got it (JSON text).                               [DEST-1 .. DEST-8]
struct DestinationSent {
  static constexpr std::string_view name = "destination_sent";
  MappingId mapping;
  ShardId shard;
  RecordList records;
  bool with_content = false;  // S3: the records themselves came along                     [DEST-1]
  std::string message;
  template <class V>
  void each(V&& v) const {
    v("mapping", mapping), v("shard", shard), v("records", records), v("with_content", with_content), v("message", message);
  }
};

// Delivery resumes after `through`.                                                       [POLL-10]
struct Checkpointed {
  static constexpr std::string_view name = "checkpointed";
  MappingId mapping;
  ShardId shard;
  RecordId through;
  template <class V>
  void each(V&& v) const {
    v("mapping", mapping), v("shard", shard), v("through", through);
  }
};

struct RetryScheduled {
  static constexpr std::string_view name = "retry_scheduled";
  MappingId mapping;
  ShardId shard;
  std::uint64_t batch = 0;
  std::uint32_t attempt = 0;  // the attempt to come
  Duration pause{};
  template <class V>
  void each(V&& v) const {
    v("mapping", mapping), v("shard", shard), v("batch", batch), v("attempt", attempt), v("pause", pause);
  }
};

struct Bisected {
  static constexpr std::string_view name = "bisected";
  MappingId mapping;
  ShardId shard;
  std::uint64_t batch = 0;
  std::uint32_t first_half = 0, second_half = 0;  // numbers of records
  template <class V>
  void each(V&& v) const {
    v("mapping", mapping), v("shard", shard), v("batch", batch), v("first_half", first_half), v("second_half", second_half);
  }
};

// A tumbling window is over: an invocation without records is to end it.                  [WIN-5]
//   early  its state passed 1 MB                                                          [WIN-4]
struct WindowEnding {
  static constexpr std::string_view name = "window_ending";
  MappingId mapping;
  ShardId shard;
  std::int64_t start_unix = 0, end_unix = 0;
  bool early = false;
  template <class V>
  void each(V&& v) const {
    v("mapping", mapping), v("shard", shard), v("start_unix", start_unix), v("end_unix", end_unix), v("early", early);
  }
};

// The poller that began the invocation is lost: the invocation goes on, its answer goes unheard, and after the pause another
// poller goes on from the checkpoint, beside it if it is still there.                   [LOOP-12] [OPEN-10] [OPEN-42]
struct PollerLost {
  static constexpr std::string_view name = "poller_lost";
  MappingId mapping;
  ShardId shard;
  InvocationId invocation;
  Duration pause{};
  template <class V>
  void each(V&& v) const {
    v("mapping", mapping), v("shard", shard), v("invocation", invocation), v("pause", pause);
  }
};

// Another poller has taken the shard over and goes back behind what its lanes had settled past the checkpoint: these records
// come again, in their order, and each ends in one more Settled.                        [OPEN-10] [LOOP-12]
struct Replayed {
  static constexpr std::string_view name = "replayed";
  MappingId mapping;
  ShardId shard;
  RecordList records;  // in shard order
  template <class V>
  void each(V&& v) const {
    v("mapping", mapping), v("shard", shard), v("records", records);
  }
};

// Both readings of IteratorAge: when the batch was sent, and when its processing ended.   [POLL-14] [OPEN-24]
struct IteratorAge {
  static constexpr std::string_view name = "iterator_age";
  MappingId mapping;
  ShardId shard;
  Duration at_send{}, at_end{};
  template <class V>
  void each(V&& v) const {
    v("mapping", mapping), v("shard", shard), v("at_send", at_send), v("at_end", at_end);
  }
};

}  // namespace weir
