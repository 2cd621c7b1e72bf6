#include "scenarios/museum/entries.hpp"
#include "sim/function/required.hpp"

namespace weir::museum {

// Reads the total of an order, counts the line and puts the total back, with the record's mark in it. Right as long as nobody
// else has the order in hand: of one shard, one invocation. [FM-31]
BatchResponse fm_31_broken(const StreamEvent& event, Context& context) {
  TableClient totals = context.table("totals");
  for (const StreamRecord& record : event.records) {
    const Item row{{"id", attribute_of(new_image_of(record), "id")}};
    const Result<std::optional<Item>> read = totals.get(row);
    if (!read) throw std::runtime_error("the total could not be read");
    const Item before = read->value_or(row);
    if (before.has(record.event_id())) continue;
    const Number count = before.find_number("count").value_or(Number());
    const Item after = before.with("count", AttributeValue(sum_of(count, 1))).with(record.event_id(), AttributeValue(true));
    if (!totals.put(after)) throw std::runtime_error("the total could not be written");
  }
  return BatchResponse::ok();
}

}  // namespace weir::museum
