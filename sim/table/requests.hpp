// What clients ask when they write one item, as values: a request in, an answer out. Each request names its Answer.
//
//   table      the id that creation gave; a TableClient fills it in
//   returns    put and delete give nothing or all_old; update also what it touched, before or after it          [OP-3]
//   failures   a failed condition gives back the item it met when that was asked for                            [OP-4]
//   capacity   what a write costs is told where it was asked for, whether its table has a limit or not      [OP-8]
//   copies     items and conditions are shared, not copied
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "sim/base/result.hpp"
#include "sim/data/ids.hpp"
#include "sim/data/item.hpp"
#include "sim/expression/condition.hpp"
#include "sim/expression/update.hpp"
#include "sim/table/costs.hpp"

namespace weir {

// What a call is told that finds no capacity left of what is provisioned, by load or by chance.         [CAP-8] [ERR-1]
inline constexpr std::string_view table_throttled =
    "The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level "
    "with the UpdateTable API.";

enum class ReturnValues : std::uint8_t { none, all_old, all_new, updated_old, updated_new };
enum class ReturnValuesOnConditionCheckFailure : std::uint8_t { none, all_old };

struct WriteOutput {
  Item attributes{};                   // what ReturnValues asks for; empty: nothing to show
  ConsumedPtr consumed = nullptr;      // where that was asked for
  CollectionPtr collection = nullptr;  // likewise, of a table with local indexes                              [OP-8]
};

class WriteAnswer : public Result<WriteOutput> {
 public:
  using Result<WriteOutput>::Result;
  WriteAnswer(Failed failed, Item item) : Result<WriteOutput>(failed), item_(std::move(item)) {}
  const Item& item() const { return item_; }  // the one that failed the condition; empty: none, or not asked for

 private:
  Item item_;
};

struct PutItem {
  using Answer = WriteAnswer;
  TableId table{};
  Item item{};
  Condition condition{};
  ReturnValues return_values = ReturnValues::none;
  ReturnValuesOnConditionCheckFailure on_condition_failure = ReturnValuesOnConditionCheckFailure::none;
  ReturnConsumedCapacity return_consumed_capacity = ReturnConsumedCapacity::none;
  ReturnItemCollectionMetrics return_item_collection_metrics = ReturnItemCollectionMetrics::none;
};

struct UpdateItem {
  using Answer = WriteAnswer;
  TableId table{};
  Item key{};
  Update update{};
  Condition condition{};
  ReturnValues return_values = ReturnValues::none;
  ReturnValuesOnConditionCheckFailure on_condition_failure = ReturnValuesOnConditionCheckFailure::none;
  ReturnConsumedCapacity return_consumed_capacity = ReturnConsumedCapacity::none;
  ReturnItemCollectionMetrics return_item_collection_metrics = ReturnItemCollectionMetrics::none;
};

struct DeleteItem {
  using Answer = WriteAnswer;
  TableId table{};
  Item key{};
  Condition condition{};
  ReturnValues return_values = ReturnValues::none;
  ReturnValuesOnConditionCheckFailure on_condition_failure = ReturnValuesOnConditionCheckFailure::none;
  ReturnConsumedCapacity return_consumed_capacity = ReturnConsumedCapacity::none;
  ReturnItemCollectionMetrics return_item_collection_metrics = ReturnItemCollectionMetrics::none;
};

}  // namespace weir
