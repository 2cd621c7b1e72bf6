// Mappings between real streams and real functions, over a table that only knows puts. Time moves by run_for.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sim/trigger/triggers.hpp"
#include "tests/function/bed.hpp"

namespace weir {

struct TriggerBed : KernelBed {
  using KernelBed::KernelBed;
  ~TriggerBed() { functions.kill_all(); }

  StreamId enable(int shards = 1) {
    stream = *streams.enable(kernel, table, "orders", schema, StreamView::new_and_old_images, shards);
    return stream;
  }
  // A mapping of `settings` from the stream to a function of its own.
  MappingId map(MappingSettings settings, Handler handler, Duration timeout = 15min) {
    settings.name = "m" + std::to_string(triggers.size());
    const FunctionId f = functions.add({.name = "f", .handler = "f", .timeout = timeout}, std::move(handler));
    const MappingId id = *triggers.create(kernel, settings, streams, stream, f, "f");
    if (streams.has_news()) settle();
    return id;
  }
  // A committed write of a fresh value; read from the stream 50 ms later in a calm run.
  void put(const std::string& id) {
    const Item fresh = {{"id", id}, {"n", ++writes}};
    write(ItemKey(AttributeValue{id}), std::exchange(items[id], fresh), fresh);
  }
  void write(const ItemKey& key, const Item& old, const Item& fresh) {
    const ChangeKind kind = old.empty() ? ChangeKind::insert : ChangeKind::modify;
    const FactIndex written = kernel.note(Written{table, key, kind, old, fresh, Actor::client(0)}, no_fact);
    streams.take(kernel, Change{table, kind, key, old, fresh, ChangeBy::user, written, kernel.now()});
    settle();
  }
  void put_many(int count) {
    for (int i = 0; i < count; ++i) put("item " + std::to_string(i));
  }
  void split(std::string_view path, int children) {
    REQUIRE(streams.split(kernel, table, path, children).ok());
    settle();
  }

  TriggerPorts ports() { return {streams, functions, service, destinations, {queues, buckets}}; }
  void settle() {
    while (streams.has_news() || functions.has_answers()) {
      for (const StreamNews& news : streams.take_news()) triggers.on_news(kernel, news, ports());
      for (const Answer& answer : functions.take_answers()) triggers.on_answer(kernel, answer, ports());
    }
  }
  bool step(Instant until) {
    Event event;
    if (!kernel.next(until, event)) return false;
    switch (static_cast<Room>(event.room)) {
      case Room::stream:
        streams.on_event(kernel, event);
        break;
      case Room::function:
        functions.on_event(kernel, event, service);
        break;
      case Room::queue:
        queues.on_event(kernel, event);
        break;
      case Room::destination:
        destinations.on_event(kernel, {queues, buckets}, event);
        break;
      default:
        triggers.on_event(kernel, event, ports());
    }
    settle();
    return true;
  }
  void run_until(Instant at) {
    while (step(at)) continue;
    kernel.advance_to(at);
  }
  void run_for(Duration span) { run_until(kernel.now() + span); }

  // The record ids of each invocation, in order.
  std::vector<std::vector<std::uint64_t>> invocations() const {
    std::vector<std::vector<std::uint64_t>> all;
    for (const InvocationStarted& started : facts<InvocationStarted>()) all.push_back(numbers(started.records));
    return all;
  }
  // What became of each record at last, by id; "twice" if it was settled more than once and had not come again.
  std::map<std::uint64_t, std::string> settled() const {
    std::map<std::uint64_t, std::string> all;
    for (const Fact& fact : trace.facts()) {
      if (const auto* replayed = fact.as<Replayed>())
        for (const std::uint64_t id : numbers(replayed->records)) all.erase(id);
      const auto* settled = fact.as<Settled>();
      if (!settled) continue;
      for (const std::uint64_t id : numbers(settled->records)) {
        const bool fresh = all.emplace(id, std::string(to_text(settled->how)) + (settled->sent ? ", sent" : "")).second;
        if (!fresh) all[id] = "twice";
      }
    }
    return all;
  }
  static std::vector<std::uint64_t> numbers(const RecordList& records) {
    std::vector<std::uint64_t> all;
    for (const RecordId id : *records) all.push_back(id.value);
    return all;
  }

  static constexpr std::int64_t epoch = 1'700'000'000;
  Streams streams{epoch};
  NotebookService service{kernel};
  Functions functions;
  Triggers triggers;
  Queues queues;
  Buckets buckets;
  Destinations destinations;
  TableId table{7};
  StreamId stream;
  KeySchema schema{"id"};
  std::map<std::string, Item> items;
  int writes = 0;
};

inline BatchResponse nothing_failed(const StreamEvent&, Context&) { return BatchResponse::ok(); }

// Throws when a record with one of these ids is in the batch.
inline Handler poisoned_by(std::set<std::uint64_t> ids) {
  return [ids](const StreamEvent& event, Context&) -> BatchResponse {
    for (const StreamRecord& record : event.records)
      if (ids.contains(record.id.value)) throw std::runtime_error("poison");
    return BatchResponse::ok();
  };
}

}  // namespace weir
