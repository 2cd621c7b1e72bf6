#include "scenarios/museum/entries.hpp"

namespace weir::museum {

// Copies each change to the view. Every record tried so far had a new image; that of a delete has none. [FM-02]
BatchResponse fm_02_broken(const StreamEvent& event, Context& context) {
  TableClient view = context.table("view");
  for (const StreamRecord& record : event.records) {
    const Result<Done> written = view.put(record.new_image.value());
    if (!written) throw std::runtime_error("the view could not be written");
  }
  return BatchResponse::ok();
}

}  // namespace weir::museum
