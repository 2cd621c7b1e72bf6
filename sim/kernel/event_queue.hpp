// The pending events, ordered by (instant, arrival): equal instants leave in the order in which they came.
//
//   monotone  nothing may be pushed earlier than the last popped instant (before any pop: Instant{}); doing so is a Bug
//   value     a copy is a snapshot; both then live on independently. == compares what will leave, not how it is stored.
//             One moved from can only be assigned to or destroyed
//   errors    pop() of an empty queue is a Bug
//   memory    bytes() counts what is held; clear() and pop() keep it for reuse, so a steady state allocates nothing,
//             and an empty queue holds nothing at all
//
// How: a short sorted front holds all events before `limit_`; later ones lie in radix-64 buckets, chosen by the highest digit
// of six bits in which their instant differs from `base_`. Only the earliest bucket is ever opened: a small one is
// sorted into the front, a large one is dealt out over the lower digits. Each event is so moved a few times at most,
// however many are pending; while there are few, all stay in the front.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/base/check.hpp"
#include "sim/base/time.hpp"
#include "sim/kernel/event.hpp"

namespace weir {

class EventQueue {
 public:
  struct Pending {
    Instant at;
    Event event;
    friend bool operator==(const Pending&, const Pending&) = default;
  };

  void push(Instant at, const Event& event) {
    SIM_CHECK(at >= last_, "an event lies not before the last one popped");
    size_ += 1;
    if (key(at) < limit_) {
      insert_in_front(at, event);
    } else {
      put_in_bucket(at, event);
    }
  }

  Pending pop() {
    SIM_CHECK(size_ > 0, "a pop needs a pending event");
    if (head_ == front_.size()) refill();
    const Pending& front = front_[head_++];
    const Pending first{front.at, front.event};
    if (head_ == front_.size()) {
      front_.clear();
      head_ = 0;
    }
    size_ -= 1;
    last_ = first.at;
    return first;
  }

  // When the next event is due; `never` if there is none. Does not move the floor for pushes.
  Instant next_at() const {
    if (head_ < front_.size()) return front_[head_].at;
    return size_ == 0 ? never : Instant(Duration(static_cast<std::int64_t>(bucket(earliest()).least)));
  }

  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }

  // As new: nothing pending, and pushes may start at Instant{} again.
  void clear();

  std::size_t bytes() const;

  // Everything pending in the order in which it will leave. For hashing and comparing worlds; sorts.
  std::vector<Pending> in_order() const;

  friend bool operator==(const EventQueue& a, const EventQueue& b) {
    return a.last_ == b.last_ && a.size_ == b.size_ && a.in_order() == b.in_order();
  }

 private:
  using Key = std::uint64_t;  // microseconds since the epoch; never negative
  using ChunkId = std::uint32_t;

  static constexpr std::size_t digit_bits = 6;
  static constexpr std::size_t digits = std::size_t{1} << digit_bits;
  static constexpr std::size_t levels = (64 + digit_bits - 1) / digit_bits;
  static constexpr std::size_t chunk_size = 8;    // events of one bucket stored side by side
  static constexpr std::size_t front_size = 64;   // more in the sorted front cost more to shift than to put in buckets
  static constexpr std::size_t front_slack = 32;  // used-up slots of the front worth keeping for a while
  static constexpr std::size_t small = 48;        // a bucket of so many is sorted at once rather than dealt out
  static constexpr Key all = ~Key{0};

  struct Chunk {
    std::array<Pending, chunk_size> events;
  };
  struct Bucket {  // a list of chunks, all full but the last, in order of arrival
    Key least = 0;
    ChunkId first = 0;
    ChunkId last = 0;
    std::uint32_t count = 0;
  };

  static Key key(Instant at) { return static_cast<Key>(at.time_since_epoch().count()); }

  struct Place {
    std::size_t level;
    std::size_t digit;
  };
  Place earliest() const {
    const auto level = static_cast<std::size_t>(std::countr_zero(used_levels_));
    return {level, static_cast<std::size_t>(std::countr_zero(used_digits_[level]))};
  }
  Bucket& bucket(Place place) { return buckets_[rows_[place.level] * digits + place.digit]; }
  const Bucket& bucket(Place place) const { return buckets_[rows_[place.level] * digits + place.digit]; }

  void insert_in_front(Instant at, const Event& event) {
    if (front_.size() == front_.capacity() || front_.size() - head_ >= front_size) {
      if (make_room_in_front(); key(at) >= limit_) return put_in_bucket(at, event);
    }
    front_.emplace_back();
    Pending* const first = front_.data() + head_;
    Pending* place = &front_.back();
    for (; place != first && place[-1].at > at; --place) *place = place[-1];
    place->at = at;
    place->event = event;
  }

  void put_in_bucket(Instant at, const Event& event) {
    const Key k = key(at);
    const std::size_t level = static_cast<std::size_t>(63 - std::countl_zero((k ^ base_) | 1)) / digit_bits;
    const std::size_t digit = (k >> (digit_bits * level)) % digits;
    if (rows_[level] == no_row) add_row(level);
    Bucket& target = bucket({level, digit});
    const std::size_t offset = target.count % chunk_size;
    if (offset == 0) {
      const ChunkId fresh = take_chunk();
      if (target.count == 0) {
        target.first = fresh;
        target.least = k;
        used_levels_ |= std::uint32_t{1} << level;
        used_digits_[level] |= std::uint64_t{1} << digit;
      } else {
        next_[target.last] = fresh;
      }
      target.last = fresh;
    }
    Pending& slot = chunks_[target.last].events[offset];
    slot.at = at;  // field by field: faster than through a temporary
    slot.event = event;
    target.count += 1;
    target.least = std::min(k, target.least);
  }

  ChunkId take_chunk() {
    if (free_ == no_chunk) return grow();
    const ChunkId taken = free_;
    free_ = next_[taken];
    return taken;
  }
  void give_chunk(ChunkId chunk) {
    next_[chunk] = free_;
    free_ = chunk;
  }

  static constexpr std::array<std::uint8_t, levels> no_rows() {
    std::array<std::uint8_t, levels> none{};
    none.fill(no_row);
    return none;
  }

  ChunkId grow();
  void make_room_in_front();
  void refill();
  void sort_front();
  void deal_out(Place place);
  void forget(Place place);
  void add_row(std::size_t level);

  static constexpr ChunkId no_chunk = ~ChunkId{0};
  static constexpr std::uint8_t no_row = 255;

  Instant last_{};
  std::size_t size_ = 0;
  std::size_t head_ = 0;  // front_[head_..] is pending
  std::vector<Pending> front_;
  Key limit_ = all;  // what lies before it goes to the front
  Key base_ = 0;     // at most last_, and not above anything in the buckets
  std::uint32_t used_levels_ = 0;
  std::array<std::uint64_t, levels> used_digits_{};    // by level: which of its buckets hold something
  std::array<std::uint8_t, levels> rows_ = no_rows();  // by level: where in buckets_ its buckets lie, in rows of `digits`
  std::vector<Bucket> buckets_;
  std::vector<Chunk> chunks_;
  std::vector<ChunkId> next_;  // by chunk: the next one of its bucket, or of the free list
  ChunkId free_ = no_chunk;
};

}  // namespace weir
