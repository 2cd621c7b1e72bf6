#include "sim/stream/streams.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "sim/base/planted.hpp"
#include "sim/data/arn.hpp"
#include "sim/data/lasting_text.hpp"
#include "sim/stream/sites.hpp"

namespace weir {

namespace {

constexpr std::size_t most_open_shards = 16;  // by splits of their own; nothing merges, so without it they would multiply
constexpr SequenceNumber ordinary_start{100};
constexpr SequenceNumber start_before_longer{(std::uint64_t{1} << 63) -
                                             150};  // some records before to_wire() takes a digit more

constexpr std::string_view being_updated = "Attempt to change a resource which is still in use: Table is being updated";

// "2015-05-11T21:21:33.291"                                                               [STREAM-14]
std::string label_text(std::int64_t unix_ms) {
  const std::chrono::sys_time<std::chrono::milliseconds> at{std::chrono::milliseconds(unix_ms)};
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(at - day);
  std::array<char, 64> text{};
  const int length =
      std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03d", static_cast<int>(date.year()),
                    static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                    static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                    static_cast<int>(time.seconds().count()), static_cast<int>(time.subseconds().count()));
  return {text.data(), static_cast<std::size_t>(length)};
}

std::int64_t unix_ms(Instant at, std::int64_t epoch_unix) {
  return epoch_unix * 1000 + std::chrono::floor<std::chrono::milliseconds>(at.time_since_epoch()).count();
}

// The i-th of `count` even pieces of first .. last, both inclusive.
std::pair<std::uint64_t, std::uint64_t> piece(std::uint64_t first, std::uint64_t last, std::uint64_t count, std::uint64_t i) {
  const std::uint64_t span = last - first;
  const std::uint64_t step = span / count + (span % count == count - 1 ? 1 : 0);
  const std::uint64_t from = first + i * step;
  return {from, i + 1 == count ? last : from + step - 1};
}

}  // namespace

std::string_view wire_name(StreamStatus status) {
  switch (status) {
    case StreamStatus::enabling:
      return "ENABLING";
    case StreamStatus::enabled:
      return "ENABLED";
    case StreamStatus::disabling:
      return "DISABLING";
    case StreamStatus::disabled:
    case StreamStatus::gone:
      return "DISABLED";
  }
  return "";
}

std::string to_wire(ShardId shard, std::int64_t opened_unix_ms) {
  std::array<char, 64> text{};
  const int length = std::snprintf(text.data(), text.size(), "shardId-%020lld-%08x", static_cast<long long>(opened_unix_ms),
                                   static_cast<unsigned>(shard.value));
  return {text.data(), static_cast<std::size_t>(length)};
}

std::string Streams::wire_name(ShardId shard) const { return to_wire(shard, unix_ms(of(shard).opened_at, epoch_unix_)); }

Streams::TableSide* Streams::side_of(TableId table) {
  return table.value < tables_.size() && !tables_[table.value].streams.empty() ? &tables_[table.value] : nullptr;
}

Key Streams::stream_key(const Stream& stream) const {
  Key key("table", side_of(stream).key_name());
  if (stream.generation > 0) key.add("stream", stream.generation);
  return key;
}

Key Streams::shard_key(const Shard& shard) const { return stream_key(of(shard.stream)).add("shard", shard.key_name()); }

std::optional<StreamId> Streams::stream_of(TableId table) const {
  if (table.value >= tables_.size() || tables_[table.value].streams.empty()) return std::nullopt;
  return tables_[table.value].streams.back();
}

ShardId Streams::shard_for(StreamId stream, const ItemKey& key) const {
  const std::vector<ShardId>& open = of(stream).open;
  SIM_CHECK(!open.empty(), "a stream that takes records has an open shard");
  if (open.size() == 1) return open.front();
  const auto after = std::upper_bound(open.begin() + 1, open.end(), key.partition_hash(),
                                      [this](std::uint64_t hash, ShardId id) { return hash < shards_[id.value].first_hash; });
  return *(after - 1);
}

void Streams::take_news(std::vector<StreamNews>& into) {
  into.clear();
  into.swap(news_);
  for (const StreamNews& news : into)
    if (news.kind == StreamNews::Kind::record_readable) of(news.shard).announced = false;
}

std::vector<StreamNews> Streams::take_news() {
  std::vector<StreamNews> taken;
  take_news(taken);
  return taken;
}

std::optional<StreamId> Streams::named(std::string_view arn) const {
  const auto found = std::find_if(streams_.begin(), streams_.end(), [arn](const Stream& one) { return one.arn == arn; });
  return found == streams_.end() ? std::nullopt : std::optional(found->id);
}

std::size_t Streams::pending() const {
  std::size_t count = 0;
  for (const Stream& stream : streams_) count += stream.pending.size();
  return count;
}

Result<StreamId> Streams::enable(Kernel& kernel, TableId table, std::string_view table_name, const KeySchema& schema,
                                 StreamView view, int shards, StreamBirth birth) {
  SIM_CHECK(shards >= 1 && view != StreamView::none, "a stream has a view and a shard");
  if (table.value >= tables_.size()) tables_.resize(table.value + std::size_t{1});
  TableSide& side = tables_[table.value];
  std::int64_t label_ms = unix_ms(kernel.now(), epoch_unix_);
  if (!side.streams.empty()) {
    const Stream& last = of(side.streams.back());
    if (last.status == StreamStatus::enabled)
      return {ServiceError::validation, lasting("Table already has an enabled stream: " + last.arn)};
    if (last.status == StreamStatus::enabling || last.status == StreamStatus::disabling)
      return {ServiceError::resource_in_use, being_updated};
    label_ms = std::max(label_ms, last.label_ms + 1);
    birth = StreamBirth::on_live_table;
  }
  side.name = table_name;
  side.name_hash = KeyName(side.name).hash;
  side.schema = schema;

  const StreamId id{static_cast<std::uint32_t>(streams_.size())};
  Stream& stream = streams_.emplace_back();
  stream.id = id;
  stream.table = table;
  stream.generation = static_cast<std::uint32_t>(side.streams.size());
  stream.view = view;
  stream.enabled_at = kernel.now();
  stream.label_ms = label_ms;
  stream.arn = arn_of("dynamodb", "table/" + side.name) + "/stream/" + label_text(label_ms);
  if (kernel.planted(Planted::arn_kept_when_enabled_again) && !side.streams.empty()) stream.arn = of(side.streams.back()).arn;
  side.streams.push_back(id);
  const NumberStart start = kernel.choose(stream_number_start, stream_key(stream));
  stream.first_number = start == NumberStart::ordinary ? ordinary_start : start_before_longer;

  const Duration enabling = birth == StreamBirth::with_table ? 0s : kernel.choose(stream_enabling, stream_key(stream));
  stream.enabled_from = stream.enabled_at + enabling;

  const FactIndex enabled = kernel.note(StreamEnabled{id, table, view, stream.arn, enabling > Duration{}});
  const CauseScope because(kernel, enabled);
  if (enabling > Duration{}) {
    stream.status = StreamStatus::enabling;
    schedule(kernel, enabling, EventKind::enabled, id.value);
  }
  const auto count = static_cast<std::uint64_t>(shards);
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto [first, last] = piece(0, ~std::uint64_t{0}, count, i);
    Shard& root = add_shard(stream, std::to_string(i), first, last);
    root.starting_number = SequenceNumber{stream.first_number.value + i};
    const ShardId opened = open_shard(kernel, stream, root);
    stream.roots.push_back(opened);
    stream.open.push_back(opened);
  }
  return id;
}

// Made where it stays: a shard that moves leaves an empty deque behind, which allocates.
Shard& Streams::add_shard(const Stream& stream, std::string path, std::uint64_t first_hash, std::uint64_t last_hash) {
  Shard& shard = shards_.emplace_back();
  shard.id = ShardId{static_cast<std::uint32_t>(shards_.size() - 1)};
  shard.stream = stream.id;
  shard.path = std::move(path);
  shard.path_hash = KeyName(shard.path).hash;
  shard.first_hash = first_hash;
  shard.last_hash = last_hash;
  return shard;
}

ShardId Streams::open_shard(Kernel& kernel, Stream& stream, Shard& shard) {
  shard.opened_at = kernel.now();
  stream.shards.push_back(shard.id);
  const FactIndex opened = kernel.note(ShardOpened{stream.id, shard.id, shard.parent, shard.path});
  tell(StreamNews::Kind::shard_opened, shard);

  const Key key = shard_key(shard);
  shard.gap = static_cast<std::uint64_t>(kernel.choose(stream_sequence_gap, key));
  if (kernel.planted(Planted::sequence_number_repeats)) shard.gap = 0;
  const Duration unlisted = shard.parent == no_shard ? 0s : kernel.choose(stream_listing_lag, key);
  shard.listed_at = shard.opened_at + unlisted;
  const Duration lifetime = kernel.choose(stream_shard_lifetime, key);
  const CauseScope because(kernel, opened);
  schedule(kernel, lifetime, EventKind::end_of_life, shard.id.value);
  return shard.id;
}

FactIndex Streams::close_shard(Kernel& kernel, Shard& shard) {
  shard.phase = ShardPhase::closed;
  shard.closed_at = kernel.now();
  const FactIndex closed = kernel.note(ShardClosed{shard.stream, shard.id});
  tell(StreamNews::Kind::shard_closed, shard);
  const Key key = shard_key(shard);
  const Duration looks_open = kernel.choose(stream_closing_lag, key);
  shard.shown_closed_at = shard.closed_at + looks_open;
  shard.end_with_records = kernel.choose(stream_end_signal, key) == EndSignal::with_last_records;
  const CauseScope because(kernel, closed);
  forget_if_drained(kernel, shard);
  return closed;
}

// Parent closed first, then its children in order: the trace shows no instant at which both could take records.
void Streams::continue_shard(Kernel& kernel, Shard& parent, int children) {
  Stream& stream = of(parent.stream);
  const FactIndex closed = close_shard(kernel, parent);
  const CauseScope because(kernel, closed);
  auto count = static_cast<std::uint64_t>(children);
  if (parent.last_hash - parent.first_hash < count - 1) count = parent.last_hash - parent.first_hash + 1;
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto [first, last] = piece(parent.first_hash, parent.last_hash, count, i);
    Shard& child = add_shard(stream, parent.path + '.' + std::to_string(i), first, last);
    child.parent = parent.id;
    child.starting_number = SequenceNumber{parent.number_of(parent.end_ordinal()).value + i};
    parent.children.push_back(open_shard(kernel, stream, child));
  }
  const auto place = std::find(stream.open.begin(), stream.open.end(), parent.id);
  SIM_CHECK(place != stream.open.end(), "an open shard has its place in the hash range");
  const auto at = stream.open.erase(place);
  stream.open.insert(at, parent.children.begin(), parent.children.end());
}

Result<Done> Streams::split(Kernel& kernel, ShardId shard, int children) {
  if (!known(shard) || gone(shard)) return {ServiceError::resource_not_found, "Requested resource not found: Shard not found"};
  if (closed(shard)) return {ServiceError::validation, "Shard is closed"};
  if (children < 1) return {ServiceError::validation, "A shard is continued by at least one child"};
  continue_shard(kernel, of(shard), children);
  return Done{};
}

Result<Done> Streams::split(Kernel& kernel, TableId table, std::string_view path, int children) {
  const std::optional<StreamId> stream = stream_of(table);
  const std::optional<ShardId> shard = stream ? open_at(of(*stream), path) : std::nullopt;
  if (!shard) return {ServiceError::resource_not_found, "Requested resource not found: Shard not found"};
  return split(kernel, *shard, children);
}

void Streams::cut(Kernel& kernel, TableId table, std::uint64_t hash) {
  const std::optional<StreamId> stream = stream_of(table);
  if (!stream || !live(*stream)) return;
  for (const ShardId id : of(*stream).open) {
    Shard& shard = of(id);
    if (shard.first_hash < hash && hash <= shard.last_hash) return continue_shard(kernel, shard, 2);
  }
}

// Paths grow downward and children stand by hash range, so the first open shard below a path is the first in `open`.
std::optional<ShardId> Streams::open_at(const Stream& stream, std::string_view path) const {
  for (const ShardId id : stream.open) {
    const std::string_view own = of(id).path;
    if (own.starts_with(path) && (own.size() == path.size() || own[path.size()] == '.')) return id;
  }
  return std::nullopt;
}

Result<Done> Streams::disable(Kernel& kernel, TableId table) {
  const TableSide* side = side_of(table);
  if (!side || !live(side->streams.back())) return {ServiceError::validation, "Table has no stream to disable"};
  if (status(side->streams.back()) == StreamStatus::enabling) return {ServiceError::resource_in_use, being_updated};
  Stream& stream = of(side->streams.back());
  const FactIndex disabled = kernel.note(StreamDisabled{stream.id});
  const CauseScope because(kernel, disabled);
  stream.status = StreamStatus::disabling;
  stream.disabled_at = kernel.now();
  for (PendingChanges::Pending& pending : stream.pending.take_all())
    if (pending.record.created <= disable_cut(kernel, stream, pending.record.key))
      stream.pending.push(pending.readable, std::move(pending.record));
  const Duration disabling = kernel.choose(stream_disabling, stream_key(stream));
  schedule(kernel, disabling, EventKind::close_all, stream.id.value);
  return Done{};
}

void Streams::close_all(Kernel& kernel, Stream& stream) {
  publish(kernel, stream, never);
  stream.status = StreamStatus::disabled;
  stream.captured_from.clear();
  stream.captured_until.clear();
  for (const ShardId id : std::exchange(stream.open, {})) close_shard(kernel, of(id));
  schedule(kernel, stream_retention, EventKind::stream_gone, stream.id.value);
}

void Streams::remove_stream(Kernel& kernel, Stream& stream) {
  for (const ShardId id : stream.shards)
    if (!gone(id)) remove_shard(kernel, of(id));
  stream.status = StreamStatus::gone;
  kernel.note(StreamGone{stream.id});
  news_.push_back({StreamNews::Kind::stream_gone, stream.id, no_shard});
}

void Streams::on_event(Kernel& kernel, const Event& event) {
  switch (static_cast<EventKind>(event.kind)) {
    case EventKind::publish: {
      Stream& stream = of(StreamId{event.a});
      if (stream.publish_at != kernel.now()) return;  // an earlier event did its work
      stream.publish_at = never;
      publish(kernel, stream, kernel.now());
      return arm_publish(kernel, stream);
    }
    case EventKind::end_of_life: {
      Shard& shard = of(ShardId{event.a});
      if (shard.phase != ShardPhase::open || !live(shard.stream)) return;
      const std::int64_t children = kernel.choose(stream_children, shard_key(shard));
      const auto room = static_cast<std::int64_t>(most_open_shards) - static_cast<std::int64_t>(of(shard.stream).open.size());
      return continue_shard(kernel, shard, static_cast<int>(std::clamp<std::int64_t>(room + 1, 1, children)));
    }
    case EventKind::trim: {
      Shard& shard = of(ShardId{event.a});
      shard.trim_pending = false;
      const Duration early = kernel.planted(Planted::trimmed_early) ? 2h : 0h;
      if (shard.phase != ShardPhase::gone) trim(kernel, shard, kernel.now() - stream_retention + early);
      return;
    }
    case EventKind::forget: {
      Shard& shard = of(ShardId{event.a});
      if (shard.phase != ShardPhase::gone) remove_shard(kernel, shard);
      return;
    }
    case EventKind::close_all:
      return close_all(kernel, of(StreamId{event.a}));
    case EventKind::stream_gone:
      return remove_stream(kernel, of(StreamId{event.a}));
    case EventKind::enabled: {
      Stream& stream = of(StreamId{event.a});
      stream.status = StreamStatus::enabled;
      stream.captured_from.clear();
      kernel.note(StreamActive{stream.id});
      return;
    }
  }
  SIM_CHECK(false, "an event of the stream room is one of its kinds");
}

}  // namespace weir
