// The far side of the door, as user code's clients see it. Implemented by the flight (function room) on top of ports that the
// world connects to its tables and streams. One `call` for each kind of request; each may suspend the calling fiber.
#pragma once

#include "sim/function/handler.hpp"
#include "sim/plan/key.hpp"
#include "sim/trace/actor.hpp"

namespace weir {

class CallDoor {
 public:
  virtual ~CallDoor() = default;
  virtual WriteAnswer call(const PutItem& request) = 0;
  virtual WriteAnswer call(const UpdateItem& request) = 0;
  virtual WriteAnswer call(const DeleteItem& request) = 0;
  virtual GetItem::Answer call(const GetItem& request) = 0;
  virtual Query::Answer call(const Query& request) = 0;
  virtual Scan::Answer call(const Scan& request) = 0;
  virtual BatchWriteItem::Answer call(const BatchWriteItem& request) = 0;
  virtual BatchGetItem::Answer call(const BatchGetItem& request) = 0;
  virtual TransactWriteItems::Answer call(const TransactWriteItems& request) = 0;
  virtual TransactGetItems::Answer call(const TransactGetItems& request) = 0;
  virtual UpdateTimeToLive::Answer call(const UpdateTimeToLive& request) = 0;
  virtual DescribeTimeToLive::Answer call(const DescribeTimeToLive& request) = 0;
  virtual Result<std::vector<ShardDescription>> describe(std::uint32_t table) = 0;
  virtual Result<StreamDescription> describe_stream(std::uint32_t table, const DescribeRequest& request) = 0;
  virtual Result<StreamsPage> list_streams(std::uint32_t table, const ListStreamsRequest& request) = 0;
  virtual Result<IteratorId> get_shard_iterator(std::uint32_t table, ShardId shard, IteratorType type,
                                                std::optional<SequenceNumber> number) = 0;
  virtual Result<RecordsPage> get_records(IteratorId iterator, int limit) = 0;
  virtual Result<MessageId> send_message(std::uint32_t queue, const OutgoingMessage& message) = 0;
  virtual Result<std::vector<Message>> receive_messages(std::uint32_t queue, int most) = 0;
  virtual Result<Done> remove_message(std::uint32_t queue, const Receipt& receipt) = 0;
  virtual ListObjects::Answer call(const ListObjects& request) = 0;
  virtual GetObject::Answer call(const GetObject& request) = 0;
  virtual PutObject::Answer call(const PutObject& request) = 0;
  virtual DeleteObject::Answer call(const DeleteObject& request) = 0;
  virtual std::optional<std::uint32_t> table_named(std::string_view name) const = 0;
  virtual std::optional<std::uint32_t> queue_named(std::string_view name) const = 0;
  virtual std::optional<std::uint32_t> bucket_named(std::string_view name) const = 0;
  virtual Instant now() const = 0;
  virtual std::int64_t unix_seconds() const = 0;
  virtual Duration remaining_time() const = 0;
  virtual void sleep(Duration span) = 0;
  virtual void log(std::string_view line) = 0;
  virtual void concurrently(std::size_t count, const std::function<void(std::size_t)>& branch) = 0;
  virtual std::any& kept_in_container() = 0;  // throws std::logic_error where there is none
};

// What a door needs of the world: the same calls, carried out now, on behalf of an actor, with no latency and no fault.
// `key` names the crossing, for what a call leaves open itself.
class ServicePort {
 public:
  virtual ~ServicePort() = default;
  virtual WriteAnswer call(const PutItem& request, const Actor& actor) = 0;
  virtual WriteAnswer call(const UpdateItem& request, const Actor& actor) = 0;
  virtual WriteAnswer call(const DeleteItem& request, const Actor& actor) = 0;
  virtual GetItem::Answer call(const GetItem& request, const Actor& actor, const Key& key) = 0;
  virtual Query::Answer call(const Query& request, const Actor& actor, const Key& key) = 0;
  virtual Scan::Answer call(const Scan& request, const Actor& actor, const Key& key) = 0;
  virtual BatchWriteItem::Answer call(const BatchWriteItem& request, const Actor& actor, const Key& key) = 0;
  virtual BatchGetItem::Answer call(const BatchGetItem& request, const Actor& actor, const Key& key) = 0;
  virtual TransactWriteItems::Answer call(const TransactWriteItems& request, const Actor& actor, const Key& key) = 0;
  virtual TransactGetItems::Answer call(const TransactGetItems& request, const Actor& actor) = 0;
  virtual UpdateTimeToLive::Answer call(const UpdateTimeToLive& request, const Actor& actor) = 0;
  virtual DescribeTimeToLive::Answer call(const DescribeTimeToLive& request, const Actor& actor) = 0;
  virtual Result<std::vector<ShardDescription>> describe(TableId table, const Actor& actor) = 0;
  virtual Result<StreamDescription> describe_stream(TableId table, const DescribeRequest& request, const Actor& actor) = 0;
  virtual Result<StreamsPage> list_streams(TableId table, const ListStreamsRequest& request, const Actor& actor) = 0;
  virtual Result<IteratorId> get_shard_iterator(TableId table, ShardId shard, IteratorType type,
                                                std::optional<SequenceNumber> number, const Actor& actor) = 0;
  virtual Result<RecordsPage> get_records(IteratorId iterator, int limit, const Actor& actor) = 0;
  virtual Result<MessageId> send_message(QueueId queue, const OutgoingMessage& message, const Actor& actor) = 0;
  virtual Result<std::vector<Message>> receive_messages(QueueId queue, int most, const Actor& actor) = 0;
  virtual Result<Done> remove_message(QueueId queue, const Receipt& receipt, const Actor& actor) = 0;
  virtual ListObjects::Answer call(const ListObjects& request, const Actor& actor) = 0;
  virtual GetObject::Answer call(const GetObject& request, const Actor& actor) = 0;
  virtual PutObject::Answer call(const PutObject& request, const Actor& actor) = 0;
  virtual DeleteObject::Answer call(const DeleteObject& request, const Actor& actor) = 0;
  virtual std::optional<TableId> table_named(std::string_view name) const = 0;
  virtual std::optional<QueueId> queue_named(std::string_view name) const = 0;
  virtual std::optional<BucketId> bucket_named(std::string_view name) const = 0;
  virtual std::int64_t epoch_unix() const = 0;
  virtual bool on_demand(TableId table) const = 0;  // in which words it throttles                                   [CAP-8]
};

}  // namespace weir
