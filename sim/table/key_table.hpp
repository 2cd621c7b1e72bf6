// KeyTable: values by ItemKey, or by another key with its empty(), hash() and order. Found by hash, walked in key order, copied
// as a plain value.
//
//   find      by the key's own stable content hash; open addressing, a load of four fifths at most
//   place     every entry has a number that stays until it is erased; freed numbers are used again
//   order     in_order() is the order of keys; no walk ever follows the hash table        [ITEM-13] [QRY-5]
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "sim/base/check.hpp"
#include "sim/data/key.hpp"

namespace weir {

template <class Value, class KeyType = ItemKey>
class KeyTable {
 public:
  using Key = KeyType;
  using Place = std::uint32_t;
  static constexpr Place nowhere = ~Place{0};

  std::size_t size() const { return size_; }
  // One past the largest place in use: what a place from elsewhere is checked against.
  Place places() const { return static_cast<Place>(entries_.size()); }
  bool used(Place place) const { return place < entries_.size() && !entries_[place].key.empty(); }
  const Key& key(Place place) const { return entries_[place].key; }
  const Value& value(Place place) const { return entries_[place].value; }
  Value& value(Place place) { return entries_[place].value; }

  Place find(const Key& key) const {
    if (slots_.empty()) return nowhere;
    const std::uint64_t hash = key.hash();
    for (std::size_t at = hash & mask();; at = (at + 1) & mask()) {
      const Slot& slot = slots_[at];
      if (slot.place == nowhere) return nowhere;
      if (slot.tag == tag(hash) && entries_[slot.place].key == key) return slot.place;
    }
  }

  // A find of this key will come soon: brings what it looks at first nearer, and changes nothing.
  void expect(const Key& key) const {
    if (!slots_.empty()) __builtin_prefetch(&slots_[key.hash() & mask()]);
  }

  // The key must not be there yet.
  Place insert(const Key& key, Value value) {
    SIM_CHECK(!key.empty(), "an entry has a key");
    if ((size_ + 1) * 5 > slots_.size() * 4) grow();
    Place place = static_cast<Place>(entries_.size());
    if (free_.empty()) {
      entries_.push_back({key, std::move(value)});
    } else {
      place = free_.back();
      free_.pop_back();
      entries_[place] = {key, std::move(value)};
    }
    put_in_slot(place);
    size_ += 1;
    ordered_ = false;
    return place;
  }

  void erase(Place place) {
    SIM_CHECK(used(place), "what is erased is there");
    close_gap(slot_of(place));
    entries_[place] = {};
    free_.push_back(place);
    size_ -= 1;
    ordered_ = false;
  }

  // The places in the order of their keys. The first call after an insert or erase sorts; the next ones do not.
  const std::vector<Place>& in_order() {
    if (!ordered_) order_ = sorted();
    ordered_ = true;
    return order_;
  }
  std::vector<Place> sorted() const {
    std::vector<Place> places;
    places.reserve(size_);
    for (Place place = 0; place < entries_.size(); ++place)
      if (used(place)) places.push_back(place);
    std::sort(places.begin(), places.end(), [&](Place a, Place b) { return entries_[a].key < entries_[b].key; });
    return places;
  }

 private:
  struct Entry {
    Key key;  // empty: the place is free
    Value value{};
  };
  struct Slot {
    Place place = nowhere;
    std::uint32_t tag = 0;  // the half of the hash that does not choose the slot: spares a look at the entry
  };

  std::size_t mask() const { return slots_.size() - 1; }
  static std::uint32_t tag(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> 32); }

  void put_in_slot(Place place) {
    const std::uint64_t hash = entries_[place].key.hash();
    std::size_t at = hash & mask();
    while (slots_[at].place != nowhere) at = (at + 1) & mask();
    slots_[at] = {place, tag(hash)};
  }
  std::size_t slot_of(Place place) const {
    std::size_t at = entries_[place].key.hash() & mask();
    while (slots_[at].place != place) at = (at + 1) & mask();
    return at;
  }
  // Moves later entries of the same run back, so that no tombstones are needed.
  void close_gap(std::size_t gap) {
    for (std::size_t at = (gap + 1) & mask(); slots_[at].place != nowhere; at = (at + 1) & mask()) {
      const std::size_t home = entries_[slots_[at].place].key.hash() & mask();
      if (((at - home) & mask()) < ((at - gap) & mask())) continue;  // its home lies behind the gap: it stays
      slots_[gap] = slots_[at];
      gap = at;
    }
    slots_[gap] = {};
  }
  void grow() {
    slots_.assign(std::max<std::size_t>(16, slots_.size() * 2), Slot{});
    for (Place place = 0; place < entries_.size(); ++place)
      if (used(place)) put_in_slot(place);
  }

  std::vector<Entry> entries_;
  std::vector<Slot> slots_;
  std::vector<Place> free_, order_;
  std::size_t size_ = 0;
  bool ordered_ = false;
};

}  // namespace weir
