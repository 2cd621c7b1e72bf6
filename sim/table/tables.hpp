// All tables of an account in one Region, by id and by name. A value: copy it freely.
//
//   ids      count up from 0 in order of creation; an id that was never given out is resource_not_found     [MSG-2]
//   changes  gathered over all tables in commit order until they are taken
//   events   Room::table; hand each one to on_event
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/table/table.hpp"

namespace weir {

class Tables {
 public:
  explicit Tables(std::int64_t epoch_unix) : epoch_unix_(epoch_unix) {}  // Unix seconds at Instant{}

  // Notes TableDeclared. BadInput for a bad or repeated name, key schema or TTL attribute.        [TABLE-1] [TABLE-2]
  TableId create(Kernel& kernel, const TableSettings& settings);

  std::optional<TableId> named(std::string_view name) const;
  const TableSettings& settings(TableId table) const;  // `ttl` follows enable_ttl and disable_ttl
  std::size_t size() const { return tables_.size(); }

  Result<Done> put(Kernel& kernel, TableId table, const Item& item, const Condition& condition, const Actor& actor);
  // The item after the update; the empty item when there was none and none was created.          [OP-2]
  Result<Item> update(Kernel& kernel, TableId table, const Item& key, const Update& update, const Condition& condition,
                      const Actor& actor);
  Result<Done> remove(Kernel& kernel, TableId table, const Item& key, const Condition& condition, const Actor& actor);
  Result<std::optional<Item>> get(Kernel& kernel, TableId table, const Item& key, const Actor& actor);
  Result<std::vector<Item>> scan(Kernel& kernel, TableId table, const Actor& actor);

  std::vector<Item> contents(TableId table) const;  // order of keys; leaves no facts
  std::size_t count(TableId table) const;

  Result<Done> enable_ttl(Kernel& kernel, TableId table, std::string_view attribute);
  Result<Done> disable_ttl(Kernel& kernel, TableId table, std::string_view attribute);

  void on_event(Kernel& kernel, const Event& event);

  bool has_changes() const { return !changes_.empty(); }
  std::vector<Change> take_changes() { return std::exchange(changes_, {}); }
  // The same without allocating: `out` is cleared and swapped in, its memory serves the next changes.
  void take_changes(std::vector<Change>& out) {
    out.clear();
    out.swap(changes_);
  }

  const Table& table(TableId id) const;

 private:
  Table* find(TableId table) { return table.value < tables_.size() ? &tables_[table.value] : nullptr; }

  std::int64_t epoch_unix_;
  std::vector<Table> tables_;
  std::map<std::string, TableId, std::less<>> names_;
  Changes changes_;
};

}  // namespace weir
