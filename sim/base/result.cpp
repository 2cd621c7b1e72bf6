#include "sim/base/result.hpp"

namespace weir {

std::string_view wire_name(ServiceError error) {
  switch (error) {
    case ServiceError::none:
      return "";
    case ServiceError::condition_failed:
      return "ConditionalCheckFailedException";
    case ServiceError::validation:
    case ServiceError::item_size_exceeded:
      return "ValidationException";
    case ServiceError::resource_not_found:
      return "ResourceNotFoundException";
    case ServiceError::resource_in_use:
      return "ResourceInUseException";
    case ServiceError::throughput_exceeded:
      return "ProvisionedThroughputExceededException";
    case ServiceError::throttling:
      return "ThrottlingException";
    case ServiceError::limit_exceeded:
      return "LimitExceededException";
    case ServiceError::internal_server_error:
      return "InternalServerError";
    case ServiceError::expired_iterator:
      return "ExpiredIteratorException";
    case ServiceError::trimmed_data_access:
      return "TrimmedDataAccessException";
    case ServiceError::invalid_parameter_value:
      return "InvalidParameterValueException";
    case ServiceError::resource_conflict:
      return "ResourceConflictException";
    case ServiceError::transaction_canceled:
      return "TransactionCanceledException";
    case ServiceError::transaction_conflict:
      return "TransactionConflictException";
    case ServiceError::transaction_in_progress:
      return "TransactionInProgressException";
    case ServiceError::idempotent_parameter_mismatch:
      return "IdempotentParameterMismatchException";
    case ServiceError::access_denied:
      return "AccessDeniedException";
    case ServiceError::no_such_key:
      return "NoSuchKey";
    case ServiceError::item_collection_size:
      return "ItemCollectionSizeLimitExceededException";
    case ServiceError::request_limit_exceeded:
      return "RequestLimitExceeded";
    case ServiceError::replicated_write_conflict:
      return "ReplicatedWriteConflictException";
  }
  return "";
}

std::string_view short_name(ServiceError error) {
  switch (error) {
    case ServiceError::none:
      return "none";
    case ServiceError::condition_failed:
      return "condition_failed";
    case ServiceError::validation:
      return "validation";
    case ServiceError::resource_not_found:
      return "resource_not_found";
    case ServiceError::resource_in_use:
      return "resource_in_use";
    case ServiceError::throughput_exceeded:
      return "throughput_exceeded";
    case ServiceError::throttling:
      return "throttling";
    case ServiceError::limit_exceeded:
      return "limit_exceeded";
    case ServiceError::internal_server_error:
      return "internal_server_error";
    case ServiceError::expired_iterator:
      return "expired_iterator";
    case ServiceError::trimmed_data_access:
      return "trimmed_data_access";
    case ServiceError::invalid_parameter_value:
      return "invalid_parameter_value";
    case ServiceError::access_denied:
      return "access_denied";
    case ServiceError::resource_conflict:
      return "resource_conflict";
    case ServiceError::transaction_canceled:
      return "transaction_canceled";
    case ServiceError::transaction_conflict:
      return "transaction_conflict";
    case ServiceError::transaction_in_progress:
      return "transaction_in_progress";
    case ServiceError::idempotent_parameter_mismatch:
      return "idempotent_parameter_mismatch";
    case ServiceError::item_size_exceeded:
      return "item_size_exceeded";
    case ServiceError::no_such_key:
      return "no_such_key";
    case ServiceError::item_collection_size:
      return "item_collection_size";
    case ServiceError::request_limit_exceeded:
      return "request_limit_exceeded";
    case ServiceError::replicated_write_conflict:
      return "replicated_write_conflict";
  }
  return "";
}

}  // namespace weir
