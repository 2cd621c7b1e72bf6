#include "scenarios/museum/entries.hpp"
#include "sim/function/required.hpp"

namespace weir::museum {

// Issues one receipt an order. A mark says that an order is being worked on, for as long as this run can last, so that no
// second run takes it up; or that it is done. The mark of a run that is killed ends with the run. [FM-06]
BatchResponse fm_06_fixed(const StreamEvent& event, Context& context) {
  TableClient receipts = context.table("receipts"), marks = context.table("marks");
  for (const StreamRecord& record : event.records) {
    const Item mark{{"event", record.event_id()}};
    const Result<std::optional<Item>> seen = marks.get(mark);
    if (!seen) throw std::runtime_error("the mark could not be read");
    if (*seen && (*seen)->find_string("state") == "done") continue;
    if (*seen && (*seen)->find_number("until") > Number(context.unix_seconds()))
      throw std::runtime_error("another run is at it");

    const std::int64_t until = context.unix_seconds() + context.remaining_time() / 1s;
    const bool done = marks.put(mark.with("state", "running").with("until", until)) &&  //
                      receipts.put(new_image_of(record)) &&                             //
                      marks.put(mark.with("state", "done"));
    if (done) continue;
    if (!marks.remove(mark)) context.log("the mark could not be taken back");
    throw std::runtime_error("the receipt could not be issued");
  }
  return BatchResponse::ok();
}

}  // namespace weir::museum
