// What a write may not ask, whatever its table and its item are: said before its table is looked for; and the fact of its
// refusal.                                                                                                    [OP-3] [ERR-6]
#pragma once

#include <optional>

#include "sim/base/result.hpp"
#include "sim/data/check_item.hpp"
#include "sim/table/requests.hpp"
#include "sim/table/transaction_requests.hpp"
#include "sim/trace/fact.hpp"

namespace weir {

// The fact of a refused write; `key` is empty where the request has none that fits.
inline WriteRefused write_refused(TableId table, const ItemKey& key, const Failed& failed, const Actor& actor) {
  const bool explains = failed.error == ServiceError::validation || failed.error == ServiceError::item_size_exceeded;
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

inline std::optional<Failed> flaw_in(const PutItem& request) {
  if (const std::optional<Failed> wrong = flaw_in(request.return_values)) return wrong;
  if (const Result<Done> sound = check_item(request.item, WriteKind::put); !sound) return sound.failure();
  return flaw_in(request.condition);
}
inline std::optional<Failed> flaw_in(const UpdateItem& request) {
  if (!request.update.flaw().empty()) return invalid(request.update.flaw());
  return flaw_in(request.condition);
}
inline std::optional<Failed> flaw_in(const DeleteItem& request) {
  if (const std::optional<Failed> wrong = flaw_in(request.return_values)) return wrong;
  return flaw_in(request.condition);
}
inline std::optional<Failed> flaw_in(const ConditionCheck& request) { return flaw_in(request.condition); }

}  // namespace weir
