#include "scenarios/museum/entries.hpp"

namespace weir::museum {

// Copies the changes of a batch to the view, all at once. Two of them may be of one item, and the older may be the last to
// arrive. [FM-28]
BatchResponse fm_28_broken(const StreamEvent& event, Context& context) {
  TableClient view = context.table("view");
  context.concurrently(event.records.size(), [&](std::size_t i) {
    const StreamRecord& record = event.records[i];
    const Result<Done> written = record.new_image ? view.put(*record.new_image) : view.remove(record.keys);
    if (!written) throw std::runtime_error("the view could not be written");
  });
  return BatchResponse::ok();
}

}  // namespace weir::museum
