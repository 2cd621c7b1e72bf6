// What a secondary index shows of one item, as a pure function of its settings and the item.
//
//   entry     none when the item lacks one of the index's key attributes, or has it with another type        [GSI-2]
//   key       the index's key, then the item's: several items may have one index key; among those the order is that of the
//             table's keys here, and open at AWS                                                             [GSI-4]
//   shown     the item itself when everything is projected; else its keys, the index's, and those projected  [GSI-3]
//   refusals  what a write of an item may not hold, in the order of the index's key attributes: MSG-7, and of empty and too
//             large values the service's other words                                                         [GSI-7] [ITEM-5]
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>

#include "sim/base/hash.hpp"
#include "sim/data/check_item.hpp"
#include "sim/data/index.hpp"
#include "sim/expression/update.hpp"

namespace weir {

struct EntryKey {
  ItemKey by;    // the index's key
  ItemKey item;  // the table's

  bool empty() const { return item.empty(); }
  std::uint64_t hash() const { return mix(by.hash(), item.hash()); }
  std::uint64_t partition_hash() const { return by.partition_hash(); }
  std::string_view partition_bytes() const { return by.partition_bytes(); }
  std::optional<AttributeValue> sort() const { return by.sort(); }
  friend bool operator==(const EntryKey&, const EntryKey&) = default;
  friend std::strong_ordering operator<=>(const EntryKey&, const EntryKey&) = default;
};

struct Entry {
  EntryKey key;
  Item shown;
  friend bool operator==(const Entry&, const Entry&) = default;
};

std::optional<Entry> entry_of(const IndexSettings& index, const KeySchema& table, const ItemKey& key, const Item& item);

// All attributes of both keys, each once: a page of an index ends with these.
Item key_attributes(const EntryKey& key, const IndexSettings& index, const KeySchema& table);
// The same read back; MSG-4 for what is not just these attributes.
Result<EntryKey> entry_key_of(const IndexSettings& index, const KeySchema& table, const Item& attributes);

bool projects(const IndexSettings& index, const KeySchema& table, std::string_view attribute);

Result<Done> check_for_index(const IndexSettings& index, const Item& item, WriteKind write);
// Of an update, what is known whatever the item; of a type or an empty value that only the item brings, the other one tells.
Result<Done> check_for_index(const IndexSettings& index, const Update& update);

}  // namespace weir
