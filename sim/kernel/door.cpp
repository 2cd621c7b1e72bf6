#include "sim/kernel/door.hpp"

namespace weir {

Passage cross_door(Kernel& kernel, const Key& key, const Actor& actor, std::uint32_t call, Service service) {
  Passage passage;
  passage.latency = kernel.choose(client_latency, key);
  const CallFault fault = kernel.choose(client_fault, key);
  switch (fault) {
    case CallFault::none:
      return passage;
    case CallFault::throttled:
      passage.fate = Fate::throttled;
      break;
    case CallFault::error_not_done:
      passage.fate = Fate::error_not_done;
      break;
    case CallFault::error_done:
      passage.fate = Fate::error_done;
      break;
  }
  kernel.note(CallDisturbed{actor, call, passage.fate, service});
  return passage;
}

}  // namespace weir
