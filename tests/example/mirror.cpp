#include "mirror.hpp"

using namespace weir;

namespace {

// Safe under redelivery: what came before for an item comes again before what came after, so the last word stays.
bool mirror_one(TableClient& view, const StreamRecord& record) {
  return record.new_image ? view.put(*record.new_image).ok() : view.remove(record.keys).ok();
}

}  // namespace

BatchResponse mirror(const StreamEvent& event, Context& context) {
  TableClient view = context.table("view");
  for (const StreamRecord& record : event.records)
    if (!mirror_one(view, record)) return BatchResponse::retry_from(record.sequence_number);
  return BatchResponse::ok();
}

BatchResponse mirror_in_a_hurry(const StreamEvent& event, Context& context) {
  TableClient view = context.table("view");
  for (const StreamRecord& record : event.records)
    if (!mirror_one(view, record)) context.log("could not mirror an order");
  return BatchResponse::ok();
}
