#include "scenarios/museum/copy_changes.hpp"
#include "scenarios/museum/entries.hpp"

namespace weir::museum {

// Copies each change to the view, and knows all three kinds: without a new image the item is gone. [FM-02]
BatchResponse fm_02_fixed(const StreamEvent& event, Context& context) { return copy_changes(event, context); }

}  // namespace weir::museum
