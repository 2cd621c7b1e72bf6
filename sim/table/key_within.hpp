// The key that an item holds, judged as one that is given by itself: MSG-4 where an attribute is missing or of another type,
// and what else ItemKey::of says. So see it a batch's puts and the start keys of pages.                     [MSG-4] [MSG-28]
#pragma once

#include "sim/base/result.hpp"
#include "sim/data/key.hpp"

namespace weir {

inline Result<ItemKey> key_within(const KeySchema& schema, const Item& item) {
  if (!schema.has_sort()) return ItemKey::of_key(schema, item.project({std::string_view(schema.partition)}));
  return ItemKey::of_key(schema, item.project({schema.partition, schema.sort}));
}

}  // namespace weir
