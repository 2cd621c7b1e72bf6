// Dense: values by an id that counts up from 0, as a vector; ids far beyond the others (a trace that makes no sense) go to a
// map on the side, so that no id costs more than its own entry.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "sim/base/strong.hpp"

namespace weir {

template <class Id, class T>
class Dense {
 public:
  // Default-made when it was never asked for. Valid until the next at().
  T& at(Id id) {
    const std::uint64_t place = id.value;
    if (place < near_.size()) return near_[static_cast<std::size_t>(place)];
    if (place == near_.size() && far_.empty() && near_.capacity() > place) return near_.emplace_back();
    if (place > near_.size() * 2 + 64) return far_[place];
    if (near_.capacity() <= place) near_.reserve(std::max(near_.size() * 2, static_cast<std::size_t>(place) + 4));
    while (near_.size() <= place) {
      const auto moved = far_.find(near_.size());
      if (moved == far_.end()) {
        near_.emplace_back();
      } else {
        near_.push_back(std::move(moved->second));
        far_.erase(moved);
      }
    }
    return near_.back();
  }
  // nullptr when it lies beyond all that were asked for; ids passed over on the way are default-made.
  T* find(Id id) {
    const std::uint64_t place = id.value;
    if (place < near_.size()) return &near_[static_cast<std::size_t>(place)];
    if (far_.empty()) return nullptr;
    const auto at = far_.find(place);
    return at == far_.end() ? nullptr : &at->second;
  }
  // f(id, value) in the order of ids.
  template <class F>
  void each(F&& f) {
    for (std::size_t i = 0; i < near_.size(); ++i) f(Id{static_cast<typename Id::rep>(i)}, near_[i]);
    for (auto& [id, value] : far_) f(Id{static_cast<typename Id::rep>(id)}, value);
  }

 private:
  std::vector<T> near_;
  std::map<std::uint64_t, T> far_;
};

}  // namespace weir
