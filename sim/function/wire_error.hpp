// A service's refusal as a client in any language reads it from the wire.                     [ERR-1 .. ERR-5]
//
//   {"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException","message":"The conditional request failed"}
//
// Code that is ported here may branch on `__type`, on the HTTP status or on how "message" is spelled, so that each can be had:
//   status     500 for InternalServerError, 400 for all others that the model answers                          [ERR-1]
//   namespace  com.amazonaws.dynamodb.v20120810 for what DynamoDB declares, com.amazon.coral.validate, .service and
//              .availability for what the layers in front of it answer                          [ERR-2] [ERR-3] [ERR-4]
//   Message    with a capital for TransactionCanceled, TransactionInProgress, IdempotentParameterMismatch and AccessDenied
//   throttles  ThrottlingReasons: what is exceeded, and the ARN of the table or index that is short of it       [CAP-8]
//   reasons    CancellationReasons, one for each action in their order, with the item where it was asked for    [ERR-5]
// Lambda's and SQS's own errors stand without a namespace: both spell theirs in another form, which nobody here reads.
#pragma once

#include <span>
#include <string>

#include "sim/base/result.hpp"
#include "sim/table/transaction_requests.hpp"

namespace weir {

struct WireError {
  int http_status = 400;
  std::string type;  // "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException"
  std::string body;  // the JSON text
};

WireError wire_form(const Failed& failed, std::span<const CancellationReason> reasons = {});

template <class T>
WireError wire_form(const TransactionAnswer<T>& cancelled) {
  return wire_form(cancelled.failure(), cancelled.reasons);
}

}  // namespace weir
