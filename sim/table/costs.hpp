// What a request costs, from the sizes of what it looks at: pure, the same whether anybody counts it or not.
//
//   reads     each 4 KB or part of it a unit, half of it when eventually consistent; a page rounds up its sum once, an item
//             that is not there costs as the smallest                                     [CAP-1] [QRY-7]
//   writes    each 1 KB or part of it of the larger of the item before and after             [CAP-1]
//   indexes   nothing where the entry stays as it is, one write where it comes, goes or changes; two where its key changes,
//             each by its own size. A local index's writes are its table's                    [GSI-5]
//   twice     transactions cost twice as much, and that holds for the items alone: global indexes hear of them as of any
//             other write                                                                     [CAP-1] [TXN-7]
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/data/ids.hpp"
#include "sim/data/item.hpp"
#include "sim/data/key.hpp"
#include "sim/table/settings.hpp"

namespace weir {

struct WriteCost {
  struct OfIndex {
    std::size_t index = 0;   // its place in the table's settings
    std::uint64_t hash = 0;  // of the entry's partition key
    std::int64_t half_units = 0;
  };
  std::uint64_t hash = 0;        // of the item's partition key
  std::int64_t half_units = 0;   // of the item itself
  std::vector<OfIndex> indexes;  // in the order of the settings; one whose key changes stands twice
};

enum class ReadMode : std::uint8_t { eventual, consistent, transactional };
constexpr ReadMode mode_of(bool consistent_read) { return consistent_read ? ReadMode::consistent : ReadMode::eventual; }

WriteCost cost_of_write(const TableSettings& table, const ItemKey& key, const Item& before, const Item& after, int times = 1);
// Of a write whose condition failed, and of a condition alone: by the item that was met.           [OP-5]
WriteCost cost_of_check(const ItemKey& key, const Item& met, int times = 1);
std::int64_t half_units_of_read(std::uint64_t bytes, ReadMode mode);

// What ReturnConsumedCapacity shows. Half units: a consistent read of one small item is 2.            [OP-8]
enum class ReturnConsumedCapacity : std::uint8_t { none, total, indexes };

struct ConsumedCapacity {
  TableId table{};
  std::int64_t half_units = 0;                       // in all
  std::int64_t table_half_units = 0;                 // with `indexes` alone, as what follows: those that are no index's
  std::map<std::string, std::int64_t> indexes = {};  // half units of each that was used
  friend bool operator==(const ConsumedCapacity&, const ConsumedCapacity&) = default;
};
using ConsumedPtr = std::shared_ptr<const ConsumedCapacity>;  // nullptr: not asked for

// Adds up what the parts of a call used, for each table.
void add_to(std::vector<ConsumedCapacity>& sums, const ConsumedCapacity& part);
ConsumedCapacity consumed(TableId id, const TableSettings& table, const WriteCost& cost, ReturnConsumedCapacity asked);
ConsumedCapacity consumed(TableId id, std::string_view index, std::int64_t half_units, ReturnConsumedCapacity asked);

// What ReturnItemCollectionMetrics shows of a table with local indexes: between so many GB and one more.       [OP-8]
enum class ReturnItemCollectionMetrics : std::uint8_t { none, size };

struct ItemCollectionMetrics {
  Item key;  // the partition key alone
  std::uint64_t least_gb = 0, most_gb = 1;
  friend bool operator==(const ItemCollectionMetrics&, const ItemCollectionMetrics&) = default;
};
using CollectionPtr = std::shared_ptr<const ItemCollectionMetrics>;  // nullptr: not asked for, or no local indexes

// Of the tables that a call of many writes wrote to, each collection once.
struct TableCollections {
  TableId table{};
  std::vector<ItemCollectionMetrics> collections;
  friend bool operator==(const TableCollections&, const TableCollections&) = default;
};
// One that is there already is as large as `collection` says.
void add_to(std::vector<TableCollections>& all, TableId table, const CollectionPtr& collection);

}  // namespace weir
