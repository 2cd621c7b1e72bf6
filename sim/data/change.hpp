// Change: one committed change to one item, as a table tells it. A stream takes it in; neither knows the other.
//
//   emitted   once per write that changed the item, in commit order; a write that changes nothing emits none  [STREAM-6]
//   images    complete items; empty Item when absent: insert has no old image, remove no new one
#pragma once

#include <cstdint>
#include <string_view>

#include "sim/base/time.hpp"
#include "sim/data/ids.hpp"
#include "sim/data/item.hpp"
#include "sim/data/key.hpp"

namespace weir {

enum class ChangeKind : std::uint8_t { insert, modify, remove };
enum class ChangeBy : std::uint8_t { user, ttl };  // ttl: the service deleted an expired item      [TTL-8]

std::string_view to_text(ChangeKind kind);    // "insert"
std::string_view wire_name(ChangeKind kind);  // "INSERT"
std::string_view to_text(ChangeBy by);        // "user", "ttl"

struct Change {
  TableId table;
  ChangeKind kind = ChangeKind::insert;
  ItemKey key;
  Item old_image;
  Item new_image;
  ChangeBy by = ChangeBy::user;
  FactIndex write = no_fact;  // the fact of the write: the cause of what follows from it
  Instant at{};               // when it was committed
  friend bool operator==(const Change&, const Change&) = default;
};

}  // namespace weir
