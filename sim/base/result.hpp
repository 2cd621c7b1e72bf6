// What a service answers: a value, or an error that says whether the thing may have been done all the same.
//
// Service errors are values because processes branch on them and the trace shows them. ServiceError names are AWS's own.
// Certainty: `surely_not_done` for a refusal; `maybe_done` for HTTP 500 and a lost answer.       [OP-6] [ERR-8]
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>

#include "sim/base/check.hpp"

namespace weir {

enum class ServiceError : std::uint8_t {
  none,
  condition_failed,               // ConditionalCheckFailedException
  validation,                     // ValidationException
  resource_not_found,             // ResourceNotFoundException
  resource_in_use,                // ResourceInUseException
  throughput_exceeded,            // ProvisionedThroughputExceededException
  throttling,                     // ThrottlingException
  limit_exceeded,                 // LimitExceededException
  internal_server_error,          // InternalServerError: outcome unknown                               [OP-6]
  expired_iterator,               // ExpiredIteratorException                                           [ITER-2]
  trimmed_data_access,            // TrimmedDataAccessException                                         [ITER-3]
  invalid_parameter_value,        // Lambda's InvalidParameterValueException
  resource_conflict,              // Lambda's ResourceConflictException
  access_denied,                  // AccessDeniedException                                              [IAM-1]
  transaction_canceled,           // TransactionCanceledException: see its reasons                [TXN-4]
  transaction_conflict,           // TransactionConflictException                                  [TXN-5]
  transaction_in_progress,        // TransactionInProgressException                                [TXN-3]
  idempotent_parameter_mismatch,  // IdempotentParameterMismatchException                          [TXN-3]
  item_size_exceeded,             // ValidationException with MSG-11, told apart for the caller's sake  [ITEM-2]
  no_such_key,                    // S3's NoSuchKey
  item_collection_size,           // ItemCollectionSizeLimitExceededException                          [LSI-2]
  request_limit_exceeded,         // RequestLimitExceeded: the account's own limit                     [CAP-8]
  replicated_write_conflict,      // ReplicatedWriteConflictException: declared; nothing answers it without replicas  [ERR-9]
};

enum class Certainty : std::uint8_t { surely_not_done, maybe_done };

std::string_view wire_name(ServiceError error);   // "ConditionalCheckFailedException", ...
std::string_view short_name(ServiceError error);  // "condition_failed", ...

// Refused for want of capacity alone: nothing is done, and the same request may go well a while later.   [CAP-8] [ERR-8]
constexpr bool is_throttle(ServiceError error) {
  return error == ServiceError::throughput_exceeded || error == ServiceError::throttling ||
         error == ServiceError::limit_exceeded || error == ServiceError::request_limit_exceeded;
}

struct Failed {
  ServiceError error = ServiceError::none;
  Certainty certainty = Certainty::surely_not_done;
  std::string_view message = {};  // static text of the service [MSG-*]; never owned
  // ThrottlingReasons, of a throttle: "TableWriteKeyRangeThroughputExceeded", and the ARN of what is short of it   [CAP-8]
  std::string_view reason = {}, resource = {};

  friend bool operator==(const Failed& a, const Failed& b) { return a.error == b.error && a.certainty == b.certainty; }
};

struct Done {
  friend bool operator==(const Done&, const Done&) = default;
};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}
  Result(Failed failed) : state_(failed) {}
  Result(ServiceError error, std::string_view message = {}) : state_(Failed{error, Certainty::surely_not_done, message}) {}

  explicit operator bool() const { return state_.index() == 0; }
  bool ok() const { return state_.index() == 0; }
  bool failed_with(ServiceError error) const { return !ok() && std::get<1>(state_).error == error; }
  bool maybe_done() const { return ok() || std::get<1>(state_).certainty == Certainty::maybe_done; }

  const T& value() const& { return SIM_CHECK(ok(), "a value is taken from a success"), std::get<0>(state_); }
  T& value() & { return SIM_CHECK(ok(), "a value is taken from a success"), std::get<0>(state_); }
  T&& value() && { return SIM_CHECK(ok(), "a value is taken from a success"), std::get<0>(std::move(state_)); }
  const T& operator*() const& { return value(); }
  const T* operator->() const { return &value(); }
  T* operator->() { return &value(); }

  const Failed& failure() const { return SIM_CHECK(!ok(), "a failure is taken from a failure"), std::get<1>(state_); }
  ServiceError error() const { return ok() ? ServiceError::none : std::get<1>(state_).error; }

 private:
  std::variant<T, Failed> state_;
};

}  // namespace weir
