#include "sim/function/required.hpp"

#include <stdexcept>

#include "sim/data/json.hpp"

namespace weir {

namespace {

std::string named(const StreamRecord& record) { return "record " + std::to_string(record.id.value); }

[[noreturn]] void lacks_image(const StreamRecord& record, const std::string& which, bool view_has_it) {
  const std::string why = view_has_it ? "it is " + std::string(record.event_name == EventName::insert ? "an " : "a ") +
                                            std::string(wire_name(record.event_name))
                                      : "the stream's view is " + std::string(wire_name(record.view));
  throw std::runtime_error(named(record) + " shows no " + which + " image: " + why);
}

[[noreturn]] void lacks(const Item& item, std::string_view what, std::string_view name) {
  throw std::runtime_error("the item " + to_plain_text(item) + " has no " + std::string(what) + " '" + std::string(name) + "'");
}

}  // namespace

const Item& new_image_of(const StreamRecord& record) {
  if (record.new_image) return *record.new_image;
  lacks_image(record, "new", record.view == StreamView::new_image || record.view == StreamView::new_and_old_images);
}

const Item& old_image_of(const StreamRecord& record) {
  if (record.old_image) return *record.old_image;
  lacks_image(record, "old", record.view == StreamView::old_image || record.view == StreamView::new_and_old_images);
}

const Item& latest_image_of(const StreamRecord& record) {
  return record.event_name == EventName::remove ? old_image_of(record) : new_image_of(record);
}

AttributeValue attribute_of(const Item& item, std::string_view name) {
  std::optional<AttributeValue> value = item.get(name);
  if (!value) lacks(item, "attribute", name);
  return *std::move(value);
}

Number number_of(const Item& item, std::string_view name) {
  const std::optional<Number> number = item.find_number(name);
  if (!number) lacks(item, "number", name);
  return *number;
}

std::string string_of(const Item& item, std::string_view name) {
  const std::optional<std::string_view> text = item.find_string(name);
  if (!text) lacks(item, "string", name);
  return std::string(*text);
}

const TumblingWindow& window_of(const StreamEvent& event) {
  if (!event.window) throw std::runtime_error("the event has no window: its mapping has no tumbling_window");
  return *event.window;
}

const StreamRecord& first_record_of(const StreamEvent& event) {
  if (event.records.empty()) throw std::runtime_error("the event has no records: it only ends a window");
  return event.records.front();
}

Number sum_of(const Number& a, const Number& b) {
  const NumberResult sum = a.add(b);
  if (!sum) throw std::runtime_error(a.to_text() + " and " + b.to_text() + " add up to more than a number holds");
  return *sum;
}

}  // namespace weir
