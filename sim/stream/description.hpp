// What the DynamoDB Streams API answers to a reader: the description of a stream's shards, and a page of records.
#pragma once

#include <optional>
#include <vector>

#include "sim/data/ids.hpp"
#include "sim/data/record.hpp"

namespace weir {

struct ShardDescription {
  ShardId shard;
  std::optional<ShardId> parent;  // may name a shard that is already gone                    [SHARD-8]
  bool closed = false;            // has an EndingSequenceNumber                              [SHARD-1]
  SequenceNumber starting_sequence_number;
  friend bool operator==(const ShardDescription&, const ShardDescription&) = default;
};

struct RecordsPage {
  std::vector<StreamRecord> records;  // in sequence order; may be empty though later ones exist   [GREC-2]
  std::optional<IteratorId> next;     // absent: the shard is closed and drained                   [GREC-3]
};

}  // namespace weir
