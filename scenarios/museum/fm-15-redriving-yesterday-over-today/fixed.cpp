#include "scenarios/museum/entries.hpp"
#include "scenarios/museum/fm-15-redriving-yesterday-over-today/redrive.hpp"

namespace weir::museum {

namespace {

// A row gives way only to a later revision; a removal leaves a tombstone, which keeps the revision.
bool apply(Context& context, const StreamRecord& record) {
  const Item row = record.new_image ? *record.new_image : record.old_image->with("gone", true);
  const Condition not_newer =
      attribute_not_exists("revision") || compare(Path("revision"), Comparator::less_equal, *row.get("revision"));
  const Condition guard = record.new_image ? if_older("revision", row) : not_newer;
  const Result<Done> written = context.table("view").put(row, guard);
  return written || written.failed_with(ServiceError::condition_failed);
}

}  // namespace

// Copies each change to the view unless the row there is newer: whenever it comes, and by whom. [FM-15]
BatchResponse fm_15_fixed(const StreamEvent& event, Context& context) {
  for (const StreamRecord& record : event.records)
    if (!apply(context, record)) throw std::runtime_error("the view could not be written");
  return BatchResponse::ok();
}

void fm_15_redrive_fixed(Context& context) { redrive_letters(context, apply); }

}  // namespace weir::museum
