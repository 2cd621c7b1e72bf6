#include "scenarios/museum/entries.hpp"
#include "sim/function/required.hpp"

namespace weir::museum {

namespace {

constexpr Duration mark_life = 1h;

}  // namespace

// Adds one to its group's total for each order, and marks the record as counted. Marks go after an hour, to keep their table
// small: duplicates come soon, if they come. [FM-63]
BatchResponse fm_63_broken(const StreamEvent& event, Context& context) {
  TableClient totals = context.table("totals"), marks = context.table("marks");
  for (const StreamRecord& record : event.records) {
    const Item mark{{"event", record.event_id()}};
    const Result<std::optional<Item>> seen = marks.get(mark);
    if (seen && *seen) continue;
    const Item row{{"group", attribute_of(new_image_of(record), "group")}};
    const std::int64_t forget_at = context.unix_seconds() + mark_life / 1s;
    const bool done = seen && totals.update(row, Update().add("count", 1)) && marks.put(mark.with("expires_at", forget_at));
    if (!done) throw std::runtime_error("the order could not be counted");
  }
  return BatchResponse::ok();
}

}  // namespace weir::museum
