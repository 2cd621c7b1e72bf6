#include "scenarios/museum/copy_changes.hpp"
#include "scenarios/museum/entries.hpp"

namespace weir::museum {

// Copies each change to the view; doing so twice does no harm. The mapping's starting position is what loses changes. [FM-22]
BatchResponse fm_22(const StreamEvent& event, Context& context) { return copy_changes(event, context); }

}  // namespace weir::museum
