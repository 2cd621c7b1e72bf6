// FM-12, FM-18 and FM-31: what their fixed consumers do with a record, one by one.
#pragma once

#include <string_view>

#include "sim/function/handler.hpp"

namespace weir::museum {

// Adds one to the row of totals that the record's attribute `by` names, once however often the record comes: its marker goes in
// with the sum, or not at all. True when it is there, now or from before.
bool count_once(Context& context, const StreamRecord& record, std::string_view by);

}  // namespace weir::museum
