#include "scenarios/museum/entries.hpp"
#include "scenarios/museum/fm-47-defeated-by-my-own-success/claims.hpp"
#include "sim/function/required.hpp"

namespace weir::museum {

// Issues one receipt an order, and claims the record first, since others issue receipts too. A claim that is there already
// counts as another's; it may be the one that the client made a moment ago, before it lost the answer and tried again. [FM-47]
BatchResponse fm_47_broken(const StreamEvent& event, Context& context) {
  TableClient receipts = context.table("receipts"), claims = context.table("claims");
  const Instant began = context.now();
  for (const StreamRecord& record : event.records) {
    const Item claim = claim_on(record, began);
    const auto claimed = claims.put(claim, attribute_not_exists("event"));
    if (claimed.failed_with(ServiceError::condition_failed)) continue;
    if (claimed && receipts.put(new_image_of(record))) continue;
    give_back(claim, context);
    throw std::runtime_error("the receipt could not be issued");
  }
  return BatchResponse::ok();
}

}  // namespace weir::museum
