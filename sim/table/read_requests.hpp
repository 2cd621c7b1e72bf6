// What clients ask when they read: GetItem, and Query and Scan a page at a time.                  [READ-1] [QRY-1 .. QRY-7]
//
//   fresh     a consistent read shows all writes acknowledged before. Any other may show its table as it was up to 10 s ago,
//             each as it likes, so that two may go backwards (read.staleness)                       [READ-3] [OPEN-34]
//   page      ends after 1 MB of items looked at, or `limit` of them, before filter and projection    [QRY-2]
//   the end   is where last_evaluated_key is empty: an empty page may have one, and nothing may follow it    [QRY-3]
//   index     a global one is never consistent, and shows nothing that it does not project; a local one fetches the rest from
//             the table, by 4 KB towards the page's 1 MB                      [READ-2] [GSI-1] [GSI-3] [LSI-1] [MSG-27]
//   order     of sort keys, or backwards; a Scan goes by the hash of partition keys       [ITEM-13] [QRY-5]
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/data/ids.hpp"
#include "sim/data/item.hpp"
#include "sim/expression/condition.hpp"
#include "sim/expression/key_condition.hpp"
#include "sim/expression/projection.hpp"
#include "sim/table/costs.hpp"

namespace weir {

class GetAnswer : public Result<std::optional<Item>> {
 public:
  using Result<std::optional<Item>>::Result;
  ConsumedPtr consumed = nullptr;  // where that was asked for                                         [OP-8]
};

struct GetItem {
  using Answer = GetAnswer;
  TableId table{};
  Item key{};
  Projection projection{};
  bool consistent_read = false;
  ReturnConsumedCapacity return_consumed_capacity = ReturnConsumedCapacity::none;
};

enum class Select : std::uint8_t { all_attributes, specific_attributes, count, all_projected_attributes };

struct Page {
  std::vector<Item> items{};  // none when only their count was asked for
  std::uint32_t count = 0;    // of items that passed the filter
  std::uint32_t scanned_count = 0;
  Item last_evaluated_key{};  // the next page's exclusive_start_key; empty: there is no next page
  ConsumedPtr consumed = nullptr;
};

// What both have in common. Without `select` a projection means specific_attributes, else all of a table's, or those that an
// index projects.                                                                                       [QRY-6]
struct PageRequest {
  std::string index_name{};  // empty: the table itself
  Condition filter{};
  Projection projection{};
  std::optional<Select> select = std::nullopt;
  std::optional<std::int64_t> limit = std::nullopt;
  Item exclusive_start_key{};
  bool consistent_read = false;
  ReturnConsumedCapacity return_consumed_capacity = ReturnConsumedCapacity::none;
};

struct Query {
  using Answer = Result<Page>;
  TableId table{};
  KeyCondition key;
  PageRequest page{};
  bool scan_index_forward = true;
};

// One of `total` parts of a parallel Scan.                                                           [QRY-5]
struct Segment {
  std::int64_t segment = 0;
  std::int64_t total = 1;
};

struct Scan {
  using Answer = Result<Page>;
  TableId table{};
  PageRequest page{};
  std::optional<Segment> segment = std::nullopt;
};

}  // namespace weir
