#include "scenarios/museum/entries.hpp"
#include "sim/function/required.hpp"

namespace weir::museum {

// Archives what has expired: an image whose time had passed when a change took its place. It takes every such change for the
// end of the item; renewing an expired item is one too. [FM-62]
BatchResponse fm_62_broken(const StreamEvent& event, Context& context) {
  TableClient archive = context.table("archive");
  for (const StreamRecord& record : event.records) {
    const std::optional<Number> expiry = record.old_image ? record.old_image->find_number("expires_at") : std::nullopt;
    if (!expiry || *expiry > Number(record.approximate_creation_time)) continue;
    if (!archive.put(old_image_of(record))) throw std::runtime_error("the archive could not be written");
  }
  return BatchResponse::ok();
}

}  // namespace weir::museum
