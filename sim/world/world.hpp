// The world: kernel, tables, streams, functions and mappings of one account and Region, joined. It connects and never decides.
//
//   a table's changes go to its stream; a stream's news wakes mappings; a function's answers go back to its mapping
//   next()   handles events up to a bound and hands out those of Room::world, which belong to whoever plays the outside world
//   acts     what clients and operators do to it; each takes effect at once, at now()
//   value    copyable while no user code is in flight (quiet()); a copy needs its own trace: kernel().retarget
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/access/policy.hpp"
#include "sim/function/door_calls.hpp"
#include "sim/function/functions.hpp"
#include "sim/kernel/kernel.hpp"
#include "sim/plan/site_text.hpp"
#include "sim/queue/destinations.hpp"
#include "sim/stream/streams.hpp"
#include "sim/table/tables.hpp"
#include "sim/trigger/patch.hpp"
#include "sim/trigger/triggers.hpp"

namespace weir {

// What exists at the start.
struct WorldSettings {
  std::int64_t epoch_unix = 0;
  std::vector<TableSettings> tables;
  std::vector<FunctionSettings> functions;
  std::vector<MappingSettings> mappings;
  std::vector<ReaderSettings> readers;
  std::vector<QueueSettings> queues;
  std::vector<BucketSettings> buckets;
  std::vector<Role> roles;
  std::int64_t account_concurrency = default_account_concurrency;  // [POLL-12]
};

class World final : public ServicePort, private PermissionPort {
 public:
  // `handlers` is borrowed. BadInput when settings name a handler it lacks. Creates nothing yet.
  World(WorldSettings settings, const Handlers& handlers, Plan plan, Trace& trace);

  void start();                              // creates tables, streams, queues, functions, mappings, readers, in this order
  std::optional<Event> next(Instant until);  // nullopt: nothing more is due at or before `until`
  void stop();                               // kills what is in flight, quietly

  Kernel& kernel() { return kernel_; }
  const Kernel& kernel() const { return kernel_; }

  TableId table(std::string_view name) const;  // Bug for an unknown name
  const TableSettings& table_settings(TableId table) const { return tables_.settings(table); }
  std::size_t item_count(TableId table) const { return tables_.count(table); }
  std::vector<Item> contents(TableId table) const { return tables_.contents(table); }
  std::uint64_t unfinished() const;  // batches, unsettled readable records and busy readers
  std::uint64_t records_appended() const { return streams_.records_appended(); }
  bool quiet() const { return functions_.quiet(); }

  // Operators' acts. What the service refuses of a table's settings is noted as TableCallRefused, and nothing changes.
  void split_shards(TableId table, std::string_view path, int children);  // every open shard at the path or below; "": all
  void fail_invocations(std::string_view function, int count);
  void disable_stream(TableId table);
  void delete_table(TableId table);  // and its stream is disabled; refused while it is UPDATING  [TABLE-5] [STREAM-15] [GSI-8]
  void enable_stream(TableId table, StreamView view);  // its table is UPDATING for a while        [STREAM-15] [TABLE-3]
  void update_capacity(TableId table, const CapacityUpdate& wanted);  // [CAP-9]
  void create_index(TableId table, const IndexSettings& index);       // a global one                 [GSI-8]
  void delete_index(TableId table, std::string_view index);
  void update_time_to_live(TableId table, std::string_view attribute, bool enabled);  // [TTL-12 .. TTL-14]
  void set_role(const Role& role);  // what it allows from now on, at once                     [IAM-2]
  // Of mappings, by name; what the service refuses is noted as MappingCallRefused.          [ESM-20 .. ESM-28]
  void create_mapping(const MappingSettings& mapping);                           // joins the table's stream as it is now
  void update_mapping(const std::string& mapping, const MappingPatch& changes);  // of the settings it has now
  void set_mapping_enabled(std::string_view mapping, Enabling to);
  void delete_mapping(std::string_view mapping);
  void set_concurrency(std::string_view function, std::optional<std::int64_t> reserved);  // or ConcurrencyRefused [POLL-12]
  void set_account_concurrency(std::int64_t limit);

  // Clients' calls, carried out now; consumers come here through the door.
  WriteAnswer call(const PutItem& request, const Actor& actor) override;
  WriteAnswer call(const UpdateItem& request, const Actor& actor) override;
  WriteAnswer call(const DeleteItem& request, const Actor& actor) override;
  GetItem::Answer call(const GetItem& request, const Actor& actor, const Key& key) override;
  Query::Answer call(const Query& request, const Actor& actor, const Key& key) override;
  Scan::Answer call(const Scan& request, const Actor& actor, const Key& key) override;
  BatchWriteItem::Answer call(const BatchWriteItem& request, const Actor& actor, const Key& key) override;
  BatchGetItem::Answer call(const BatchGetItem& request, const Actor& actor, const Key& key) override;
  TransactWriteItems::Answer call(const TransactWriteItems& request, const Actor& actor, const Key& key) override;
  TransactGetItems::Answer call(const TransactGetItems& request, const Actor& actor) override;
  UpdateTimeToLive::Answer call(const UpdateTimeToLive& request, const Actor& actor) override;
  DescribeTimeToLive::Answer call(const DescribeTimeToLive& request, const Actor& actor) override;
  Result<std::vector<ShardDescription>> describe(TableId table, const Actor& actor) override;
  Result<StreamDescription> describe_stream(TableId table, const DescribeRequest& request, const Actor& actor) override;
  Result<StreamsPage> list_streams(TableId table, const ListStreamsRequest& request, const Actor& actor) override;
  Result<IteratorId> get_shard_iterator(TableId table, ShardId shard, IteratorType type, std::optional<SequenceNumber> number,
                                        const Actor& actor) override;
  Result<RecordsPage> get_records(IteratorId iterator, int limit, const Actor& actor) override;
  Result<MessageId> send_message(QueueId queue, const OutgoingMessage& message, const Actor& actor) override;
  Result<std::vector<Message>> receive_messages(QueueId queue, int most, const Actor& actor) override;
  Result<Done> remove_message(QueueId queue, const Receipt& receipt, const Actor& actor) override;
  ListObjects::Answer call(const ListObjects& request, const Actor& actor) override;
  GetObject::Answer call(const GetObject& request, const Actor& actor) override;
  PutObject::Answer call(const PutObject& request, const Actor& actor) override;
  DeleteObject::Answer call(const DeleteObject& request, const Actor& actor) override;
  std::optional<BucketId> bucket_named(std::string_view name) const override { return buckets_.named(name); }
  std::optional<QueueId> queue_named(std::string_view name) const override { return queues_.named(name); }
  std::optional<TableId> table_named(std::string_view name_or_arn) const override { return tables_.called(name_or_arn); }
  std::int64_t epoch_unix() const override { return settings_.epoch_unix; }
  bool on_demand(TableId table) const override;

 private:
  FunctionId function(std::string_view name) const;
  TriggerPorts ports() { return {streams_, functions_, *this, destinations_, {queues_, buckets_}, this}; }
  // calls.cpp: why consumers may not do this, noted; nullopt: they may. Others than consumers may do everything.  [IAM-1]
  std::optional<Failed> denial_of(const Actor& actor, std::string_view action, const std::string& resource,
                                  const Asked& asked = {});
  template <class Request>
  std::optional<Failed> denied(const Actor& actor, std::string_view action, const Request& request);
  std::optional<Failed> denied_stream(const Actor& actor, std::string_view action, TableId table,
                                      std::optional<StreamId> stream = {});
  std::optional<Failed> denied(const Actor& actor, std::string_view action, QueueId queue);
  std::optional<Failed> denied(const Actor& actor, std::string_view action, BucketId bucket, std::string_view key);
  void give_stream(TableId id);
  MappingPermissions permissions_of(MappingId mapping, const MappingVersion& version) const override;  // [ESM-29]
  void permit_mappings();
  void note_role(const Role& role);
  void take_up_mappings();  // what changed of them since it was last called: what they may do, whom they crowd
  void settle();            // hands changes, news and answers on until nothing is left to hand on

  WorldSettings settings_;
  const Handlers* handlers_;
  Kernel kernel_;
  Tables tables_;
  Streams streams_;
  Functions functions_;
  Triggers triggers_;
  Queues queues_;
  Buckets buckets_;
  Destinations destinations_;
  Access access_;
  // What is being handed on; between events they mean nothing, and only their memory is kept.
  std::vector<Change> changes_;
  std::vector<StreamNews> news_;
  std::vector<Answer> answers_;
};

// Every choice site of the rooms up to here.
std::vector<SiteInfo> world_sites();

}  // namespace weir
