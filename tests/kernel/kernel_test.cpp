#include "sim/kernel/kernel.hpp"

#include "sim/kernel/door.hpp"
#include "tests/catch.hpp"

using namespace weir;

TEST_CASE("events fire in order of time, equal times in order of scheduling, and hand on their cause", "[kernel]") {
  Trace trace;
  Kernel kernel(Plan::calm(), trace);
  trace.keep(true);
  const FactIndex start = kernel.note(FaultsHealed{});
  {
    const CauseScope scope(kernel, start);
    kernel.schedule(Duration(2s), Room::table, 1, 10, 0);
    kernel.schedule(Duration(1s), Room::table, 2, 20, 0);
    kernel.schedule(Duration(1s), Room::table, 3, 30, 0);
  }
  CHECK(kernel.cause() == no_fact);
  std::vector<std::uint32_t> order;
  Event event;
  while (kernel.next(never, event)) {
    order.push_back(event.a);
    CHECK(trace.facts()[kernel.note(FaultsHealed{})].cause == start);
  }
  CHECK(order == std::vector<std::uint32_t>{20, 30, 10});
  CHECK(kernel.now() == Instant(2s));
}

TEST_CASE("the clock stops at the bound asked for and never jumps over an event", "[kernel]") {
  Trace trace;
  Kernel kernel(Plan::calm(), trace);
  kernel.schedule(Duration(5s), Room::world, 0, 0, 0);
  Event event;
  CHECK_FALSE(kernel.next(Instant(4s), event));
  kernel.advance_to(Instant(4s));
  CHECK(kernel.now() == Instant(4s));
  CHECK_THROWS_AS(kernel.advance_to(Instant(6s)), Bug);
  CHECK_THROWS_AS(kernel.advance_to(Instant(3s)), Bug);
}

TEST_CASE("deviations are written down with the fact they precede", "[kernel]") {
  Trace trace;
  Kernel kernel(Plan::listed({{"client.fault", "reader r / call 1", static_cast<std::int64_t>(CallFault::throttled)}}), trace);
  kernel.record_choices(true);
  const Actor actor = Actor::of(ReaderId{0});
  CHECK(cross_door(kernel, Key("reader", "r") / Key("call", 0), actor, 0, Service::dynamodb).fate == Fate::done);
  CHECK(cross_door(kernel, Key("reader", "r") / Key("call", 1), actor, 1, Service::dynamodb).fate == Fate::throttled);
  REQUIRE(kernel.choices().size() == 1);
  CHECK(kernel.choices()[0].deviation.key == "reader r / call 1");
  CHECK(kernel.choices()[0].before == 0);
  CHECK(trace.size() == 1);  // the disturbed call
}

TEST_CASE("healed faults answer calm, open questions stay open", "[kernel]") {
  Trace trace;
  Kernel kernel(Plan::listed({{"client.fault", "reader r", static_cast<std::int64_t>(CallFault::error_done)},
                              {"client.latency", "reader r", Duration(1s).count()}}),
                trace);
  kernel.heal_faults();
  const Passage passage = cross_door(kernel, Key("reader", "r"), Actor::of(ReaderId{0}), 0, Service::dynamodb);
  CHECK(passage.fate == Fate::done);
  CHECK(passage.latency == Duration(1s));
}

TEST_CASE("every choice, calm or not, is part of the hash", "[kernel]") {
  const auto hash_with = [](std::vector<Deviation> deviations) {
    Trace trace;
    Kernel kernel(Plan::listed(std::move(deviations)), trace);
    (void)kernel.choose(client_latency, Key("reader", "r"));
    return trace.hash();
  };
  CHECK(hash_with({}) == hash_with({}));
  CHECK(hash_with({}) != hash_with({{"client.latency", "reader r", 1'000'000}}));
}
