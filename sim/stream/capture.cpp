// From a table's change to a record in a shard, and out of it again by trimming.
#include <algorithm>

#include "sim/base/planted.hpp"
#include "sim/kernel/item_path.hpp"
#include "sim/stream/sites.hpp"
#include "sim/stream/streams.hpp"

namespace weir {

void Streams::take(Kernel& kernel, const Change& change) {
  TableSide* const side = side_of(change.table);
  if (!side) return;
  side->items.expect(change.key.hash());
  Stream& stream = streams_[side->streams.back().value];
  if (!captures(kernel, stream, change)) return;
  if (kernel.planted(Planted::modify_lost) && change.kind == ChangeKind::modify) return;

  const ItemPath item(change.key);
  ItemProgress::Entry& progress = side->items.of(change.key.hash());
  const std::uint64_t ordinal = progress.writes++ - 1;
  Key key("table", side->key_name());
  item.add_to(key).add("write", ordinal);
  const Duration delay = kernel.choose(stream_delay, key);
  const bool overtakes = kernel.planted(Planted::item_records_overtake);
  progress.readable = overtakes ? kernel.now() + delay : std::max(kernel.now() + delay, progress.readable);

  StoredRecord record;
  record.key = change.key;
  const bool shows_all = kernel.planted(Planted::view_ignored);
  if (shows_all || shows_old_image(stream.view)) record.old_image = change.old_image;
  if (shows_all || shows_new_image(stream.view)) record.new_image = change.new_image;
  if (kernel.planted(Planted::images_swapped)) std::swap(record.old_image, record.new_image);
  record.created = change.at;
  record.fact = change.write;
  record.event_name = change.kind;
  record.by = change.by;
  if (kernel.planted(Planted::record_twice)) stream.pending.push(progress.readable, record);
  if (kernel.planted(Planted::put_over_item_shown_as_two) && change.kind == ChangeKind::modify) {
    StoredRecord removal = record;
    removal.event_name = EventName::remove;
    removal.new_image = record.old_image = Item();
    record.event_name = EventName::insert;
    stream.pending.push(progress.readable, std::move(removal));
  }
  stream.pending.push(progress.readable, std::move(record));
  arm_publish(kernel, stream);
}

// An item's writes are captured without a hole: from some instant while ENABLING to some instant around the disabling.
bool Streams::captures(Kernel& kernel, Stream& stream, const Change& change) {
  if (stream.status == StreamStatus::disabling) return change.at < disable_cut(kernel, stream, change.key);
  if (!live(stream.id)) return false;
  if (change.at >= stream.enabled_from) return true;
  auto known = stream.captured_from.find(change.key);
  if (known == stream.captured_from.end()) {
    const ItemPath item(change.key);
    Key key = stream_key(stream);
    const Duration cut = kernel.choose(stream_enable_cut, item.add_to(key));
    known = stream.captured_from.emplace(change.key, stream.enabled_at + cut).first;
  }
  return change.at >= known->second;
}

Instant Streams::disable_cut(Kernel& kernel, Stream& stream, const ItemKey& key) {
  auto known = stream.captured_until.find(key);
  if (known == stream.captured_until.end()) {
    const ItemPath item(key);
    Key path = stream_key(stream);
    const Duration cut = kernel.choose(stream_disable_cut, item.add_to(path));
    known = stream.captured_until.emplace(key, stream.disabled_at + cut).first;
  }
  return known->second;
}

// One event stands for the earliest change on its way; one that a faster change overtook finds nothing to do.
void Streams::arm_publish(Kernel& kernel, Stream& stream) {
  const Instant next = stream.pending.next_at();
  if (next >= stream.publish_at) return;
  stream.publish_at = next;
  schedule(kernel, next - kernel.now(), EventKind::publish, stream.id.value);
}

void Streams::publish(Kernel& kernel, Stream& stream, Instant until) {
  while (!stream.pending.empty() && stream.pending.next_at() <= until) append(kernel, stream, stream.pending.pop().record);
}

void Streams::append(Kernel& kernel, Stream& stream, StoredRecord record) {
  const Shard& home = of(shard_for(stream.id, record.key));
  const bool astray = kernel.planted(Planted::item_changes_lineage);
  const bool to_parent = kernel.planted(Planted::closed_shard_takes_a_record) && home.parent != no_shard && !gone(home.parent);
  Shard& shard = of(to_parent ? home.parent : astray ? stream.open[records_ % stream.open.size()] : home.id);
  SIM_CHECK(shard.phase == ShardPhase::open || to_parent, "only an open shard takes records");
  const std::int64_t delay = (kernel.now() - record.created).count();
  SIM_CHECK(delay >= 0 && delay <= std::int64_t{~std::uint32_t{0}}, "a record is readable soon after its write");
  record.delay = static_cast<std::uint32_t>(delay);
  record.id = RecordId{records_++};
  const SequenceNumber number = shard.number_of(shard.end_ordinal());
  const FactIndex appended = kernel.note(
      Appended{stream.id, shard.id, record.id, number, record.event_name, stream.table, record.key, record.old_image,
               record.new_image, record.fact, unix_seconds(record.created, epoch_unix_), record.by == ChangeBy::ttl},
      record.fact);
  record.fact = appended;
  shard.records.push_back(std::move(record));
  if (!shard.announced) {
    shard.announced = true;
    tell(StreamNews::Kind::record_readable, shard);
  }
  if (shard.trim_pending) return;
  const CauseScope because(kernel, appended);
  arm_trim(kernel, shard);
}

// The next trim comes when the oldest record has outlived its 24 hours by the slack; it then takes all that are past theirs.
// So a record goes between 24 h and 24 h + slack after it could first be read, and a busy shard needs few events.
void Streams::arm_trim(Kernel& kernel, Shard& shard) {
  if (shard.trim_slack < Duration{}) shard.trim_slack = kernel.choose(stream_trim_slack, shard_key(shard));
  if (kernel.planted(Planted::never_trimmed)) return;
  const Duration early = kernel.planted(Planted::trimmed_early) ? 2h : 0h;
  const Instant at = shard.records.front().readable_since() + stream_retention + shard.trim_slack - early;
  shard.trim_pending = true;
  schedule(kernel, at - kernel.now(), EventKind::trim, shard.id.value);
}

void Streams::trim(Kernel& kernel, Shard& shard, Instant readable_until) {
  std::uint64_t count = 0;
  RecordId through;
  while (!shard.records.empty() && shard.records.front().readable_since() <= readable_until) {
    through = shard.records.front().id;
    shard.records.pop_front();
    count += 1;
  }
  SIM_CHECK(count > 0, "a trim has something to take");
  shard.trimmed += count;
  const FactIndex trimmed = kernel.note(Trimmed{shard.stream, shard.id, count, through});
  tell(StreamNews::Kind::trimmed, shard);
  const CauseScope because(kernel, trimmed);
  if (!shard.records.empty()) {
    if (shard.phase != ShardPhase::gone) arm_trim(kernel, shard);
  } else {
    forget_if_drained(kernel, shard);
  }
}

// A closed shard stays listed for 24 h at least, as long as a record of it may live, and a while longer.   [SHARD-8]
void Streams::forget_if_drained(Kernel& kernel, Shard& shard) {
  if (shard.phase != ShardPhase::closed || !shard.records.empty()) return;
  const Duration forget = kernel.choose(stream_shard_forget, shard_key(shard));
  const Instant at = std::max(kernel.now(), shard.closed_at + stream_retention) + forget;
  schedule(kernel, at - kernel.now(), EventKind::forget, shard.id.value);
}

void Streams::remove_shard(Kernel& kernel, Shard& shard) {
  shard.phase = ShardPhase::gone;
  if (!shard.records.empty()) trim(kernel, shard, never);
  kernel.note(ShardGone{shard.stream, shard.id});
  tell(StreamNews::Kind::shard_gone, shard);
}

std::uint64_t Streams::ordinal_at(ShardId shard, Instant at) const {
  const Shard& holder = of(shard);
  const auto from = std::partition_point(holder.records.begin(), holder.records.end(),
                                         [at](const StoredRecord& r) { return r.readable_since() < at; });
  return holder.trimmed + static_cast<std::uint64_t>(from - holder.records.begin());
}

StreamRecord Streams::to_stream_record(ShardId shard, std::uint64_t ordinal) const {
  const StoredRecord& record = this->record(shard, ordinal);
  const Stream& stream = of(of(shard).stream);
  StreamRecord shown;
  shown.id = record.id;
  shown.keys = record.key.attributes(side_of(stream).schema);
  if (!record.new_image.empty()) shown.new_image = record.new_image;
  if (!record.old_image.empty()) shown.old_image = record.old_image;
  shown.sequence_number = of(shard).number_of(ordinal);
  shown.approximate_creation_time = unix_seconds(record.created, epoch_unix_);
  shown.shard = shard;
  shown.size_bytes = record_size(shown.keys, shown.new_image, shown.old_image);
  shown.event_name = record.event_name;
  shown.view = stream.view;
  shown.by_ttl = record.by == ChangeBy::ttl;
  return shown;
}

}  // namespace weir
