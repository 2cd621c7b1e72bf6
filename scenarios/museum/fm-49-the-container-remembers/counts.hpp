// FM-49: what both consumers do with the counts of a batch.
#pragma once

#include <map>
#include <string>

#include "sim/function/handler.hpp"

namespace weir::museum {

using Counts = std::map<std::string, std::int64_t>;  // by group

// Adds the counts to the totals, once for each batch however often it comes. Throws when a total could not be written.
void add_counts(const StreamEvent& event, const Counts& counts, Context& context);

}  // namespace weir::museum
