#include "scenarios/museum/copy_changes.hpp"
#include "scenarios/museum/entries.hpp"

namespace weir::museum {

// Copies each change to the view, and names the record it could not write: from there on it wants to see them again. Whether
// anybody reads that answer is for the mapping's settings to say. [FM-08]
BatchResponse fm_08(const StreamEvent& event, Context& context) {
  TableClient view = context.table("view");
  for (const StreamRecord& record : event.records)
    if (!copy_change(record, view)) return BatchResponse::retry_from(record.sequence_number);
  return BatchResponse::ok();
}

}  // namespace weir::museum
