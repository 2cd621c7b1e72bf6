// A run as a picture: one SVG, lanes from top to bottom, time from left to right.
//
//   tables   a lane a table: writes as dots (by colour of who wrote), TTL windows as bars from expiry to deletion
//   shards   a lane a shard under its table: a bar while it is open, its records as numbered squares, a line from its parent
//   batches  a lane a mapping and shard: attempts as bars coloured by how they ended, with the records they carried
//   axis     time is compressed: equal steps for different instants, wider over longer waits; ticks say the true time
//   marks    what proves the violation is ringed, with a line down through all lanes
// Draws the first `most` facts that have a place in it, and says so when there were more.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/trace/trace.hpp"

namespace weir {

std::string draw_timeline(const std::vector<Fact>& trace, const std::vector<FactIndex>& evidence, std::size_t most = 600);

std::string escape_html(std::string_view text);

}  // namespace weir
