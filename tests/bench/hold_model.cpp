#include "tests/bench/hold_model.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <queue>
#include <random>
#include <string>

#include "sim/kernel/event_queue.hpp"
#include "tests/bench/table.hpp"

namespace weir::bench {

namespace {

constexpr double mean_gap_us = 60e6;  // a minute

std::vector<Duration> exponential_gaps() {
  std::mt19937_64 bits(7);
  std::vector<Duration> gaps(1 << 16);
  for (Duration& gap : gaps) {
    const double unit = (static_cast<double>(bits() >> 11) + 0.5) / static_cast<double>(std::uint64_t{1} << 53);
    gap = Duration(static_cast<std::int64_t>(-std::log(unit) * mean_gap_us));
  }
  return gaps;
}

// The peer: a binary heap that also keeps equal instants in order of arrival.
class Heap {
 public:
  void push(Instant at, const Event& event) { heap_.push({at, arrivals_++, event}); }
  EventQueue::Pending pop() {
    const Entry first = heap_.top();
    heap_.pop();
    return {first.at, first.event};
  }

 private:
  struct Entry {
    Instant at;
    std::uint64_t arrival;
    Event event;
  };
  struct Later {
    bool operator()(const Entry& a, const Entry& b) const { return a.at != b.at ? a.at > b.at : a.arrival > b.arrival; }
  };
  std::priority_queue<Entry, std::vector<Entry>, Later> heap_;
  std::uint64_t arrivals_ = 0;
};

template <class Queue>
struct Held {
  Queue queue;
  std::size_t gap = 0;
  std::uint64_t sum = 0;  // keeps the work from being optimised away, and proves that both did the same

  void fill(std::size_t pending, const std::vector<Duration>& gaps) {
    for (std::uint64_t i = 0; i < pending; ++i) queue.push(Instant{} + gaps[gap++ % gaps.size()], {.b = i});
  }
  double nanoseconds_a_hold(std::size_t holds, const std::vector<Duration>& gaps) {
    const double start = seconds_now();
    for (std::size_t i = 0; i < holds; ++i) {
      const EventQueue::Pending first = queue.pop();
      sum = sum * 31 + first.event.b;
      queue.push(first.at + gaps[gap++ % gaps.size()], first.event);
    }
    return (seconds_now() - start) * 1e9 / static_cast<double>(holds);
  }
};

}  // namespace

std::vector<HoldRow> hold_model() {
  const std::vector<Duration> gaps = exponential_gaps();
  std::vector<HoldRow> rows;
  for (const std::size_t pending : {std::size_t{100}, std::size_t{10'000}, std::size_t{1'000'000}}) {
    Held<EventQueue> ours;
    Held<Heap> theirs;
    ours.fill(pending, gaps);
    theirs.fill(pending, gaps);
    const std::size_t holds = std::max<std::size_t>(500'000, pending);
    HoldRow row{.pending = pending};
    for (int round = 0; round < 6; ++round) {  // the first one only warms up
      const double mine = ours.nanoseconds_a_hold(holds, gaps);
      const double other = theirs.nanoseconds_a_hold(holds, gaps);
      if (round == 0) continue;
      row.ours_ns = round == 1 ? mine : std::min(row.ours_ns, mine);
      row.priority_queue_ns = round == 1 ? other : std::min(row.priority_queue_ns, other);
    }
    SIM_CHECK(ours.sum == theirs.sum, "both queues let the same events go in the same order");
    row.bytes_per_pending = static_cast<double>(ours.queue.bytes()) / static_cast<double>(pending);
    rows.push_back(row);
  }
  return rows;
}

double growth_exponent(const std::vector<HoldRow>& rows) {
  const HoldRow& most = rows.at(rows.size() - 1);
  const HoldRow& fewer = rows.at(rows.size() - 2);
  return std::log(most.ours_ns / fewer.ours_ns) /
         std::log(static_cast<double>(most.pending) / static_cast<double>(fewer.pending));
}

void bench_event_queue() {
  const std::vector<HoldRow> rows = hold_model();
  const std::vector<double> aims{0.7, 0.5, 0.15};
  std::vector<Figure> figures;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::string at = " at " + std::to_string(rows[i].pending) + " pending";
    figures.push_back({.what = "hold" + at, .value = rows[i].ours_ns, .unit = "ns"});
    figures.push_back({.what = "  std::priority_queue", .value = rows[i].priority_queue_ns, .unit = "ns"});
    figures.push_back({.what = "  cost beside std::priority_queue", .value = rows[i].ratio(), .unit = "x", .at_most = aims[i]});
    Figure memory{.what = "  memory a pending event", .value = rows[i].bytes_per_pending, .unit = "bytes"};
    if (rows[i].pending >= 10'000) memory.at_most = 96;  // with fewer it is the fixed part, some 30 KB, that shows
    figures.push_back(memory);
  }
  figures.push_back({.what = "growth exponent, 10,000 to 1,000,000", .value = growth_exponent(rows), .at_most = 0.2});

  constexpr int runs = 200'000;
  std::size_t pending = 0;
  double start = seconds_now();
  for (int i = 0; i < runs; ++i) {
    EventQueue fresh;
    fresh.push(Instant{} + Duration(i), {});
    pending += fresh.size();
  }
  const double fresh_ns = (seconds_now() - start) * 1e9 / runs;
  EventQueue kept;
  start = seconds_now();
  for (int i = 0; i < runs; ++i) {
    kept.push(Instant{} + Duration(i), {});
    pending += kept.size();
    kept.clear();
  }
  const double kept_ns = (seconds_now() - start) * 1e9 / runs;
  SIM_CHECK(pending == 2 * runs, "each queue held one event");
  figures.push_back({.what = "a new queue, one push, destroyed", .value = fresh_ns, .unit = "ns", .at_most = 1000});
  figures.push_back({.what = "a kept queue, one push, cleared", .value = kept_ns, .unit = "ns", .at_most = 1000});
  print_table("Event queue: hold model, exponential gaps of a minute in the mean", figures);
}

}  // namespace weir::bench
