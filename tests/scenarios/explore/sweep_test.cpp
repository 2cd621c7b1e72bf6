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

TEST_CASE("a sweep that is stopped somewhere ends soon, keeps a prefix, and continued it is the whole", "[sweep]") {
  const SweepResult whole = sweep(broken(), bundled_handlers(), {.runs = 3000, .jobs = 2});
  for (const std::uint64_t after : {1U, 40U, 700U}) {
    std::atomic<bool> stop{false};
    std::atomic<std::uint64_t> played{0};
    Handlers counting = bundled_handlers();  // sets the flag in the middle of a run, and so of a chunk
    auto& handler = counting.functions.at(broken().functions.front().handler);
    handler = [&, inner = handler](auto&&... arguments) {
      if (++played >= after) stop = true;
      return inner(std::forward<decltype(arguments)>(arguments)...);
    };
    const SweepResult stopped = sweep(broken(), counting, {.runs = 3000, .jobs = 3, .stop = &stop});
    CHECK(stopped.interrupted);
    CHECK(stopped.state.next < 3000);
    check_same(whole.state, sweep(broken(), bundled_handlers(), {.runs = 3000, .jobs = 2, .from = stopped.state}).state);
  }
}

TEST_CASE("until_found ends with the first run that breaks something, whatever the workers", "[sweep]") {
  const SweepResult all = sweep(broken(), bundled_handlers(), {.runs = 500, .jobs = 2});
  std::uint64_t first = 500;
  for (const auto& [oracle, found] : all.state.found) first = std::min(first, found.run);
  const SweepOptions until{.runs = 100'000, .jobs = 1, .until_found = true};
  const SweepResult one = sweep(broken(), bundled_handlers(), until);
  CHECK(one.state.next == first + 1);
  CHECK(one.state.violations == 1);
  CHECK_FALSE(one.interrupted);
  for (const unsigned jobs : {2U, 5U}) {
    SweepOptions more = until;
    more.jobs = jobs;
    check_same(one.state, sweep(broken(), bundled_handlers(), more).state);
  }
  SweepOptions again = until;
  again.from = one.state;
  const SweepResult continued = sweep(broken(), bundled_handlers(), again);
  CHECK_FALSE(continued.interrupted);
  check_same(one.state, continued.state);
}

TEST_CASE("a worker's bad input reaches the caller", "[sweep][bad-input]") {
  CHECK_THROWS_AS(sweep(broken(), Handlers{}, {.runs = 10, .jobs = 2}), BadInput);
}
