#include "scenarios/museum/entries.hpp"
#include "sim/function/required.hpp"

namespace weir::museum {

namespace {

// Adds to the total of the group that the image belongs to, once for each record and sign, however often it comes.
void count_once(TableClient& totals, const StreamRecord& record, const Item& image, int amount) {
  const std::string mark = record.event_id() + (amount > 0 ? "+" : "-");
  const Item row{{"group", attribute_of(image, "group")}};
  const Update once = Update().add("count", amount).add("seen", AttributeValue::string_set({mark}));
  const Result<Item> written = totals.update(row, once, !contains("seen", AttributeValue(mark)));
  if (!written && !written.failed_with(ServiceError::condition_failed))
    throw std::runtime_error("the total could not be written");
}

}  // namespace

// Counts the orders of each group: one more where an order comes, one less where it was. An image that is missing says that
// there was no order; that the stream might not show it at all is a matter of the table's settings. [FM-27]
BatchResponse fm_27(const StreamEvent& event, Context& context) {
  TableClient totals = context.table("totals");
  for (const StreamRecord& record : event.records) {
    if (record.old_image) count_once(totals, record, *record.old_image, -1);
    if (record.new_image) count_once(totals, record, *record.new_image, +1);
  }
  return BatchResponse::ok();
}

}  // namespace weir::museum
