// The operations that a client can ask for, by AWS's names, and the errors that each one declares.          [ERR-9]
//
//   common     ValidationException, ThrottlingException, AccessDeniedException, InternalServerError, and what a control plane
//              calls a resource it does not know: any operation may answer these
//   declared   what else the operation's own page names: no BatchWriteItem meets a ConditionalCheckFailedException, no
//              DescribeStream a LimitExceededException. A door lets nothing else through: see Functions
//   differs    a write's ReplicatedWriteConflictException is declared and never answered: there are no replicas to conflict
#pragma once

#include <cstdint>
#include <string_view>

#include "sim/base/result.hpp"
#include "sim/data/service.hpp"

namespace weir {

enum class ApiOperation : std::uint8_t {
  put_item,
  update_item,
  delete_item,
  get_item,
  query,
  scan,
  batch_write_item,
  batch_get_item,
  transact_write_items,
  transact_get_items,
  update_time_to_live,
  describe_time_to_live,
  list_streams,
  describe_stream,
  get_shard_iterator,
  get_records,
  send_message,
  receive_message,
  delete_message,
  list_objects,
  get_object,
  put_object,
  delete_object,
};
inline constexpr std::size_t operation_count = 23;

std::string_view wire_name(ApiOperation operation);  // "PutItem", ...
Service service_of(ApiOperation operation);
bool reads_or_writes_items(ApiOperation operation);         // of a table: what its throughput is for
bool declares(ApiOperation operation, ServiceError error);  // `none` is no error: always true

}  // namespace weir
