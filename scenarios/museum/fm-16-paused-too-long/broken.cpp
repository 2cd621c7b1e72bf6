#include "scenarios/museum/entries.hpp"

namespace weir::museum {

// Copies each change to the view. It believes that every change comes to it, however long it was paused. [FM-16]
BatchResponse fm_16_broken(const StreamEvent& event, Context& context) {
  TableClient view = context.table("view");
  for (const StreamRecord& record : event.records) {
    const Result<Done> written = record.new_image ? view.put(*record.new_image) : view.remove(record.keys);
    if (!written) throw std::runtime_error("the view could not be written");
  }
  return BatchResponse::ok();
}

}  // namespace weir::museum
