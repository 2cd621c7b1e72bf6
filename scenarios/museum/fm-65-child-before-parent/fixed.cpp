#include <map>

#include "scenarios/museum/entries.hpp"
#include "scenarios/museum/fm-65-child-before-parent/reader.hpp"

namespace weir::museum {

namespace {

// Nothing can come of the shard any more: it was read to its end, or is gone. One that is merely not listed yet is neither.
bool is_over(Context& context, ShardId shard, ShardPlace& place) {
  if (place.finished) return true;
  const Result<IteratorId> asked = context.stream("orders").get_shard_iterator(shard, IteratorType::trim_horizon);
  place.finished = asked.failed_with(ServiceError::resource_not_found);
  return place.finished;
}

}  // namespace

// Reads a page of each listed shard a round; a child waits until its parent is over. [FM-65]
void fm_65_fixed(Context& context) {
  std::map<ShardId, ShardPlace> places;
  for (;; context.sleep(20s)) {
    const Result<std::vector<ShardDescription>> listed = context.stream("orders").describe();
    if (!listed) continue;
    for (const ShardDescription& shard : *listed) {
      ShardPlace& place = places[shard.shard];
      if (shard.parent && !is_over(context, *shard.parent, places[*shard.parent])) continue;
      if (!place.finished) read_page(context, shard.shard, place);
    }
  }
}

}  // namespace weir::museum
