#include "tests/catch.hpp"

#include "sim/kernel/event_queue.hpp"

#include <algorithm>
#include <utility>
#include <vector>

using namespace weir;

namespace {

// The obvious queue: a list kept in order, a new event after all that are not later.
struct SortedList {
  std::vector<EventQueue::Pending> events;
  Instant last{};

  void push(Instant at, const Event& event) {
    const auto later = [](Instant a, const EventQueue::Pending& b) { return a < b.at; };
    events.insert(std::upper_bound(events.begin(), events.end(), at, later), {at, event});
  }
  EventQueue::Pending pop() {
    const EventQueue::Pending first = events.front();
    events.erase(events.begin());
    last = first.at;
    return first;
  }
};

// A gap by order of magnitude: often none, seldom hours.
Duration any_gap() {
  const int bits = *rc::gen::inRange(0, 40);
  return Duration(bits == 0 ? 0 : *rc::gen::inRange<std::int64_t>(0, std::int64_t{1} << bits));
}

Event numbered(std::uint64_t n) { return {.kind = 1, .room = 2, .a = 3, .b = n, .cause = n / 2}; }

struct Both {
  EventQueue queue;
  SortedList model;
  std::uint64_t pushed = 0;

  void push(Instant at) {
    queue.push(at, numbered(pushed));
    model.push(at, numbered(pushed));
    pushed += 1;
  }
  void pop_and_compare() {
    RC_ASSERT(queue.next_at() == model.events.front().at);
    RC_ASSERT(queue.pop() == model.pop());
  }
  void compare() const {
    RC_ASSERT(queue.size() == model.events.size());
    RC_ASSERT(queue.empty() == model.events.empty());
    RC_ASSERT(queue.next_at() == (model.events.empty() ? never : model.events.front().at));
  }
  void drain_and_compare() {
    RC_ASSERT(queue.in_order() == model.events);
    while (!model.events.empty()) pop_and_compare();
    compare();
  }
};

}  // namespace

TEST_CASE("events leave by instant, equal instants in order of arrival", "[queue]") {
  EventQueue queue;
  queue.push(Instant{5s}, numbered(0));
  queue.push(Instant{1s}, numbered(1));
  queue.push(Instant{5s}, numbered(2));
  queue.push(Instant{1s}, numbered(3));
  REQUIRE(queue.next_at() == Instant{1s});
  std::vector<std::uint64_t> order;
  while (!queue.empty()) order.push_back(queue.pop().event.b);
  REQUIRE(order == std::vector<std::uint64_t>{1, 3, 0, 2});
  REQUIRE(queue.next_at() == never);
}

TEST_CASE("the queue is the sorted list, whatever is pushed and popped", "[queue][property]") {
  WEIR_PROPERTY("bursts of pushes and pops", [] {
    Both both;
    const int rounds = *rc::gen::inRange(1, 12);
    const int most = *rc::gen::element(3, 30, 120);
    for (int round = 0; round < rounds; ++round) {
      const int pushes = *rc::gen::inRange(0, most);
      const Duration same = any_gap();
      const bool crowd = *rc::gen::inRange(0, 4) == 0;
      for (int i = 0; i < pushes; ++i) both.push(both.model.last + (crowd ? same : any_gap()));
      both.compare();
      const int pops = std::min(*rc::gen::inRange(0, most), static_cast<int>(both.model.events.size()));
      for (int i = 0; i < pops; ++i) {
        both.pop_and_compare();
        if (*rc::gen::inRange(0, 3) == 0) both.push(both.model.last);  // at the current instant: after all that wait there
      }
    }
    both.drain_and_compare();
  });
}

TEST_CASE("ten thousand held events keep the order of the sorted list", "[queue]") {
  Both both;
  std::uint64_t state = 88172645463325252u;
  const auto next = [&state] {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
  };
  const auto gap = [&next] {
    const std::uint64_t bits = next() % 36;
    return Duration(static_cast<std::int64_t>(next() & ((std::uint64_t{1} << bits) - 1)));
  };
  for (int i = 0; i < 10'000; ++i) both.push(Instant{} + gap());
  for (int i = 0; i < 30'000; ++i) {
    const EventQueue::Pending ours = both.queue.pop();
    const EventQueue::Pending listed = both.model.pop();
    if (ours != listed) REQUIRE(ours.event.b == listed.event.b);
    both.push(listed.at + gap());
  }
  both.drain_and_compare();
}

TEST_CASE("a crowd at one instant leaves in order of arrival, also while it grows", "[queue]") {
  EventQueue queue;
  std::uint64_t pushed = 0;
  for (; pushed < 1'000; ++pushed) queue.push(Instant{1h}, numbered(pushed));
  for (std::uint64_t popped = 0; !queue.empty(); ++popped) {
    const EventQueue::Pending first = queue.pop();
    REQUIRE(first.event.b == popped);
    REQUIRE(first.at == Instant{1h});
    if (popped % 3 == 0) queue.push(Instant{1h}, numbered(pushed++));
  }
  REQUIRE(pushed > 1'400);
}

TEST_CASE("looking at the next instant leaves room for an earlier push", "[queue]") {
  EventQueue queue;
  for (std::uint64_t i = 0; i < 100; ++i) queue.push(Instant{1h} + Duration(i * 1000), numbered(i));
  REQUIRE(queue.pop().at == Instant{1h});
  for (std::uint64_t i = 1; i < 50; ++i) {
    REQUIRE(queue.next_at() == Instant{1h} + Duration(i * 1000));
    queue.push(queue.next_at() - 1us, numbered(1000 + i));
    REQUIRE(queue.pop().event.b == 1000 + i);
    REQUIRE(queue.pop().event.b == i);
  }
}

TEST_CASE("a copy is a snapshot: both go on alone", "[queue][property]") {
  WEIR_PROPERTY("copies", [] {
    Both original;
    const int pushes = *rc::gen::inRange(0, 150);
    for (int i = 0; i < pushes; ++i) original.push(original.model.last + any_gap());
    for (int i = *rc::gen::inRange(0, pushes + 1); i > 0; --i) original.pop_and_compare();
    Both copy = original;
    RC_ASSERT(copy.queue == original.queue);
    for (int i = 0; i < 60; ++i) original.push(original.model.last + any_gap());
    for (int i = 0; i < 40; ++i) copy.push(copy.model.last + any_gap());
    for (int i = 0; i < 30; ++i) original.pop_and_compare();
    copy.drain_and_compare();
    original.drain_and_compare();
  });
}

TEST_CASE("queues are equal when the same will leave, however it is stored", "[queue]") {
  EventQueue early, late;
  for (std::uint64_t i = 0; i < 200; ++i) early.push(Instant{Duration(i * i)}, numbered(i));
  for (std::uint64_t i = 200; i > 0; --i) late.push(Instant{Duration((i - 1) * (i - 1))}, numbered(i - 1));
  REQUIRE(early == late);
  late.push(Instant{3s}, numbered(7));
  REQUIRE_FALSE(early == late);
  early.push(Instant{3s}, numbered(8));
  REQUIRE_FALSE(early == late);
}

TEST_CASE("a cleared queue is as new and keeps its memory", "[queue]") {
  EventQueue queue;
  REQUIRE(queue.bytes() == sizeof(EventQueue));
  std::vector<std::size_t> bytes;
  for (int round = 0; round < 3; ++round) {
    for (std::uint64_t i = 0; i < 500; ++i) queue.push(Instant{Duration((i * 7919) % 100'003)}, numbered(i));
    for (int i = 0; i < 100; ++i) queue.pop();
    queue.clear();
    REQUIRE(queue.empty());
    REQUIRE(queue.next_at() == never);
    REQUIRE(queue == EventQueue{});
    bytes.push_back(queue.bytes());
  }
  REQUIRE(bytes[1] == bytes[0]);
  REQUIRE(bytes[2] == bytes[0]);
  queue.push(Instant{}, numbered(0));  // the floor is the epoch again
  REQUIRE(queue.pop().at == Instant{});
}

TEST_CASE("the farthest instants are kept apart", "[queue]") {
  EventQueue queue;
  for (std::uint64_t i = 0; i < 100; ++i) queue.push(never - Duration(100 - i), numbered(i));
  queue.push(never, numbered(100));
  for (std::uint64_t i = 0; i <= 100; ++i) REQUIRE(queue.pop().event.b == i);
}

TEST_CASE("a push into the past and a pop of nothing are bugs", "[queue]") {
  EventQueue queue;
  REQUIRE_THROWS_AS(queue.pop(), Bug);
  REQUIRE_THROWS_AS(queue.push(Instant{} - 1us, numbered(0)), Bug);
  queue.push(Instant{1s}, numbered(0));
  queue.pop();
  REQUIRE_THROWS_AS(queue.push(Instant{1s} - 1us, numbered(1)), Bug);
  REQUIRE(queue.empty());
  queue.push(Instant{1s}, numbered(2));
  REQUIRE(queue.pop().event.b == 2);
}
