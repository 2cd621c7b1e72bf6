#include "sim/function/concurrency.hpp"

namespace weir {

bool Concurrency::has_room(FunctionId function) const {
  const Function& asked = functions_[function.value];
  if (asked.reserved) return asked.running < *asked.reserved;
  std::int64_t shared = account_, running = 0;
  for (const Function& other : functions_) {
    if (other.reserved)
      shared -= *other.reserved;
    else
      running += other.running;
  }
  return running < shared;
}

void Concurrency::forget_running() {
  for (Function& function : functions_) function.running = 0;
}

}  // namespace weir
