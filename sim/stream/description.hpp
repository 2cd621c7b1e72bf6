// What a reader asks of the DynamoDB Streams API, and what it is answered: streams, their shards, and pages of records.
//
// Streams and shards go by id where the service has ARNs and ShardIds; the names stand beside them. DescribeStream alone takes
// an ARN too; differs: a client is of one table, whose permissions it asks by, and ShardIds and iterators are never text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/data/ids.hpp"
#include "sim/data/key.hpp"
#include "sim/data/record.hpp"

namespace weir {

struct ShardDescription {
  ShardId shard;
  std::optional<ShardId> parent;  // may name a shard that is already gone                    [SHARD-8]
  bool closed = false;            // has an EndingSequenceNumber                              [SHARD-1]
  SequenceNumber starting_sequence_number;
  std::optional<SequenceNumber> ending_sequence_number = {};  // of the last record, exactly when closed   [REC-8]
  friend bool operator==(const ShardDescription&, const ShardDescription&) = default;
};

// DescribeStream.
struct DescribeRequest {
  std::optional<StreamId> stream = {};          // left away: the table's latest
  std::optional<std::string> stream_arn = {};   // the same by name; of the two this one holds   [STREAM-13] [ITER-4]
  int limit = 100;                              // 1 .. 100                                  [SAPI-1]
  std::optional<ShardId> exclusive_start = {};  // go on behind it; one that does not exist has nothing behind it
  std::optional<ShardId> child_shards_of = {};  // ShardFilter CHILD_SHARDS; goes with no exclusive_start      [SAPI-2]
};
struct StreamDescription {
  StreamId stream;
  std::string arn, label;
  std::string_view status;  // "ENABLING", "ENABLED", ...
  StreamView view = StreamView::none;
  std::int64_t created = 0;  // CreationRequestDateTime, Unix seconds
  std::string table_name;
  KeySchema key;
  std::vector<ShardDescription> shards;         // ascending
  std::optional<ShardId> last_evaluated_shard;  // more may follow
};

// ListStreams.                                                                               [SAPI-3]
struct ListStreamsRequest {
  bool of_all_tables = false;
  int limit = 100;  // 1 .. 100
  std::optional<StreamId> exclusive_start = {};
};
struct StreamSummary {
  StreamId stream;
  std::string arn, label, table_name;
};
struct StreamsPage {
  std::vector<StreamSummary> streams;  // those disabled less than 24 h ago among them
  std::optional<StreamId> last_evaluated_stream;
};

struct RecordsPage {
  std::vector<StreamRecord> records;  // in sequence order; may be empty though later ones exist   [GREC-2]
  std::optional<IteratorId> next;     // absent: the shard is closed and drained                   [GREC-3]
};

}  // namespace weir
