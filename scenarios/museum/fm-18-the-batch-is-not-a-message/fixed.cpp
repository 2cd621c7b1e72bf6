#include "scenarios/museum/entries.hpp"
#include "scenarios/museum/fm-12-bisecting-is-not-isolating/count_once.hpp"

namespace weir::museum {

// Names what it writes after the record, which stays the same in whatever batch it comes. [FM-18]
BatchResponse fm_18_fixed(const StreamEvent& event, Context& context) {
  for (const StreamRecord& record : event.records)
    if (!count_once(context, record, "group")) return BatchResponse::retry_from(record.sequence_number);
  return BatchResponse::ok();
}

}  // namespace weir::museum
