#include "scenarios/museum/copy_changes.hpp"
#include "scenarios/museum/entries.hpp"
#include "scenarios/museum/fm-15-redriving-yesterday-over-today/redrive.hpp"

namespace weir::museum {

namespace {

bool apply(Context& context, const StreamRecord& record) {
  TableClient view = context.table("view");
  return copy_change(record, view).ok();
}

}  // namespace

// Copies each change to the view: in order, as long as nothing is left out and made up for later. [FM-15]
BatchResponse fm_15_broken(const StreamEvent& event, Context& context) {
  for (const StreamRecord& record : event.records)
    if (!apply(context, record)) throw std::runtime_error("the view could not be written");
  return BatchResponse::ok();
}

void fm_15_redrive_broken(Context& context) { redrive_letters(context, apply); }

}  // namespace weir::museum
