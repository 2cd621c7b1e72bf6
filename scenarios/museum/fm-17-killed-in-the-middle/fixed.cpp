#include "scenarios/museum/entries.hpp"
#include "sim/function/required.hpp"

namespace weir::museum {

// Copies each change to the view, 400 ms a write, in the second that the function has. It ends by itself while there is time
// to say how far it came. [FM-17]
BatchResponse fm_17_fixed(const StreamEvent& event, Context& context) {
  TableClient view = context.table("view");
  for (const StreamRecord& record : event.records) {
    if (context.remaining_time() < 500ms) return BatchResponse::retry_from(record.sequence_number);
    if (!view.put(new_image_of(record))) return BatchResponse::retry_from(record.sequence_number);
  }
  return BatchResponse::ok();
}

}  // namespace weir::museum
