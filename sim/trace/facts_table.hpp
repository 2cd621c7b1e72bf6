// Facts of tables: what was written, refused, read, and what TTL did.
#pragma once

#include <cstdint>
#include <string>

#include "sim/base/result.hpp"
#include "sim/data/change.hpp"
#include "sim/data/ids.hpp"
#include "sim/data/item.hpp"
#include "sim/data/key.hpp"
#include "sim/trace/actor.hpp"

namespace weir {

// A table as it is created. Noted again when its TTL is switched: the latest holds.            [TTL-13]
struct TableDeclared {
  static constexpr std::string_view name = "table_declared";
  TableId table;
  std::string table_name;
  std::string partition_key, sort_key;  // attribute names; sort_key may be empty
  std::string ttl_attribute;            // empty: TTL is off
  template <class V>
  void each(V&& v) const {
    v("table", table), v("table_name", table_name), v("partition_key", partition_key), v("sort_key", sort_key),
        v("ttl_attribute", ttl_attribute);
  }
};

// A table that the scenario creates later: until then steps and clients may ask for it by its name.       [TABLE-4]
struct TableAwaited {
  static constexpr std::string_view name = "table_awaited";
  TableId table;
  std::string table_name;
  template <class V>
  void each(V&& v) const {
    v("table", table), v("table_name", table_name);
  }
};

// DeleteTable: the items are gone and nothing is read or written any more; the stream is disabled.   [TABLE-5]
struct TableDeleted {
  static constexpr std::string_view name = "table_deleted";
  TableId table;
  std::uint64_t items = 0;  // that went with it
  template <class V>
  void each(V&& v) const {
    v("table", table), v("items", items);
  }
};

// An item really changed. old_image is empty for an insert, new_image for a remove.       [STREAM-6] [STREAM-8]
struct Written {
  static constexpr std::string_view name = "written";
  TableId table;
  ItemKey key;
  ChangeKind kind = ChangeKind::insert;
  Item old_image, new_image;
  Actor actor;
  template <class V>
  void each(V&& v) const {
    v("table", table), v("key", key), v("kind", kind), v("old_image", old_image), v("new_image", new_image), v("actor", actor);
  }
};

// A write succeeded and changed nothing: no stream record.                                 [STREAM-6] [STREAM-7]
struct WriteIgnored {
  static constexpr std::string_view name = "write_ignored";
  TableId table;
  ItemKey key;
  Actor actor;
  template <class V>
  void each(V&& v) const {
    v("table", table), v("key", key), v("actor", actor);
  }
};

//   message  what a ValidationException says; empty for the other errors, whose names say it                    [ERR-6]
//   part     of a batch: the request itself is refused only where all its parts are, which RequestRefused then tells   [BOP-3]
struct WriteRefused {
  static constexpr std::string_view name = "write_refused";
  TableId table;
  ItemKey key;
  ServiceError error = ServiceError::none;
  Actor actor;
  std::string message = {};
  bool part = false;
  template <class V>
  void each(V&& v) const {
    v("table", table), v("key", key), v("error", error), v("actor", actor), v("message", message);
    if (part) v("part", part);
  }
};

// A request was refused as a whole that no other fact tells of: a read, a batch, a call about TTL, or any for a table that is
// not there. What a role forbids is an AccessDenied.                                       [ERR-6] [BOP-3] [CAP-8]
struct RequestRefused {
  static constexpr std::string_view name = "request_refused";
  std::string call;  // "GetItem"
  TableId table;     // the first that it names; the last id there is: none
  ServiceError error = ServiceError::none;
  Actor actor;
  std::string message;
  template <class V>
  void each(V&& v) const {
    v("call", call), v("error", error), v("actor", actor), v("message", message);
    if (table != TableId{~std::uint32_t{0}}) v("table", table);
  }
};

// One item was read (a page of a Query or Scan notes one fact for each item it returns). `item` is empty when there was none.
struct ItemRead {
  static constexpr std::string_view name = "item_read";
  TableId table;
  ItemKey key;
  Item item;
  bool expired = false;  // its TTL moment has passed, yet it is there                     [TTL-6]
  Actor actor;
  std::uint32_t returned = 0;  // of a page's first item: how many the page returns; 0 of the others, and of a single read
  template <class V>
  void each(V&& v) const {
    v("table", table), v("key", key), v("item", item), v("expired", expired), v("actor", actor);
    if (returned > 0) v("returned", returned);
  }
};

// What the read that follows shows of a table is not its present state but that of a while ago.  [READ-1] [READ-3]
struct StaleRead {
  static constexpr std::string_view name = "stale_read";
  TableId table;
  Duration behind{};
  Actor actor;
  template <class V>
  void each(V&& v) const {
    v("table", table), v("behind", behind), v("actor", actor);
  }
};

// All actions of a transaction are done; it is the cause of each write that follows.               [TXN-2] [TXN-8]
struct TransactionCommitted {
  static constexpr std::string_view name = "transaction_committed";
  std::uint64_t writes = 0;
  std::uint64_t checks = 0;  // actions that were conditions alone
  Actor actor;
  template <class V>
  void each(V&& v) const {
    v("writes", writes), v("checks", checks), v("actor", actor);
  }
};

// None of its actions is done.                                                                     [TXN-4]
struct TransactionCanceled {
  static constexpr std::string_view name = "transaction_canceled";
  std::string reasons;  // "[ConditionalCheckFailed, None]": codes in the order of the actions
  Actor actor;
  std::string conflicts;  // of each item that another transaction holds: its table's name, one a line           [TXN-5]
  std::string messages;   // "action 1: ...", one a line, of reasons whose code does not say it all           [ERR-5]
  template <class V>
  void each(V&& v) const {
    v("reasons", reasons), v("actor", actor);
    if (!conflicts.empty()) v("conflicts", conflicts);
    if (!messages.empty()) v("messages", messages);
  }
};

// A transaction with the token of one that is done: it succeeds and has no effect.                 [TXN-2]
struct TransactionRepeated {
  static constexpr std::string_view name = "transaction_repeated";
  std::string token;
  Actor actor;
  template <class V>
  void each(V&& v) const {
    v("token", token), v("actor", actor);
  }
};

enum class TtlVerdict : std::uint8_t { deleted, spared };
constexpr std::string_view to_text(TtlVerdict v) { return v == TtlVerdict::deleted ? "deleted" : "spared"; }

// The TTL deleter came to an item that had been marked as expired and judged it again.     [TTL-7] [TTL-9]
struct TtlJudged {
  static constexpr std::string_view name = "ttl_judged";
  TableId table;
  ItemKey key;
  std::int64_t expiry = 0;  // Unix seconds the item carried when it was marked
  TtlVerdict verdict = TtlVerdict::deleted;
  template <class V>
  void each(V&& v) const {
    v("table", table), v("key", key), v("expiry", expiry), v("verdict", verdict);
  }
};

}  // namespace weir
