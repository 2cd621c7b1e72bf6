// FM-14 and FM-15: what a consumer and its redrive worker do with a record that may be late.
#pragma once

#include "sim/function/handler.hpp"

namespace weir::museum {

// Copies the change to the view. A row gives way only to a later revision, and a removal leaves a tombstone, which keeps the
// revision: late and repeated records do no harm. False when the view could not be written.
bool apply_unless_older(Context& context, const StreamRecord& record);

}  // namespace weir::museum
