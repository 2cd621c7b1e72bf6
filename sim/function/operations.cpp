#include "sim/function/operations.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>

namespace weir {

namespace {

struct Declared {
  Operation operation;
  std::string_view name;
  Service service;
  std::array<ServiceError, 6> errors{};  // beside the common ones; `none` fills up
};

using enum ServiceError;

// In the order of Operation.
constexpr std::array<Declared, operation_count> all{{
    {Operation::put_item,
     "PutItem",
     Service::dynamodb,
     {condition_failed, throughput_exceeded, transaction_conflict, item_collection_size, item_size_exceeded}},
    {Operation::update_item,
     "UpdateItem",
     Service::dynamodb,
     {condition_failed, throughput_exceeded, transaction_conflict, item_collection_size, item_size_exceeded}},
    {Operation::delete_item,
     "DeleteItem",
     Service::dynamodb,
     {condition_failed, throughput_exceeded, transaction_conflict, item_collection_size}},
    {Operation::get_item, "GetItem", Service::dynamodb, {throughput_exceeded}},
    {Operation::query, "Query", Service::dynamodb, {throughput_exceeded}},
    {Operation::scan, "Scan", Service::dynamodb, {throughput_exceeded}},
    {Operation::batch_write_item,
     "BatchWriteItem",
     Service::dynamodb,
     {throughput_exceeded, item_collection_size, item_size_exceeded}},
    {Operation::batch_get_item, "BatchGetItem", Service::dynamodb, {throughput_exceeded}},
    {Operation::transact_write_items,
     "TransactWriteItems",
     Service::dynamodb,
     {throughput_exceeded, transaction_canceled, transaction_in_progress, idempotent_parameter_mismatch}},
    {Operation::transact_get_items, "TransactGetItems", Service::dynamodb, {throughput_exceeded, transaction_canceled}},
    {Operation::list_streams, "ListStreams", Service::streams, {}},
    {Operation::describe_stream, "DescribeStream", Service::streams, {}},
    {Operation::get_shard_iterator, "GetShardIterator", Service::streams, {trimmed_data_access}},
    {Operation::get_records, "GetRecords", Service::streams, {limit_exceeded, expired_iterator, trimmed_data_access}},
    {Operation::send_message, "SendMessage", Service::sqs, {}},
    {Operation::receive_message, "ReceiveMessage", Service::sqs, {}},
    {Operation::delete_message, "DeleteMessage", Service::sqs, {}},
    {Operation::list_objects, "ListObjectsV2", Service::s3, {}},
    {Operation::get_object, "GetObject", Service::s3, {no_such_key}},
    {Operation::put_object, "PutObject", Service::s3, {}},
    {Operation::delete_object, "DeleteObject", Service::s3, {}},
}};

const Declared& row(Operation operation) { return all[static_cast<std::size_t>(operation)]; }

constexpr bool in_order() {
  for (std::size_t i = 0; i < all.size(); ++i)
    if (static_cast<std::size_t>(all[i].operation) != i) return false;
  return true;
}
static_assert(in_order());

}  // namespace

std::string_view wire_name(Operation operation) { return row(operation).name; }
Service service_of(Operation operation) { return row(operation).service; }

bool declares(Operation operation, ServiceError error) {
  constexpr std::array common{none, validation, throttling, access_denied, internal_server_error, resource_not_found};
  const auto has = [error](const auto& errors) { return std::find(errors.begin(), errors.end(), error) != errors.end(); };
  const bool of_account = error == request_limit_exceeded && service_of(operation) == Service::dynamodb;
  return of_account || has(common) || has(row(operation).errors);
}

}  // namespace weir
