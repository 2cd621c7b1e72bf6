// What a table is: the settings a scenario gives and CreateTable would take.
#pragma once

#include <string>

#include "sim/data/ids.hpp"
#include "sim/data/key.hpp"

namespace weir {

struct TableSettings {
  std::string name;  // 3 to 255 characters of a-z A-Z 0-9 _ . -                             [TABLE-2]
  KeySchema key;
  std::string ttl;                       // the TTL attribute; empty: TTL is off              [TTL-1]
  StreamView stream = StreamView::none;  // none: no stream                                   [STREAM-1]
  int shards = 1;                        // open shards at the start                          [SHARD-7]
  friend bool operator==(const TableSettings&, const TableSettings&) = default;
};

}  // namespace weir
