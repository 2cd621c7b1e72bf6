#include "sim/function/wire_error.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "sim/function/operations.hpp"

namespace weir {

namespace {

WireError wire_of(ServiceError error, std::string_view message = "why") {
  return wire_form(Failed{error, Certainty::surely_not_done, message});
}

TEST_CASE("a refusal on the wire is a type in its namespace, a message and a status", "[ERR-1][ERR-2]") {
  const WireError wire = wire_of(ServiceError::condition_failed, "The conditional request failed");
  CHECK(wire.http_status == 400);
  CHECK(wire.body == R"({"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",)"
                     R"("message":"The conditional request failed"})");
  CHECK(wire_of(ServiceError::internal_server_error).http_status == 500);
  CHECK(wire_of(ServiceError::internal_server_error).type == "com.amazonaws.dynamodb.v20120810#InternalServerError");
  CHECK(wire_of(ServiceError::replicated_write_conflict).type ==
        "com.amazonaws.dynamodb.v20120810#ReplicatedWriteConflictException");
  CHECK(wire_of(ServiceError::trimmed_data_access).type == "com.amazonaws.dynamodb.v20120810#TrimmedDataAccessException");
}

TEST_CASE("the layers in front of the service have namespaces of their own", "[ERR-3][ERR-4]") {
  CHECK(wire_of(ServiceError::validation).type == "com.amazon.coral.validate#ValidationException");
  CHECK(wire_of(ServiceError::item_size_exceeded).type == "com.amazon.coral.validate#ValidationException");
  CHECK(wire_of(ServiceError::throttling).type == "com.amazon.coral.availability#ThrottlingException");
  CHECK(wire_of(ServiceError::access_denied).body ==
        R"({"Message":"why","__type":"com.amazon.coral.service#AccessDeniedException"})");
  CHECK(wire_of(ServiceError::resource_conflict).type == "ResourceConflictException");
}

TEST_CASE("errors of transactions spell Message with a capital, and a cancelled one lists its reasons", "[ERR-5][TXN-4]") {
  for (const ServiceError error : {ServiceError::transaction_canceled, ServiceError::transaction_in_progress,
                                   ServiceError::idempotent_parameter_mismatch}) {
    const nlohmann::json body = nlohmann::json::parse(wire_of(error).body);
    CHECK(body.contains("Message"));
    CHECK_FALSE(body.contains("message"));
  }
  CHECK(nlohmann::json::parse(wire_of(ServiceError::transaction_conflict).body).contains("message"));

  const Item met = Item{{"id", "a"}};
  const TransactWriteItems::Answer cancelled(
      Failed{ServiceError::transaction_canceled, Certainty::surely_not_done, "Transaction cancelled"},
      {{}, {CancellationCode::conditional_check_failed, "The conditional request failed", met}});
  CHECK(nlohmann::json::parse(wire_form(cancelled).body) == nlohmann::json::parse(R"({
    "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
    "Message": "Transaction cancelled",
    "CancellationReasons": [
      {"Code": "None"},
      {"Code": "ConditionalCheckFailed", "Message": "The conditional request failed", "Item": {"id": {"S": "a"}}}]})"));
}

TEST_CASE("a throttle says what is exceeded, and of which table or index", "[CAP-8]") {
  Failed failed{ServiceError::throughput_exceeded, Certainty::surely_not_done, "why"};
  CHECK_FALSE(nlohmann::json::parse(wire_form(failed).body).contains("ThrottlingReasons"));
  failed.reason = "TableWriteKeyRangeThroughputExceeded";
  failed.resource = "arn:aws:dynamodb:us-east-1:123456789012:table/orders";
  CHECK(nlohmann::json::parse(wire_form(failed).body) == nlohmann::json::parse(R"({
    "__type": "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException",
    "message": "why",
    "ThrottlingReasons": [{"reason": "TableWriteKeyRangeThroughputExceeded",
                           "resource": "arn:aws:dynamodb:us-east-1:123456789012:table/orders"}]})"));
}

TEST_CASE("each operation declares its own errors beside the common ones", "[ERR-9]") {
  using enum ApiOperation;
  const auto who_declares = [](ServiceError error) {
    std::string names;
    for (std::size_t i = 0; i < operation_count; ++i)
      if (declares(static_cast<ApiOperation>(i), error)) names += std::string(wire_name(static_cast<ApiOperation>(i))) + " ";
    return names;
  };
  CHECK(who_declares(ServiceError::condition_failed) == "PutItem UpdateItem DeleteItem ");
  CHECK(who_declares(ServiceError::transaction_conflict) == "PutItem UpdateItem DeleteItem ");
  CHECK(who_declares(ServiceError::replicated_write_conflict) == "PutItem UpdateItem DeleteItem BatchWriteItem ");
  CHECK(who_declares(ServiceError::item_collection_size) == "PutItem UpdateItem DeleteItem BatchWriteItem ");
  CHECK(who_declares(ServiceError::transaction_canceled) == "TransactWriteItems TransactGetItems ");
  CHECK(who_declares(ServiceError::transaction_in_progress) == "TransactWriteItems ");
  CHECK(who_declares(ServiceError::limit_exceeded) == "UpdateTimeToLive GetRecords ");
  CHECK(who_declares(ServiceError::resource_in_use) == "UpdateTimeToLive ");
  CHECK(who_declares(ServiceError::expired_iterator) == "GetRecords ");
  CHECK(who_declares(ServiceError::trimmed_data_access) == "GetShardIterator GetRecords ");
  CHECK(who_declares(ServiceError::request_limit_exceeded) ==
        "PutItem UpdateItem DeleteItem GetItem Query Scan BatchWriteItem BatchGetItem TransactWriteItems TransactGetItems ");
  CHECK(who_declares(ServiceError::resource_conflict).empty());
  for (const ServiceError common : {ServiceError::none, ServiceError::validation, ServiceError::throttling,
                                    ServiceError::access_denied, ServiceError::internal_server_error})
    for (std::size_t i = 0; i < operation_count; ++i) CHECK(declares(static_cast<ApiOperation>(i), common));
}

}  // namespace

}  // namespace weir
