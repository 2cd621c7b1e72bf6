// Facts of secondary indexes: what there is, what a global one heard of, and what a reader of one saw or could not see yet.
#pragma once

#include <cstdint>
#include <string>

#include "sim/data/ids.hpp"
#include "sim/data/index.hpp"
#include "sim/data/item.hpp"
#include "sim/data/key.hpp"
#include "sim/trace/actor.hpp"

namespace weir {

struct IndexDeclared {
  static constexpr std::string_view name = "index_declared";
  TableId table;
  IndexId index;
  std::string index_name;
  IndexKind scope = IndexKind::global;
  std::string partition_key, sort_key;  // attribute names; sort_key may be empty
  Type partition_type = Type::S, sort_type = Type::S;
  ProjectionType projection = ProjectionType::all;
  std::string non_key_attributes;  // one a line
  template <class V>
  void each(V&& v) const {
    v("table", table), v("index", index), v("index_name", index_name), v("scope", scope), v("partition_key", partition_key),
        v("partition_type", partition_type), v("sort_key", sort_key), v("sort_type", sort_type), v("projection", projection),
        v("non_key_attributes", non_key_attributes);
  }
};

// A global index heard of a change: an entry came, shows something else, or went. Caused by the write.        [GSI-1] [GSI-5]
struct IndexUpdated {
  static constexpr std::string_view name = "index_updated";
  TableId table;
  IndexId index;
  ItemKey key;    // of the item
  ItemKey entry;  // the index's key
  Item shown;     // empty: the entry went
  template <class V>
  void each(V&& v) const {
    v("table", table), v("index", index), v("key", key), v("entry", entry), v("shown", shown);
  }
};

// One entry of an index was read by a consumer. `item` is what it was shown, before its own projection.
struct IndexRead {
  static constexpr std::string_view name = "index_read";
  TableId table;
  IndexId index;
  ItemKey key, entry;
  Item item;
  bool expired = false;  // its TTL moment has passed                                                          [TTL-6]
  Actor actor;
  template <class V>
  void each(V&& v) const {
    v("table", table), v("index", index), v("key", key), v("entry", entry), v("item", item), v("expired", expired),
        v("actor", actor);
  }
};

// A consumer read where a global index had not heard of a write to this item yet. Caused by that write.       [GSI-1] [GSI-9]
struct IndexBehind {
  static constexpr std::string_view name = "index_behind";
  TableId table;
  IndexId index;
  ItemKey key;
  Actor actor;
  template <class V>
  void each(V&& v) const {
    v("table", table), v("index", index), v("key", key), v("actor", actor);
  }
};

}  // namespace weir
