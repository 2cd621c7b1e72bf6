// FM-65: what both of its readers share, the reading of one shard.
#pragma once

#include <optional>

#include "sim/function/handler.hpp"

namespace weir::museum {

// Where a reader stands in one shard.
struct ShardPlace {
  std::optional<IteratorId> next;         // none: to be asked for, after `applied`
  std::optional<SequenceNumber> applied;  // the last record whose effect is in the view
  bool finished = false;                  // read to the end, or gone
};

// Copies the shard's next page to the view, in order; what went wrong is tried again next time.
void read_page(Context& context, ShardId shard, ShardPlace& place);

}  // namespace weir::museum
