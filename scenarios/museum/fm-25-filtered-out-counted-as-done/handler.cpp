#include "scenarios/museum/entries.hpp"
#include "sim/function/required.hpp"

namespace weir::museum {

// Copies each order it hears of to the view. Of which it hears is for the mapping's filter to say. [FM-25]
BatchResponse fm_25(const StreamEvent& event, Context& context) {
  TableClient view = context.table("view");
  for (const StreamRecord& record : event.records)
    if (!view.put(new_image_of(record))) throw std::runtime_error("the view could not be written");
  return BatchResponse::ok();
}

}  // namespace weir::museum
