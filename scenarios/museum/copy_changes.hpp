// What many an entry's consumer does when it has nothing to teach by its code: the settings around it have.
#pragma once

#include "sim/function/handler.hpp"

namespace weir::museum {

// Copies one change to the view: the new image, or the item is gone. Throws when the record should have an image and shows
// none.
Result<Done> copy_change(const StreamRecord& record, TableClient& view);

// Copies each change to the table "view". Throws when it cannot be written.
BatchResponse copy_changes(const StreamEvent& event, Context& context);

}  // namespace weir::museum
