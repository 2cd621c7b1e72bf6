#include "sim/kernel/event_queue.hpp"

#include <algorithm>

namespace weir {

void EventQueue::clear() {
  while (used_levels_ != 0) {
    const Place place = earliest();
    next_[bucket(place).last] = free_;  // the whole list at once goes before the free ones
    free_ = bucket(place).first;
    forget(place);
  }
  front_.clear();
  head_ = 0;
  size_ = 0;
  last_ = Instant{};
  limit_ = all;
  base_ = 0;
}

std::size_t EventQueue::bytes() const {
  return sizeof(EventQueue) + front_.capacity() * sizeof(Pending) + buckets_.capacity() * sizeof(Bucket) +
         chunks_.capacity() * sizeof(Chunk) + next_.capacity() * sizeof(ChunkId);
}

std::vector<EventQueue::Pending> EventQueue::in_order() const {
  std::vector<Pending> events;
  events.reserve(size_);
  for (std::size_t i = head_; i < front_.size(); ++i) events.push_back(front_[i]);
  for (const Bucket& from : buckets_) {
    ChunkId chunk = from.first;
    for (std::uint32_t i = 0; i < from.count; ++i) {
      if (i > 0 && i % chunk_size == 0) chunk = next_[chunk];
      events.push_back(chunks_[chunk].events[i % chunk_size]);
    }
  }
  // Equal instants share one bucket, in order of arrival, and those in the front came before them.
  std::stable_sort(events.begin(), events.end(), [](const Pending& a, const Pending& b) { return a.at < b.at; });
  return events;
}

EventQueue::ChunkId EventQueue::grow() {
  if (chunks_.size() == chunks_.capacity()) {
    const std::size_t more = chunks_.size() + std::max<std::size_t>(8, chunks_.size() / 2);
    chunks_.reserve(more);
    next_.reserve(more);
  }
  const auto fresh = static_cast<ChunkId>(chunks_.size());
  chunks_.emplace_back();
  next_.push_back(no_chunk);
  return fresh;
}

void EventQueue::add_row(std::size_t level) {
  rows_[level] = static_cast<std::uint8_t>(buckets_.size() / digits);
  buckets_.resize(buckets_.size() + digits);
}

// Called when the front holds too much, or its storage ends.
void EventQueue::make_room_in_front() {
  const bool crowded = front_.size() - head_ >= front_size;
  if (crowded || head_ >= front_slack) {
    front_.erase(front_.begin(), front_.begin() + static_cast<std::ptrdiff_t>(head_));
    head_ = 0;
  } else {
    front_.reserve(std::max(front_slack, 2 * front_.size()));
  }
  if (!crowded) return;
  if (used_levels_ == 0) base_ = key(last_);
  // Never between two events of one instant: the earlier could follow the later into its bucket another time.
  std::size_t kept = front_size / 2;
  while (kept > 0 && front_[kept - 1].at == front_[kept].at) --kept;
  limit_ = key(front_[kept].at);
  for (std::size_t i = kept; i < front_.size(); ++i) put_in_bucket(front_[i].at, front_[i].event);
  front_.resize(kept);
}

// Called when the front is empty and a pop waits for it: the earliest event becomes the last popped one at once, which is
// why `base_` may move up to it.
void EventQueue::refill() {
  Place place = earliest();
  base_ = bucket(place).least;
  for (; bucket(place).count > small && place.level > 0; place = earliest()) deal_out(place);

  front_.reserve(small + chunk_size);
  do {
    Bucket& from = bucket(place);
    const std::size_t shift = digit_bits * place.level;
    const bool whole = from.count <= small;  // else: one instant, crowded; it is taken a piece at a time
    limit_ = whole ? ((from.least >> shift) + 1) << shift : from.least;
    while (from.count > 0 && (whole || front_.size() < small)) {
      const ChunkId chunk = from.first;
      const std::size_t filled = std::min<std::size_t>(from.count, chunk_size);
      const Pending* const events = chunks_[chunk].events.data();
      front_.insert(front_.end(), events, events + filled);
      from.count -= static_cast<std::uint32_t>(filled);
      from.first = next_[chunk];
      give_chunk(chunk);
    }
    if (from.count > 0) return;  // of one instant: sorted already
    forget(place);
    if (used_levels_ == 0) {
      limit_ = all;
      break;
    }
    place = earliest();
  } while (front_.size() + bucket(place).count <= small);
  sort_front();
}

// Insertion keeps equal instants in their order, and beats cleverer sorts at this length.
void EventQueue::sort_front() {
  Pending* const first = front_.data();
  Pending* const end = first + front_.size();
  for (Pending* next = first + 1; next < end; ++next) {
    const Pending moved = *next;
    Pending* to = next;
    for (; to != first && to[-1].at > moved.at; --to) *to = to[-1];
    *to = moved;
  }
}

// Spreads a bucket over the buckets of lower digits, relative to the new base, in order of arrival.
void EventQueue::deal_out(Place place) {
  const Bucket from = bucket(place);
  forget(place);
  ChunkId chunk = from.first;
  for (std::uint32_t left = from.count; left > 0;) {
    const ChunkId following = next_[chunk];
    const auto filled = std::min<std::uint32_t>(left, chunk_size);
    if (left > filled) {
      for (const Pending& soon : chunks_[following].events) __builtin_prefetch(&soon);
    }
    for (std::uint32_t i = 0; i < filled; ++i) {
      const Pending moved = chunks_[chunk].events[i];  // a copy: the chunks move when their store grows
      put_in_bucket(moved.at, moved.event);
    }
    give_chunk(chunk);
    left -= filled;
    chunk = following;
  }
}

void EventQueue::forget(Place place) {
  bucket(place).count = 0;
  used_digits_[place.level] &= ~(std::uint64_t{1} << place.digit);
  if (used_digits_[place.level] == 0) used_levels_ &= ~(std::uint32_t{1} << place.level);
}

}  // namespace weir
