#include "scenarios/museum/fm-26-the-window-that-closed-early/results.hpp"

#include <stdexcept>

#include "sim/function/required.hpp"

namespace weir::museum {

Item counted_in(const StreamEvent& event) {
  Item state = window_of(event).state;
  for (const StreamRecord& record : event.records) {
    if (!state.has("first")) state = state.with("first", AttributeValue(record.event_id()));
    const std::string group = string_of(new_image_of(record), "group");
    const Number before = state.find_number(group).value_or(Number());
    state = state.with(group, AttributeValue(sum_of(before, 1)));
  }
  return state;
}

void add_result(const Item& state, const std::string& name, Context& context) {
  TableClient totals = context.table("totals");
  for (const auto& [group, count] : state.attributes()) {
    if (group == "first") continue;
    const Update once = Update().add("count", count).add("seen", AttributeValue::string_set({name}));
    const Result<Item> written = totals.update(Item{{"group", group}}, once, !contains("seen", AttributeValue(name)));
    if (!written && !written.failed_with(ServiceError::condition_failed))
      throw std::runtime_error("the totals could not be written");
  }
}

}  // namespace weir::museum
