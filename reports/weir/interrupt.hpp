// Ctrl-C. While one lives, the first SIGINT or SIGTERM only sets a flag, so that what is done can be kept; the second ends the
// program as it always would.
#pragma once

#include <atomic>

namespace weir {

class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;
  std::atomic<bool>* flag();  // true: stop soon
};

}  // namespace weir
