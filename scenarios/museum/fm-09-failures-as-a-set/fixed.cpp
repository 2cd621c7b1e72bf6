#include "scenarios/museum/entries.hpp"
#include "sim/function/required.hpp"

namespace weir::museum {

// Adds one to its group's total for each order, and stops at the first that fails: that one comes again with all that
// follow, and none of these has been tried. [FM-09]
BatchResponse fm_09_fixed(const StreamEvent& event, Context& context) {
  TableClient totals = context.table("totals");
  for (const StreamRecord& record : event.records) {
    const Item row{{"group", attribute_of(new_image_of(record), "group")}};
    const Result<Item> written = totals.update(row, Update().add("count", 1));
    if (!written) return BatchResponse::retry_from(record.sequence_number);
  }
  return BatchResponse::ok();
}

}  // namespace weir::museum
