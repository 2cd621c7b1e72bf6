#include "scenarios/museum/entries.hpp"
#include "sim/function/required.hpp"

namespace weir::museum {

// Copies each order to the view, which takes eight pieces at most: such an order blocks its shard for as long as the stream has
// it. Nothing is wrong with this code; the question is who notices. [FM-21]
BatchResponse fm_21(const StreamEvent& event, Context& context) {
  TableClient view = context.table("view");
  for (const StreamRecord& record : event.records) {
    const Item order = new_image_of(record);
    if (order.find_number("value") > Number(8)) throw std::runtime_error("more than eight pieces");
    if (!view.put(order)) throw std::runtime_error("the view could not be written");
  }
  return BatchResponse::ok();
}

}  // namespace weir::museum
