// A run as a picture: one SVG, lanes from top to bottom, time from left to right.
//
//   tables   a lane a table: writes as dots (by colour of who wrote), TTL windows as bars from expiry to deletion
//   shards   a lane a shard under its table: a bar while it is open, its records as numbered squares, a line from its parent
//   batches  a lane a mapping and shard: attempts as bars coloured by how they ended, with the records they carried
//   rests    on those lanes, what an operator stopped: a dashed box while the mapping is Creating, Enabling or Disabled, a
//            cross where a poller was lost
//   axis     time is compressed: equal steps for different instants, wider over longer waits; ticks say the true time
//   marks    what proves the violation is ringed, with a line down through all lanes
// Draws at most `most` facts that have a place in it, up to what proves the violation: of more, the first third of them and the
// last; it says what is left out between.
#pragma once

#include <string>
#include <vector>

#include "sim/trace/trace.hpp"

namespace weir {

std::string draw_timeline(const std::vector<Fact>& trace, const std::vector<FactIndex>& evidence, std::size_t most = 600);

}  // namespace weir
