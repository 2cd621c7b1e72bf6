#include <map>

#include "scenarios/museum/entries.hpp"
#include "scenarios/museum/fm-65-child-before-parent/reader.hpp"

namespace weir::museum {

// Reads all listed shards at once, a page of each a round, as if they had nothing to do with each other. [FM-65]
void fm_65_broken(Context& context) {
  std::map<ShardId, ShardPlace> places;
  for (;; context.sleep(20s)) {
    const Result<std::vector<ShardDescription>> listed = context.stream("orders").describe();
    if (!listed) continue;
    for (const ShardDescription& shard : *listed) {
      ShardPlace& place = places[shard.shard];
      if (!place.finished) read_page(context, shard.shard, place);
    }
  }
}

}  // namespace weir::museum
