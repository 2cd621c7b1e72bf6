#include "scenarios/museum/fm-49-the-container-remembers/counts.hpp"

#include <stdexcept>

#include "sim/function/required.hpp"

namespace weir::museum {

void add_counts(const StreamEvent& event, const Counts& counts, Context& context) {
  TableClient totals = context.table("totals");
  const std::string batch = first_record_of(event).event_id();
  for (const auto& [group, count] : counts) {
    const Update once = Update().add("count", count).add("seen", AttributeValue::string_set({batch}));
    const Result<Item> written = totals.update(Item{{"group", group}}, once, !contains("seen", AttributeValue(batch)));
    if (!written && !written.failed_with(ServiceError::condition_failed))
      throw std::runtime_error("the totals could not be written");
  }
}

}  // namespace weir::museum
