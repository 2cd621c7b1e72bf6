// What a write may not ask, whatever its table and its item are, and the fact of its refusal.      [OP-3] [ERR-6]
#pragma once

#include <optional>

#include "sim/base/result.hpp"
#include "sim/table/requests.hpp"
#include "sim/trace/fact.hpp"

namespace weir {

// The fact of a refused write; `key` is empty where the request has none that fits.
inline WriteRefused write_refused(TableId table, const ItemKey& key, const Failed& failed, const Actor& actor) {
  const bool explains = failed.error == ServiceError::validation;
  return {table, key, failed.error, actor, std::string(explains ? failed.message : "")};
}

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
