// Property tests of a consumer, about 15 lines each: a scenario as a value, a handler, and what must hold under every plan.
#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif
#include <rapidcheck.h>

#include <cstdlib>
#include <stdexcept>

#include "mirror.hpp"
#include "scenarios/explore/property.hpp"

using namespace weir;

namespace {

const Scenario orders_mirror{
    .name = "orders-mirror",
    .tables = {{.name = "orders", .key = {"id"}, .stream = StreamView::new_image}, {.name = "view", .key = {"id"}}},
    .functions = {{.name = "mirror"}},
    .mappings = {{.table = "orders", .function = "mirror", .batch_size = 10, .report_batch_item_failures = true}},
    .workloads = {{.table = "orders", .clients = 2, .operations = 5, .items = 3}},
    .run_for = 6h,
    .heal_at = 2h,
    .oracles = {{"O-CONV", {{"source", "orders"}, {"view", "view"}, {"fold", "copy"}}},
                {"O-LIVE", {{"mapping", "mirror"}, {"within", "10min"}}}},
};

Handlers playing(Handler handler) {
  Handlers handlers;
  handlers.functions["mirror"] = std::move(handler);
  return handlers;
}

}  // namespace

TEST_CASE("the view ends equal to the orders, under every plan") {
  CHECK(rc::check("for any plan", [] {
    const Trial trial = *any_trial(orders_mirror, playing(mirror));
    const Run run = trial.play();
    RC_PRE(run.tested());
    RC_ASSERT(run.holds());
  }));
}

// Not among the tests that run by themselves: it shows what a failure looks like.
TEST_CASE("the view of someone in a hurry ends equal to the orders, under every plan", "[.broken]") {
  CHECK(rc::check("for any plan", [] {
    const Trial trial = *any_trial(orders_mirror, playing(mirror_in_a_hurry));
    RC_ASSERT(trial.play().holds());
  }));
}

// The token of such a report, pasted here or given as WEIR_TOKEN, is the failure again.
// Nor does one that never works pass: O-LIVE says so. Without it no run would be tested, and RapidCheck would give up.
TEST_CASE("the view of someone who never works ends equal to the orders, under every plan", "[.never]") {
  const Handler never = [](const StreamEvent&, Context&) -> BatchResponse { throw std::runtime_error("not today"); };
  CHECK(rc::check("for any plan", [&never] {
    const Trial trial = *any_trial(orders_mirror, playing(never));
    const Run run = trial.play();
    RC_PRE(run.tested());
    RC_ASSERT(run.holds());
  }));
}

TEST_CASE("a failure that was found before stays fixed", "[.replay]") {
  const char* token = std::getenv("WEIR_TOKEN");
  REQUIRE(token != nullptr);
  const Trial found = Trial::from_token(token, playing(mirror_in_a_hurry));
  INFO(found.story());
  REQUIRE(found.play().violation_of("O-CONV") != nullptr);
  CHECK(Trial::from_token(token, playing(mirror)).play().holds());
}

TEST_CASE("a scenario that makes no sense is refused with the place and what would be accepted") {
  Scenario wrong = orders_mirror;
  wrong.mappings.front().batch_size = 0;
  CHECK_THROWS_WITH(simulate(wrong, Plan::calm(), playing(mirror)),
                    "scenario 'orders-mirror' /mappings/0/batch_size: 0; a whole number from 1 to 10000 [ESM-4]");
}
