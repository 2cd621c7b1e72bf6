#include "scenarios/museum/entries.hpp"

namespace weir::museum {

// Writes an order's receipt when the order appears, from the lines that came with it: they were written together. [FM-33]
BatchResponse fm_33_broken(const StreamEvent& event, Context& context) {
  TableClient receipts = context.table("receipts");
  for (const StreamRecord& record : event.records) {
    const Item& order = *record.new_image;
    if (!order.has("kind")) continue;
    Number total;
    for (const StreamRecord& other : event.records)
      if (other.new_image->get("group") == order.get("group"))
        total = *total.add(other.new_image->find_number("value").value_or(Number()));
    if (!receipts.put(Item{{"group", *order.get("group")}, {"total", total}})) throw std::runtime_error("no receipt written");
  }
  return BatchResponse::ok();
}

}  // namespace weir::museum
