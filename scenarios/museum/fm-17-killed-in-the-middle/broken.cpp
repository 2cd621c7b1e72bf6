#include "scenarios/museum/entries.hpp"
#include "sim/function/required.hpp"

namespace weir::museum {

// Copies each change to the view, 400 ms a write, in the second that the function has. Batches were smaller once. [FM-17]
BatchResponse fm_17_broken(const StreamEvent& event, Context& context) {
  TableClient view = context.table("view");
  for (const StreamRecord& record : event.records) {
    if (!view.put(new_image_of(record))) return BatchResponse::retry_from(record.sequence_number);
  }
  return BatchResponse::ok();
}

}  // namespace weir::museum
