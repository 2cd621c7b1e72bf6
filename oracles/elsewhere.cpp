#include "oracles/elsewhere.hpp"

#include <algorithm>

namespace weir {

void Elsewhere::know(TableId table, const std::string& name) {
  if (name == source_ || name == view_) near_.insert(table);
}

void Elsewhere::hear(const MappingDeclared& declared, const Fact&) {
  Mapping& mapping = mappings_[declared.mapping];
  mapping.stream = declared.stream;
  mapping.latest = declared.starting_position == IteratorType::latest;
  mapping.functions.insert(declared.function);
  const auto table = tables_.find(declared.stream);
  if (any_far_ || (table != tables_.end() && near_.count(table->second))) return;
  any_far_ = true;
  missed_ = invoked_;
}

void Elsewhere::hear(const MappingUpdated& updated, const Fact&) {
  Mapping& mapping = mappings_[updated.mapping];
  mapping.functions.insert(updated.function);
  mapping.waiting.clear();
}

// What it held may be forgotten with each change.                                              [ESM-25]
void Elsewhere::hear(const MappingStateChanged& changed, const Fact&) {
  Mapping& mapping = mappings_[changed.mapping];
  mapping.updating = changed.state == MappingState::updating;
  mapping.waiting.clear();
  mapping.deleted |= changed.state == MappingState::deleted;
}

// What LATEST leaves out is not waited for; a mapping that reads the source is near, whatever it has left.
void Elsewhere::hear(const Appended& appended, const Fact&) {
  if (!any_far_ || near_.count(appended.table)) return;
  for (auto& [id, mapping] : mappings_)
    if (mapping.stream == appended.stream && !mapping.deleted && (mapping.begun || !mapping.latest))
      mapping.unsettled[appended.shard].insert(appended.record);
}

void Elsewhere::hear(const Trimmed& trimmed, const Fact&) {
  if (!any_far_) return;
  for (auto& [id, mapping] : mappings_)
    if (const auto of_shard = mapping.unsettled.find(trimmed.shard); of_shard != mapping.unsettled.end())
      of_shard->second.erase(of_shard->second.begin(), of_shard->second.upper_bound(trimmed.through));
}

void Elsewhere::hear(const ShardGone& gone, const Fact&) {
  for (auto& [id, mapping] : mappings_) mapping.unsettled.erase(gone.shard);
}

void Elsewhere::hear(const StreamGone& gone, const Fact&) {
  for (auto& [id, mapping] : mappings_)
    if (mapping.stream == gone.stream) mapping.unsettled.clear();
}

void Elsewhere::hear(const RetryScheduled& scheduled, const Fact&) {
  if (any_far_) mappings_[scheduled.mapping].waiting.insert(scheduled.shard);
}

void Elsewhere::hear(const InvocationStarted& started, const Fact&) {
  invoked_ = true;
  if (!any_far_) return;
  Mapping& mapping = mappings_[started.mapping];
  mapping.functions.insert(started.function);
  mapping.waiting.erase(started.shard);
  calls_.push_back({started.invocation, started.function, started.mapping});
}

void Elsewhere::hear(const InvocationEnded& ended, const Fact&) {
  if (!any_far_) return;
  std::erase_if(calls_, [&](const Call& call) { return call.invocation == ended.invocation; });
}

void Elsewhere::hear(const PollerLost& lost, const Fact&) {
  mappings_[lost.mapping].waiting.erase(lost.shard);
  for (Call& call : calls_)
    if (call.invocation == lost.invocation) call.is_heard = false;
}

void Elsewhere::hear(const Settled& settled, const Fact&) {
  if (!any_far_) return;
  Mapping& mapping = mappings_[settled.mapping];
  mapping.waiting.erase(settled.shard);
  const auto of_shard = mapping.unsettled.find(settled.shard);
  if (of_shard == mapping.unsettled.end()) return;
  for (const RecordId id : each_of(settled.records)) of_shard->second.erase(id);
}

void Elsewhere::wrote(const Actor& actor, TableId table) {
  if (actor.kind == ActorKind::reader) written_by_readers_.insert(table);
  if (!any_far_ || actor.kind != ActorKind::invocation) return;
  for (const Call& call : calls_)
    if (call.invocation == InvocationId{actor.id}) written_.insert({call.function, table});
}

bool Elsewhere::is_near(const Mapping& mapping, const std::set<TableId>& near) const {
  const auto table = tables_.find(mapping.stream);
  if (mapping.updating || table == tables_.end() || near.count(table->second)) return true;
  return std::any_of(written_.begin(), written_.end(),
                     [&](const auto& written) { return mapping.functions.count(written.first) && near.count(written.second); });
}

void Elsewhere::add_tables_of(const Mapping& mapping, std::set<TableId>& near) const {
  if (const auto table = tables_.find(mapping.stream); table != tables_.end()) near.insert(table->second);
  for (const auto& [function, table] : written_)
    if (mapping.functions.count(function)) near.insert(table);
}

std::uint64_t Elsewhere::left() const {
  if (!any_far_ || missed_) return 0;
  std::set<TableId> near = near_;
  near.insert(written_by_readers_.begin(), written_by_readers_.end());
  for (std::size_t before = 0; before != near.size();) {
    before = near.size();
    for (const auto& [id, mapping] : mappings_)
      if (is_near(mapping, near)) add_tables_of(mapping, near);
  }
  std::uint64_t count = 0;
  for (const auto& [id, mapping] : mappings_) {
    if (mapping.deleted || is_near(mapping, near)) continue;
    for (const auto& [shard, records] : mapping.unsettled) count += records.size();
    count += mapping.waiting.size();
    count += static_cast<std::uint64_t>(std::count_if(
        calls_.begin(), calls_.end(), [&, of = id](const Call& call) { return call.mapping == of && call.is_heard; }));
  }
  return count;
}

}  // namespace weir
