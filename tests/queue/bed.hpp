// One queue and the way to it, in virtual time.
#pragma once

#include <string>
#include <vector>

#include "sim/queue/destinations.hpp"
#include "sim/queue/sites.hpp"
#include "tests/catch.hpp"

namespace weir {

struct QueueBed {
  explicit QueueBed(QueueSettings settings = {.name = "q"}, Plan plan = Plan::calm(), std::vector<SiteRule> rules = {})
      : kernel(std::move(plan), trace) {
    trace.keep(true);
    kernel.set_rules(std::move(rules));
    queue = queues.create(kernel, std::move(settings));
  }
  QueueBed(const QueueBed&) = delete;
  QueueBed& operator=(const QueueBed&) = delete;

  void run_until(Duration at) {
    Event event;
    while (kernel.next(Instant(at), event)) {
      if (static_cast<Room>(event.room) == Room::queue)
        queues.on_event(kernel, event);
      else
        destinations.on_event(kernel, places(), event);
    }
    kernel.advance_to(Instant(at));
  }
  Places places() { return {queues, buckets}; }
  Result<MessageId> send(const std::string& body) { return queues.send(kernel, queue, {body, {}, {}}); }
  Result<MessageId> send(const std::string& body, const std::string& group, const std::string& id) {
    return queues.send(kernel, queue, {body, group, id});
  }
  std::vector<Message> receive(int most = 10) { return *queues.receive(kernel, queue, most, Actor::of(ReaderId{0})); }
  std::vector<std::string> bodies(int most = 10) {
    std::vector<std::string> all;
    for (const Message& message : receive(most)) all.push_back(message.body);
    return all;
  }
  template <class T>
  std::vector<T> facts() const {
    std::vector<T> found;
    for (const Fact& fact : trace.facts())
      if (const T* body = fact.as<T>()) found.push_back(*body);
    return found;
  }

  Trace trace;
  Kernel kernel;
  Queues queues;
  Buckets buckets;
  Destinations destinations;
  QueueId queue;
};

inline const QueueSettings fifo{.name = "q", .kind = QueueKind::fifo};
using Bodies = std::vector<std::string>;

}  // namespace weir
