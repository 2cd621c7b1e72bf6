#include "scenarios/museum/entries.hpp"
#include "sim/function/required.hpp"

namespace weir::museum {

// Writes an order's receipt when the order appears, from the lines that came with it: they were written together. [FM-33]
BatchResponse fm_33_broken(const StreamEvent& event, Context& context) {
  TableClient receipts = context.table("receipts");
  for (const StreamRecord& record : event.records) {
    const Item& order = new_image_of(record);
    if (!order.has("kind")) continue;
    Number total;
    for (const StreamRecord& other : event.records)
      if (new_image_of(other).get("group") == order.get("group"))
        total = sum_of(total, new_image_of(other).find_number("value").value_or(Number()));
    if (!receipts.put(Item{{"group", attribute_of(order, "group")}, {"total", total}}))
      throw std::runtime_error("no receipt written");
  }
  return BatchResponse::ok();
}

}  // namespace weir::museum
