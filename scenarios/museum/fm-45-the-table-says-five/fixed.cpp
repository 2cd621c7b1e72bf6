#include "scenarios/museum/entries.hpp"
#include "scenarios/museum/fm-45-the-table-says-five/sum.hpp"

namespace weir::museum {

// Takes from the record what this change made of the order. [FM-45] [REC-3]
BatchResponse fm_45_fixed(const StreamEvent& event, Context& context) {
  for (const StreamRecord& record : event.records) add_difference(context, record, record.new_image);
  return BatchResponse::ok();
}

}  // namespace weir::museum
