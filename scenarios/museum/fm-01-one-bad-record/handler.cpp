#include "scenarios/museum/entries.hpp"
#include "sim/function/required.hpp"

namespace weir::museum {

// Copies each order to the view, which takes eight pieces an order at most: more is refused, today and always. Throwing says
// so rightly; what becomes of the record, and of those behind it, is for the mapping's settings to say. [FM-01]
BatchResponse fm_01(const StreamEvent& event, Context& context) {
  TableClient view = context.table("view");
  for (const StreamRecord& record : event.records) {
    const Item order = new_image_of(record);
    if (order.find_number("value") > Number(8)) throw std::runtime_error("more than eight pieces");
    if (!view.put(order)) throw std::runtime_error("the view could not be written");
  }
  return BatchResponse::ok();
}

}  // namespace weir::museum
