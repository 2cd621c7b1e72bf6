// TransactWriteItems and TransactGetItems: up to 100 actions on distinct items of any tables, all or nothing.    [TXN-1]
//
//   size       4 MB (4,194,304 bytes). Of a write: the items, keys and constants of expressions that the request itself holds,
//              by ITEM-7, whatever is stored. Of a read: the items that it finds                                [TXN-1]
//   refused    as a whole, before any item is looked at, for what is wrong with the request: validation, resource_not_found,
//              what a token leads to. All that the request shows by itself is such: an item too large or too deep, a key of a
//              table or index that is empty or too large. A write that is refused so leaves one WriteRefused, of its first
//              action's item                                                                         [ERR-6]
//   actions    PutItem, UpdateItem, DeleteItem (without return_values) and ConditionCheck, each with its table's id:
//              TableClient::of() fills it in
//   cancelled  transaction_canceled, MSG-31; `reasons` has one entry for each action, in their order. All actions are checked
//              before any item is looked at: of those whose keys do not fit their tables or indexes, for their types or their
//              shape, or that update key attributes, the first is told alone, and no capacity is used       [TXN-4]
//   token      names the request: sent again within 10 min of its success it succeeds without effect; with other actions it is
//              idempotent_parameter_mismatch; while the first still runs, transaction_in_progress            [TXN-2] [TXN-3]
//              Clients of handlers make up one a call, as the SDKs do, so that their own retries are safe
//   settling   how long the items stay bound to the transaction after its effect; the answer comes after that      [TXN-9]
//   capacity   twice that of the single calls, for a cancelled one too, but for its parts that are refused otherwise than by a
//              condition; a repetition by its token reads instead, and is throttled as reads are       [TXN-2] [TXN-7]
//   isolation  GetItem never conflicts. Differs: all parts take effect at one moment; TTL's deleter asks nobody     [TXN-6]
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/base/time.hpp"
#include "sim/table/read_requests.hpp"
#include "sim/table/requests.hpp"

namespace weir {

struct ConditionCheck {
  TableId table{};
  Item key{};
  Condition condition{};
  ReturnValuesOnConditionCheckFailure on_condition_failure = ReturnValuesOnConditionCheckFailure::none;
};

using TransactWriteItem = std::variant<PutItem, UpdateItem, DeleteItem, ConditionCheck>;

enum class CancellationCode : std::uint8_t {
  none,
  conditional_check_failed,
  item_collection_size_limit_exceeded,
  transaction_conflict,
  validation_error,
  provisioned_throughput_exceeded,
  throttling_error,
};
std::string_view wire_name(CancellationCode code);  // "None", "ConditionalCheckFailed", ...

struct CancellationReason {
  CancellationCode code = CancellationCode::none;
  std::string_view message = {};  // of the service; lives as long as the program
  Item item = {};                 // the one that failed a condition, where that was asked for
};

// "action 1: ..." with the message of a reason whose code does not say it all: of what is wrong with the action, or which limit
// it met. "" of any other. Actions are counted from 0.                                                        [ERR-5]
std::string explained(const std::vector<CancellationReason>& reasons, std::size_t action);

template <class T>
class TransactionAnswer : public Result<T> {
 public:
  using Result<T>::Result;
  TransactionAnswer(Failed failed, std::vector<CancellationReason> why) : Result<T>(failed), reasons(std::move(why)) {}

  std::vector<CancellationReason> reasons;  // of a cancelled one; empty otherwise
  Duration settling{};                      // the answer comes that much after the effect
  std::vector<ConsumedCapacity> consumed;   // of each table; where that was asked for                [OP-8]
  // Those that its writes were made to, likewise; none of a repetition, which writes nothing.
  std::vector<TableCollections> collections;
};

struct TransactWriteItems {
  using Answer = TransactionAnswer<Done>;
  std::vector<TransactWriteItem> actions;
  std::string client_request_token{};  // 1 to 36 characters; empty: none
  ReturnConsumedCapacity return_consumed_capacity = ReturnConsumedCapacity::none;
  ReturnItemCollectionMetrics return_item_collection_metrics = ReturnItemCollectionMetrics::none;
};

// Consistent reads of one moment.
struct TransactGetItems {
  using Answer = TransactionAnswer<std::vector<std::optional<Item>>>;  // in the order of the gets
  std::vector<GetItem> gets;
  ReturnConsumedCapacity return_consumed_capacity = ReturnConsumedCapacity::none;
};

}  // namespace weir
