#include "sim/function/operations.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>

namespace weir {

namespace {

struct Declared {
  ApiOperation operation;
  std::string_view name;
  Service service;
  std::array<ServiceError, 6> errors{};  // beside the common ones; `none` fills up
};

using enum ServiceError;

// In the order of ApiOperation.
constexpr std::array<Declared, operation_count> all{{
    {ApiOperation::put_item,
     "PutItem",
     Service::dynamodb,
     {condition_failed, throughput_exceeded, transaction_conflict, replicated_write_conflict, item_collection_size,
      item_size_exceeded}},
    {ApiOperation::update_item,
     "UpdateItem",
     Service::dynamodb,
     {condition_failed, throughput_exceeded, transaction_conflict, replicated_write_conflict, item_collection_size,
      item_size_exceeded}},
    {ApiOperation::delete_item,
     "DeleteItem",
     Service::dynamodb,
     {condition_failed, throughput_exceeded, transaction_conflict, replicated_write_conflict, item_collection_size}},
    {ApiOperation::get_item, "GetItem", Service::dynamodb, {throughput_exceeded}},
    {ApiOperation::query, "Query", Service::dynamodb, {throughput_exceeded}},
    {ApiOperation::scan, "Scan", Service::dynamodb, {throughput_exceeded}},
    {ApiOperation::batch_write_item,
     "BatchWriteItem",
     Service::dynamodb,
     {throughput_exceeded, replicated_write_conflict, item_collection_size, item_size_exceeded}},
    {ApiOperation::batch_get_item, "BatchGetItem", Service::dynamodb, {throughput_exceeded}},
    {ApiOperation::transact_write_items,
     "TransactWriteItems",
     Service::dynamodb,
     {throughput_exceeded, transaction_canceled, transaction_in_progress, idempotent_parameter_mismatch}},
    {ApiOperation::transact_get_items, "TransactGetItems", Service::dynamodb, {throughput_exceeded, transaction_canceled}},
    {ApiOperation::update_time_to_live, "UpdateTimeToLive", Service::dynamodb, {resource_in_use, limit_exceeded}},
    {ApiOperation::describe_time_to_live, "DescribeTimeToLive", Service::dynamodb, {}},
    {ApiOperation::list_streams, "ListStreams", Service::streams, {}},
    {ApiOperation::describe_stream, "DescribeStream", Service::streams, {}},
    {ApiOperation::get_shard_iterator, "GetShardIterator", Service::streams, {trimmed_data_access}},
    {ApiOperation::get_records, "GetRecords", Service::streams, {limit_exceeded, expired_iterator, trimmed_data_access}},
    {ApiOperation::send_message, "SendMessage", Service::sqs, {}},
    {ApiOperation::receive_message, "ReceiveMessage", Service::sqs, {}},
    {ApiOperation::delete_message, "DeleteMessage", Service::sqs, {}},
    {ApiOperation::list_objects, "ListObjectsV2", Service::s3, {}},
    {ApiOperation::get_object, "GetObject", Service::s3, {no_such_key}},
    {ApiOperation::put_object, "PutObject", Service::s3, {}},
    {ApiOperation::delete_object, "DeleteObject", Service::s3, {}},
}};

const Declared& row(ApiOperation operation) { return all[static_cast<std::size_t>(operation)]; }

constexpr bool in_order() {
  for (std::size_t i = 0; i < all.size(); ++i)
    if (static_cast<std::size_t>(all[i].operation) != i) return false;
  return true;
}
static_assert(in_order());

}  // namespace

std::string_view wire_name(ApiOperation operation) { return row(operation).name; }
Service service_of(ApiOperation operation) { return row(operation).service; }

bool reads_or_writes_items(ApiOperation operation) {
  return service_of(operation) == Service::dynamodb && operation != ApiOperation::update_time_to_live &&
         operation != ApiOperation::describe_time_to_live;
}

bool declares(ApiOperation operation, ServiceError error) {
  constexpr std::array common{none, validation, throttling, access_denied, internal_server_error, resource_not_found};
  const auto has = [error](const auto& errors) { return std::find(errors.begin(), errors.end(), error) != errors.end(); };
  const bool of_account = error == request_limit_exceeded && reads_or_writes_items(operation);
  return of_account || has(common) || has(row(operation).errors);
}

}  // namespace weir
