// How values show in the reports of Catch2 and RapidCheck.
#pragma once

#include <ostream>

#include "sim/data/json.hpp"
#include "sim/data/key.hpp"

namespace weir {
inline std::ostream& operator<<(std::ostream& out, const Number& number) { return out << number.to_text(); }
inline std::ostream& operator<<(std::ostream& out, const AttributeValue& value) { return out << to_plain_text(value); }
inline std::ostream& operator<<(std::ostream& out, const Item& item) { return out << to_plain_text(item); }
inline std::ostream& operator<<(std::ostream& out, const ItemKey& key) { return out << key.to_text(); }
}  // namespace weir
