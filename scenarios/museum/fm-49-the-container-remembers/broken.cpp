#include "scenarios/museum/entries.hpp"
#include "scenarios/museum/fm-49-the-container-remembers/counts.hpp"
#include "sim/function/required.hpp"

namespace weir::museum {

// Counts the orders of a batch by group, in a variable of its module, and adds the counts to the totals. After a batch that
// failed the container still has its counts, and the next batch there adds to them. [FM-49]
BatchResponse fm_49_broken(const StreamEvent& event, Context& context) {
  Counts& counts = context.container<Counts>();
  for (const StreamRecord& record : event.records) counts[string_of(new_image_of(record), "group")] += 1;
  add_counts(event, counts, context);
  counts.clear();
  return BatchResponse::ok();
}

}  // namespace weir::museum
