// Changes on their way into a stream, ordered by the instant at which they become readable, then by arrival.
//
//   cost    changes that come in order pass through a plain queue; only those overtaken by a later one meet a heap
//   value   copies freely; == compares what will leave and when
#pragma once

#include <algorithm>
#include <deque>
#include <vector>

#include "sim/base/check.hpp"
#include "sim/stream/shard.hpp"

namespace weir {

class PendingChanges {
 public:
  struct Pending {
    Instant readable{};
    std::uint64_t arrival = 0;
    StoredRecord record;  // without id and number: the shard gives those
    friend bool operator==(const Pending&, const Pending&) = default;
  };

  void push(Instant readable, StoredRecord record) {
    Pending pending{readable, arrivals_++, std::move(record)};
    if (in_order_.empty() || in_order_.back().readable <= readable) {
      in_order_.push_back(std::move(pending));
    } else {
      early_.push_back(std::move(pending));
      std::push_heap(early_.begin(), early_.end(), leaves_later);
    }
  }

  Pending pop() {
    if (early_first()) {
      std::pop_heap(early_.begin(), early_.end(), leaves_later);
      Pending first = std::move(early_.back());
      early_.pop_back();
      return first;
    }
    SIM_CHECK(!in_order_.empty(), "a pop needs a pending change");
    Pending first = std::move(in_order_.front());
    in_order_.pop_front();
    return first;
  }

  Instant next_at() const {
    if (early_first()) return early_.front().readable;
    return in_order_.empty() ? never : in_order_.front().readable;
  }
  bool empty() const { return in_order_.empty() && early_.empty(); }
  std::size_t size() const { return in_order_.size() + early_.size(); }

  // All of them in the order in which they leave; the queue is empty afterwards.
  std::vector<Pending> take_all() {
    std::vector<Pending> all;
    all.reserve(size());
    while (!empty()) all.push_back(pop());
    return all;
  }

  friend bool operator==(const PendingChanges& a, const PendingChanges& b) {
    return a.arrivals_ == b.arrivals_ && a.size() == b.size() && PendingChanges(a).take_all() == PendingChanges(b).take_all();
  }

 private:
  static bool leaves_later(const Pending& a, const Pending& b) {
    return a.readable != b.readable ? a.readable > b.readable : a.arrival > b.arrival;
  }
  bool early_first() const { return !early_.empty() && (in_order_.empty() || leaves_later(in_order_.front(), early_.front())); }

  std::uint64_t arrivals_ = 0;
  std::deque<Pending> in_order_;
  std::vector<Pending> early_;  // a heap
};

}  // namespace weir
