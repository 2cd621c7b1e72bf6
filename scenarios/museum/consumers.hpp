// The museum's consumers by name: "fm-03/broken", "fm-03/fixed", ... One folder an entry: scenario.json, broken.cpp, fixed.cpp.
#pragma once

#include "sim/function/handler.hpp"

namespace weir {

Handlers museum_consumers();

}  // namespace weir
