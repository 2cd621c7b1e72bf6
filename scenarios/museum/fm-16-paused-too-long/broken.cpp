#include "scenarios/museum/copy_changes.hpp"
#include "scenarios/museum/entries.hpp"

namespace weir::museum {

// Copies each change to the view. It believes that every change comes to it, however long it was paused. [FM-16]
BatchResponse fm_16_broken(const StreamEvent& event, Context& context) { return copy_changes(event, context); }

}  // namespace weir::museum
