#include "scenarios/museum/entries.hpp"

namespace weir::museum {

// Copies each change to the view; doing so twice does no harm. The mapping's starting position is what loses changes. [FM-22]
BatchResponse fm_22(const StreamEvent& event, Context& context) {
  TableClient view = context.table("view");
  for (const StreamRecord& record : event.records) {
    const Result<Done> written = record.new_image ? view.put(*record.new_image) : view.remove(record.keys);
    if (!written) throw std::runtime_error("the view could not be written");
  }
  return BatchResponse::ok();
}

}  // namespace weir::museum
