// What a write may not ask, whatever its table and its item are.                                               [OP-3] [ERR-6]
#pragma once

#include <optional>

#include "sim/base/result.hpp"
#include "sim/table/requests.hpp"

namespace weir {

inline Failed invalid(std::string_view message) { return {ServiceError::validation, Certainty::surely_not_done, message}; }

// Of a put or delete: it has no other items to show.
inline std::optional<Failed> flaw_in(ReturnValues values) {
  if (values == ReturnValues::none || values == ReturnValues::all_old) return std::nullopt;
  return invalid("ReturnValues can only be ALL_OLD or NONE");
}

inline std::optional<Failed> flaw_in(const Condition& condition) {
  if (condition.flaw().empty()) return std::nullopt;
  return invalid(condition.flaw());
}

}  // namespace weir
