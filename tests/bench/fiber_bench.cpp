#include "tests/bench/fiber_bench.hpp"

#include <algorithm>
#include <boost/context/fiber.hpp>
#include <cstdint>
#include <utility>

#include "sim/function/fiber.hpp"
#include "tests/bench/table.hpp"

namespace weir::bench {

namespace {

template <class Body>
double best_ns(int times, Body once) {
  double best = 1e9;
  for (int round = 0; round < 5; ++round) {
    const double start = seconds_now();
    for (int i = 0; i < times; ++i) once();
    best = std::min(best, (seconds_now() - start) * 1e9 / times);
  }
  return best;
}

}  // namespace

void bench_fiber() {
  FiberPool pool;
  std::uint64_t steps = 0;

  Fiber walker(pool);
  walker.start([&steps] {
    for (;; ++steps) Fiber::suspend();
  });
  const double round_trip = best_ns(2'000'000, [&] { walker.resume(); });

  // The peer: the same walk by the library's own class, which keeps no exception state and knows no kill.
  boost::context::fiber peer([&steps](boost::context::fiber&& caller) {
    for (;; ++steps) caller = std::move(caller).resume();
    return std::move(caller);
  });
  const double peers_trip = best_ns(2'000'000, [&] { peer = std::move(peer).resume(); });

  const double life = best_ns(1'000'000, [&] {
    Fiber fiber(pool);
    fiber.start([&steps] { steps += 1; });
    fiber.resume();
  });

  const double killed = best_ns(20'000, [&] {
    Fiber fiber(pool);
    fiber.start([&steps] {
      steps += 1;
      Fiber::suspend();
    });
    fiber.resume();
  });
  SIM_CHECK(steps > 0, "the bodies ran");

  // Both walks inline both halves of a switch. Code that is stopped deeper in its calls pays for each return it comes back
  // through, since the processor's guesses were for the other stack.
  print_table("Fibers, on reused stacks",
              {{.what = "a switch, half a resume and suspend", .value = round_trip / 2, .unit = "ns", .at_most = 10},
               {.what = "  boost::context::fiber", .value = peers_trip / 2, .unit = "ns"},
               {.what = "  cost beside boost::context::fiber", .value = round_trip / peers_trip, .unit = "x"},
               {.what = "make, run, drop", .value = life, .unit = "ns", .at_most = 100},
               {.what = "make, suspend, drop (killed and unwound)", .value = killed, .unit = "ns"}});
}

}  // namespace weir::bench
