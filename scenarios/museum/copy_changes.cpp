#include "scenarios/museum/copy_changes.hpp"

#include <stdexcept>

#include "sim/function/required.hpp"

namespace weir::museum {

Result<Done> copy_change(const StreamRecord& record, TableClient& view) {
  return record.event_name == EventName::remove ? view.remove(record.keys) : view.put(new_image_of(record));
}

BatchResponse copy_changes(const StreamEvent& event, Context& context) {
  TableClient view = context.table("view");
  for (const StreamRecord& record : event.records) {
    if (!copy_change(record, view)) throw std::runtime_error("the view could not be written");
  }
  return BatchResponse::ok();
}

}  // namespace weir::museum
