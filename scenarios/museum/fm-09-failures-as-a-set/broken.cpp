#include "scenarios/museum/entries.hpp"
#include "sim/function/required.hpp"

namespace weir::museum {

// Adds one to its group's total for each order, tries them all, and returns those that failed, as one would for a queue. It
// takes for granted that only these come again. [FM-09]
BatchResponse fm_09_broken(const StreamEvent& event, Context& context) {
  TableClient totals = context.table("totals");
  BatchResponse response;
  for (const StreamRecord& record : event.records) {
    const Item row{{"group", attribute_of(new_image_of(record), "group")}};
    const Result<Item> written = totals.update(row, Update().add("count", 1));
    if (!written) response.batch_item_failures.push_back(to_wire(record.sequence_number));
  }
  return response;
}

}  // namespace weir::museum
