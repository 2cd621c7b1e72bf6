#include "scenarios/museum/entries.hpp"
#include "scenarios/museum/fm-49-the-container-remembers/counts.hpp"
#include "sim/function/required.hpp"

namespace weir::museum {

// Counts the orders of a batch by group, and adds the counts to the totals once for each batch, which it knows by its first
// record. The second half of a batch that was cut is a batch it does not know. [FM-12]
BatchResponse fm_12_broken(const StreamEvent& event, Context& context) {
  Counts counts;
  for (const StreamRecord& record : event.records) counts[string_of(new_image_of(record), "group")] += 1;
  add_counts(event, counts, context);
  return BatchResponse::ok();
}

}  // namespace weir::museum
