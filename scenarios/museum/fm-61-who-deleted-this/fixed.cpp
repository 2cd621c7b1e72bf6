#include "scenarios/museum/entries.hpp"
#include "sim/function/required.hpp"

namespace weir::museum {

// Archives each session that TTL removed: those records carry the service's identity, a user's deletion does not. [FM-61]
BatchResponse fm_61_fixed(const StreamEvent& event, Context& context) {
  TableClient archive = context.table("archive");
  for (const StreamRecord& record : event.records) {
    if (record.event_name != EventName::remove || !record.by_ttl) continue;
    if (!archive.put(old_image_of(record))) throw std::runtime_error("the archive could not be written");
  }
  return BatchResponse::ok();
}

}  // namespace weir::museum
