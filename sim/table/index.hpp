// The secondary indexes of one table: derived data, kept up to date with its writes. A value: copy it freely.
//
//   local     equal to the table at every moment                                                           [LSI-1]
//   global    hears of a write gsi.delay later; the changes of one item in order, those of several not. A change of the index's
//             key is two, which may come apart: in between, both entries are there, or none       [GSI-1] [GSI-9] [OPEN-33]
//   facts     IndexDeclared; IndexUpdated for each change a global index hears of, caused by the write
//   made      a global index can be made and dropped while the table is in use, one at a time; making.cpp       [GSI-8]
//   events    Room::table, kind `index_event`, only for changes that are not heard of at once; `index_stage_event` and
//             `backfill_event` for an index that is made or dropped
//   limits    those of a write: GSI-7 and ITEM-10 before its condition is looked at where the item after it is known then, as a
//             put's is, or as much of it as an update's constants tell; after it what comes of what is there. LSI-2 after it
//             [ERR-6]
//   cost      none at all without indexes
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/flat_map.hpp"
#include "sim/kernel/kernel.hpp"
#include "sim/table/entry.hpp"
#include "sim/table/key_table.hpp"
#include "sim/table/ranges.hpp"
#include "sim/table/settings.hpp"

namespace weir {

inline constexpr std::uint16_t index_event = 1, index_stage_event = 3, backfill_event = 4;

class Index {
 public:
  Index(IndexId id, IndexSettings settings) : id_(id), settings_(std::move(settings)) {}

  IndexId id() const { return id_; }
  const IndexSettings& settings() const { return settings_; }
  IndexStatus status() const { return status_; }
  Entries& entries() { return entries_; }
  const Entries& entries() const { return entries_; }

  // A write that a global index has not heard of yet, in part or at all.
  struct Pending {
    EntryKey key;
    Item shown;  // empty: the entry goes
    FactIndex write = no_fact;
  };
  // In no order that means anything; slots that are free have an empty key.
  const std::vector<Pending>& pending() const { return pending_; }

 private:
  friend class Indexes;
  struct Progress {
    std::uint32_t changes = 0, pending = 0;
    Instant last_due{};
  };
  // The items that were there when it began, read one after the other, evenly over the time it takes.
  struct Backfill {
    FactIndex fact = no_fact;
    Instant began{};
    Duration takes{};
    std::vector<ItemKey> items;  // that the index has an entry for
    std::set<ItemKey> unread;    // of these: a write to an item tells the index all there is to know of it
  };
  // Whether it is told of writes.
  bool follows() const { return status_ == IndexStatus::active || status_ == IndexStatus::backfilling; }
  bool refuses(Instant now) const { return follows() && now >= refuses_from_; }

  IndexId id_;
  IndexSettings settings_;
  Entries entries_;
  std::vector<Pending> pending_;
  std::vector<std::uint32_t> free_;
  KeyTable<Progress> progress_;  // of items that the index has shown
  IndexStatus status_ = IndexStatus::active;
  std::uint32_t made_ = 0;  // so many of its name the table had before it
  Instant refuses_from_{};  // writes that it cannot take
  Backfill backfill_;
};

// One write, as indexes need to know it.
struct IndexedWrite {
  const ItemKey& key;
  const Item& before;  // empty: none
  const Item& after;
  FactIndex fact = no_fact;
};

class Indexes {
 public:
  Indexes(TableId table, const TableSettings& settings, IndexId first);

  bool none() const { return indexes_.empty(); }
  std::size_t size() const { return indexes_.size(); }
  Index* named(std::string_view name);
  void declare(Kernel& kernel) const;

  Result<Done> check(const TableSettings& table, const ItemKey& key, const Item& after, WriteKind write, Instant now) const;
  Result<Done> check(const Update& update, Instant now) const;
  // By how much a write makes its item collection grow; 0 also where it shrinks, and without local indexes; and whether there
  // is room for so much more.                                                                     [LSI-2]
  std::uint64_t growth_of(const TableSettings& table, const IndexedWrite& write) const;
  Result<Done> check_room(const TableSettings& table, const ItemKey& key, std::uint64_t growth) const;

  // How large the collection of a partition key is, of a table with local indexes; nullopt without.       [OP-8]
  std::optional<std::uint64_t> collection_bytes(std::uint64_t partition_hash) const;

  void take(Kernel& kernel, const TableSettings& table, const IndexedWrite& write);
  void on_event(Kernel& kernel, std::uint64_t what);

  // making.cpp: one that is on its way to be there, or to be gone; nullptr: none.                               [GSI-8]
  const Index* under_way() const;
  // Those that are told of writes stand in the table's settings. What cannot be done was refused before.
  void make(Kernel& kernel, std::string_view table_name, IndexSettings settings, IndexId id);
  void drop(Kernel& kernel, TableSettings& table, std::string_view name);
  void on_stage(Kernel& kernel, TableSettings& table, Items& items, std::uint64_t id);
  void on_backfill(Kernel& kernel, const TableSettings& table, const Items& items, std::uint64_t what);

 private:
  using Change = Index::Pending;
  Index* with(IndexId id);  // nullptr: it is gone
  Key path(std::string_view table_name, const Index& index) const;
  void declare(Kernel& kernel, const Index& index) const;
  FactIndex become(Kernel& kernel, Index& index, IndexStatus status) const;
  void begin_backfill(Kernel& kernel, TableSettings& table, Items& items, Index& index);
  void go_on(Kernel& kernel, const Index& index, std::size_t next) const;
  std::uint64_t stored_bytes(const TableSettings& table, const ItemKey& key, const Item& item) const;
  void take_globally(Kernel& kernel, std::size_t place, std::string_view table_name, const std::optional<Entry>& before,
                     const std::optional<Entry>& after, FactIndex write);
  void hear(Kernel& kernel, std::size_t place, Change change, Instant due);
  void apply(Kernel& kernel, Index& index, const Change& change) const;

  TableId table_;
  std::vector<Index> indexes_;
  bool any_local_ = false;
  std::map<std::string, std::uint32_t, std::less<>> made_;  // how many of each name there ever were, where it was made later
  FlatMap<std::uint64_t> collections_;  // bytes by hash of the partition key, of tables with local indexes   [LSI-2]
};

}  // namespace weir
