#include "scenarios/museum/entries.hpp"
#include "scenarios/museum/fm-49-the-container-remembers/counts.hpp"
#include "sim/function/required.hpp"

namespace weir::museum {

// Makes one output of each batch, the counts of its orders by group, named after its first record: what has that name already
// is written already. When the batch comes again with more records behind it, these are never counted. [FM-18]
BatchResponse fm_18_broken(const StreamEvent& event, Context& context) {
  Counts counts;
  for (const StreamRecord& record : event.records) counts[string_of(new_image_of(record), "group")] += 1;
  try {
    add_counts(event, counts, context);
  } catch (const std::runtime_error&) {
    return BatchResponse::retry_from(first_record_of(event).sequence_number);
  }
  return BatchResponse::ok();
}

}  // namespace weir::museum
