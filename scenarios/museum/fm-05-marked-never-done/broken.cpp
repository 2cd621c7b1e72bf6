#include "scenarios/museum/entries.hpp"
#include "sim/function/required.hpp"

namespace weir::museum {

// Issues one receipt an order and marks the record, so that none is issued twice. What is marked counts as done, though
// between mark and receipt the function may end. [FM-05]
BatchResponse fm_05_broken(const StreamEvent& event, Context& context) {
  TableClient receipts = context.table("receipts"), marks = context.table("marks");
  for (const StreamRecord& record : event.records) {
    const Item mark{{"event", record.event_id()}};
    const Result<std::optional<Item>> seen = marks.get(mark);
    if (seen && *seen) continue;
    const bool done = seen && marks.put(mark) && receipts.put(new_image_of(record));
    if (!done) throw std::runtime_error("the receipt could not be issued");
  }
  return BatchResponse::ok();
}

}  // namespace weir::museum
