// Ctrl-C. While one lives, the first SIGINT or SIGTERM only sets a flag, so that what is done can be kept; the second ends the
// program as it always would.
//
//   answer   what the first is answered with on standard error, at once; none at first
//   renewed  after rearm() the next one is a first again: for a part of the work that the one before did not mean to stop
#pragma once

#include <atomic>

namespace weir {

class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;
  std::atomic<bool>* flag();                 // true: stop soon
  void answer_with(const char* line) const;  // a literal, with its line end; nullptr: nothing
  void rearm() const;
};

}  // namespace weir
