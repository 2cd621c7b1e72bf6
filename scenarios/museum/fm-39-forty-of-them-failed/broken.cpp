#include "scenarios/museum/entries.hpp"
#include "scenarios/museum/fm-39-forty-of-them-failed/batch.hpp"

namespace weir::museum {

// Copies a batch's changes by one batch write, and is content when the call succeeds. [FM-39]
BatchResponse fm_39_broken(const StreamEvent& event, Context& context) {
  if (!context.call(last_changes(event, context.table("view")))) throw std::runtime_error("the view could not be written");
  return BatchResponse::ok();
}

}  // namespace weir::museum
