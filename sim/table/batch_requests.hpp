// BatchGetItem and BatchWriteItem: many items of any tables in one call, each by itself.                  [BOP-1 .. BOP-5]
//
//   partial   success of the call says nothing of its parts: what was not done comes back in `unprocessed`, for the caller to
//             send again: what its table throttles, and more by a choice each (batch.unprocessed) [BOP-3] [BOP-4]
//   size      a BatchGetItem gives at most 16 MB of items in all, and 1 MB of each partition of a table, whole items by their
//             size in the table; the keys of what comes on top are left, and nothing is asked or told of them      [BOP-4]
//   nothing   done at all is a throttle in the words of the first table, or what the last throttled part met. Only where all of
//             it is left for want of capacity: parts of a write whose items a transaction holds come back as unprocessed, be
//             they all, for the call has no error that says so                      [BOP-3] [CAP-8] [ERR-9] [TXN-5]
//   order     the parts of a write are carried out from some part on, and then from the first (batch.first)  [BOP-5]
//   errors    for the whole call before anything is done: validation of numbers, the same item twice, a part that is unsound;
//             item_collection_size where the collections of items have no room for all parts that make them grow. Differs: the
//             service may have done some of the parts before it meets the one that has no room. Parts that shrink a collection
//             make no room here, for they may come last                          [ERR-6] [ERR-9] [LSI-2]
//   keys      of a put that do not fit the table are told as those of a delete, MSG-4
//   tables    a part's table is an id: TableClient::of() gives a request its table's
#pragma once

#include <variant>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/data/ids.hpp"
#include "sim/data/item.hpp"
#include "sim/expression/projection.hpp"
#include "sim/table/costs.hpp"

namespace weir {

struct PutRequest {
  Item item;
  friend bool operator==(const PutRequest&, const PutRequest&) = default;
};
struct DeleteRequest {
  Item key;
  friend bool operator==(const DeleteRequest&, const DeleteRequest&) = default;
};

// No update, no condition, no ReturnValues.                                                          [BOP-1]
struct WriteRequest {
  TableId table{};
  std::variant<PutRequest, DeleteRequest> request;
  friend bool operator==(const WriteRequest&, const WriteRequest&) = default;
};

struct BatchWriteOutput {
  std::vector<WriteRequest> unprocessed;           // in the order of the call
  std::vector<ConsumedCapacity> consumed = {};     // of each table; where that was asked for                  [OP-8]
  std::vector<TableCollections> collections = {};  // those that its parts were written to, likewise
};

struct BatchWriteItem {
  using Answer = Result<BatchWriteOutput>;
  std::vector<WriteRequest> requests;  // 1 to 25
  ReturnConsumedCapacity return_consumed_capacity = ReturnConsumedCapacity::none;
  ReturnItemCollectionMetrics return_item_collection_metrics = ReturnItemCollectionMetrics::none;
};

struct KeysAndAttributes {
  TableId table{};
  std::vector<Item> keys;
  Projection projection{};
  bool consistent_read = false;
};

struct BatchGetOutput {
  struct Found {
    TableId table{};
    std::vector<Item> items;  // in no order that means anything; an item that is not there leaves no trace
  };
  std::vector<Found> responses;                // one for each entry of the call
  std::vector<KeysAndAttributes> unprocessed;  // entries with the keys that are left
  std::vector<ConsumedCapacity> consumed = {};
};

struct BatchGetItem {
  using Answer = Result<BatchGetOutput>;
  std::vector<KeysAndAttributes> tables;  // each table once; 1 to 100 keys in all
  ReturnConsumedCapacity return_consumed_capacity = ReturnConsumedCapacity::none;
};

}  // namespace weir
