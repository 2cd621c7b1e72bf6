// ItemKey: the primary key of an item, a shared immutable value.                                   [TABLE-1]
//
//   order      hash of the partition key, then the partition key, then the sort key in its type's order    [ITEM-13]
//   layout     8 bytes of partition hash, type and length of the partition key, its bytes; type of the sort key, its bytes.
//              Numbers in Number::append_ordered form, so the order of keys is the order of bytes.
//   hashes     partition_hash() is of the partition key alone and is what placement goes by; hash() is of the whole key.
//              Both are the same on every machine. AWS's own hash is hidden; any fixed hash stands for it.  [ITEM-13]
//   to_text    "A", "A / 3"; see below. Two keys of one schema have one text only if they are equal.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sim/base/result.hpp"
#include "sim/data/item.hpp"
#include "sim/data/shared_bytes.hpp"

namespace weir {

struct KeySchema {
  std::string partition;          // attribute name
  Type partition_type = Type::S;  // S, N or B
  std::string sort = {};          // attribute name; empty: no sort key
  Type sort_type = Type::S;

  bool has_sort() const { return !sort.empty(); }
  friend bool operator==(const KeySchema&, const KeySchema&) = default;
};

class ItemKey {
 public:
  ItemKey() = default;  // no key; before all keys
  explicit ItemKey(const AttributeValue& partition, const std::optional<AttributeValue>& sort = std::nullopt);

  // The key of a whole item, as a put sees it: MSG-5, MSG-6, MSG-8, MSG-9, MSG-10.                  [ITEM-4] [ITEM-5]
  static Result<ItemKey> of(const KeySchema& schema, const Item& item);
  // A key given by itself, as get, update and delete see it: just the key attributes, else MSG-4.
  static Result<ItemKey> of_key(const KeySchema& schema, const Item& key);

  Item attributes(const KeySchema& schema) const;  // just the key attributes
  AttributeValue partition() const;
  std::optional<AttributeValue> sort() const;
  bool has_sort() const;

  bool empty() const { return buffer_.empty(); }
  std::uint64_t partition_hash() const;
  std::uint64_t hash() const { return buffer_.hash(); }
  std::string_view bytes() const { return buffer_.bytes(); }
  std::string_view partition_bytes()
      const;  // hash and partition key: equal for two keys exactly when they share a partition key

  // Strings as they are, numbers in plain decimal, binaries as 0x and hex digits; partition and sort key joined by " / ".
  // A control character, a backslash, a byte that is no UTF-8, or a '/' beside a space becomes \xNN.
  std::string to_text() const;
  // The same without a copy, where it is just the bytes of the partition key; nullopt where it is not.
  std::optional<std::string_view> plain_text() const;

  friend bool operator==(const ItemKey&, const ItemKey&) = default;
  friend std::strong_ordering operator<=>(const ItemKey&, const ItemKey&) = default;

 private:
  struct Part {
    Type type;
    std::string_view bytes;
  };
  static ItemKey assemble(const Part& partition, const Part* sort);
  Part partition_part() const;
  std::optional<Part> sort_part() const;

  SharedBytes buffer_;  // its note: where the sort key begins, 0 without one
};

}  // namespace weir
