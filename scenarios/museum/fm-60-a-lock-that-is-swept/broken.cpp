#include "scenarios/museum/entries.hpp"
#include "scenarios/museum/fm-60-a-lock-that-is-swept/totals.hpp"

namespace weir::museum {

// Counts orders under a lock, since two shards may be at the totals at once. The lock is free when its item is not there; TTL
// shall take it away if its owner cannot. [FM-60]
BatchResponse fm_60_broken(const StreamEvent& event, Context& context) {
  TableClient locks = context.table("locks");
  const Item lock{{"name", "totals"}};
  const Condition free = attribute_not_exists("name");
  if (!locks.put(lock.with("expires_at", context.unix_seconds() + 60), free)) throw std::runtime_error("another is at it");
  const bool counted = count_orders(event, context);
  if (!locks.remove(lock)) context.log("the lock could not be given back");
  if (!counted) throw std::runtime_error("the orders could not be counted");
  return BatchResponse::ok();
}

}  // namespace weir::museum
