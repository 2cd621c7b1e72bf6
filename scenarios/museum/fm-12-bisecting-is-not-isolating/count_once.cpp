#include "scenarios/museum/fm-12-bisecting-is-not-isolating/count_once.hpp"

#include "sim/function/required.hpp"

namespace weir::museum {

bool count_once(Context& context, const StreamRecord& record, std::string_view by) {
  const AttributeValue marker(record.event_id());
  const Item row{{by, attribute_of(new_image_of(record), by)}};
  const Update once = Update().add("count", 1).add("seen", AttributeValue::string_set({record.event_id()}));
  const Result<Item> written = context.table("totals").update(row, once, !contains("seen", marker));
  return written || written.failed_with(ServiceError::condition_failed);
}

}  // namespace weir::museum
