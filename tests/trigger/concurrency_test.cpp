// Invocations that find no room: refused before the handler runs, at no cost to the batch's attempts.
#include "tests/trigger/bed.hpp"

namespace weir {

namespace {

using Fates = std::map<std::uint64_t, std::string>;

BatchResponse one_minute(const StreamEvent&, Context& context) {
  context.sleep(1min);
  return BatchResponse::ok();
}

TEST_CASE("with a reserved concurrency of 0 nothing runs, and no attempt is used", "[POLL-11][POLL-12][OPEN-44][INV-3]") {
  TriggerBed bed;
  bed.enable();
  bed.map({.maximum_retry_attempts = 0}, nothing_failed);
  bed.functions.concurrency().set_reserved(FunctionId{0}, 0);
  bed.put("A");
  bed.run_for(1h);
  REQUIRE(bed.invocations().empty());
  REQUIRE(bed.settled().empty());
  const auto throttles = bed.facts<InvocationThrottled>();
  REQUIRE(throttles.size() > 50);  // the back-off ends at a minute
  REQUIRE(throttles.size() < 100);
  CHECK(throttles[0].by == ThrottledBy::reserved_concurrency);
  CHECK(throttles[0].limit == 0);
  bed.functions.concurrency().set_reserved(FunctionId{0}, std::nullopt);
  bed.run_for(1h);
  REQUIRE(bed.settled() == Fates{{0, "handled"}});
  REQUIRE(bed.facts<InvocationStarted>()[0].attempt == 0);
  REQUIRE(bed.facts<InvocationThrottled>().size() == throttles.size());
}

TEST_CASE("whose limit an invocation meets is told: that of its function, or that of the account", "[POLL-11][POLL-12]") {
  for (const std::int64_t account : {0, 10}) {
    CAPTURE(account);
    TriggerBed bed;
    bed.enable(2);
    bed.map({}, one_minute);
    bed.functions.concurrency().set_reserved(FunctionId{0}, 1);
    bed.functions.concurrency().set_account(account);
    bed.put_many(8);
    bed.run_for(10s);
    const auto throttles = bed.facts<InvocationThrottled>();
    REQUIRE_FALSE(throttles.empty());
    for (const InvocationThrottled& throttled : throttles) {
      CHECK(throttled.by == (account == 0 ? ThrottledBy::account_limit : ThrottledBy::reserved_concurrency));
      CHECK(throttled.limit == (account == 0 ? 0 : 1));
    }
  }
}

TEST_CASE("throttles end with the record's age, as the destination hears", "[POLL-11][RETRY-2][OPEN-35]") {
  TriggerBed bed;
  bed.enable();
  bed.map({.maximum_record_age = 60s, .on_failure = Destination::sqs}, nothing_failed);
  bed.functions.concurrency().set_reserved(FunctionId{0}, 0);
  bed.put("A");
  bed.run_for(1h);
  REQUIRE(bed.settled() == Fates{{0, "record age exceeded, sent"}});
  REQUIRE(bed.invocations().empty());
}

TEST_CASE("a reserved concurrency of 1 runs one batch at a time, whatever the number of shards", "[POLL-12][POLL-7]") {
  TriggerBed bed;
  bed.enable(4);
  bed.map({}, one_minute);
  bed.functions.concurrency().set_reserved(FunctionId{0}, 1);
  bed.put_many(20);
  int most = 0, running = 0;
  bed.run_for(2h);
  for (const Fact& fact : bed.trace.facts()) {
    if (fact.as<InvocationStarted>()) most = std::max(most, ++running);
    if (fact.as<InvocationEnded>()) running -= 1;
  }
  REQUIRE(most == 1);
  REQUIRE(bed.settled().size() == 20);
}

TEST_CASE("functions without a reserved concurrency share what the account has left", "[POLL-12]") {
  Concurrency concurrency;
  const FunctionId a{0}, b{1}, c{2};
  concurrency.add(std::nullopt);
  concurrency.add(std::nullopt);
  concurrency.add(3);
  concurrency.set_account(5);  // two are left for a and b
  REQUIRE(concurrency.has_room(a));
  concurrency.enter(a);
  concurrency.enter(b);
  REQUIRE_FALSE(concurrency.has_room(a));
  REQUIRE_FALSE(concurrency.has_room(b));
  for (int i = 0; i < 3; ++i) {
    REQUIRE(concurrency.has_room(c));
    concurrency.enter(c);
  }
  REQUIRE_FALSE(concurrency.has_room(c));
  REQUIRE(concurrency.running(c) == 3);
  concurrency.leave(b);
  REQUIRE(concurrency.has_room(a));
  concurrency.set_reserved(c, 4);
  REQUIRE_FALSE(concurrency.has_room(a));
  REQUIRE(concurrency.has_room(c));
  concurrency.forget_running();
  REQUIRE(concurrency.has_room(a));
}

TEST_CASE("the account's limit holds for functions with a reserved concurrency too", "[POLL-12]") {
  Concurrency concurrency;
  const FunctionId a{0}, b{1};
  concurrency.add(5);
  concurrency.add(std::nullopt);
  concurrency.set_account(1);
  REQUIRE(concurrency.has_room(a));
  REQUIRE_FALSE(concurrency.has_room(b));
  concurrency.enter(a);
  REQUIRE_FALSE(concurrency.has_room(a));
  concurrency.set_account(2);
  REQUIRE(concurrency.has_room(a));
  concurrency.set_account(0);
  concurrency.leave(a);
  REQUIRE_FALSE(concurrency.has_room(a));
  concurrency.set_account(10);  // who runs already counts
  for (int i = 0; i < 9; ++i) concurrency.enter(b);
  REQUIRE(concurrency.has_room(a));
  concurrency.enter(b);
  REQUIRE_FALSE(concurrency.has_room(a));
}

TEST_CASE("the account has room for 1,000 invocations unless it says otherwise", "[POLL-12]") {
  Concurrency concurrency;
  concurrency.add(std::nullopt);
  for (int i = 0; i < 1'000; ++i) {
    REQUIRE(concurrency.has_room(FunctionId{0}));
    concurrency.enter(FunctionId{0});
  }
  REQUIRE_FALSE(concurrency.has_room(FunctionId{0}));
}

TEST_CASE("a reservation leaves the other functions 100, or all that a smaller account has", "[POLL-12]") {
  const FunctionId one{0}, other{1};
  Concurrency concurrency;
  concurrency.add(std::nullopt);
  concurrency.add(400);
  CHECK(concurrency.may_reserve(one, 500));
  CHECK_FALSE(concurrency.may_reserve(one, 501));
  CHECK_FALSE(concurrency.may_reserve(one, 100'001));
  CHECK(concurrency.may_reserve(other, 900));
  CHECK_FALSE(concurrency.may_reserve(other, 901));
  concurrency.set_account(50);  // a quota that shrinks is not asked for what is reserved
  CHECK(concurrency.may_reserve(one, 0));
  CHECK_FALSE(concurrency.may_reserve(one, 1));
  CHECK(concurrency.may_reserve(other, 399));  // takes nothing of the others
  CHECK_FALSE(concurrency.may_reserve(other, 401));
  CHECK(too_much_reserved(50) ==
        "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its "
        "minimum value of [50].");
  CHECK(too_much_reserved(1'000).ends_with("of [100]."));
}

}  // namespace

}  // namespace weir
