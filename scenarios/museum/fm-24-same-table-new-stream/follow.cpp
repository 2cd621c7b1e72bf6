#include "scenarios/museum/fm-24-same-table-new-stream/follow.hpp"

namespace weir::museum {

void follow(Context& context, const StreamDescription& stream, Places& places) {
  for (const ShardDescription& shard : stream.shards) {
    const auto parent = shard.parent ? places.find(*shard.parent) : places.end();
    if (parent != places.end() && !parent->second.finished) continue;
    ShardPlace& place = places[shard.shard];
    if (!place.finished) read_page(context, shard.shard, place);
  }
}

}  // namespace weir::museum
