#include "scenarios/museum/fm-26-the-window-that-closed-early/results.hpp"

#include <stdexcept>

namespace weir::museum {

Item counted_in(const StreamEvent& event) {
  if (!event.window) throw std::runtime_error("no tumbling window");
  Item state = event.window->state;
  for (const StreamRecord& record : event.records) {
    if (!state.has("first")) state = state.with("first", AttributeValue(record.event_id()));
    const std::string group(record.new_image->find_string("group").value());
    const Number before = state.find_number(group).value_or(Number());
    state = state.with(group, AttributeValue(*before.add(1)));
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
