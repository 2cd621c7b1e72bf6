// What a table looked like a moment ago: its last changes, to be taken back for a stale read.           [READ-1] [READ-3]
//
//   reach   changes of the last 10 s, and at most 4096 of them: what is older is forgotten, so no read is staler than that
//   cost    an entry a change; nothing is searched until somebody reads the past
#pragma once

#include <cstdint>
#include <vector>

#include "sim/base/time.hpp"
#include "sim/data/item.hpp"
#include "sim/data/key.hpp"
#include "sim/table/key_table.hpp"

namespace weir {

class RecentPast {
 public:
  void remember(const ItemKey& key, const Item& before, Instant at);  // the empty item: it was not there
  void clear() { changes_.clear(), oldest_ = 0; }

  bool changed_since(Instant then) const;
  // The item as it was, given what it is now. `then` is inclusive: a change at that very moment is seen.
  Item item_at(const ItemKey& key, const Item& now, Instant then) const;
  // All items as they were.
  KeyTable<Item> items_at(const KeyTable<Item>& now, Instant then) const;

 private:
  struct Change {
    ItemKey key;
    Item before;
    Instant at{};
  };
  template <class Visit>
  void newest_first(Instant then, Visit visit) const;

  std::vector<Change> changes_;
  std::size_t oldest_ = 0;  // before it lies what is forgotten and not thrown away yet
};

}  // namespace weir
