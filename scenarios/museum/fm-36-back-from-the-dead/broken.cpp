#include "scenarios/museum/entries.hpp"
#include "sim/function/required.hpp"

namespace weir::museum {

// Copies each change to the view unless the row there is newer. A removal takes the row away, and with it the revision that
// would have stopped an older change. [FM-36]
BatchResponse fm_36_broken(const StreamEvent& event, Context& context) {
  TableClient view = context.table("view");
  for (const StreamRecord& record : event.records) {
    const Item& image = latest_image_of(record);
    const Condition not_newer =
        attribute_not_exists("revision") || compare(Path("revision"), Comparator::less_equal, attribute_of(image, "revision"));
    const Result<Done> written =
        record.new_image ? view.put(image, if_older("revision", image)) : view.remove(record.keys, not_newer);
    if (!written && !written.failed_with(ServiceError::condition_failed))
      throw std::runtime_error("the view could not be written");
  }
  return BatchResponse::ok();
}

}  // namespace weir::museum
