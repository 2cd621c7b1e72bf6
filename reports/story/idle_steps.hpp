// Steps of a scenario that did nothing: refused by the service, or without anything to act on.
//
// A scenario may well mean a step to be refused; one that names a shard which is never there is a slip. Neither is an error,
// and so a report has to say it. One whose SDK tries again has had an effect when any of its tries had, unheard or not; why it
// had none its last try tells.                                        [WIRE-6] [TXN-3] [TXN-4] [ESM-23] [STREAM-13]
#pragma once

#include <string>
#include <vector>

#include "scenarios/format/scenario.hpp"
#include "sim/trace/trace.hpp"

namespace weir {

struct IdleStep {
  std::uint32_t step = 0;  // its index in the scenario, as facts have it
  std::string act;         // "split_shard"
  Instant at{};
  std::string why;

  std::string sentence() const;  // "step 2 (split_shard) at 000:00:03.000000 had no effect: no open shard 9"
};

// Those of a kept trace, in its order.
std::vector<IdleStep> idle_steps(const Scenario& scenario, const std::vector<Fact>& trace);

}  // namespace weir
