// A table that only knows puts and removes, in front of real streams; and a slow second model that reads the facts alone.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/stream/streams.hpp"
#include "tests/catch.hpp"
#include "tests/kernel/bed.hpp"

namespace weir {

struct StreamBed : KernelBed {
  using KernelBed::KernelBed;

  StreamId enable(int shards = 1, StreamView view = StreamView::new_and_old_images) {
    return *streams.enable(kernel, table, "orders", schema, view, shards);
  }

  void put(const std::string& id, int n) { write(id, Item({{"id", id}, {"n", n}})); }
  void put_large(const std::string& id, std::size_t bytes) { write(id, Item({{"id", id}, {"x", std::string(bytes, 'x')}})); }
  void remove(const std::string& id, ChangeBy by = ChangeBy::user) { write(id, Item(), by); }
  void write(const std::string& id, const Item& fresh, ChangeBy by = ChangeBy::user) {
    const Item old = items[id];
    if (old == fresh) return;
    const ChangeKind kind = old.empty() ? ChangeKind::insert : fresh.empty() ? ChangeKind::remove : ChangeKind::modify;
    const ItemKey key(AttributeValue{id});
    const FactIndex written = kernel.note(Written{table, key, kind, old, fresh, Actor::client(0)});
    items[id] = fresh;
    streams.take(kernel, Change{table, kind, key, old, fresh, by, written, kernel.now()});
  }

  void run_until(Instant at) {
    Event event;
    while (kernel.next(at, event)) {
      REQUIRE(event.room == static_cast<std::uint16_t>(Room::stream));
      streams.on_event(kernel, event);
    }
    kernel.advance_to(at);
  }
  void run_for(Duration span) { run_until(kernel.now() + span); }

  template <class T>
  std::size_t count() const {
    return facts<T>().size();
  }

  static constexpr std::int64_t epoch = 1'700'000'000;
  Streams streams{epoch};
  TableId table{2};
  KeySchema schema{"id"};
  std::map<std::string, Item> items;
};

// What the facts say of each shard; knows nothing of how streams are built.
struct ShardLedger {
  struct Entry {
    Appended record;
    Instant at{};
  };
  StreamId stream;
  ShardId parent = no_shard;
  Instant opened{};
  std::optional<Instant> closed, gone;
  std::vector<Entry> records;
  std::size_t trimmed = 0;

  std::optional<SequenceNumber> trimmed_through() const {
    return trimmed ? std::optional(records[trimmed - 1].record.sequence_number) : std::nullopt;
  }
};

class StreamLedger {
 public:
  // Reads the facts that are new since the last time.
  void catch_up(const Trace& trace) {
    for (; read_ < trace.facts().size(); ++read_) {
      const Fact& fact = trace.facts()[read_];
      if (const auto* opened = fact.as<ShardOpened>())
        shards[opened->shard] = ShardLedger{opened->stream, opened->parent, fact.at, {}, {}, {}, 0};
      if (const auto* closed = fact.as<ShardClosed>()) shards.at(closed->shard).closed = fact.at;
      if (const auto* gone = fact.as<ShardGone>()) shards.at(gone->shard).gone = fact.at;
      if (const auto* appended = fact.as<Appended>()) shards.at(appended->shard).records.push_back({*appended, fact.at});
      if (const auto* trimmed = fact.as<Trimmed>()) shards.at(trimmed->shard).trimmed += trimmed->count;
    }
  }
  std::map<ShardId, ShardLedger> shards;

 private:
  std::size_t read_ = 0;
};

}  // namespace weir
