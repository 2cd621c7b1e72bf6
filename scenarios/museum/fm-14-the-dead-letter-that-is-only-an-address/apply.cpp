#include "scenarios/museum/fm-14-the-dead-letter-that-is-only-an-address/apply.hpp"

#include "sim/function/required.hpp"

namespace weir::museum {

bool apply_unless_older(Context& context, const StreamRecord& record) {
  const Item& image = latest_image_of(record);
  const Item row = record.new_image ? image : image.with("gone", true);
  const Condition not_newer =
      attribute_not_exists("revision") || compare(Path("revision"), Comparator::less_equal, attribute_of(row, "revision"));
  const Condition guard = record.new_image ? if_older("revision", row) : not_newer;
  const Result<Done> written = context.table("view").put(row, guard);
  return written || written.failed_with(ServiceError::condition_failed);
}

}  // namespace weir::museum
