// Keys are scalars, of a table and of its indexes: what leads into one is refused before any item is looked at. A condition
// such as attribute_not_exists(id.x) would hold whatever is there.                                        [TABLE-1] [EXPR-4]
//
//   order     the attributes of the table's key first, then those of its indexes, as they stand in its settings
//   cost      nearly none for expressions without nested paths, which are nearly all
#pragma once

#include <optional>

#include "sim/base/result.hpp"
#include "sim/expression/names.hpp"
#include "sim/table/settings.hpp"

namespace weir {

std::optional<Failed> flaw_of_entered(const TableSettings& table, const AttributeNames& entered);

// `expression`: a Condition, Projection or Update.
template <class Expression>
std::optional<Failed> flaw_of_paths(const TableSettings& table, const Expression& expression) {
  if (!has_nested_paths(expression)) return std::nullopt;
  AttributeNames entered;
  add_entered(expression, entered);
  return flaw_of_entered(table, entered);
}

}  // namespace weir
