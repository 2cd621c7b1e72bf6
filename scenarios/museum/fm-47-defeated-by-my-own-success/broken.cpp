#include "scenarios/museum/entries.hpp"
#include "sim/function/required.hpp"

namespace weir::museum {

// Issues one receipt an order, and claims the record first, since others issue receipts too. A claim that is there already
// counts as another's; it may be the one that the client made a moment ago, before it lost the answer and tried again. [FM-47]
BatchResponse fm_47_broken(const StreamEvent& event, Context& context) {
  TableClient receipts = context.table("receipts"), claims = context.table("claims");
  for (const StreamRecord& record : event.records) {
    const Item claim{{"event", record.event_id()}};
    const auto claimed = claims.put(claim.with("by", "issue"), attribute_not_exists("event"));
    if (claimed.failed_with(ServiceError::condition_failed)) continue;
    if (!claimed) throw std::runtime_error("the order could not be claimed");
    if (receipts.put(new_image_of(record))) continue;
    if (!claims.remove(claim)) context.log("the claim could not be given back");
    throw std::runtime_error("the receipt could not be issued");
  }
  return BatchResponse::ok();
}

}  // namespace weir::museum
