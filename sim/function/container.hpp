// Containers: the execution environments of one function, in which its invocations run one at a time and leave things behind.
//
//   born     at a cold start: when none is idle, or one of those that are is not to be used                [INV-4]
//   idle     from the end of one invocation to the beginning of the next
//   gone     with an invocation that crashed or ran into its time limit, and with the run                  [RT-6]
//
// An invocation is told its container when it first asks for what is kept there, and then only those count that were idle
// before it began: as if it had been in there all the time. Containers nobody asks about do not exist.
#pragma once

#include <any>
#include <cstdint>
#include <map>

#include "sim/function/sites.hpp"

namespace weir {

struct Container {
  std::uint32_t number = 0;
  std::any kept;  // the user's
  bool busy = true;
  std::uint64_t left = 0;  // the ticket at which it became idle; tickets only grow
};

class Containers {
 public:
  // Idle since before the ticket; nullptr when there is none, or when the pick is a new one.
  Container* find_idle(ContainerPick pick, std::uint64_t before) {
    Container* found = nullptr;
    if (pick == ContainerPick::new_one) return found;
    for (auto& [number, container] : all_) {
      if (container.busy || container.left >= before) continue;
      const bool better = found == nullptr || (pick == ContainerPick::last_used) == (container.left > found->left);
      if (better) found = &container;
    }
    return found;
  }
  Container& start() {
    const std::uint32_t number = started_++;
    Container& container = all_[number];
    container.number = number;
    return container;
  }
  void leave(Container& container, std::uint64_t ticket) {
    container.busy = false;
    container.left = ticket;
  }
  void reset(const Container& container) { all_.erase(container.number); }
  void clear() { all_.clear(); }

 private:
  std::map<std::uint32_t, Container> all_;  // by number; places stay while others come and go
  std::uint32_t started_ = 0;
};

}  // namespace weir
