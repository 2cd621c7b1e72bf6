// What a handler's code takes for granted of a record, an item or an event, or else a sentence that says what is missing.
//
// Each throws std::runtime_error: a handler that may not go without ends in a function error that the report tells, where a
// mere dereference would end the program.                                              [RETRY-1] [STREAM-1]
#pragma once

#include <string>
#include <string_view>

#include "sim/function/handler.hpp"

namespace weir {

// "record 3 shows no new image: it is a REMOVE", "... no old image: the stream's view is NEW_IMAGE"
const Item& new_image_of(const StreamRecord& record);
const Item& old_image_of(const StreamRecord& record);
const Item& latest_image_of(const StreamRecord& record);  // the new one; of a REMOVE the old one

// "the item {"id":"i0"} has no attribute 'group'"; "... has no number 'revision'"
AttributeValue attribute_of(const Item& item, std::string_view name);
Number number_of(const Item& item, std::string_view name);
std::string string_of(const Item& item, std::string_view name);

// "the event has no window: its mapping has no tumbling_window"                              [WIN-1]
const TumblingWindow& window_of(const StreamEvent& event);
// "the event has no records: it only ends a window"                                          [WIN-2]
const StreamRecord& first_record_of(const StreamEvent& event);

// "1 and .. add up to more than a number holds"                                              [NUM-5]
Number sum_of(const Number& a, const Number& b);

}  // namespace weir
