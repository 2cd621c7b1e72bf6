// What operators do to tables, mappings and functions.
#include <algorithm>

#include "sim/data/lasting_text.hpp"
#include "sim/world/world.hpp"

namespace weir {

namespace {

constexpr std::string_view no_such_mapping = "The resource you requested does not exist.";

void note_refusal(Kernel& kernel, const std::string& mapping, const Failed& failed) {
  kernel.note(MappingCallRefused{mapping, failed.error, std::string(failed.message)});
}
template <class T>
void note_if_refused(Kernel& kernel, const std::string& mapping, const Result<T>& result) {
  if (!result) note_refusal(kernel, mapping, result.failure());
}

// Names are this model's, for keys of choices and for promises: none is given twice. Where the mapping of that name is one that
// the service would not make a second time, that is what it says.                                  [ESM-23]
bool is_name_given(const Triggers& triggers, const std::string& name, StreamId stream, FunctionId function) {
  const std::optional<MappingId> there = triggers.named(name);
  if (there && triggers.stream_of(*there) == stream && triggers.version(*there).function == function) return false;
  for (std::uint32_t i = 0; i < triggers.size(); ++i)
    if (triggers.settings(MappingId{i}).name == name) return true;
  return false;
}

// What `destination` names goes with what `on_failure` sends to; that there may be one at all is for check() to say.  [ESM-13]
bool has_sound_destination(const MappingSettings& mapping, const WorldSettings& world) {
  if (mapping.destination.empty() || mapping.on_failure == Destination::none) return true;
  const auto is_it = [&](const auto& place) { return place.name == mapping.destination; };
  if (mapping.on_failure == Destination::s3) return std::any_of(world.buckets.begin(), world.buckets.end(), is_it);
  return std::any_of(world.queues.begin(), world.queues.end(),
                     [&](const QueueSettings& queue) { return is_it(queue) && queue.kind == QueueKind::standard; });
}

Result<Done> noted(Kernel& kernel, TableId table, std::string call, const Result<Done>& result) {
  if (!result)
    kernel.note(TableCallRefused{table, std::move(call), result.failure().error, std::string(result.failure().message)});
  return result;
}

// What an operator asks of a mapping by its name.
template <class Ask>
void ask_of(Kernel& kernel, const Triggers& triggers, const std::string& mapping, Ask ask) {
  if (const std::optional<MappingId> id = triggers.named(mapping)) return note_if_refused(kernel, mapping, ask(*id));
  note_refusal(kernel, mapping, {ServiceError::resource_not_found, Certainty::surely_not_done, no_such_mapping});
}

}  // namespace

void World::update_capacity(TableId table, const CapacityUpdate& wanted) {
  (void)noted(kernel_, table, "update_capacity", tables_.update_capacity(kernel_, table, wanted));
}

void World::create_index(TableId table, const IndexSettings& index) {
  (void)noted(kernel_, table, "create_index " + index.name, tables_.create_index(kernel_, table, index));
}

void World::delete_index(TableId table, std::string_view index) {
  (void)noted(kernel_, table, "delete_index " + std::string(index), tables_.delete_index(kernel_, table, index));
}

void World::update_time_to_live(TableId table, std::string_view attribute, bool enabled) {
  (void)noted(kernel_, table, "update_time_to_live " + std::string(attribute),
              tables_.call(kernel_, UpdateTimeToLive{table, std::string(attribute), enabled}));
}

void World::delete_table(TableId table) {
  if (noted(kernel_, table, "delete_table", tables_.delete_table(kernel_, table))) (void)streams_.disable(kernel_, table);
}

void World::disable_stream(TableId table) {
  const Result<Done> may = tables_.may_switch_stream(table, kernel_.now());
  (void)noted(kernel_, table, "disable_stream", may ? streams_.disable(kernel_, table) : may);
}

void World::enable_stream(TableId table, StreamView view) {
  const auto enable = [&]() -> Result<Done> {
    if (const Result<Done> may = tables_.may_switch_stream(table, kernel_.now()); !may) return may;
    const TableSettings& settings = tables_.settings(table);
    const Result<StreamId> stream =
        streams_.enable(kernel_, table, settings.name, settings.key, view, settings.shards, StreamBirth::on_live_table);
    if (!stream) return stream.failure();
    tables_.hold_until(table, streams_.enabled_from(*stream));
    return Done{};
  };
  (void)noted(kernel_, table, "enable_stream", enable());
}

void World::create_mapping(const MappingSettings& mapping) {
  const TableId source = table(mapping.table);
  const std::optional<StreamId> stream = streams_.stream_of(source);
  if (!stream || streams_.status(*stream) == StreamStatus::gone) {
    const std::string arn = stream ? streams_.arn(*stream) : "of table " + mapping.table;
    return note_refusal(
        kernel_, mapping.name,
        {ServiceError::invalid_parameter_value, Certainty::surely_not_done, lasting("Stream not found: " + arn)});
  }
  const FunctionId called = function(mapping.function);
  if (is_name_given(triggers_, mapping.name, *stream, called))
    return note_refusal(kernel_, mapping.name,
                        {ServiceError::invalid_parameter_value, Certainty::surely_not_done,
                         lasting("a second mapping called " + mapping.name + "; accepted: a name that no mapping has had")});
  note_if_refused(kernel_, mapping.name,
                  triggers_.create(kernel_, mapping, streams_, *stream, called, mapping.function, Telling::from_creation));
}

// The mapping's state comes first: what an update under way will leave of the settings is not known yet.      [ESM-26]
void World::update_mapping(const std::string& mapping, const MappingPatch& changes) {
  ask_of(kernel_, triggers_, mapping, [&](MappingId id) -> Result<Done> {
    const MappingSettings to = patched(triggers_.settings(id), changes);
    if (!triggers_.is_changing(id) && !has_sound_destination(to, settings_))
      return {ServiceError::invalid_parameter_value,
              lasting("destination is " + to.destination +
                      "; accepted: a bucket with on_failure s3, a standard queue with sqs or sns")};
    return triggers_.update(kernel_, id, {to, function(to.function), to.function}, streams_);
  });
}

void World::set_mapping_enabled(std::string_view mapping, Enabling to) {
  ask_of(kernel_, triggers_, std::string(mapping), [&](MappingId id) { return triggers_.set_enabled(kernel_, id, to); });
}

void World::delete_mapping(std::string_view mapping) {
  ask_of(kernel_, triggers_, std::string(mapping), [&](MappingId id) { return triggers_.remove(kernel_, id); });
}

void World::set_concurrency(std::string_view name, std::optional<std::int64_t> reserved) {
  const FunctionId id = function(name);
  Concurrency& concurrency = functions_.concurrency();
  if (reserved && !concurrency.may_reserve(id, *reserved)) {
    kernel_.note(ConcurrencyRefused{std::string(name), *reserved, too_much_reserved(concurrency.account())});
    return;
  }
  concurrency.set_reserved(id, reserved);
  kernel_.note(ConcurrencySet{std::string(name), reserved.value_or(-1)});
}

void World::set_account_concurrency(std::int64_t limit) {
  functions_.concurrency().set_account(limit);
  kernel_.note(ConcurrencySet{"account", limit});
}

void World::take_up_mappings() {
  if (!triggers_.take_changed()) return;
  for (std::uint32_t i = 0; i < triggers_.size(); ++i) {
    const StreamId stream = triggers_.stream_of(MappingId{i});
    streams_.set_pollers(stream, triggers_.readers_of(stream));
  }
  permit_mappings();
}

}  // namespace weir
