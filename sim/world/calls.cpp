// Clients' calls, each behind the caller's permissions.                                            [IAM-1]
#include <algorithm>
#include <array>

#include "sim/access/policy_document.hpp"
#include "sim/base/planted.hpp"
#include "sim/data/arn.hpp"
#include "sim/data/lines.hpp"
#include "sim/table/no_table.hpp"
#include "sim/table/request_refused.hpp"
#include "sim/table/throttle.hpp"
#include "sim/trigger/destination.hpp"
#include "sim/world/asked.hpp"
#include "sim/world/world.hpp"

namespace weir {

namespace {

constexpr std::string_view invoke = "lambda:InvokeFunction";

std::string bucket_arn(const std::string& name) { return "arn:aws:s3:::" + name; }

template <class Request>
std::string index_of(const Request&) {
  return "";
}
std::string index_of(const Query& request) { return request.page.index_name; }
std::string index_of(const Scan& request) { return request.page.index_name; }

// Of a call that may name several, or none.
template <class Part>
TableId first_table(const std::vector<Part>& parts) {
  return parts.empty() ? malformed_table : parts.front().table;
}

const KeySchema& schema_of(const TableSettings& table, const std::string& index) {
  const auto named = [&](const IndexSettings& one) { return one.name == index; };
  const auto found = std::find_if(table.indexes.begin(), table.indexes.end(), named);
  return found == table.indexes.end() ? table.key : found->key;
}

}  // namespace

bool World::on_demand(TableId table) const { return tables_.known(table) && is_on_demand(tables_.settings(table)); }

std::optional<Failed> World::denial_of(const Actor& actor, std::string_view action, const std::string& resource,
                                       const Asked& asked) {
  const std::string role(functions_.role_of(actor));
  if (access_.allows(role, action, resource, asked) || kernel_.planted(Planted::access_not_checked)) return std::nullopt;
  kernel_.note(AccessDenied{actor, role, std::string(action), resource});
  const std::string session = std::string(to_text(actor.kind)) + "-" + std::to_string(actor.id);
  return Failed{ServiceError::access_denied, Certainty::surely_not_done, denial(role, session, action, resource)};
}

// Of an index where one is named, of the table itself otherwise. A table that never was the call itself answers for.
template <class Request>
std::optional<Failed> World::denied(const Actor& actor, std::string_view action, const Request& request) {
  if (access_.empty() || !actor.is_consumer() || !tables_.known(request.table)) return std::nullopt;
  const TableSettings& table = tables_.settings(request.table);
  const std::string index = index_of(request);
  return denial_of(actor, action, arn_of("dynamodb", "table/" + table.name + (index.empty() ? "" : "/index/" + index)),
                   asked_by(request, schema_of(table, index)));
}

// Of the stream that is asked about, if there is such a one of the table, else of the table's present one; of "*" where it has
// none.                                                                                       [IAM-2] [STREAM-13]
std::optional<Failed> World::denied_stream(const Actor& actor, std::string_view action, TableId table,
                                           std::optional<StreamId> stream) {
  if (access_.empty() || !actor.is_consumer()) return std::nullopt;
  if (!stream || !streams_.known(*stream) || streams_.table_of(*stream) != table) stream = streams_.stream_of(table);
  const bool lists = action == "dynamodb:ListStreams";
  return denial_of(actor, action, stream && !lists ? streams_.arn(*stream) : "*");
}

std::optional<Failed> World::denied(const Actor& actor, std::string_view action, QueueId queue) {
  if (access_.empty() || !actor.is_consumer()) return std::nullopt;
  return denial_of(actor, action, arn_of("sqs", queues_.settings(queue).name));
}

// Of a bucket where the key is empty, of one of its objects otherwise.
std::optional<Failed> World::denied(const Actor& actor, std::string_view action, BucketId bucket, std::string_view key) {
  if (access_.empty() || !actor.is_consumer()) return std::nullopt;
  const std::string arn = bucket_arn(buckets_.settings(bucket).name);
  return denial_of(actor, action, key.empty() ? arn : arn + "/" + std::string(key));
}

// What each mapping may do by the role of its function. To invoke it needs no allow, as AWS's own policy for such roles has
// none: only a deny stops it. Its objects are asked for by the folder that they come to.            [ESM-29] [DEST-6]
MappingPermissions World::permissions_of(MappingId id, const MappingVersion& version) const {
  MappingPermissions may;
  if (access_.empty()) return may;
  const MappingSettings& mapping = version.settings;
  may.role = functions_.settings(version.function).role;
  const auto lacks = [&](std::string_view action, const std::string& resource) {
    const bool lacking = !access_.allows(may.role, action, resource);
    if (lacking && may.missing.empty()) may.missing = action, may.resource = resource;
    return lacking;
  };
  const std::string& arn = streams_.arn(triggers_.stream_of(id));
  for (const Permission& needed : permissions_to_poll())
    if (lacks(needed.action, needed.of_stream ? arn : "*")) may.may_read = false;
  const std::string function = arn_of("lambda", "function:" + mapping.function);
  if (access_.denies(may.role, invoke, function)) {
    may.may_invoke = false;
    if (may.missing.empty()) may.missing = invoke, may.resource = function;
  }
  const auto needs_to_send = [&](std::string_view action, const std::string& resource) {
    if (!may.may_send || access_.allows(may.role, action, resource)) return;
    may.may_send = false;
    may.unsent = {may.role, std::string(action), resource};
  };
  const std::string to = mapping.destination.empty() ? "*" : mapping.destination;
  if (mapping.on_failure == Destination::sqs) needs_to_send("sqs:SendMessage", arn_of("sqs", to));
  if (mapping.on_failure == Destination::sns) needs_to_send("sns:Publish", arn_of("sns", to));
  if (mapping.on_failure == Destination::s3) {
    const std::string bucket = bucket_arn(mapping.destination.empty() ? "on-failure" : mapping.destination);
    needs_to_send("s3:PutObject", bucket + "/aws/lambda/" + mapping_uuid(id) + "/");
    needs_to_send("s3:ListBucket", bucket);
  }
  return may;
}

void World::permit_mappings() {
  if (access_.empty()) return;
  for (std::uint32_t i = 0; i < triggers_.size(); ++i)
    if (const MappingId id{i}; !triggers_.is_deleted(id))
      triggers_.permit(kernel_, id, permissions_of(id, triggers_.version(id)), ports());
}

void World::note_role(const Role& role) {
  const auto bearers = [&](const auto& all) {
    std::vector<std::string> names;
    for (const auto& one : all)
      if (one.role == role.name) names.push_back(one.name);
    return joined_lines(names);
  };
  kernel_.note(
      RoleSet{role.name, managed_lines(role), policy_document(role), bearers(settings_.functions), bearers(settings_.readers)});
}

void World::set_role(const Role& role) {
  access_.set(role);
  note_role(role);
  permit_mappings();
}

WriteAnswer World::call(const PutItem& request, const Actor& actor) {
  if (const auto no = denied(actor, "dynamodb:PutItem", request)) return *no;
  return tables_.call(kernel_, request, actor);
}
WriteAnswer World::call(const UpdateItem& request, const Actor& actor) {
  if (const auto no = denied(actor, "dynamodb:UpdateItem", request)) return *no;
  return tables_.call(kernel_, request, actor);
}
WriteAnswer World::call(const DeleteItem& request, const Actor& actor) {
  if (const auto no = denied(actor, "dynamodb:DeleteItem", request)) return *no;
  return tables_.call(kernel_, request, actor);
}
GetItem::Answer World::call(const GetItem& request, const Actor& actor, const Key& key) {
  if (const auto no = denied(actor, "dynamodb:GetItem", request)) return *no;
  return told_if_refused(kernel_, "GetItem", request.table, actor, tables_.call(kernel_, request, actor, key));
}
Query::Answer World::call(const Query& request, const Actor& actor, const Key& key) {
  if (const auto no = denied(actor, "dynamodb:Query", request)) return *no;
  return told_if_refused(kernel_, "Query", request.table, actor, tables_.call(kernel_, request, actor, key));
}
Scan::Answer World::call(const Scan& request, const Actor& actor, const Key& key) {
  if (const auto no = denied(actor, "dynamodb:Scan", request)) return *no;
  return told_if_refused(kernel_, "Scan", request.table, actor, tables_.call(kernel_, request, actor, key));
}
BatchWriteItem::Answer World::call(const BatchWriteItem& request, const Actor& actor, const Key& key) {
  for (const WriteRequest& part : request.requests)
    if (const auto no = denied(actor, "dynamodb:BatchWriteItem", part)) return *no;
  return told_if_refused(kernel_, "BatchWriteItem", first_table(request.requests), actor,
                         tables_.call(kernel_, request, actor, key));
}
BatchGetItem::Answer World::call(const BatchGetItem& request, const Actor& actor, const Key& key) {
  for (const KeysAndAttributes& part : request.tables)
    if (const auto no = denied(actor, "dynamodb:BatchGetItem", part)) return *no;
  return told_if_refused(kernel_, "BatchGetItem", first_table(request.tables), actor,
                         tables_.call(kernel_, request, actor, key));
}
// A transaction needs the permission of each of its actions.
TransactWriteItems::Answer World::call(const TransactWriteItems& request, const Actor& actor, const Key& key) {
  constexpr std::array<std::string_view, 4> actions{"dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem",
                                                    "dynamodb:ConditionCheckItem"};
  for (const TransactWriteItem& part : request.actions) {
    const auto judge = [&](const auto& one) { return denied(actor, actions[part.index()], one); };
    if (const auto no = std::visit(judge, part)) return *no;
  }
  return tables_.call(kernel_, request, actor, key);
}
TransactGetItems::Answer World::call(const TransactGetItems& request, const Actor& actor) {
  for (const GetItem& part : request.gets)
    if (const auto no = denied(actor, "dynamodb:GetItem", part)) return *no;
  return told_if_refused(kernel_, "TransactGetItems", first_table(request.gets), actor, tables_.call(kernel_, request, actor));
}

UpdateTimeToLive::Answer World::call(const UpdateTimeToLive& request, const Actor& actor) {
  if (const auto no = denied(actor, "dynamodb:UpdateTimeToLive", request)) return *no;
  return told_if_refused(kernel_, "UpdateTimeToLive", request.table, actor, tables_.call(kernel_, request));
}
DescribeTimeToLive::Answer World::call(const DescribeTimeToLive& request, const Actor& actor) {
  if (const auto no = denied(actor, "dynamodb:DescribeTimeToLive", request)) return *no;
  return told_if_refused(kernel_, "DescribeTimeToLive", request.table, actor, tables_.call(kernel_, request));
}

Result<std::vector<ShardDescription>> World::describe(TableId table, const Actor& actor) {
  if (const auto no = denied_stream(actor, "dynamodb:DescribeStream", table)) return *no;
  return streams_.describe(kernel_, table, actor);
}
Result<StreamDescription> World::describe_stream(TableId table, const DescribeRequest& request, const Actor& actor) {
  const std::optional<StreamId> stream = request.stream_arn ? streams_.named(*request.stream_arn) : request.stream;
  if (const auto no = denied_stream(actor, "dynamodb:DescribeStream", table, stream)) return *no;
  return streams_.describe_stream(kernel_, table, request, actor);
}
Result<StreamsPage> World::list_streams(TableId table, const ListStreamsRequest& request, const Actor& actor) {
  if (const auto no = denied_stream(actor, "dynamodb:ListStreams", table)) return *no;
  return streams_.list_streams(kernel_, table, request, actor);
}
Result<IteratorId> World::get_shard_iterator(TableId table, ShardId shard, IteratorType type,
                                             std::optional<SequenceNumber> number, const Actor& actor) {
  const std::optional<StreamId> stream = streams_.known(shard) ? std::optional(streams_.stream_of(shard)) : std::nullopt;
  if (const auto no = denied_stream(actor, "dynamodb:GetShardIterator", table, stream)) return *no;
  return streams_.get_shard_iterator(kernel_, table, shard, type, number, actor);
}
Result<RecordsPage> World::get_records(IteratorId iterator, int limit, const Actor& actor) {
  if (!access_.empty() && actor.is_consumer()) {
    const std::optional<StreamId> stream = streams_.stream_of(iterator);
    if (const auto no = denial_of(actor, "dynamodb:GetRecords", stream ? streams_.arn(*stream) : "*")) return *no;
  }
  return streams_.get_records(kernel_, iterator, limit, actor);
}

Result<MessageId> World::send_message(QueueId queue, const OutgoingMessage& message, const Actor& actor) {
  if (const auto no = denied(actor, "sqs:SendMessage", queue)) return *no;
  return queues_.send(kernel_, queue, message);
}
Result<std::vector<Message>> World::receive_messages(QueueId queue, int most, const Actor& actor) {
  if (const auto no = denied(actor, "sqs:ReceiveMessage", queue)) return *no;
  return queues_.receive(kernel_, queue, most, actor);
}
Result<Done> World::remove_message(QueueId queue, const Receipt& receipt, const Actor& actor) {
  if (const auto no = denied(actor, "sqs:DeleteMessage", queue)) return *no;
  return queues_.remove(kernel_, queue, receipt);
}

ListObjects::Answer World::call(const ListObjects& request, const Actor& actor) {
  if (const auto no = denied(actor, "s3:ListBucket", request.bucket, {})) return *no;
  return buckets_.call(request);
}
GetObject::Answer World::call(const GetObject& request, const Actor& actor) {
  if (const auto no = denied(actor, "s3:GetObject", request.bucket, request.key)) return *no;
  return buckets_.call(kernel_, request, actor);
}
PutObject::Answer World::call(const PutObject& request, const Actor& actor) {
  if (const auto no = denied(actor, "s3:PutObject", request.bucket, request.key)) return *no;
  return buckets_.call(kernel_, request);
}
DeleteObject::Answer World::call(const DeleteObject& request, const Actor& actor) {
  if (const auto no = denied(actor, "s3:DeleteObject", request.bucket, request.key)) return *no;
  return buckets_.call(kernel_, request, actor);
}

}  // namespace weir
