// By how much the parts of one call make each item collection grow, added up: each part by itself may find room where all of
// them together do not.                                                                                  [LSI-2]
#pragma once

#include <cstdint>
#include <map>
#include <utility>

#include "sim/data/ids.hpp"
#include "sim/data/key.hpp"

namespace weir {

class CollectionGrowth {
 public:
  // What the collection of this key grows by in all, with this part. Parts that shrink it count for nothing.
  std::uint64_t add(TableId table, const ItemKey& key, std::uint64_t bytes) {
    return bytes == 0 ? 0 : grown_[{table, key.partition_hash()}] += bytes;
  }

 private:
  std::map<std::pair<TableId, std::uint64_t>, std::uint64_t> grown_;  // by hash of the partition key
};

}  // namespace weir
