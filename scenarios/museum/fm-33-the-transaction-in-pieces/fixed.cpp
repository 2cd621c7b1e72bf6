#include "scenarios/museum/entries.hpp"

namespace weir::museum {

// Adds each line to its order's receipt when the line appears, once: each piece has an effect that is right alone. [FM-33]
BatchResponse fm_33_fixed(const StreamEvent& event, Context& context) {
  TableClient receipts = context.table("receipts");
  for (const StreamRecord& record : event.records) {
    const Item& line = *record.new_image;
    if (line.has("kind")) continue;
    const Update once = Update().add("total", *line.get("value")).add("seen", AttributeValue::string_set({record.event_id()}));
    const Result<Item> written =
        receipts.update(Item{{"group", *line.get("group")}}, once, !contains("seen", AttributeValue(record.event_id())));
    if (!written && !written.failed_with(ServiceError::condition_failed)) throw std::runtime_error("no receipt written");
  }
  return BatchResponse::ok();
}

}  // namespace weir::museum
