#include "scenarios/museum/entries.hpp"
#include "sim/function/required.hpp"

namespace weir::museum {

// Archives what TTL has removed, and nothing before: until that record an expired item may still be renewed. [FM-62]
BatchResponse fm_62_fixed(const StreamEvent& event, Context& context) {
  TableClient archive = context.table("archive");
  for (const StreamRecord& record : event.records) {
    if (!record.by_ttl) continue;
    if (!archive.put(old_image_of(record))) throw std::runtime_error("the archive could not be written");
  }
  return BatchResponse::ok();
}

}  // namespace weir::museum
