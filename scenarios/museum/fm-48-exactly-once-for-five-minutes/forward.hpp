// FM-48: what both consumers share, the way into the queue.
#pragma once

#include "sim/function/handler.hpp"

namespace weir::museum {

// Sends each new order on, with the record's id for the queue to know a repetition by.
BatchResponse forward_orders(const StreamEvent& event, Context& context);

}  // namespace weir::museum
