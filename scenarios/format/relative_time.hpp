// Times that a scenario counts from a step's own on: "@+90s" and "@-1h" stand for the Unix second at that distance, "@ms+90s"
// for the millisecond, "@text+90s" for the second as text. They stand in the `item` and `set` of a step, in its table's TTL
// attributes: the one the table begins with, and any that a step makes it one, now or later. Anywhere else they are texts.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "scenarios/format/scenario.hpp"

namespace weir {

std::optional<AttributeValue> relative_time(std::string_view text, std::int64_t unix_now);

// The same attribute values with those of `attributes` replaced that are such times.
using TtlAttributes = std::set<std::string, std::less<>>;
Item resolve_times(const Item& item, const TtlAttributes& attributes, std::int64_t unix_now);

TtlAttributes ttl_attributes(const Scenario& scenario, std::string_view table);

}  // namespace weir
