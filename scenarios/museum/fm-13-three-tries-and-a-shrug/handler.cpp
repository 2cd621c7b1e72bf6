#include "scenarios/museum/entries.hpp"

namespace weir::museum {

// Copies each change to the view. It rightly throws while the view is out of order; the mapping's settings say how long such
// an outage may last, and what becomes of the records then. [FM-13]
BatchResponse fm_13(const StreamEvent& event, Context& context) {
  TableClient view = context.table("view");
  for (const StreamRecord& record : event.records) {
    const Result<Done> written = record.new_image ? view.put(*record.new_image) : view.remove(record.keys);
    if (!written) throw std::runtime_error("the view could not be written");
  }
  return BatchResponse::ok();
}

}  // namespace weir::museum
