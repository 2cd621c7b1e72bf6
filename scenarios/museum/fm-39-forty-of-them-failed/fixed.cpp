#include "scenarios/museum/entries.hpp"
#include "scenarios/museum/fm-39-forty-of-them-failed/batch.hpp"

namespace weir::museum {

// Sends again what the answer says was left undone, and fails the batch when that does not end. [FM-39] [BOP-3]
BatchResponse fm_39_fixed(const StreamEvent& event, Context& context) {
  BatchWriteItem batch = last_changes(event, context.table("view"));
  for (int tries = 0; !batch.requests.empty(); ++tries) {
    const BatchWriteItem::Answer answer = context.call(batch);
    if (!answer || tries == 5) throw std::runtime_error("the view could not be written");
    batch.requests = answer->unprocessed;
  }
  return BatchResponse::ok();
}

}  // namespace weir::museum
