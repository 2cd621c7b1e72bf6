// FlatMap: values by a 64-bit key, for state that is looked up once or more per fact. Deterministic: nothing depends on
// addresses or on a library's hash.
//
//   key       an integer or a hash of something (two things with one hash are one thing here)
//   order     iteration goes in order of insertion
//   lifetime  nothing is erased; references are valid until the next insertion
//   memory    the entries in one vector, and 8 bytes a slot at a load of four fifths at most
//   reach     a slot tells by a tag whether its entry can be the one: what is not asked for is not read
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/base/hash.hpp"

namespace weir {

template <class T>
class FlatMap {
 public:
  struct Entry {
    std::uint64_t key;
    T value;
  };

  // The value of the key, default-made when it is new.
  T& operator[](std::uint64_t key) {
    if ((entries_.size() + 1) * 5 > slots_.size() * 4) grow();
    Slot& slot = slot_of(key);
    if (slot.entry == 0) {
      entries_.push_back({key, T{}});
      slot = {static_cast<std::uint32_t>(entries_.size()), tag(mix(key))};
    }
    return entries_[slot.entry - 1].value;
  }
  T* find(std::uint64_t key) {
    if (entries_.empty()) return nullptr;
    const std::uint32_t entry = slot_of(key).entry;
    return entry == 0 ? nullptr : &entries_[entry - 1].value;
  }
  const T* find(std::uint64_t key) const { return const_cast<FlatMap*>(this)->find(key); }

  std::size_t size() const { return entries_.size(); }
  bool empty() const { return entries_.empty(); }
  auto begin() { return entries_.begin(); }
  auto end() { return entries_.end(); }
  auto begin() const { return entries_.begin(); }
  auto end() const { return entries_.end(); }

 private:
  struct Slot {
    std::uint32_t entry = 0;  // 1 + its index; 0: free
    std::uint32_t tag = 0;    // the half of the mixed key that does not choose the slot
  };

  static std::uint32_t tag(std::uint64_t mixed) { return static_cast<std::uint32_t>(mixed >> 32); }

  // The slot that holds the key, or the free one where it belongs.
  Slot& slot_of(std::uint64_t key) {
    const std::uint64_t mixed = mix(key);
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t at = static_cast<std::size_t>(mixed) & mask;; at = (at + 1) & mask) {
      Slot& slot = slots_[at];
      if (slot.entry == 0 || (slot.tag == tag(mixed) && entries_[slot.entry - 1].key == key)) return slot;
    }
  }
  void grow() {
    slots_.assign(slots_.empty() ? 16 : slots_.size() * 2, Slot{});
    for (std::size_t i = 0; i < entries_.size(); ++i)
      slot_of(entries_[i].key) = {static_cast<std::uint32_t>(i + 1), tag(mix(entries_[i].key))};
  }

  std::vector<Entry> entries_;
  std::vector<Slot> slots_;  // a power of two of them
};

}  // namespace weir
