// How far the capture of each item of a table has come: what keeps an item's records in the order of its writes.  [STREAM-3]
//
//   key      the hash of the item's key. Two items of one hash share an entry, and so an order: more than is promised,
//            never less, and the same on every machine
//   memory   an open-addressed table, 24 bytes a slot, half to three quarters in use; never walked in its own order
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/base/hash.hpp"
#include "sim/base/time.hpp"

namespace weir {

class ItemProgress {
 public:
  struct Entry {
    std::uint64_t hash = 0;
    Instant readable{};        // when the item's newest record is or was to be readable
    std::uint64_t writes = 0;  // captured so far, plus one; 0: a free slot
    friend bool operator==(const Entry&, const Entry&) = default;
  };

  // The entry of this item will soon be asked for: brings it nearer, and changes nothing.
  void expect(std::uint64_t hash) const {
    if (!slots_.empty()) __builtin_prefetch(&slots_[home(hash)]);
  }

  // The entry of an item, a fresh one if need be. Valid until the next call.
  Entry& of(std::uint64_t hash) {
    if (4 * (used_ + 1) > 3 * slots_.size()) grow();
    Entry& entry = slot(hash);
    if (entry.writes == 0) {
      entry = {hash, Instant{}, 1};
      used_ += 1;
    }
    return entry;
  }

  friend bool operator==(const ItemProgress&, const ItemProgress&) = default;

 private:
  std::size_t home(std::uint64_t hash) const {
    return static_cast<std::size_t>((static_cast<unsigned __int128>(mix(hash)) * slots_.size()) >> 64);
  }
  Entry& slot(std::uint64_t hash) {
    std::size_t at = home(hash);
    while (slots_[at].writes != 0 && slots_[at].hash != hash) at = at + 1 == slots_.size() ? 0 : at + 1;
    return slots_[at];
  }

  void grow() {
    std::vector<Entry> before(slots_.empty() ? 16 : slots_.size() + slots_.size() / 2);
    before.swap(slots_);
    for (const Entry& entry : before)
      if (entry.writes != 0) slot(entry.hash) = entry;
  }

  std::size_t used_ = 0;
  std::vector<Entry> slots_;
};

}  // namespace weir
