#include "scenarios/museum/fm-60-a-lock-that-is-swept/totals.hpp"

#include "sim/function/required.hpp"

namespace weir::museum {

bool count_orders(const StreamEvent& event, Context& context) {
  TableClient totals = context.table("totals");
  for (const StreamRecord& record : event.records) {
    const Item group{{"group", attribute_of(new_image_of(record), "group")}};
    const Result<std::optional<Item>> found = totals.get(group);
    if (!found) return false;
    const Item row = found->value_or(group);
    if (row.has(record.event_id())) continue;
    const std::int64_t count = row.find_number("count").value_or(Number()).floor_int64();
    if (!totals.put(row.with("count", count + 1).with(record.event_id(), true))) return false;
  }
  return true;
}

}  // namespace weir::museum
