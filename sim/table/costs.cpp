#include "sim/table/costs.hpp"

#include <algorithm>

#include "sim/table/entry.hpp"

namespace weir {

namespace {

constexpr std::uint64_t read_unit = 4096, write_unit = 1024;

std::int64_t units(std::uint64_t bytes, std::uint64_t unit) {
  return static_cast<std::int64_t>(std::max<std::uint64_t>(1, (bytes + unit - 1) / unit));
}
std::int64_t half_units_of_write(std::uint64_t bytes) { return 2 * units(bytes, write_unit); }

}  // namespace

std::int64_t half_units_of_read(std::uint64_t bytes, ReadMode mode) {
  const std::int64_t strong = units(bytes, read_unit);
  switch (mode) {
    case ReadMode::eventual:
      return strong;
    case ReadMode::consistent:
      return 2 * strong;
    case ReadMode::transactional:
      return 4 * strong;
  }
  return 0;
}

WriteCost cost_of_write(const TableSettings& table, const ItemKey& key, const Item& before, const Item& after, int times) {
  WriteCost cost;
  cost.hash = key.partition_hash();
  cost.half_units = times * half_units_of_write(std::max(before.size_bytes(), after.size_bytes()));
  for (std::size_t i = 0; i < table.indexes.size(); ++i) {
    const IndexSettings& index = table.indexes[i];
    const std::optional<Entry> old = entry_of(index, table.key, key, before);
    const std::optional<Entry> now = entry_of(index, table.key, key, after);
    if (old == now) continue;
    const int each = index.kind == IndexKind::local ? times : 1;
    const auto add = [&](const Entry& entry, std::uint64_t bytes) {
      cost.indexes.push_back({i, entry.key.partition_hash(), each * half_units_of_write(bytes)});
    };
    if (old && now && old->key == now->key) {
      add(*now, std::max(old->shown.size_bytes(), now->shown.size_bytes()));
      continue;
    }
    if (old) add(*old, old->shown.size_bytes());
    if (now) add(*now, now->shown.size_bytes());
  }
  return cost;
}

WriteCost cost_of_check(const ItemKey& key, const Item& met, int times) {
  return {key.partition_hash(), times * half_units_of_write(met.size_bytes()), {}};
}

void add_to(std::vector<ConsumedCapacity>& sums, const ConsumedCapacity& part) {
  const auto same = [&](const ConsumedCapacity& one) { return one.table == part.table; };
  const auto known = std::find_if(sums.begin(), sums.end(), same);
  if (known == sums.end()) return sums.push_back(part);
  ConsumedCapacity& sum = *known;
  sum.half_units += part.half_units;
  sum.table_half_units += part.table_half_units;
  for (const auto& [index, half_units] : part.indexes) sum.indexes[index] += half_units;
}

void add_to(std::vector<TableCollections>& all, TableId table, const CollectionPtr& collection) {
  if (!collection) return;
  auto of_table = std::find_if(all.begin(), all.end(), [&](const TableCollections& one) { return one.table == table; });
  if (of_table == all.end()) of_table = all.insert(all.end(), {table, {}});
  std::vector<ItemCollectionMetrics>& known = of_table->collections;
  const auto same = [&](const ItemCollectionMetrics& one) { return one.key == collection->key; };
  const auto found = std::find_if(known.begin(), known.end(), same);
  if (found == known.end()) return known.push_back(*collection);
  *found = *collection;
}

ConsumedCapacity consumed(TableId id, const TableSettings& table, const WriteCost& cost, ReturnConsumedCapacity asked) {
  ConsumedCapacity all{id, cost.half_units, 0, {}};
  for (const WriteCost::OfIndex& index : cost.indexes) all.half_units += index.half_units;
  if (asked != ReturnConsumedCapacity::indexes) return all;
  all.table_half_units = cost.half_units;
  for (const WriteCost::OfIndex& index : cost.indexes) all.indexes[table.indexes[index.index].name] += index.half_units;
  return all;
}

ConsumedCapacity consumed(TableId id, std::string_view index, std::int64_t half_units, ReturnConsumedCapacity asked) {
  ConsumedCapacity all{id, half_units, 0, {}};
  if (asked != ReturnConsumedCapacity::indexes) return all;
  if (index.empty())
    all.table_half_units = half_units;
  else
    all.indexes[std::string(index)] = half_units;
  return all;
}

}  // namespace weir
