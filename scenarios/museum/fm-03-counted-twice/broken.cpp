#include "scenarios/museum/entries.hpp"
#include "sim/function/required.hpp"

namespace weir::museum {

// Adds one to its group's total for each order that appears. A batch that comes again is counted again. [FM-03]
BatchResponse fm_03_broken(const StreamEvent& event, Context& context) {
  TableClient totals = context.table("totals");
  for (const StreamRecord& record : event.records) {
    if (record.event_name != EventName::insert) continue;
    const Item row{{"group", attribute_of(new_image_of(record), "group")}};
    if (!totals.update(row, Update().add("count", 1))) throw std::runtime_error("the total could not be written");
  }
  return BatchResponse::ok();
}

}  // namespace weir::museum
