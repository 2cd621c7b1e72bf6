// What both consumers of FM-39 send: the last change of each item in the batch.
#pragma once

#include "sim/function/handler.hpp"

namespace weir::museum {

BatchWriteItem last_changes(const StreamEvent& event, const TableClient& view);

}  // namespace weir::museum
