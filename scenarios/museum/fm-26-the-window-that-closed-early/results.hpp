// FM-26: what both consumers do with a window, but for the name of its result.
#pragma once

#include <string>

#include "sim/function/handler.hpp"

namespace weir::museum {

// The window's state with the orders of the event counted in, by group, and under "first" the event ID of the first ever.
Item counted_in(const StreamEvent& event);

// Adds the counts of an ended window to the totals, once for each `name`. Throws when a total could not be written.
void add_result(const Item& state, const std::string& name, Context& context);

}  // namespace weir::museum
