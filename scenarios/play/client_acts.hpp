// Clients' steps, each one call or several by client 0. What a step is answered in the end, whatever its SDK met on the way, is
// told as a Logged fact of that client, one line, cut at 500 bytes: of a read always, of a write what it asked to be told, and
// why it failed.
//
//   step 3: get: {"id":"A","count":2}
//   step 4: query: 2 items, scanned 5, last key {"id":"A","n":2}: [{"id":"A","n":1},{"id":"A","n":2}]
//   step 5: batch_write: 3 of 4 writes, unprocessed: delete of orders {"id":"D"}
//   step 6: put: ConditionalCheckFailedException: The conditional request failed; item {"id":"A"}
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "scenarios/format/relative_time.hpp"
#include "scenarios/format/scenario.hpp"
#include "scenarios/play/client_calls.hpp"
#include "sim/world/world.hpp"

namespace weir {

// When a step is taken, and which attributes may say a time from then on.
struct StepTime {
  std::int64_t unix_now;
  const std::map<std::string, TtlAttributes>& ttl;  // by table
  Item resolve(const std::string& table, const Item& item) const { return resolve_times(item, ttl.at(table), unix_now); }
};

struct TakenByClient {
  bool by_client = false;               // else the act is none of a client's
  std::optional<ClientCall> call = {};  // the step's first; nullopt: it cannot be made, which has been told
};
// `index` is that of the step in the scenario.
TakenByClient take_client_act(World& world, const Step& step, std::size_t index, const StepTime& now);

// After the answer to a call of the step that is not tried again: tells it. The call for the next page, where there is one.
std::optional<ClientCall> answered(World& world, const Step& step, std::size_t index, ClientCall call,
                                   const ClientAnswer& answer);

}  // namespace weir
