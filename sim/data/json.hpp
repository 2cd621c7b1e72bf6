// Attribute values and items as JSON, in two spellings, and as text.
//
//   typed   DynamoDB's own: {"S":"x"} {"N":"1.5"} {"B":"base64"} {"BOOL":true} {"NULL":true} {"M":{..}} {"L":[..]} {"SS":[..]}
//           {"NS":[..]} {"BS":[..]}. An item is an object of name and typed value.                        [REC-5] [NUM-2]
//   plain   for people's files: "x" is S, 1 is N, true BOOL, null NULL, [..] L, {..} M. What plain JSON lacks is an object with
//           a single name: {"$S":..} {"$N":"1.5"} {"$B":"base64"} {"$SS":[..]} {"$NS":[..]} {"$BS":[..]}; {"$M":{..}} is a map
//           whose only name begins with '$'. An item is an object of name and plain value.
//   exact   a decimal in plain JSON is exact only if its text survived parsing: parse_json_exactly keeps it, as {"$N":"1.50"}.
//           A number that some other parser made a double of is refused, never guessed.                  [NUM-1]
//   errors  BadInput. `where` names the file and the JSON pointer so far, as the caller has it; the pointer is drawn on
//   inwards.
//           Where the service has words for the mistake (MSG-12, MSG-15, MSG-16), BadInput::found is just those.
//   text    one line, attributes in byte order of names, every digit of a number: {"id":"A","n":1}. parse_json_exactly and
//           plain_item give the same item back.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "sim/data/item.hpp"
#include "sim/data/value.hpp"

namespace weir {

// Parses a JSON document. Integers that fit 64 bits stay integers; every other number becomes {"$N":"its text"}. BadInput (with
// line and column after `where`) for text that is no JSON, for a name twice in one object, and for more than 200 levels.
nlohmann::json parse_json_exactly(std::string_view text, std::string_view where);

AttributeValue typed_value(const nlohmann::json& json, std::string_view where);
Item typed_item(const nlohmann::json& json, std::string_view where);
nlohmann::json to_typed_json(const AttributeValue& value);
nlohmann::json to_typed_json(const Item& item);

AttributeValue plain_value(const nlohmann::json& json, std::string_view where);
Item plain_item(const nlohmann::json& json, std::string_view where);
nlohmann::json to_plain_json(const AttributeValue& value);  // numbers beyond 64-bit integers as {"$N":".."}
nlohmann::json to_plain_json(const Item& item);

std::string to_plain_text(const AttributeValue& value);
std::string to_plain_text(const Item& item);

// Appends a JSON string literal, quotes included: escapes quotes, backslashes and control characters; bytes that are no UTF-8
// become U+FFFD.
void append_json_string(std::string& out, std::string_view text);

}  // namespace weir
