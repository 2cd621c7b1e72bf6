#include "scenarios/museum/entries.hpp"

namespace weir::museum {

namespace {

void copy(const StreamRecord& record, TableClient& view) {
  const Result<Done> written = record.new_image ? view.put(*record.new_image) : view.remove(record.keys);
  if (!written) throw std::runtime_error("the view could not be written");
}

}  // namespace

// Copies each change to the view. One that fails is logged and reported: it comes again, and all after it. [FM-07]
BatchResponse fm_07_fixed(const StreamEvent& event, Context& context) {
  TableClient view = context.table("view");
  for (const StreamRecord& record : event.records) {
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
