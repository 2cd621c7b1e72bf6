#include "scenarios/museum/entries.hpp"
#include "scenarios/museum/fm-12-bisecting-is-not-isolating/count_once.hpp"

namespace weir::museum {

// Adds each order to its group's total once, whatever batch it comes in. [FM-12]
BatchResponse fm_12_fixed(const StreamEvent& event, Context& context) {
  for (const StreamRecord& record : event.records)
    if (!count_once(context, record, "group")) throw std::runtime_error("the total could not be written");
  return BatchResponse::ok();
}

}  // namespace weir::museum
