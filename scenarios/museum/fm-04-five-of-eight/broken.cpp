#include "scenarios/museum/entries.hpp"
#include "sim/function/required.hpp"

namespace weir::museum {

// Counts each new order in its group and among all, one write after the other. When the second fails, the first is done, and
// the batch that comes again does it once more. [FM-04]
BatchResponse fm_04_broken(const StreamEvent& event, Context& context) {
  TableClient totals = context.table("totals"), grand = context.table("grand");
  for (const StreamRecord& record : event.records) {
    if (record.event_name != EventName::insert) continue;
    const Item group{{"group", attribute_of(new_image_of(record), "group")}};
    const bool counted =
        totals.update(group, Update().add("count", 1)) && grand.update(Item{{"id", "all"}}, Update().add("count", 1));
    if (!counted) throw std::runtime_error("a count could not be written");
  }
  return BatchResponse::ok();
}

}  // namespace weir::museum
