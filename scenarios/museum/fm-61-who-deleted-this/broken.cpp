#include "scenarios/museum/entries.hpp"
#include "sim/function/required.hpp"

namespace weir::museum {

// Archives each session that is removed. All removals seen so far were TTL's; a user's looks the same but for one field.
// [FM-61]
BatchResponse fm_61_broken(const StreamEvent& event, Context& context) {
  TableClient archive = context.table("archive");
  for (const StreamRecord& record : event.records) {
    if (record.event_name != EventName::remove) continue;
    if (!archive.put(old_image_of(record))) throw std::runtime_error("the archive could not be written");
  }
  return BatchResponse::ok();
}

}  // namespace weir::museum
