#include "scenarios/museum/entries.hpp"
#include "scenarios/museum/fm-14-the-dead-letter-that-is-only-an-address/apply.hpp"
#include "scenarios/museum/fm-15-redriving-yesterday-over-today/redrive.hpp"

namespace weir::museum {

// Copies each change to the view unless the row there is newer: whenever it comes, and by whom. [FM-15]
BatchResponse fm_15_fixed(const StreamEvent& event, Context& context) {
  for (const StreamRecord& record : event.records)
    if (!apply_unless_older(context, record)) throw std::runtime_error("the view could not be written");
  return BatchResponse::ok();
}

void fm_15_redrive_fixed(Context& context) { redrive_letters(context, apply_unless_older); }

}  // namespace weir::museum
