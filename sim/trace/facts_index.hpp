// Facts of secondary indexes: what there is, what a global one heard of, what a reader of one saw or could not see yet, and how
// one is made and dropped while its table is in use.
#pragma once

#include <cstdint>
#include <string>

#include "sim/base/result.hpp"
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

// A global index heard of a change: an entry came, shows something else, or went. Caused by the write; where a new index found
// the item in its table, by the IndexStatusChanged that its backfill began with.                      [GSI-1] [GSI-5] [GSI-8]
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

// One entry of an index was read by a consumer. `item` is what it was shown, before its own projection; `returned` as
// ItemRead's.
struct IndexRead {
  static constexpr std::string_view name = "index_read";
  TableId table;
  IndexId index;
  ItemKey key, entry;
  Item item;
  bool expired = false;  // its TTL moment has passed                                                          [TTL-6]
  Actor actor;
  std::uint32_t returned = 0;
  template <class V>
  void each(V&& v) const {
    v("table", table), v("index", index), v("key", key), v("entry", entry), v("item", item), v("expired", expired),
        v("actor", actor);
    if (returned > 0) v("returned", returned);
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

// An index that is made or dropped while its table is in use, which IndexDeclared told of before, stands elsewhere from here
// on. One that its table was made with is active all along and has no such fact.                           [GSI-8]
struct IndexStatusChanged {
  static constexpr std::string_view name = "index_status_changed";
  TableId table;
  IndexId index;
  IndexStatus status = IndexStatus::creating;
  template <class V>
  void each(V&& v) const {
    v("table", table), v("index", index), v("status", status);
  }
};

// What an operator asked of a table or of one of its indexes, and was refused; nothing has changed.        [GSI-8] [CAP-9]
struct TableCallRefused {
  static constexpr std::string_view name = "table_call_refused";
  TableId table;
  std::string call;  // "create_index by_group"
  ServiceError error = ServiceError::none;
  std::string message;
  template <class V>
  void each(V&& v) const {
    v("table", table), v("call", call), v("error", error), v("message", message);
  }
};

}  // namespace weir
