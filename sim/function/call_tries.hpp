// What a call is to its client, whoever makes it: one try or several, each with a key and a fate of its own. User code meets
// them behind the door (functions.hpp), a client of the outside world without one (scenarios/play/client_calls.hpp).
#pragma once

#include <optional>
#include <variant>

#include "sim/function/operations.hpp"
#include "sim/plan/key.hpp"
#include "sim/queue/object_requests.hpp"
#include "sim/table/batch_requests.hpp"
#include "sim/table/read_requests.hpp"
#include "sim/table/requests.hpp"
#include "sim/table/transaction_requests.hpp"
#include "sim/table/ttl_requests.hpp"
#include "sim/trace/facts_function.hpp"

namespace weir {

// Of call `call` of the caller: "caller / call 2", of a later try "caller / call 2 / attempt 1".
Key key_of_try(Key caller, std::uint32_t call, std::uint32_t retried);

// What a call answers that met this fate in place of what the service says; nullopt: what the service says.
//
//   throttled   ProvisionedThroughputExceededException of a table, ThrottlingException of one on demand;   [CAP-8]
//               LimitExceededException of GetRecords; ThrottlingException of all other calls       [GREC-4] [ERR-9]
//   errors      InternalServerError, whether the call was done or not                             [OP-6] [OPEN-49]
std::optional<Failed> refusal_for(Fate fate, ApiOperation of, bool on_demand);

// --- of requests ----------------------------------------------------------------------------------------------------------

// A kind of request without a line of its own has none, and does not compile.
template <class Request>
inline constexpr ApiOperation operation_of = Request::has_no_operation;
template <>
inline constexpr ApiOperation operation_of<PutItem> = ApiOperation::put_item;
template <>
inline constexpr ApiOperation operation_of<UpdateItem> = ApiOperation::update_item;
template <>
inline constexpr ApiOperation operation_of<DeleteItem> = ApiOperation::delete_item;
template <>
inline constexpr ApiOperation operation_of<GetItem> = ApiOperation::get_item;
template <>
inline constexpr ApiOperation operation_of<Query> = ApiOperation::query;
template <>
inline constexpr ApiOperation operation_of<Scan> = ApiOperation::scan;
template <>
inline constexpr ApiOperation operation_of<BatchWriteItem> = ApiOperation::batch_write_item;
template <>
inline constexpr ApiOperation operation_of<BatchGetItem> = ApiOperation::batch_get_item;
template <>
inline constexpr ApiOperation operation_of<TransactWriteItems> = ApiOperation::transact_write_items;
template <>
inline constexpr ApiOperation operation_of<TransactGetItems> = ApiOperation::transact_get_items;
template <>
inline constexpr ApiOperation operation_of<UpdateTimeToLive> = ApiOperation::update_time_to_live;
template <>
inline constexpr ApiOperation operation_of<DescribeTimeToLive> = ApiOperation::describe_time_to_live;
template <>
inline constexpr ApiOperation operation_of<ListObjects> = ApiOperation::list_objects;
template <>
inline constexpr ApiOperation operation_of<GetObject> = ApiOperation::get_object;
template <>
inline constexpr ApiOperation operation_of<PutObject> = ApiOperation::put_object;
template <>
inline constexpr ApiOperation operation_of<DeleteObject> = ApiOperation::delete_object;

// The table that a call reads or writes, the first one of several.
template <class Request>
TableId first_table(const Request& request) {
  const auto of_one = [](const auto& part) { return part.table; };
  const auto of_first = [&](const auto& parts) { return parts.empty() ? TableId{} : of_one(parts.front()); };
  if constexpr (requires { request.table; }) return request.table;
  if constexpr (std::is_same_v<Request, BatchWriteItem>) return of_first(request.requests);
  if constexpr (std::is_same_v<Request, BatchGetItem>) return of_first(request.tables);
  if constexpr (std::is_same_v<Request, TransactGetItems>) return of_first(request.gets);
  if constexpr (std::is_same_v<Request, TransactWriteItems>)
    return request.actions.empty() ? TableId{} : std::visit(of_one, request.actions.front());
  return {};
}

}  // namespace weir
