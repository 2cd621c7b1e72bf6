#include "scenarios/museum/entries.hpp"
#include "scenarios/museum/fm-12-bisecting-is-not-isolating/count_once.hpp"

namespace weir::museum {

// Adds the line to the order's total where it is, in one write with the record's mark as its condition: whoever else does so
// meanwhile is neither overwritten nor counted twice. [FM-31]
BatchResponse fm_31_fixed(const StreamEvent& event, Context& context) {
  for (const StreamRecord& record : event.records)
    if (!count_once(context, record, "id")) throw std::runtime_error("the total could not be written");
  return BatchResponse::ok();
}

}  // namespace weir::museum
