// What a table is: the settings a scenario gives and CreateTable would take.
//
//   created   a table is there from the start, or an operator calls CreateTable later: then it is CREATING for a while
//             (table.creating), and calls for its items know no such table until it is ACTIVE              [TABLE-3] [TABLE-4]
//   shards    a small provisioned table has exactly one partition, and its stream one shard; a table on demand typically four,
//             which is known from observation alone. So the number of one whose `capacity` says on demand is a choice
//             (stream.first_shards; calm 1) unless its scenario names shards or partitions. A table without capacity settings
//             has no billing mode, hence one shard: what a scenario that speaks of no capacity means stays what it was, and
//             splits bring its consumers to several shards all the same             [SHARD-7] [OPEN-8]
//   differs   the statuses of encryption, archives and replication have nothing behind them here. The attributes of a table are
//             defined where keys name them, so that none can be defined that no key uses                [TABLE-3] [TABLE-6]
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/time.hpp"
#include "sim/data/capacity.hpp"
#include "sim/data/ids.hpp"
#include "sim/data/index.hpp"
#include "sim/data/key.hpp"

namespace weir {

inline constexpr std::uint64_t item_collection_bytes = std::uint64_t{10} << 30;

struct TableSettings {
  std::string name;  // 3 to 255 characters of a-z A-Z 0-9 _ . -                             [TABLE-2]
  KeySchema key;
  std::string ttl = {};                  // the TTL attribute; empty: TTL is off              [TTL-1]
  StreamView stream = StreamView::none;  // none: no stream                                   [STREAM-1]
  int shards = 0;                        // open shards at the start; 0: not said, see above  [SHARD-7]
  std::vector<IndexSettings> indexes = {};
  // Of a table with local indexes: the most that the items of one partition key and their entries may take up. The service's
  // limit cannot be changed; a smaller one shows what it does without 10 GB of items.              [LSI-2]
  std::uint64_t item_collection_limit = item_collection_bytes;
  std::optional<CapacitySettings> capacity = std::nullopt;  // nullopt: as much as anybody asks for; nothing is counted
  Duration created_at{};  // after the start: CreateTable; 0: it is ACTIVE from the start             [TABLE-4]
  friend bool operator==(const TableSettings&, const TableSettings&) = default;

  bool leaves_shards_open() const {
    const bool on_demand = capacity && capacity->billing == BillingMode::on_demand && capacity->partitions == 0;
    return shards == 0 && stream != StreamView::none && on_demand;
  }
};

}  // namespace weir
