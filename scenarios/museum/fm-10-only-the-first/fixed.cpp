#include "scenarios/museum/entries.hpp"

namespace weir::museum {

// Copies each change it is called with to the view, one or many. [FM-10]
BatchResponse fm_10_fixed(const StreamEvent& event, Context& context) {
  TableClient view = context.table("view");
  for (const StreamRecord& record : event.records) {
    const Result<Done> written = record.new_image ? view.put(*record.new_image) : view.remove(record.keys);
    if (!written) throw std::runtime_error("the view could not be written");
  }
  return BatchResponse::ok();
}

}  // namespace weir::museum
