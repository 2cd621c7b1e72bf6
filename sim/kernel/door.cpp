#include "sim/kernel/door.hpp"

namespace weir {

Passage cross_door(Kernel& kernel, const Key& key, const Actor& actor, std::uint32_t call, Service service) {
  Passage passage;
  passage.latency = kernel.choose(client_latency, key);
  passage.fate = decide_fate(kernel, key, actor, call, service);
  return passage;
}

Fate decide_fate(Kernel& kernel, const Key& key, const Actor& actor, std::uint32_t call, Service service) {
  Fate fate = Fate::done;
  switch (kernel.choose(client_fault, key)) {
    case CallFault::none:
      return fate;
    case CallFault::throttled:
      fate = Fate::throttled;
      break;
    case CallFault::error_not_done:
      fate = Fate::error_not_done;
      break;
    case CallFault::error_done:
      fate = Fate::error_done;
      break;
  }
  kernel.note(CallDisturbed{actor, call, fate, service});
  return fate;
}

}  // namespace weir
