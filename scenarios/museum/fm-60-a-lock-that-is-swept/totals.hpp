// FM-60: what both consumers do while they hold the lock.
#pragma once

#include "sim/function/handler.hpp"

namespace weir::museum {

// Adds one to its group's total for each order: reads the row, writes it back. Right as long as nobody else does so meanwhile.
// False when a call failed; orders counted before it stay counted, once.
bool count_orders(const StreamEvent& event, Context& context);

}  // namespace weir::museum
