// What both consumers of FM-45 do with a difference: add it to the one total, once for each record.
#pragma once

#include "sim/function/handler.hpp"

namespace weir::museum {

// Adds `now` less `before` of a record's value; an item that is not there counts for nothing. Throws when it cannot.
void add_difference(Context& context, const StreamRecord& record, const std::optional<Item>& now);

}  // namespace weir::museum
