#include "scenarios/museum/copy_changes.hpp"
#include "scenarios/museum/entries.hpp"

namespace weir::museum {

// Copies each change to the view. It rightly throws while the view is out of order; the mapping's settings say how long such
// an outage may last, and what becomes of the records then. [FM-13]
BatchResponse fm_13(const StreamEvent& event, Context& context) { return copy_changes(event, context); }

}  // namespace weir::museum
