#include "sim/function/concurrency.hpp"

namespace weir {

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
