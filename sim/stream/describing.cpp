// What streams and shards there are, as the DynamoDB Streams API tells it.
#include <algorithm>

#include "sim/data/arn.hpp"
#include "sim/data/constraints.hpp"
#include "sim/data/lasting_text.hpp"
#include "sim/stream/actor_key.hpp"
#include "sim/stream/sites.hpp"
#include "sim/stream/streams.hpp"

namespace weir {

namespace {

constexpr int most_listed = 100;
constexpr std::size_t most_readers = 2;  // of a shard                                        [GREC-4]

// A table's ARN and "/stream/LABEL"; whose it is, and whether there is such a one, is not asked.
bool is_stream_arn(std::string_view arn) {
  constexpr std::string_view stream = "/stream/";
  const std::size_t at = arn.find(stream);
  if (at == std::string_view::npos || !parse_table_arn(arn.substr(0, at))) return false;
  const std::string_view label = arn.substr(at + stream.size());
  return !label.empty() && label.find('/') == std::string_view::npos;
}

std::string_view no_stream_called(const std::string& arn) {
  return lasting("Requested resource not found: Stream: " + arn + " not found");
}

std::string label_of(const std::string& arn) { return arn.substr(arn.rfind('/') + 1); }

}  // namespace

Failed Streams::refuse(Kernel& kernel, StreamId stream, ShardId shard, ServiceError error, std::string_view message,
                       const Actor& actor) {
  kernel.note(StreamCallRefused{stream, shard, error, actor});
  return {error, Certainty::surely_not_done, message};
}

// Looks closed a while after it closed; the number of its last record is told then.            [SHARD-9] [REC-8]
ShardDescription Streams::described(Instant now, const Shard& shard) const {
  ShardDescription told{shard.id, std::nullopt, false, shard.starting_number};
  if (shard.parent != no_shard) told.parent = shard.parent;
  told.closed = shard.phase == ShardPhase::closed && shard.shown_closed_at <= now;
  if (told.closed) told.ending_sequence_number = shard.number_of(std::max<std::uint64_t>(shard.end_ordinal(), 1) - 1);
  return told;
}

Result<std::vector<ShardDescription>> Streams::describe(Kernel& kernel, TableId table, const Actor& actor) {
  const std::optional<StreamId> stream = stream_of(table);
  if (stream) return describe(kernel, *stream, actor);
  return refuse(kernel, no_stream, no_shard, ServiceError::resource_not_found, "Requested resource not found: Stream not found",
                actor);
}

Result<std::vector<ShardDescription>> Streams::describe(Kernel& kernel, StreamId id, const Actor& actor) {
  if (id.value >= streams_.size() || status(id) == StreamStatus::gone) {
    const std::string arn = id.value < streams_.size() ? of(id).arn : "";
    return refuse(kernel, id, no_shard, ServiceError::resource_not_found, no_stream_called(arn), actor);
  }
  std::vector<ShardDescription> listed;
  for (const ShardId shard : of(id).shards)
    if (is_listed(kernel.now(), of(shard))) listed.push_back(described(kernel.now(), of(shard)));
  return listed;
}

Result<StreamDescription> Streams::describe_stream(Kernel& kernel, TableId table, const DescribeRequest& request,
                                                   const Actor& actor) {
  StreamId id = request.stream ? *request.stream : stream_of(table).value_or(no_stream);
  if (request.stream_arn) id = named(*request.stream_arn).value_or(no_stream);
  const auto refused = [&](ServiceError error, std::string_view message) {
    return refuse(kernel, id, no_shard, error, message, actor);
  };
  if (const std::optional<Failed> wrong = Constraints().value("limit", request.limit, 1, most_listed).refusal())
    return refused(ServiceError::validation, wrong->message);
  if (request.stream_arn && !is_stream_arn(*request.stream_arn))
    return refused(ServiceError::validation, lasting("Invalid StreamArn: " + *request.stream_arn));
  if (request.child_shards_of && request.exclusive_start)
    return refused(ServiceError::validation, "ShardFilter and ExclusiveStartShardId cannot be given together");
  if (!describe_calls_.admits(kernel.now())) return refused(ServiceError::throttling, "Rate exceeded");
  if (request.stream_arn && id == no_stream)
    return refused(ServiceError::resource_not_found, no_stream_called(*request.stream_arn));
  const Result<std::vector<ShardDescription>> all = describe(kernel, id, actor);
  if (!all) return all.failure();

  const Stream& stream = of(id);
  StreamDescription told{.stream = id,
                         .arn = stream.arn,
                         .label = label_of(stream.arn),
                         .status = weir::wire_name(stream.status),
                         .view = stream.view,
                         .created = unix_seconds(stream.enabled_at, epoch_unix_),
                         .table_name = side_of(stream).name,
                         .key = side_of(stream).schema};
  const auto end = all->end();
  const auto start = !request.exclusive_start
                         ? all->begin()
                         : std::find_if(all->begin(), end, [&](const auto& s) { return s.shard == *request.exclusive_start; });
  for (auto at = request.exclusive_start && start != end ? start + 1 : start; at != end; ++at) {
    if (request.child_shards_of && at->parent != request.child_shards_of) continue;
    if (told.shards.size() == static_cast<std::size_t>(request.limit)) {
      told.last_evaluated_shard = told.shards.back().shard;
      break;
    }
    told.shards.push_back(*at);
  }
  return told;
}

Result<StreamsPage> Streams::list_streams(Kernel& kernel, TableId table, const ListStreamsRequest& request,
                                          const Actor& actor) {
  const auto refused = [&](ServiceError error, std::string_view message) {
    return refuse(kernel, no_stream, no_shard, error, message, actor);
  };
  if (const std::optional<Failed> wrong = Constraints().value("limit", request.limit, 1, most_listed).refusal())
    return refused(ServiceError::validation, wrong->message);
  if (!list_calls_.admits(kernel.now())) return refused(ServiceError::throttling, "Rate exceeded");
  StreamsPage page;
  for (const Stream& stream : streams_) {
    const bool wanted = request.of_all_tables || stream.table == table;
    if (!wanted || stream.status == StreamStatus::gone) continue;
    if (request.exclusive_start && stream.id <= *request.exclusive_start) continue;
    if (page.streams.size() == static_cast<std::size_t>(request.limit)) {
      page.last_evaluated_stream = page.streams.back().stream;
      break;
    }
    page.streams.push_back({stream.id, stream.arn, label_of(stream.arn), side_of(stream).name});
  }
  return page;
}

// Two may read a shard, mappings among them; whoever comes on top may be throttled.            [GREC-4] [ESM-27] [OPEN-27]
bool Streams::is_crowded(ShardId shard, Instant now) const {
  std::size_t readers = of(of(shard).stream).pollers;
  if (readers + reads_.size() <= most_readers) return false;
  for (const auto& [reader, reads] : reads_)
    if (reader.shard == shard && reads.last + 1s > now) readers += 1;
  return readers > most_readers;
}

// Asked of nobody while there are no more than two.
bool Streams::too_many_readers(Kernel& kernel, const Shard& shard, const Actor& actor) {
  Reads& own = reads_[{actor, shard.id}];
  own.last = kernel.now();
  const std::uint64_t read = own.count++;
  if (!is_crowded(shard.id, kernel.now())) return false;
  Key key = shard_key(shard);
  add_actor(key, actor).add("read", read);
  return kernel.choose(stream_reader_throttled, key);
}

}  // namespace weir
