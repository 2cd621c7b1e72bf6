// What a call on a table asks for, as the conditions of policies see it: partition keys and top-level attributes.   [IAM-1]
//
//   keys         of items written, of keys given, of a Query; a Scan has none
//   attributes   of items written, of keys given, and those that expressions speak of. A read without a projection names no
//                more than that
#pragma once

#include "sim/access/conditions.hpp"
#include "sim/data/key.hpp"
#include "sim/table/batch_requests.hpp"
#include "sim/table/read_requests.hpp"
#include "sim/table/transaction_requests.hpp"
#include "sim/table/ttl_requests.hpp"

namespace weir {

Asked asked_by(const PutItem& request, const KeySchema& schema);
Asked asked_by(const UpdateItem& request, const KeySchema& schema);
Asked asked_by(const DeleteItem& request, const KeySchema& schema);
Asked asked_by(const ConditionCheck& request, const KeySchema& schema);
Asked asked_by(const GetItem& request, const KeySchema& schema);
Asked asked_by(const Query& request, const KeySchema& schema);  // of the table, or of the index that is named
Asked asked_by(const Scan& request, const KeySchema& schema);
Asked asked_by(const WriteRequest& request, const KeySchema& schema);
Asked asked_by(const KeysAndAttributes& request, const KeySchema& schema);
// Of a table itself, so of no item.
inline Asked asked_by(const UpdateTimeToLive&, const KeySchema&) { return {}; }
inline Asked asked_by(const DescribeTimeToLive&, const KeySchema&) { return {}; }

}  // namespace weir
