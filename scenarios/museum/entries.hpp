// Every consumer of the museum, one pair an entry. Each is registered by name in consumers.cpp.
#pragma once

#include <stdexcept>

#include "sim/function/handler.hpp"

namespace weir::museum {

BatchResponse fm_03_broken(const StreamEvent& event, Context& context);
BatchResponse fm_03_fixed(const StreamEvent& event, Context& context);
BatchResponse fm_57_broken(const StreamEvent& event, Context& context);
BatchResponse fm_57_fixed(const StreamEvent& event, Context& context);
BatchResponse fm_59_broken(const StreamEvent& event, Context& context);
BatchResponse fm_59_fixed(const StreamEvent& event, Context& context);
BatchResponse fm_61_broken(const StreamEvent& event, Context& context);
BatchResponse fm_61_fixed(const StreamEvent& event, Context& context);
BatchResponse fm_62_broken(const StreamEvent& event, Context& context);
BatchResponse fm_62_fixed(const StreamEvent& event, Context& context);
void fm_65_broken(Context& context);  // READER
void fm_65_fixed(Context& context);

}  // namespace weir::museum
