#include "scenarios/museum/entries.hpp"
#include "sim/function/required.hpp"

namespace weir::museum {

// Counts by one transaction for each record, with a marker in it: both counts and the marker, or nothing. [FM-04] [TXN-2]
BatchResponse fm_04_fixed(const StreamEvent& event, Context& context) {
  const TableClient totals = context.table("totals"), grand = context.table("grand"), marks = context.table("marks");
  for (const StreamRecord& record : event.records) {
    if (record.event_name != EventName::insert) continue;
    const Item group{{"group", attribute_of(new_image_of(record), "group")}};
    const Update one_more = Update().add("count", 1);
    TransactWriteItems all;
    all.actions.emplace_back(
        marks.of(PutItem{.item = Item{{"id", record.event_id()}}, .condition = attribute_not_exists("id")}));
    all.actions.emplace_back(totals.of(UpdateItem{.key = group, .update = one_more}));
    all.actions.emplace_back(grand.of(UpdateItem{.key = Item{{"id", "all"}}, .update = one_more}));
    const TransactWriteItems::Answer answer = context.call(all);
    const bool counted_before = !answer.reasons.empty() && answer.reasons[0].code == CancellationCode::conditional_check_failed;
    if (!answer && !counted_before) throw std::runtime_error("the counts could not be written");
  }
  return BatchResponse::ok();
}

}  // namespace weir::museum
