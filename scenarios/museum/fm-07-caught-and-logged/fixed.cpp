#include "scenarios/museum/copy_changes.hpp"
#include "scenarios/museum/entries.hpp"
#include "sim/function/required.hpp"

namespace weir::museum {

namespace {

void copy(const StreamRecord& record, TableClient& view) {
  if (!copy_change(record, view)) throw std::runtime_error("the view could not be written");
}

}  // namespace

// Copies each change to the view. One that fails is logged and reported: it comes again, and all after it. [FM-07]
BatchResponse fm_07_fixed(const StreamEvent& event, Context& context) {
  TableClient view = context.table("view");
  for (const StreamRecord& record : event.records) {
    if (record.event_name != EventName::remove) (void)new_image_of(record);  // what is missing there no repetition brings
    try {
      copy(record, view);
    } catch (const std::exception& error) {
      context.log(error.what());
      return BatchResponse::retry_from(record.sequence_number);
    }
  }
  return BatchResponse::ok();
}

}  // namespace weir::museum
