// What the service refuses in a value or an item, whatever the table.
//
//   size       at most 400 KB (409,600 bytes) by ITEM-7, at the limit allowed; else item_size_exceeded, MSG-11     [ITEM-2]
//   depth      at most 32 levels, a top-level value being level 1: "Nesting Levels have exceeded ..."      [ITEM-3]
//   sets       never empty, no duplicates: MSG-13, MSG-14                                                  [ITEM-1] [NUM-4]
//   names      1 .. 65,535 bytes, top-level and in maps                                                    [ITEM-6]
// Empty strings and binaries are fine outside keys [ITEM-4]; ItemKey::of judges keys. Items satisfy MSG-12, MSG-15 and MSG-16
// by construction: json.hpp checks those where text comes in. MSG-14 lists the set sorted, AWS as it was sent.
#pragma once

#include "sim/base/result.hpp"
#include "sim/data/item.hpp"

namespace weir {

inline constexpr std::uint32_t max_item_bytes = 400 * 1024;
inline constexpr int max_depth = 32;
inline constexpr std::size_t max_attribute_name_bytes = 65'535;

enum class WriteKind : std::uint8_t { put, update };  // which wording of MSG-11

Result<Done> check_item(const Item& item, WriteKind write = WriteKind::put);
Failed item_too_large(WriteKind write);                 // MSG-11
Result<Done> check_value(const AttributeValue& value);  // one value, as in an expression: depth, sets, names in maps

}  // namespace weir
