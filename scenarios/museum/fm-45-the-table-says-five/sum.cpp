#include "scenarios/museum/fm-45-the-table-says-five/sum.hpp"

#include "sim/function/required.hpp"

namespace weir::museum {

namespace {

Number value_of(const std::optional<Item>& item) { return item ? item->find_number("value").value_or(Number()) : Number(); }

}  // namespace

void add_difference(Context& context, const StreamRecord& record, const std::optional<Item>& now) {
  const Number difference = sum_of(value_of(now), value_of(record.old_image).negated());
  const Update once = Update().add("total", difference).add("seen", AttributeValue::string_set({record.event_id()}));
  const Result<Item> written =
      context.table("totals").update(Item{{"group", "all"}}, once, !contains("seen", AttributeValue(record.event_id())));
  if (!written && !written.failed_with(ServiceError::condition_failed))
    throw std::runtime_error("the total could not be written");
}

}  // namespace weir::museum
