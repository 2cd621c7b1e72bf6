#include "scenarios/museum/entries.hpp"
#include "sim/function/required.hpp"

namespace weir::museum {

// Posts an order to the board as the record itself shows it: that is the change, and no index knows it earlier. [FM-46]
BatchResponse fm_46_fixed(const StreamEvent& event, Context& context) {
  TableClient board = context.table("board");
  for (const StreamRecord& record : event.records) {
    const Item& order = new_image_of(record);
    const Result<Done> posted = board.put(order, if_older("revision", order));
    const bool settled = posted || posted.failed_with(ServiceError::condition_failed);
    if (!settled) throw std::runtime_error("the order could not be posted");
  }
  return BatchResponse::ok();
}

}  // namespace weir::museum
