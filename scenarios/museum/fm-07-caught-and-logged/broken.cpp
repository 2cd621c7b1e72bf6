#include "scenarios/museum/copy_changes.hpp"
#include "scenarios/museum/entries.hpp"

namespace weir::museum {

namespace {

void copy(const StreamRecord& record, TableClient& view) {
  if (!copy_change(record, view)) throw std::runtime_error("the view could not be written");
}

}  // namespace

// Copies each change to the view. One that fails is logged, and the loop goes on: to the mapping all went well. [FM-07]
BatchResponse fm_07_broken(const StreamEvent& event, Context& context) {
  TableClient view = context.table("view");
  for (const StreamRecord& record : event.records) {
    try {
      copy(record, view);
    } catch (const std::exception& error) {
      context.log(error.what());
    }
  }
  return BatchResponse::ok();
}

}  // namespace weir::museum
