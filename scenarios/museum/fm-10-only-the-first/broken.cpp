#include "scenarios/museum/copy_changes.hpp"
#include "scenarios/museum/entries.hpp"
#include "sim/function/required.hpp"

namespace weir::museum {

// Copies the change it is called for to the view. While it was written, each write had a call of its own. [FM-10]
BatchResponse fm_10_broken(const StreamEvent& event, Context& context) {
  TableClient view = context.table("view");
  const StreamRecord& record = first_record_of(event);
  if (!copy_change(record, view)) throw std::runtime_error("the view could not be written");
  return BatchResponse::ok();
}

}  // namespace weir::museum
