#include "scenarios/museum/entries.hpp"
#include "scenarios/museum/fm-45-the-table-says-five/sum.hpp"

namespace weir::museum {

// Reads the order again to see what it has become, and adds the difference to the total. [FM-45]
BatchResponse fm_45_broken(const StreamEvent& event, Context& context) {
  TableClient orders = context.table("orders");
  for (const StreamRecord& record : event.records) {
    const Result<std::optional<Item>> now = orders.get(record.keys);
    if (!now) throw std::runtime_error("the order could not be read");
    add_difference(context, record, *now);
  }
  return BatchResponse::ok();
}

}  // namespace weir::museum
