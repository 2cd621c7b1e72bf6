// The secondary indexes of one table: derived data, kept up to date with its writes. A value: copy it freely.
//
//   local     equal to the table at every moment                                                           [LSI-1]
//   global    hears of a write gsi.delay later; the changes of one item in order, those of several not. A change of the index's
//             key is two, which may come apart: in between, both entries are there, or none       [GSI-1] [GSI-9] [OPEN-33]
//   facts     IndexDeclared; IndexUpdated for each change a global index hears of, caused by the write
//   events    Room::table, kind `index_event`, only for changes that are not heard of at once
//   limits    those of a write: GSI-7 and ITEM-10 before its condition is looked at, LSI-2 after it
//   cost      none at all without indexes
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "sim/base/flat_map.hpp"
#include "sim/kernel/kernel.hpp"
#include "sim/table/entry.hpp"
#include "sim/table/key_table.hpp"
#include "sim/table/ranges.hpp"
#include "sim/table/settings.hpp"

namespace weir {

inline constexpr std::uint16_t index_event = 1;

class Index {
 public:
  Index(IndexId id, IndexSettings settings) : id_(id), settings_(std::move(settings)) {}

  IndexId id() const { return id_; }
  const IndexSettings& settings() const { return settings_; }
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

  IndexId id_;
  IndexSettings settings_;
  Entries entries_;
  std::vector<Pending> pending_;
  std::vector<std::uint32_t> free_;
  KeyTable<Progress> progress_;  // of items that the index has shown
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

  Result<Done> check(const TableSettings& table, const ItemKey& key, const Item& after, WriteKind write) const;
  Result<Done> check_room(const TableSettings& table, const IndexedWrite& write) const;

  // How large the collection of a partition key is, of a table with local indexes; nullopt without.       [OP-8]
  std::optional<std::uint64_t> collection_bytes(std::uint64_t partition_hash) const;

  void take(Kernel& kernel, const TableSettings& table, const IndexedWrite& write);
  void on_event(Kernel& kernel, std::uint64_t what);

 private:
  using Change = Index::Pending;
  std::uint64_t stored_bytes(const TableSettings& table, const ItemKey& key, const Item& item) const;
  void take_globally(Kernel& kernel, std::size_t place, std::string_view table_name, const std::optional<Entry>& before,
                     const std::optional<Entry>& after, FactIndex write);
  void hear(Kernel& kernel, std::size_t place, Change change, Instant due);
  void apply(Kernel& kernel, Index& index, const Change& change) const;

  TableId table_;
  std::vector<Index> indexes_;
  bool any_local_ = false;
  FlatMap<std::uint64_t> collections_;  // bytes by hash of the partition key, of tables with local indexes   [LSI-2]
};

}  // namespace weir
