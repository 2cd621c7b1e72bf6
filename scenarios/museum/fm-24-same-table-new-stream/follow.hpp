// FM-24: what both readers share, the reading of one stream's shards.
#pragma once

#include <map>

#include "scenarios/museum/fm-65-child-before-parent/reader.hpp"

namespace weir::museum {

using Places = std::map<ShardId, ShardPlace>;

// Copies a page of each listed shard to the view, a child only once its parent is read to its end.
void follow(Context& context, const StreamDescription& stream, Places& places);

}  // namespace weir::museum
