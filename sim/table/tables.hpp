// All tables of an account in one Region, by id and by name. A value: copy it freely.
//
//   ids      count up from 0 in order of creation; an id that was never given out is resource_not_found, and what is wrong
//            with the request whatever the table is said before                               [MSG-2] [ERR-6]
//   created  later than at the start: until then resource_not_found; changes of a table that is CREATING are resource_in_use
//   deleting an id stays given out: calls for a deleted table are resource_not_found, changes of its settings resource_in_use
//            until it is gone. Its name is not free for another                              [TABLE-4] [TABLE-5]
//   updating while it gets a stream, changes of its settings are resource_in_use too; an index that is made or dropped holds
//            it back from some only: see making.cpp                                          [TABLE-3] [STREAM-15] [GSI-8]
//   changes  gathered over all tables in commit order until they are taken
//   reads    one that asks for no consistency, and a batch call, make choices under the caller's `key` (see sites.hpp)
//   events   Room::table; hand each one to on_event
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/kernel/call_rate.hpp"
#include "sim/table/table.hpp"
#include "sim/table/transactions.hpp"

namespace weir {

// What CreateTable says of a name that is taken.                                              [MSG-3]
std::string table_exists(std::string_view name);

class Tables {
 public:
  explicit Tables(std::int64_t epoch_unix) : epoch_unix_(epoch_unix) {}  // Unix seconds at Instant{}

  // Notes TableDeclared at once, or TableAwaited now and TableDeclared when it is created (`created_at`). BadInput for a bad or
  // repeated name, key schema, TTL attribute or index.                                             [TABLE-1] [TABLE-2]
  TableId create(Kernel& kernel, const TableSettings& settings);

  std::optional<TableId> named(std::string_view name) const;
  // By its name, or by its ARN in this account and Region; `malformed_table` for what looks like an ARN and is none.  [TABLE-2]
  std::optional<TableId> called(std::string_view name_or_arn) const;
  bool known(TableId table) const { return table.value < tables_.size(); }  // also one that was deleted
  const TableSettings& settings(TableId table) const;  // as they are now: `ttl`, `indexes` and `capacity` follow
  std::size_t size() const { return tables_.size(); }

  WriteAnswer call(Kernel& kernel, const PutItem& request, const Actor& actor);
  WriteAnswer call(Kernel& kernel, const UpdateItem& request, const Actor& actor);
  WriteAnswer call(Kernel& kernel, const DeleteItem& request, const Actor& actor);
  GetItem::Answer call(Kernel& kernel, const GetItem& request, const Actor& actor, const Key& key);
  Query::Answer call(Kernel& kernel, const Query& request, const Actor& actor, const Key& key);
  Scan::Answer call(Kernel& kernel, const Scan& request, const Actor& actor, const Key& key);
  BatchWriteItem::Answer call(Kernel& kernel, const BatchWriteItem& request, const Actor& actor, const Key& key);
  TransactWriteItems::Answer call(Kernel& kernel, const TransactWriteItems& request, const Actor& actor, const Key& key);
  TransactGetItems::Answer call(Kernel& kernel, const TransactGetItems& request, const Actor& actor);
  BatchGetItem::Answer call(Kernel& kernel, const BatchGetItem& request, const Actor& actor, const Key& key);

  UpdateTimeToLive::Answer call(Kernel& kernel, const UpdateTimeToLive& request);
  DescribeTimeToLive::Answer call(Kernel& kernel, const DescribeTimeToLive& request);

  std::vector<Item> contents(TableId table) const;  // order of keys; leaves no facts
  std::size_t count(TableId table) const;

  Result<Done> enable_ttl(Kernel& kernel, TableId table, std::string_view attribute);
  Result<Done> disable_ttl(Kernel& kernel, TableId table, std::string_view attribute);

  // ResourceInUseException while it is DELETING, or UPDATING since it gets a stream or an index is made or dropped;
  // ResourceNotFoundException once it is gone.                                      [TABLE-4] [TABLE-5] [STREAM-15] [GSI-8]
  Result<Done> delete_table(Kernel& kernel, TableId table);
  // Whether its stream may be switched, likewise; and that it is UPDATING until then, since it gets one.   [STREAM-15]
  Result<Done> may_switch_stream(TableId table, Instant now) const;
  void hold_until(TableId id, Instant until);
  TableStatus status(TableId id, Instant now) const { return table(id).status(now); }

  // UpdateTable, of one global index. While it is on its way the table cannot be deleted.            [GSI-8] [LIMIT-2] [LSI-1]
  Result<Done> create_index(Kernel& kernel, TableId table, const IndexSettings& index);
  Result<Done> delete_index(Kernel& kernel, TableId table, std::string_view index);

  // LimitExceededException once the day's decreases or switches are used up.                          [CAP-9]
  Result<Done> update_capacity(Kernel& kernel, TableId table, const CapacityUpdate& wanted);

  void on_event(Kernel& kernel, const Event& event);

  // Partitions that split since the last call: where a table's hashes are cut.                          [CAP-5]
  struct Cut {
    TableId table;
    Capacity::Halves halves;
  };
  bool has_cuts() const { return !cuts_.empty(); }
  std::vector<Cut> take_cuts() { return std::exchange(cuts_, {}); }

  // Tables that were created since the last call, later than at the start; they may want a stream.     [TABLE-4]
  struct Created {
    TableId table;
    FactIndex fact = no_fact;  // TableDeclared
  };
  bool has_created() const { return !created_.empty(); }
  std::vector<Created> take_created() { return std::exchange(created_, {}); }

  bool has_changes() const { return !changes_.empty(); }
  std::vector<Change> take_changes() { return std::exchange(changes_, {}); }
  // The same without allocating: `out` is cleared and swapped in, its memory serves the next changes.
  void take_changes(std::vector<Change>& out) {
    out.clear();
    out.swap(changes_);
  }

  const Table& table(TableId id) const;

 private:
  // nullptr: never given out, not created yet or still being created, or deleted.                     [TABLE-4] [TABLE-5]
  Table* find(TableId id) { return id.value < tables_.size() && tables_[id.value].serves() ? &tables_[id.value] : nullptr; }
  void on_creation(Kernel& kernel, TableId id);
  template <class Request>
  typename Request::Answer read(Kernel& kernel, const Request& request, bool consistent, const Actor& actor, const Key& key);
  template <class Request>
  WriteAnswer write(Kernel& kernel, const Request& request, const Actor& actor);
  // The refusal of a write to an item that is bound to a transaction.                        [TXN-5]
  std::optional<Failed> conflict(Kernel& kernel, TableId table, const ItemKey& key, const Actor& actor);
  // batches.cpp
  WriteAnswer carry_out(Kernel& kernel, const WriteRequest& request, const Actor& actor, const BatchWriteItem& batch);
  void note_conflict(Kernel& kernel, const WriteRequest& request, const Actor& actor);
  // transactions.cpp
  std::optional<Failed> flaw_of(const TransactWriteItems& request, Instant now);
  void note_refused(Kernel& kernel, const TransactWriteItems& request, const Failed& failed, const Actor& actor);
  TransactWriteItems::Answer repeat(Kernel& kernel, const TransactWriteItems& request, const Actor& actor);
  std::optional<Failed> unchangeable(TableId id, Instant now) const;

  bool account_allows(TableId id, const Throughput& wanted) const;

  std::int64_t epoch_unix_;
  std::vector<Table> tables_;
  std::map<std::string, TableId, std::less<>> names_;
  IndexId next_index_{};
  Changes changes_;
  std::vector<Cut> cuts_;
  std::vector<Created> created_;
  Transactions transactions_;
  CallRate ttl_descriptions_{10};  //                                                                     [LIMIT-4]
};

}  // namespace weir
