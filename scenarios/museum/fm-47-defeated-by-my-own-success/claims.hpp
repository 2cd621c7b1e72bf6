// FM-47: what both consumers share: a claim is an attempt's, and one that could not keep it gives it back.
#pragma once

#include "sim/function/handler.hpp"

namespace weir::museum {

// The claim on a record, by the attempt that began at `began`.
Item claim_on(const StreamRecord& record, Instant began);

// For the next attempt to find the record free: whether the claim was made or not, and only if it is still ours.
void give_back(const Item& claim, Context& context);

}  // namespace weir::museum
