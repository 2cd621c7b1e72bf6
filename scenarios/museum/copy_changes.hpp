// What many an entry's consumer does when it has nothing to teach by its code: the settings around it have.
#pragma once

#include "sim/function/handler.hpp"

namespace weir::museum {

// Copies each change to the table "view": the new image, or without one the item is gone. Throws when the view cannot be
// written.
BatchResponse copy_changes(const StreamEvent& event, Context& context);

}  // namespace weir::museum
