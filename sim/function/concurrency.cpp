#include "sim/function/concurrency.hpp"

namespace weir {

std::string too_much_reserved(std::int64_t account) {
  return "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its "
         "minimum value of [" +
         std::to_string(least_unreserved(account)) + "].";
}

bool Concurrency::may_reserve(FunctionId function, std::int64_t limit) const {
  const std::int64_t now = functions_[function.value].reserved.value_or(0);
  std::int64_t unreserved = account_ + now - limit;
  for (const Function& each : functions_) unreserved -= each.reserved.value_or(0);
  return limit <= now || unreserved >= least_unreserved(account_);
}

bool Concurrency::has_room(FunctionId function) const {
  const Function& asked = functions_[function.value];
  std::int64_t shared = account_, of_shared = 0, running = 0;
  for (const Function& other : functions_) {
    running += other.running;
    if (other.reserved)
      shared -= *other.reserved;
    else
      of_shared += other.running;
  }
  if (running >= account_) return false;
  return asked.reserved ? asked.running < *asked.reserved : of_shared < shared;
}

void Concurrency::forget_running() {
  for (Function& function : functions_) function.running = 0;
}

}  // namespace weir
