#include "scenarios/museum/entries.hpp"
#include "scenarios/museum/fm-49-the-container-remembers/counts.hpp"

namespace weir::museum {

// Counts the orders of a batch by group, and adds the counts to the totals once for each batch, which it knows by its first
// record. The second half of a batch that was cut is a batch it does not know. [FM-12]
BatchResponse fm_12_broken(const StreamEvent& event, Context& context) {
  Counts counts;
  for (const StreamRecord& record : event.records) counts[std::string(record.new_image->find_string("group").value())] += 1;
  add_counts(event, counts, context);
  return BatchResponse::ok();
}

}  // namespace weir::museum
