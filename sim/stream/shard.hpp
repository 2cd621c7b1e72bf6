// One shard of a stream: an append-only run of records with at most one parent.          [SHARD-1] [SHARD-2]
//
//   ordinal    the n-th record ever appended to the shard, from 0; trimming does not renumber
//   order      sequence numbers increase inside a shard, by its gap, and mean nothing across shards       [REC-7]
//   lifetime   open -> closed by split, rollover or disabling -> gone some time after all is trimmed   [SHARD-8]
//   memory     56 bytes a record beside the images, which are shared with the table
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "sim/base/time.hpp"
#include "sim/data/change.hpp"
#include "sim/data/ids.hpp"
#include "sim/data/item.hpp"
#include "sim/data/key.hpp"
#include "sim/data/record.hpp"
#include "sim/plan/key.hpp"

namespace weir {

inline constexpr Duration stream_retention = 24h;  // surely readable for so long                  [STREAM-11]

// A record as a shard keeps it. Images are those the stream's view shows: empty when absent or not shown.   [STREAM-1]
struct StoredRecord {
  RecordId id;
  ItemKey key;
  Item old_image, new_image;
  Instant created{};         // when the change was committed                               [REC-4]
  FactIndex fact = no_fact;  // of the write while it is on its way, of its appending once it is in a shard
  std::uint32_t delay = 0;   // microseconds from its creation until it could be read
  EventName event_name = EventName::insert;
  ChangeBy by = ChangeBy::user;

  Instant readable_since() const { return created + Duration(delay); }
  friend bool operator==(const StoredRecord&, const StoredRecord&) = default;
};
static_assert(sizeof(StoredRecord) == 56);

enum class ShardPhase : std::uint8_t { open, closed, gone };

struct Shard {
  ShardId id;
  StreamId stream;
  ShardId parent = no_shard;
  std::vector<ShardId> children;
  std::string path;                                             // "0", "0.1", "0.1.0": root, then child by child
  std::uint64_t path_hash = 0;                                  // of the path as a name in keys
  std::uint64_t first_hash = 0, last_hash = ~std::uint64_t{0};  // of partition keys, both inclusive       [SHARD-6]
  ShardPhase phase = ShardPhase::open;
  Instant opened_at{}, closed_at{};
  Instant listed_at{}, shown_closed_at{};  // from when on DescribeStream tells                  [SHARD-9]
  bool end_with_records = true;            // the page with the last records of the closed shard says so   [OPEN-23]
  SequenceNumber starting_number;          // its first record's
  std::uint64_t gap = 1;                   // from each record's number to the next one's
  std::uint64_t trimmed = 0;               // ordinals below it are trimmed
  Duration trim_slack{-1};                 // chosen when the first record comes
  bool trim_pending = false;               // an event stands for the next trim
  bool announced = false;                  // news of a readable record is waiting to be taken
  std::deque<StoredRecord> records;        // ordinals trimmed .. trimmed + size

  std::uint64_t end_ordinal() const { return trimmed + records.size(); }
  SequenceNumber number_of(std::uint64_t ordinal) const { return SequenceNumber{starting_number.value + ordinal * gap}; }
  KeyName key_name() const { return {path, path_hash}; }
  const StoredRecord& at(std::uint64_t ordinal) const { return records[static_cast<std::size_t>(ordinal - trimmed)]; }
  friend bool operator==(const Shard&, const Shard&) = default;
};

}  // namespace weir
