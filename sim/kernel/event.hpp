// One thing still to happen: a kind and ids, never a closure, so that a world of pending events can be copied and compared.
//
//   kind, room  which handler of which room meets it; the kernel gives them no meaning
//   a, b        ids of that handler's own choosing
//   cause       index of the fact that led to it
#pragma once

#include <cstdint>
#include <type_traits>

namespace weir {

struct Event {
  std::uint16_t kind = 0;
  std::uint16_t room = 0;
  std::uint32_t a = 0;
  std::uint64_t b = 0;
  std::uint64_t cause = 0;
  friend bool operator==(const Event&, const Event&) = default;
};
static_assert(std::is_trivially_copyable_v<Event> && sizeof(Event) == 24);

}  // namespace weir
