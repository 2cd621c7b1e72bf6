#include "scenarios/museum/entries.hpp"
#include "sim/function/required.hpp"

namespace weir::museum {

// Adds one and remembers the record in the same write; a record seen before is refused by the condition. [FM-03]
BatchResponse fm_03_fixed(const StreamEvent& event, Context& context) {
  TableClient totals = context.table("totals");
  for (const StreamRecord& record : event.records) {
    if (record.event_name != EventName::insert) continue;
    const Item row{{"group", attribute_of(new_image_of(record), "group")}};
    const Update once = Update().add("count", 1).add("seen", AttributeValue::string_set({record.event_id()}));
    const Result<Item> written = totals.update(row, once, !contains("seen", AttributeValue(record.event_id())));
    if (!written && !written.failed_with(ServiceError::condition_failed))
      throw std::runtime_error("the total could not be written");
  }
  return BatchResponse::ok();
}

}  // namespace weir::museum
