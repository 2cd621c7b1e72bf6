#include "sim/function/flight.hpp"

#include "sim/function/call_tries.hpp"

namespace weir {

void Flight::go_on(Instant now, const ServicePort& port) {
  now_ = now;
  port_ = &port;
  epoch_unix_ = port.epoch_unix();
  stop = Stop::none;
  root->running_ = this;
  fiber.resume();
  root->running_ = root;
}

void Flight::kill() {
  root->running_ = this;
  fiber.kill();
  root->running_ = root;
}

void Flight::clear() {
  role = Role::at_rest;
  key.reset();
  event.reset();
  body = nullptr;
  role_name.clear();
  response = {};
  thrown.reset();
  refusal.reset();
  container = nullptr;
  stop = Stop::none;
  holds_page = hangs = backs_off = asks = settles = false;
  retries = SdkRetries::none;
  calls = own_calls = 0;
  root = running_ = this;
  branches.clear();
  branches_begun = 0;
  branch_failure = nullptr;
}

void Flight::stop_for(Stop kind) {
  SIM_CHECK(Fiber::current() == &fiber, "a client serves only the call it was made for");
  stop = kind;
  Fiber::suspend();  // throws when this code has been killed
}

template <class Answer, class Perform>
Answer Flight::cross(ApiOperation wanted, Perform perform, TableId of) {
  Flight& at = *running_;
  at.operation = wanted;
  at.about = of;
  std::optional<Answer> answer;
  auto carry_out = [&](ServicePort& port) {
    answer.emplace(perform(port));
    at.answered = answer->error();
  };
  at.effect = {&carry_out, [](void* what, ServicePort& port) { (*static_cast<decltype(carry_out)*>(what))(port); }};
  at.refusal.reset();
  at.stop_for(Stop::call);
  at.asks = false;
  if (at.refusal) return *at.refusal;
  return *std::move(answer);
}

template <class Request>
typename Request::Answer Flight::tell(const Request& request) {
  return cross<typename Request::Answer>(
      operation_of<Request>, [&](ServicePort& port) { return port.call(request, actor); }, first_table(request));
}

template <class Request>
typename Request::Answer Flight::ask(const Request& request) {
  Flight& at = *running_;
  at.asks = true;
  return cross<typename Request::Answer>(
      operation_of<Request>, [&](ServicePort& port) { return port.call(request, actor, *at.asks_as); }, first_table(request));
}

WriteAnswer Flight::call(const PutItem& request) { return tell(request); }
WriteAnswer Flight::call(const UpdateItem& request) { return tell(request); }
WriteAnswer Flight::call(const DeleteItem& request) { return tell(request); }
GetItem::Answer Flight::call(const GetItem& request) { return ask(request); }
Query::Answer Flight::call(const Query& request) { return ask(request); }
Scan::Answer Flight::call(const Scan& request) { return ask(request); }
BatchWriteItem::Answer Flight::call(const BatchWriteItem& request) { return ask(request); }
BatchGetItem::Answer Flight::call(const BatchGetItem& request) { return ask(request); }
TransactGetItems::Answer Flight::call(const TransactGetItems& request) { return tell(request); }
UpdateTimeToLive::Answer Flight::call(const UpdateTimeToLive& request) { return tell(request); }
DescribeTimeToLive::Answer Flight::call(const DescribeTimeToLive& request) { return tell(request); }
ListObjects::Answer Flight::call(const ListObjects& request) { return tell(request); }
GetObject::Answer Flight::call(const GetObject& request) { return tell(request); }
PutObject::Answer Flight::call(const PutObject& request) { return tell(request); }
DeleteObject::Answer Flight::call(const DeleteObject& request) { return tell(request); }

// A client names each call that has no token, once for all of its own tries, as the SDKs do.                [TXN-2]
TransactWriteItems::Answer Flight::call(const TransactWriteItems& request) {
  Flight& at = *running_;
  at.asks = true;
  return cross<TransactWriteItems::Answer>(
      operation_of<TransactWriteItems>,
      [&](ServicePort& port) {
        TransactWriteItems named = request;
        if (named.client_request_token.empty())
          named.client_request_token = (role == Role::reader ? "reader " : "invocation ") + std::to_string(actor.id) +
                                       ", call " + std::to_string(at.call_number);
        TransactWriteItems::Answer answer = port.call(named, actor, *at.asks_as);
        at.settling = answer.settling;
        return answer;
      },
      first_table(request));
}
Result<std::vector<ShardDescription>> Flight::describe(std::uint32_t table) {
  return cross<Result<std::vector<ShardDescription>>>(ApiOperation::describe_stream,
                                                      [&](ServicePort& port) { return port.describe(TableId{table}, actor); });
}
Result<StreamDescription> Flight::describe_stream(std::uint32_t table, const DescribeRequest& request) {
  return cross<Result<StreamDescription>>(
      ApiOperation::describe_stream, [&](ServicePort& port) { return port.describe_stream(TableId{table}, request, actor); });
}
Result<StreamsPage> Flight::list_streams(std::uint32_t table, const ListStreamsRequest& request) {
  return cross<Result<StreamsPage>>(ApiOperation::list_streams,
                                    [&](ServicePort& port) { return port.list_streams(TableId{table}, request, actor); });
}
Result<IteratorId> Flight::get_shard_iterator(std::uint32_t table, ShardId of_shard, IteratorType type,
                                              std::optional<SequenceNumber> number) {
  return cross<Result<IteratorId>>(ApiOperation::get_shard_iterator, [&](ServicePort& port) {
    return port.get_shard_iterator(TableId{table}, of_shard, type, number, actor);
  });
}
Result<RecordsPage> Flight::get_records(IteratorId iterator, int limit_records) {
  holds_page = false;
  return cross<Result<RecordsPage>>(ApiOperation::get_records, [&](ServicePort& port) {
    Result<RecordsPage> page = port.get_records(iterator, limit_records, actor);
    page_records = page ? page->records.size() : 0;
    return page;
  });
}

Result<MessageId> Flight::send_message(std::uint32_t queue, const OutgoingMessage& message) {
  return cross<Result<MessageId>>(ApiOperation::send_message,
                                  [&](ServicePort& port) { return port.send_message(QueueId{queue}, message, actor); });
}
Result<std::vector<Message>> Flight::receive_messages(std::uint32_t queue, int most) {
  holds_page = false;
  return cross<Result<std::vector<Message>>>(ApiOperation::receive_message, [&](ServicePort& port) {
    Result<std::vector<Message>> messages = port.receive_messages(QueueId{queue}, most, actor);
    page_records = messages ? messages->size() : 0;
    return messages;
  });
}
Result<Done> Flight::remove_message(std::uint32_t queue, const Receipt& receipt) {
  return cross<Result<Done>>(ApiOperation::delete_message,
                             [&](ServicePort& port) { return port.remove_message(QueueId{queue}, receipt, actor); });
}

const ServicePort& Flight::port_for_names() const {
  SIM_CHECK(Fiber::current() == &running_->fiber, "a client serves only the call it was made for");
  if (running_->fiber.killed()) Fiber::suspend();  // throws: the port may be gone by now
  return *port_;
}

namespace {

template <class Id>
std::optional<std::uint32_t> number_of(const std::optional<Id>& id) {
  return id ? std::optional(id->value) : std::nullopt;
}

}  // namespace

std::optional<std::uint32_t> Flight::table_named(std::string_view table) const {
  return number_of(port_for_names().table_named(table));
}
std::optional<std::uint32_t> Flight::queue_named(std::string_view queue) const {
  return number_of(port_for_names().queue_named(queue));
}
std::optional<std::uint32_t> Flight::bucket_named(std::string_view bucket) const {
  return number_of(port_for_names().bucket_named(bucket));
}

Duration Flight::remaining_time() const { return limit == never ? Duration::max() : limit - now(); }

void Flight::sleep(Duration length) {
  running_->span = std::max(length, Duration{});
  running_->stop_for(Stop::sleep);
}

void Flight::log(std::string_view text) {
  running_->line = text;
  running_->stop_for(Stop::log);
}

void Flight::concurrently(std::size_t count, const std::function<void(std::size_t)>& branch) {
  if (running_->fiber.killed()) Fiber::suspend();  // throws
  if (role == Role::reader) throw std::logic_error("a reader does one thing after the other: concurrently() is for functions");
  if (running_ != this) throw std::logic_error("a branch has no branches of its own");
  branch_count = count;
  branch_body = &branch;
  stop_for(Stop::branches);
  if (branch_failure) std::rethrow_exception(std::exchange(branch_failure, nullptr));
}

std::any& Flight::kept_in_container() {
  if (role == Role::reader) throw std::logic_error("a reader has no container: it keeps its own variables");
  if (container == nullptr || running_->fiber.killed()) running_->stop_for(Stop::container);
  return container->kept;
}

}  // namespace weir
