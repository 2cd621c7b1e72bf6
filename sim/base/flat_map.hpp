// FlatMap: values by a 64-bit key, for state that is looked up once or more per fact. Deterministic: nothing depends on
// addresses or on a library's hash.
//
//   key       an integer or a hash of something (two things with one hash are one thing here)
//   order     iteration goes in order of insertion
//   lifetime  nothing is erased; references are valid until the next insertion
//   memory    the entries in one vector, and 4 bytes a slot at a load of one half to one quarter
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
    if ((entries_.size() + 1) * 2 > slots_.size()) grow();
    std::size_t slot = place(key);
    if (slots_[slot] == 0) {
      entries_.push_back({key, T{}});
      slots_[slot] = static_cast<std::uint32_t>(entries_.size());
    }
    return entries_[slots_[slot] - 1].value;
  }
  T* find(std::uint64_t key) {
    if (entries_.empty()) return nullptr;
    const std::uint32_t at = slots_[place(key)];
    return at == 0 ? nullptr : &entries_[at - 1].value;
  }
  const T* find(std::uint64_t key) const { return const_cast<FlatMap*>(this)->find(key); }

  std::size_t size() const { return entries_.size(); }
  bool empty() const { return entries_.empty(); }
  auto begin() { return entries_.begin(); }
  auto end() { return entries_.end(); }
  auto begin() const { return entries_.begin(); }
  auto end() const { return entries_.end(); }

 private:
  // The slot that holds the key, or the free one where it belongs.
  std::size_t place(std::uint64_t key) const {
    const std::size_t mask = slots_.size() - 1;
    std::size_t slot = static_cast<std::size_t>(mix(key)) & mask;
    while (slots_[slot] != 0 && entries_[slots_[slot] - 1].key != key) slot = (slot + 1) & mask;
    return slot;
  }
  void grow() {
    slots_.assign(slots_.empty() ? 16 : slots_.size() * 2, 0);
    for (std::size_t i = 0; i < entries_.size(); ++i) slots_[place(entries_[i].key)] = static_cast<std::uint32_t>(i + 1);
  }

  std::vector<Entry> entries_;
  std::vector<std::uint32_t> slots_;  // 1 + index of an entry; 0: free; a power of two of them
};

}  // namespace weir
