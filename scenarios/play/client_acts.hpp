// Clients' steps, carried out on a world by client 0. What a step is answered is told as a Logged fact of that client, one
// line, cut at 500 bytes: of a read always, of a write what it asked to be told, and why it failed.
//
//   step 3: get: {"id":"A","count":2}
//   step 4: query: 2 items, scanned 5, last key {"id":"A","n":2}: [{"id":"A","n":1},{"id":"A","n":2}]
//   step 5: batch_write: 3 of 4 writes, unprocessed: delete of orders {"id":"D"}
//   step 6: put: ConditionalCheckFailedException: The conditional request failed; item {"id":"A"}
#pragma once

#include <cstdint>

#include "scenarios/format/scenario.hpp"
#include "sim/world/world.hpp"

namespace weir {

// False: the act is none of a client's. `step` is its index in the scenario, `unix_now` what "@+90s" counts from.
bool take_client_act(World& world, const Act& act, std::size_t step, std::int64_t unix_now);

// The same attribute values with "@+90s" and its kin (scenario.hpp) replaced by the time they stand for.
Item resolve_times(const Item& item, std::int64_t unix_now);

}  // namespace weir
