// One piece of user code in flight, and the clients' side of the door.
//
// The code runs on a fiber and stops wherever it meets the model. What it wants then is in `stop`; the model carries it out on
// its own stack, never on the fiber's, so that no exception of ours passes through the user's catch (...).
//
//   stop         is carried out                                     then
//   call         through the port, when its latency is over         the answer, or `refusal`
//   sleep        by waiting                                         goes on
//   log          at once                                            goes on
//   container    at once, the first time                            goes on in the container chosen
//   branches     by flights of their own, one a branch              goes on when all are over
//
// A branch is a fiber and a stop; all else is its root's, the invocation's. Clients are the root's too: whoever runs stops.
#pragma once

#include <exception>
#include <functional>
#include <optional>
#include <vector>

#include "sim/function/container.hpp"
#include "sim/function/door_calls.hpp"
#include "sim/function/fiber.hpp"
#include "sim/function/operations.hpp"
#include "sim/function/sites.hpp"
#include "sim/kernel/door.hpp"

namespace weir {

class Flight final : public CallDoor {
 public:
  enum class Role : std::uint8_t { at_rest, invocation, reader, branch };
  enum class Stop : std::uint8_t { none, call, sleep, log, container, branches };

  Flight(FiberPool& pool, std::uint32_t slot_number) : slot(slot_number), fiber(pool) {}

  // A call's effect: lives on the fiber's stack while it is stopped.
  struct Effect {
    void* what = nullptr;
    void (*perform)(void* what, ServicePort& port) = nullptr;
  };

  const std::uint32_t slot;
  Role role = Role::at_rest;
  std::uint64_t ticket = 0;  // events with another one come too late
  Fiber fiber;
  Actor actor;
  FactIndex cause = no_fact;  // of its effects
  std::string name, path;     // what `key` borrows: mapping and shard path, or the reader's name
  std::optional<Key> key;
  Instant limit = never;
  Duration timeout{};
  Outcome outcome;
  std::uint32_t calls = 0;                     // made so far, by branches too
  std::uint32_t own_calls = 0;                 // made so far, in the order of this code alone: what keys count
  std::uint32_t call_number = 0;               // the present one: its place among all the invocation's
  Fate fate = Fate::done;                      // of the present one
  bool hangs = false;                          // stopped for good, until the time limit
  Container* container = nullptr;              // once it was asked for
  SdkRetries retries = SdkRetries::none;       // of an invocation, whose branches go by the same, or a reader
  std::uint32_t retried = 0;                   // tries of the present call after its first
  bool backs_off = false;                      // in a call, waiting for its next try
  ServiceError answered = ServiceError::none;  // by the service, to the present try

  FunctionId function;
  MappingId mapping;
  ShardId shard;
  std::shared_ptr<const StreamEvent> event;
  BatchResponse response;
  std::optional<std::string> thrown;  // what() of a std::exception that left the handler
  ReaderBody body;
  std::string role_name;    // of a reader: whose permissions it has
  bool holds_page = false;  // a reader got records or messages and has not asked for the next ones

  Flight* root = this;             // of a branch: the invocation's
  std::vector<Flight*> branches;   // begun and not over
  std::size_t branches_begun = 0;  // ever: the next one's number
  std::size_t branch_count = 0;    // wanted at present
  const std::function<void(std::size_t)>* branch_body = nullptr;
  std::exception_ptr branch_failure;  // the first one's

  Stop stop = Stop::none;
  Duration span{};        // of a sleep
  std::string_view line;  // of a log
  Effect effect;
  ApiOperation operation = ApiOperation::put_item;  // of the present or last call
  TableId about;                                    // the table that it reads or writes, the first one of several
  std::optional<Key> asks_as;  // a call that leaves something open itself: its key, while it is carried out
  bool asks = false;           // the present call is such a one
  Duration settling{};         // the answer to the present call comes that much after its effect
  bool settles = false;        // in a call, waiting for that answer
  std::optional<Failed> refusal;
  std::size_t page_records = 0;  // or messages, of the last call

  bool in_call() const { return stop == Stop::call; }
  bool in_table_call() const { return in_call() && service_of(operation) == Service::dynamodb; }
  // Lets the code run until it stops or ends; `now` and `port` are what it sees meanwhile.
  void go_on(Instant now, const ServicePort& port);
  void kill();  // this code alone
  void clear();

  WriteAnswer call(const PutItem& request) override;
  WriteAnswer call(const UpdateItem& request) override;
  WriteAnswer call(const DeleteItem& request) override;
  GetItem::Answer call(const GetItem& request) override;
  Query::Answer call(const Query& request) override;
  Scan::Answer call(const Scan& request) override;
  BatchWriteItem::Answer call(const BatchWriteItem& request) override;
  BatchGetItem::Answer call(const BatchGetItem& request) override;
  TransactWriteItems::Answer call(const TransactWriteItems& request) override;
  TransactGetItems::Answer call(const TransactGetItems& request) override;
  UpdateTimeToLive::Answer call(const UpdateTimeToLive& request) override;
  DescribeTimeToLive::Answer call(const DescribeTimeToLive& request) override;
  Result<std::vector<ShardDescription>> describe(std::uint32_t table) override;
  Result<StreamDescription> describe_stream(std::uint32_t table, const DescribeRequest& request) override;
  Result<StreamsPage> list_streams(std::uint32_t table, const ListStreamsRequest& request) override;
  Result<IteratorId> get_shard_iterator(std::uint32_t table, ShardId of_shard, IteratorType type,
                                        std::optional<SequenceNumber> number) override;
  Result<RecordsPage> get_records(IteratorId iterator, int limit_records) override;
  Result<MessageId> send_message(std::uint32_t queue, const OutgoingMessage& message) override;
  Result<std::vector<Message>> receive_messages(std::uint32_t queue, int most) override;
  Result<Done> remove_message(std::uint32_t queue, const Receipt& receipt) override;
  ListObjects::Answer call(const ListObjects& request) override;
  GetObject::Answer call(const GetObject& request) override;
  PutObject::Answer call(const PutObject& request) override;
  DeleteObject::Answer call(const DeleteObject& request) override;
  std::optional<std::uint32_t> table_named(std::string_view table) const override;
  std::optional<std::uint32_t> queue_named(std::string_view queue) const override;
  std::optional<std::uint32_t> bucket_named(std::string_view bucket) const override;
  Instant now() const override { return running_->now_; }
  std::int64_t unix_seconds() const override { return weir::unix_seconds(now(), epoch_unix_); }
  Duration remaining_time() const override;
  void sleep(Duration length) override;
  void log(std::string_view text) override;
  void concurrently(std::size_t count, const std::function<void(std::size_t)>& branch) override;
  std::any& kept_in_container() override;

 private:
  const ServicePort& port_for_names() const;
  template <class Answer, class Perform>
  Answer cross(ApiOperation wanted, Perform perform, TableId of = {});
  template <class Request>
  typename Request::Answer tell(const Request& request);
  template <class Request>
  typename Request::Answer ask(const Request& request);  // of a call that leaves something open itself
  void stop_for(Stop kind);

  Flight* running_ = this;  // of a root: whose code runs, or is stopped for good to be killed
  Instant now_{};
  std::int64_t epoch_unix_ = 0;
  const ServicePort* port_ = nullptr;
};

}  // namespace weir
