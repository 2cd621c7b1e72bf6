#include "scenarios/museum/copy_changes.hpp"
#include "scenarios/museum/entries.hpp"

namespace weir::museum {

// Copies each change it is called with to the view, one or many. [FM-10]
BatchResponse fm_10_fixed(const StreamEvent& event, Context& context) { return copy_changes(event, context); }

}  // namespace weir::museum
