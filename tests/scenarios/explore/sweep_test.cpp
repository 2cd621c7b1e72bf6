#include "scenarios/explore/sweep.hpp"

#include "scenarios/bundle/bundle.hpp"
#include "sim/base/bad_input.hpp"
#include "tests/catch.hpp"

using namespace weir;

namespace {

const Scenario& broken() {
  static const Scenario scenario = read_bundled(*bundled_scenario("fm-03"), all_sites(), "broken");
  return scenario;
}

void check_same(const SweepState& a, const SweepState& b) {
  CHECK(a.next == b.next);
  CHECK(a.hash == b.hash);
  CHECK(a.violations == b.violations);
  CHECK(a.unknown == b.unknown);
  CHECK(a.virtual_microseconds == b.virtual_microseconds);
  CHECK(a.broken == b.broken);
  CHECK(a.reached == b.reached);
  REQUIRE(a.found.size() == b.found.size());
  for (const auto& [oracle, found] : a.found) CHECK(b.found.at(oracle).run == found.run);
}

}  // namespace

TEST_CASE("what a sweep says does not depend on the number of workers", "[sweep]") {
  const SweepResult one = sweep(broken(), bundled_handlers(), {.runs = 500, .jobs = 1});
  CHECK(one.state.violations > 0);
  CHECK_FALSE(one.interrupted);
  for (const unsigned jobs : {2U, 5U})
    check_same(one.state, sweep(broken(), bundled_handlers(), {.runs = 500, .jobs = jobs}).state);
  CHECK(sweep(broken(), bundled_handlers(), {.runs = 500, .seed = Seed{2}, .jobs = 2}).state.hash != one.state.hash);
}

TEST_CASE("a stopped sweep keeps a whole prefix, and continued it ends as if never stopped", "[sweep]") {
  const SweepResult whole = sweep(broken(), bundled_handlers(), {.runs = 700, .jobs = 2});
  const SweepResult half = sweep(broken(), bundled_handlers(), {.runs = 333, .jobs = 2});
  check_same(whole.state, sweep(broken(), bundled_handlers(), {.runs = 700, .jobs = 2, .from = half.state}).state);

  std::atomic<bool> stop{true};
  const SweepResult stopped = sweep(broken(), bundled_handlers(), {.runs = 700, .jobs = 2, .stop = &stop});
  CHECK(stopped.interrupted);
  CHECK(stopped.state.next == 0);
}

TEST_CASE("the run a sweep names breaks the same oracle when played from its seed", "[sweep]") {
  const SweepResult result = sweep(broken(), bundled_handlers(), {.runs = 300});
  REQUIRE(result.state.found.contains("O-ONCE"));
  const Found& found = result.state.found.at("O-ONCE");
  CHECK(found.seed == run_seed(Seed{1}, found.run));
  const Run again = simulate(broken(), Plan::seeded(found.seed), bundled_handlers());
  REQUIRE(again.violation_of("O-ONCE"));
  CHECK(again.violation_of("O-ONCE")->message == found.message);
}

TEST_CASE("until_found ends early", "[sweep]") {
  const SweepResult result = sweep(broken(), bundled_handlers(), {.runs = 100'000, .jobs = 2, .until_found = true});
  CHECK(result.state.violations > 0);
  CHECK(result.state.next < 5'000);
}

TEST_CASE("a worker's bad input reaches the caller", "[sweep][bad-input]") {
  CHECK_THROWS_AS(sweep(broken(), Handlers{}, {.runs = 10, .jobs = 2}), BadInput);
}
