#include "scenarios/catalogue/consumers.hpp"

namespace weir {

namespace {

// Copies each record's item to the table's replica, as the workshop's function does. Idempotent, and in order for one item. [POLL-8]
BatchResponse replicate(const StreamEvent& event, Context& context) {
  TableClient replica = context.table("logfile_replica");
  for (const StreamRecord& record : event.records) {
    const bool written = record.new_image ? replica.put(*record.new_image).ok() : replica.remove(record.keys).ok();
    if (!written) return BatchResponse::retry_from(record.sequence_number);
  }
  return BatchResponse::ok();
}

}  // namespace

Handlers catalogue_consumers() {
  Handlers all;
  all.functions = {{"replicate", replicate}};
  return all;
}

}  // namespace weir
