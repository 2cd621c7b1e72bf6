#include "sim/world/world.hpp"

#include <utility>

#include "sim/base/bad_input.hpp"
#include "sim/function/sites.hpp"
#include "sim/kernel/door.hpp"
#include "sim/queue/sites.hpp"
#include "sim/stream/sites.hpp"
#include "sim/table/sites.hpp"
#include "sim/trigger/sites.hpp"

namespace weir {

namespace {

template <class Map>
const typename Map::mapped_type& named_code(const Map& code, const std::string& name, std::string_view kind) {
  const auto found = code.find(name);
  if (found != code.end()) return found->second;
  std::vector<std::string> known;
  std::string list;
  for (const auto& [other, body] : code) {
    known.push_back(other);
    list += (list.empty() ? "" : ", ") + other;
  }
  throw BadInput(std::string(kind) + " '" + name + "'", "no code of that name is registered" + did_you_mean(name, known),
                 "accepted: " + (list.empty() ? "(none is registered)" : list));
}

// "0.1" and "0.1.0" lie under "0.1", "0.10" does not; all lie under "".
bool lies_under(std::string_view path, std::string_view top) {
  return top.empty() || (path.starts_with(top) && (path.size() == top.size() || path[top.size()] == '.'));
}

}  // namespace

World::World(WorldSettings settings, const Handlers& handlers, Plan plan, Trace& trace)
    : settings_(std::move(settings)),
      handlers_(&handlers),
      kernel_(std::move(plan), trace),
      tables_(settings_.epoch_unix),
      streams_(settings_.epoch_unix),
      access_(settings_.roles) {
  for (FunctionSettings& function : settings_.functions)
    if (function.handler.empty()) function.handler = function.name;
  for (ReaderSettings& reader : settings_.readers)
    if (reader.reader.empty()) reader.reader = reader.name;
  for (MappingSettings& mapping : settings_.mappings)
    if (mapping.name.empty()) mapping.name = mapping.function;
  for (const FunctionSettings& function : settings_.functions) named_code(handlers.functions, function.handler, "function");
  for (const ReaderSettings& reader : settings_.readers) named_code(handlers.readers, reader.reader, "reader");
}

void World::start() {
  for (TableSettings table : settings_.tables) {
    if (table.leaves_shards_open())
      table.shards = static_cast<int>(kernel_.choose(stream_first_shards, Key("table", table.name)));
    if (table.shards == 0) table.shards = 1;
    const TableId id = tables_.create(kernel_, table);
    if (table.created_at == Duration{}) give_stream(id);
  }
  for (const QueueSettings& queue : settings_.queues) queues_.create(kernel_, queue);
  for (const BucketSettings& bucket : settings_.buckets) buckets_.create(bucket);
  functions_.concurrency().set_account(settings_.account_concurrency);
  for (const FunctionSettings& function : settings_.functions)
    functions_.add(function, named_code(handlers_->functions, function.handler, "function"));
  for (const Role& role : settings_.roles) note_role(role);
  for (const MappingSettings& mapping : settings_.mappings) {
    const std::optional<StreamId> stream = streams_.stream_of(table(mapping.table));
    if (!stream && table_settings(table(mapping.table)).created_at > Duration{})
      throw BadInput("mapping " + mapping.name, "'" + mapping.table + "', which is created later",
                     "a table that is there from the start, or a mapping that a step creates [TABLE-4]");
    SIM_CHECK(stream.has_value(), "a mapping's table has a stream");
    const Result<MappingId> created =
        triggers_.create(kernel_, mapping, streams_, *stream, function(mapping.function), mapping.function);
    SIM_CHECK(created.ok(), "a scenario's mappings were checked when it was read");
  }
  take_up_mappings();
  for (const ReaderSettings& reader : settings_.readers)
    functions_.start_reader(kernel_, reader, named_code(handlers_->readers, reader.reader, "reader"));
  settle();
}

std::optional<Event> World::next(Instant until) {
  Event event;
  settle();  // what the outside world did since the last event
  while (kernel_.next(until, event)) {
    switch (static_cast<Room>(event.room)) {
      case Room::world:
        return event;
      case Room::table:
        tables_.on_event(kernel_, event);
        break;
      case Room::stream:
        streams_.on_event(kernel_, event);
        break;
      case Room::function:
        functions_.on_event(kernel_, event, *this);
        break;
      case Room::trigger:
        triggers_.on_event(kernel_, event, ports());
        take_up_mappings();
        break;
      case Room::queue:
        queues_.on_event(kernel_, event);
        break;
      case Room::destination:
        destinations_.on_event(kernel_, {queues_, buckets_}, event);
        break;
      default:
        SIM_CHECK(false, "every event belongs to a room of this world");
    }
    settle();
  }
  return std::nullopt;
}

void World::settle() {
  while (tables_.has_changes() || tables_.has_cuts() || tables_.has_created() || streams_.has_news() ||
         functions_.has_answers()) {
    if (tables_.has_changes()) {
      tables_.take_changes(changes_);
      for (const Change& change : changes_) streams_.take(kernel_, change);
    }
    if (tables_.has_created()) {
      for (const Tables::Created& created : tables_.take_created()) {
        const CauseScope because(kernel_, created.fact);
        give_stream(created.table);
      }
    }
    if (tables_.has_cuts()) {
      for (const Tables::Cut& cut : tables_.take_cuts()) {
        const CauseScope because(kernel_, cut.halves.fact);
        streams_.cut(kernel_, cut.table, cut.halves.upper_first_hash);
      }
    }
    if (streams_.has_news()) {
      streams_.take_news(news_);
      for (const StreamNews& news : news_) triggers_.on_news(kernel_, news, ports());
    }
    if (functions_.has_answers()) {
      functions_.take_answers(answers_);
      for (const Answer& answer : answers_) triggers_.on_answer(kernel_, answer, ports());
    }
  }
}

// To a new table, where its settings want one.
void World::give_stream(TableId id) {
  const TableSettings& table = table_settings(id);
  if (table.stream == StreamView::none) return;
  const Result<StreamId> stream = streams_.enable(kernel_, id, table.name, table.key, table.stream, table.shards);
  SIM_CHECK(stream.ok(), "a new table has no stream yet");
}

void World::stop() { functions_.kill_all(); }

std::uint64_t World::unfinished() const {
  return triggers_.unfinished(streams_) + functions_.busy_readers() + streams_.pending() + destinations_.on_the_way();
}

TableId World::table(std::string_view name) const {
  const std::optional<TableId> id = tables_.named(name);
  SIM_CHECK(id.has_value(), "a table that is named exists");
  return *id;
}

FunctionId World::function(std::string_view name) const {
  for (std::size_t i = 0; i < settings_.functions.size(); ++i)
    if (settings_.functions[i].name == name) return FunctionId{static_cast<FunctionId::rep>(i)};
  SIM_CHECK(false, "a function that is named exists");
  return {};
}

void World::split_shards(TableId table, std::string_view path, int children) {
  const std::optional<StreamId> stream = streams_.stream_of(table);
  if (!stream) return;
  std::vector<ShardId> open;
  for (const ShardId shard : streams_.shards(*stream))
    if (!streams_.closed(shard) && lies_under(streams_.path(shard), path)) open.push_back(shard);
  for (const ShardId shard : open) {
    const Result<Done> split = streams_.split(kernel_, shard, children);
    SIM_CHECK(split.ok(), "an open shard can be split");
  }
}

void World::fail_invocations(std::string_view name, int count) { functions_.fail_next(function(name), count); }

std::vector<SiteInfo> world_sites() {
  std::vector<SiteInfo> sites;
  const auto add = [&](const auto& room) { sites.insert(sites.end(), room.begin(), room.end()); };
  add(table_sites);
  add(stream_sites);
  add(kernel_sites);
  add(function_sites);
  add(trigger_sites);
  add(queue_sites);
  return sites;
}

}  // namespace weir
