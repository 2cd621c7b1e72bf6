#include "sim/function/handler.hpp"

#include <stdexcept>

#include "sim/function/door_calls.hpp"
#include "sim/table/no_table.hpp"

namespace weir {

namespace {

Result<Done> just_done(const WriteAnswer& answer) { return answer ? Result<Done>(Done{}) : answer.failure(); }

}  // namespace

Result<Done> TableClient::put(const Item& item, const Condition& condition) {
  return just_done(call(PutItem{.item = item, .condition = condition}));
}
Result<Item> TableClient::update(const Item& key, const Update& update, const Condition& condition) {
  WriteAnswer answer =
      call(UpdateItem{.key = key, .update = update, .condition = condition, .return_values = ReturnValues::all_new});
  if (!answer) return answer.failure();
  return std::move(answer->attributes);
}
Result<Done> TableClient::remove(const Item& key, const Condition& condition) {
  return just_done(call(DeleteItem{.key = key, .condition = condition}));
}
Result<std::optional<Item>> TableClient::get(const Item& key) { return call(GetItem{.key = key, .consistent_read = true}); }
Result<std::vector<Item>> TableClient::scan() {
  Scan request{.page = {.consistent_read = true}};
  std::vector<Item> items;
  do {
    Scan::Answer page = call(request);
    if (!page) return page.failure();
    items.insert(items.end(), page->items.begin(), page->items.end());
    request.page.exclusive_start_key = page->last_evaluated_key;
  } while (!request.page.exclusive_start_key.empty());
  return items;
}

WriteAnswer TableClient::call(PutItem request) { return door_->call(of(std::move(request))); }
WriteAnswer TableClient::call(UpdateItem request) { return door_->call(of(std::move(request))); }
WriteAnswer TableClient::call(DeleteItem request) { return door_->call(of(std::move(request))); }
GetItem::Answer TableClient::call(GetItem request) { return door_->call(of(std::move(request))); }
Query::Answer TableClient::call(Query request) { return door_->call(of(std::move(request))); }
Scan::Answer TableClient::call(Scan request) { return door_->call(of(std::move(request))); }
UpdateTimeToLive::Answer TableClient::call(UpdateTimeToLive request) { return door_->call(of(std::move(request))); }
DescribeTimeToLive::Answer TableClient::call(DescribeTimeToLive request) { return door_->call(of(request)); }

Result<std::vector<ShardDescription>> StreamsClient::describe() { return door_->describe(table_); }
Result<StreamDescription> StreamsClient::describe_stream(const DescribeRequest& request) {
  return door_->describe_stream(table_, request);
}
Result<StreamsPage> StreamsClient::list_streams(const ListStreamsRequest& request) {
  return door_->list_streams(table_, request);
}
Result<IteratorId> StreamsClient::get_shard_iterator(ShardId shard, IteratorType type, std::optional<SequenceNumber> number) {
  return door_->get_shard_iterator(table_, shard, type, number);
}
Result<RecordsPage> StreamsClient::get_records(IteratorId iterator, int limit) { return door_->get_records(iterator, limit); }

Result<MessageId> QueueClient::send(const OutgoingMessage& message) { return door_->send_message(queue_, message); }
Result<std::vector<Message>> QueueClient::receive(int most) { return door_->receive_messages(queue_, most); }
Result<std::vector<std::string>> BucketClient::list(std::string_view prefix, std::string_view start_after) {
  return door_->call(ListObjects{BucketId{bucket_}, std::string(prefix), std::string(start_after)});
}
Result<std::string> BucketClient::get(std::string_view key) {
  return door_->call(GetObject{BucketId{bucket_}, std::string(key)});
}
Result<Done> BucketClient::put(std::string_view key, std::string_view body) {
  return door_->call(PutObject{BucketId{bucket_}, std::string(key), std::string(body)});
}
Result<Done> BucketClient::remove(std::string_view key) {
  return door_->call(DeleteObject{BucketId{bucket_}, std::string(key)});
}
Result<Done> QueueClient::remove(const Receipt& receipt) { return door_->remove_message(queue_, receipt); }

namespace {

std::uint32_t table_called(const CallDoor& door, std::string_view name) {
  const std::optional<std::uint32_t> table = door.table_named(name);
  if (!table) throw std::invalid_argument("no table is called '" + std::string(name) + "'");
  return *table;
}

}  // namespace

TableClient Context::table(std::string_view name_or_arn) const { return {*door_, table_called(*door_, name_or_arn)}; }
StreamsClient Context::stream(std::string_view table) const {
  const std::uint32_t id = table_called(*door_, table);
  if (TableId{id} == malformed_table) throw std::invalid_argument("no table is called '" + std::string(table) + "'");
  return {*door_, id};
}
BatchWriteItem::Answer Context::call(const BatchWriteItem& request) const { return door_->call(request); }
BatchGetItem::Answer Context::call(const BatchGetItem& request) const { return door_->call(request); }
TransactWriteItems::Answer Context::call(const TransactWriteItems& request) const { return door_->call(request); }
TransactGetItems::Answer Context::call(const TransactGetItems& request) const { return door_->call(request); }
BucketClient Context::bucket(std::string_view name) const {
  const std::optional<std::uint32_t> bucket = door_->bucket_named(name);
  if (!bucket) throw std::invalid_argument("no bucket is called '" + std::string(name) + "'");
  return {*door_, *bucket};
}
QueueClient Context::queue(std::string_view name) const {
  const std::optional<std::uint32_t> queue = door_->queue_named(name);
  if (!queue) throw std::invalid_argument("no queue is called '" + std::string(name) + "'");
  return {*door_, *queue};
}
Instant Context::now() const { return door_->now(); }
std::int64_t Context::unix_seconds() const { return door_->unix_seconds(); }
Duration Context::remaining_time() const { return door_->remaining_time(); }
void Context::sleep(Duration span) const { door_->sleep(span); }
void Context::concurrently(std::size_t count, const std::function<void(std::size_t)>& branch) const {
  door_->concurrently(count, branch);
}
std::any& Context::kept_in_container() const { return door_->kept_in_container(); }
void Context::log(std::string_view line) const { door_->log(line); }

}  // namespace weir
