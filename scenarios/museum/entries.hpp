// Every consumer of the museum, one pair an entry. Each is registered by name in consumers.cpp.
#pragma once

#include <stdexcept>

#include "sim/function/handler.hpp"

namespace weir::museum {

BatchResponse fm_03_broken(const StreamEvent& event, Context& context);
BatchResponse fm_03_fixed(const StreamEvent& event, Context& context);

}  // namespace weir::museum
