#include "scenarios/museum/entries.hpp"
#include "scenarios/museum/fm-47-defeated-by-my-own-success/claims.hpp"
#include "sim/function/required.hpp"

namespace weir::museum {

// Issues one receipt an order, and claims the record first, since others issue receipts too. A claim that is there already is
// read: it is as good as a new one when it is this attempt's own. [FM-47]
BatchResponse fm_47_fixed(const StreamEvent& event, Context& context) {
  TableClient receipts = context.table("receipts"), claims = context.table("claims");
  const Instant began = context.now();
  for (const StreamRecord& record : event.records) {
    const Item claim = claim_on(record, began);
    const auto claimed = claims.put(claim, attribute_not_exists("event"));
    bool ours = claimed.ok();
    if (claimed.failed_with(ServiceError::condition_failed)) {
      const auto held = claims.get(Item{{"event", record.event_id()}});
      if (held && *held != claim) continue;
      ours = held.ok();
    }
    if (ours && receipts.put(new_image_of(record))) continue;
    give_back(claim, context);
    throw std::runtime_error("the receipt could not be issued");
  }
  return BatchResponse::ok();
}

}  // namespace weir::museum
