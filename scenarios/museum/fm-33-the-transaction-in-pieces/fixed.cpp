#include "scenarios/museum/entries.hpp"
#include "sim/function/required.hpp"

namespace weir::museum {

// Adds each line to its order's receipt when the line appears, once: each piece has an effect that is right alone. [FM-33]
BatchResponse fm_33_fixed(const StreamEvent& event, Context& context) {
  TableClient receipts = context.table("receipts");
  for (const StreamRecord& record : event.records) {
    const Item& line = new_image_of(record);
    if (line.has("kind")) continue;
    const Update once =
        Update().add("total", attribute_of(line, "value")).add("seen", AttributeValue::string_set({record.event_id()}));
    const Result<Item> written = receipts.update(Item{{"group", attribute_of(line, "group")}}, once,
                                                 !contains("seen", AttributeValue(record.event_id())));
    if (!written && !written.failed_with(ServiceError::condition_failed)) throw std::runtime_error("no receipt written");
  }
  return BatchResponse::ok();
}

}  // namespace weir::museum
