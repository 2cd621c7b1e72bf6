// Calls of one kind of which a service admits so many a second: within any second, not by the clock's.
#pragma once

#include <cstddef>
#include <deque>

#include "sim/base/time.hpp"

namespace weir {

class CallRate {
 public:
  explicit CallRate(std::size_t a_second) : most_(a_second) {}

  // Counts a call; false when there were too many within the last second: then it does not count.
  bool admits(Instant now) {
    while (!calls_.empty() && calls_.front() + 1s <= now) calls_.pop_front();
    if (calls_.size() >= most_) return false;
    calls_.push_back(now);
    return true;
  }
  friend bool operator==(const CallRate&, const CallRate&) = default;

 private:
  std::size_t most_;
  std::deque<Instant> calls_;  // of the last second
};

}  // namespace weir
