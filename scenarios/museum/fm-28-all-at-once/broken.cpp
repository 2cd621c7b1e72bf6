#include "scenarios/museum/copy_changes.hpp"
#include "scenarios/museum/entries.hpp"

namespace weir::museum {

// Copies the changes of a batch to the view, all at once. Two of them may be of one item, and the older may be the last to
// arrive. [FM-28]
BatchResponse fm_28_broken(const StreamEvent& event, Context& context) {
  TableClient view = context.table("view");
  context.concurrently(event.records.size(), [&](std::size_t i) {
    if (!copy_change(event.records[i], view)) throw std::runtime_error("the view could not be written");
  });
  return BatchResponse::ok();
}

}  // namespace weir::museum
