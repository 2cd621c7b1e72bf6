// FM-15: the redrive tool, which is right as far as it goes: it hands the records that a letter names to what the handler does
// with them.
#pragma once

#include "sim/function/handler.hpp"

namespace weir::museum {

using Apply = bool (*)(Context& context, const StreamRecord& record);

// Takes the letters one by one from an hour's half on, and removes each whose records were applied.
void redrive_letters(Context& context, Apply apply);

}  // namespace weir::museum
