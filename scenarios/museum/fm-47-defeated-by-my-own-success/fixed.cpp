#include "scenarios/museum/entries.hpp"
#include "sim/function/required.hpp"

namespace weir::museum {

// Issues one receipt an order, and claims the record first, since others issue receipts too. A claim says whose it is: one that
// is there already is read, and is as good as a new one when it is our own. [FM-47]
BatchResponse fm_47_fixed(const StreamEvent& event, Context& context) {
  TableClient receipts = context.table("receipts"), claims = context.table("claims");
  for (const StreamRecord& record : event.records) {
    const Item claim{{"event", record.event_id()}};
    const auto claimed = claims.put(claim.with("by", "issue"), attribute_not_exists("event"));
    if (claimed.failed_with(ServiceError::condition_failed)) {
      const auto held = claims.get(claim);
      if (!held || !*held) throw std::runtime_error("whose claim it is could not be seen");
      if ((*held)->find_string("by") != "issue") continue;
    } else if (!claimed) {
      throw std::runtime_error("the order could not be claimed");
    }
    if (!receipts.put(new_image_of(record))) throw std::runtime_error("the receipt could not be issued");
  }
  return BatchResponse::ok();
}

}  // namespace weir::museum
