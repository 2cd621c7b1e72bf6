#include "scenarios/museum/entries.hpp"
#include "sim/function/required.hpp"

namespace weir::museum {

// Posts an order to the board as the index of its group shows it. What is not there must have gone again meanwhile. [FM-46]
BatchResponse fm_46_broken(const StreamEvent& event, Context& context) {
  TableClient orders = context.table("orders"), board = context.table("board");
  for (const StreamRecord& record : event.records) {
    const Query::Answer group = orders.call(
        Query{.key = {.partition = attribute_of(new_image_of(record), "group")}, .page = {.index_name = "by_group"}});
    if (!group) throw std::runtime_error("the group could not be read");
    for (const Item& order : group->items) {
      const Result<Done> posted = board.put(order, if_older("revision", order));
      const bool settled = posted || posted.failed_with(ServiceError::condition_failed);
      if (!settled) throw std::runtime_error("the order could not be posted");
    }
  }
  return BatchResponse::ok();
}

}  // namespace weir::museum
