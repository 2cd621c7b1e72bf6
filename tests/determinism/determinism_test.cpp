// A run is a pure function of scenario, plan and version: whoever plays it, in whatever state, in whatever thread.
#include <algorithm>
#include <future>

#include "scenarios/bundle/bundle.hpp"
#include "scenarios/explore/sweep.hpp"
#include "tests/catch.hpp"
#include "tests/determinism/outcome.hpp"
#include "tests/determinism/planted.hpp"

namespace weir {

namespace {

constexpr std::uint64_t seeds = 50;

Handlers with_leak(Handler handler) {
  Handlers handlers;
  handlers.functions["leaky"] = std::move(handler);
  return handlers;
}

// A player of its own for each run, as in a process of its own.
Way afresh(const Scenario& scenario, const Handlers& handlers) {
  return [&](const Plan& plan, const PlayOptions& options) { return simulate(scenario, plan, handlers, options); };
}

std::string text_of(const std::optional<Parting>& parting) {
  if (!parting) return "the same";
  return "seed " + std::to_string(parting->seed) + "\n  " + parting->first.left + "\n  " + parting->first.right;
}

}  // namespace

TEST_CASE("a used player plays every bundled scenario as a fresh one does, backwards and without traces", "[determinism]") {
  for (const Scenario& scenario : all_bundled()) {
    INFO(title(scenario));
    std::vector<Hash128> fresh;
    for (std::uint64_t seed = 0; seed < seeds; ++seed)
      fresh.push_back(outcome_of(simulate(scenario, Plan::seeded(Seed{seed}), bundled_handlers())));

    Player used(scenario, bundled_handlers());
    bool same = true;
    for (std::uint64_t seed = seeds; seed-- > 0;) same = same && outcome_of(used.play(Plan::seeded(Seed{seed}))) == fresh[seed];
    if (same) continue;
    const Way reused = [&](const Plan& plan, const PlayOptions& options) { return used.play(plan, options); };
    FAIL(text_of(first_parting(afresh(scenario, bundled_handlers()), reused, seeds)));
  }
}

TEST_CASE("another thread plays every bundled scenario the same, while this one plays it too", "[determinism]") {
  for (const Scenario& scenario : all_bundled()) {
    INFO(title(scenario));
    const auto hashes = [&scenario] {
      Player player(scenario, bundled_handlers());
      std::vector<Hash128> played;
      for (std::uint64_t seed = 0; seed < seeds; ++seed) played.push_back(outcome_of(player.play(Plan::seeded(Seed{seed}))));
      return played;
    };
    std::future<std::vector<Hash128>> elsewhere = std::async(std::launch::async, hashes);
    const std::vector<Hash128> here = hashes();
    CHECK(elsewhere.get() == here);
  }
}

TEST_CASE("keeping the trace, recording and leaving the oracles out change nothing in a run", "[determinism]") {
  for (const Scenario& scenario : all_bundled()) {
    INFO(title(scenario));
    Player player(scenario, bundled_handlers());
    for (std::uint64_t seed = 0; seed < 5; ++seed) {
      const Plan plan = Plan::seeded(Seed{seed});
      const Run plain = player.play(plan);
      const Run kept = player.play(plan, {.keep_trace = true});
      CHECK(outcome_of(kept) == outcome_of(plain));
      CHECK(player.play(plan, {.with_oracles = false}).hash == plain.hash);

      CHECK(kept.trace.size() == kept.facts);
      CHECK(player.play(Plan::listed(kept.plain_deviations())).hash == plain.hash);
    }
  }
}

TEST_CASE("a sweep says the same with one, two and three workers", "[determinism]") {
  for (const Scenario& scenario : all_bundled()) {
    INFO(title(scenario));
    const auto swept = [&scenario](unsigned jobs) {
      return sweep(scenario, bundled_handlers(), {.runs = 100, .seed = Seed{3}, .jobs = jobs}).state;
    };
    const SweepState one = swept(1);
    for (const unsigned jobs : {2U, 3U}) {
      const SweepState more = swept(jobs);
      CHECK(to_text(more.hash) == to_text(one.hash));
      CHECK(more.violations == one.violations);
      CHECK(more.unknown == one.unknown);
      CHECK(more.broken == one.broken);
      CHECK(more.reached == one.reached);
      for (const auto& [oracle, found] : one.found) {
        REQUIRE(more.found.count(oracle) == 1);
        CHECK(more.found.at(oracle).run == found.run);
      }
    }
  }
}

TEST_CASE("the comparison is silent on the planted scenario without a leak", "[planted]") {
  const Scenario scenario = planted_scenario();
  const Handlers plain = with_leak(two_in_one_expression(Evaluation::left_first));
  CHECK(text_of(first_parting(afresh(scenario, plain), afresh(scenario, plain), seeds)) == "the same");
  const Handlers map = with_leak(in_map_order(1));
  CHECK(text_of(first_parting(afresh(scenario, map), afresh(scenario, map), seeds)) == "the same");
}

TEST_CASE("iteration over an unordered map is caught at the first row written out of turn", "[planted]") {
  const Scenario scenario = planted_scenario();
  const Handlers here = with_leak(in_map_order(1)), there = with_leak(in_map_order(2));
  const std::optional<Parting> parting = first_parting(afresh(scenario, here), afresh(scenario, there), seeds);
  INFO(text_of(parting));
  REQUIRE(parting.has_value());
  for (const std::string& line : {parting->first.left, parting->first.right}) {
    CHECK(line.find("  written  ") != std::string::npos);
    CHECK(line.find("table=view") != std::string::npos);
  }
  const auto facts = simulate(scenario, Plan::seeded(Seed{parting->seed}), here, {.keep_trace = true}).trace;
  const auto others = simulate(scenario, Plan::seeded(Seed{parting->seed}), there, {.keep_trace = true}).trace;
  const auto rows = [](const std::vector<Fact>& trace) {
    return std::count_if(trace.begin(), trace.end(), [](const Fact& fact) { return fact.as<Written>() != nullptr; });
  };
  CHECK(rows(facts) >= 24);  // the same rows, in another order
  CHECK(rows(facts) == rows(others));
}

TEST_CASE("a field that nobody sets is caught at the first row that shows it", "[planted]") {
  const Scenario scenario = planted_scenario();
  std::uint64_t clean = 0, left_over = 0;
  const Handlers here = with_leak(with_unset_field(clean)), there = with_leak(with_unset_field(left_over));
  const Way zeroed = [&](const Plan& plan, const PlayOptions& options) {
    clean = 0;  // as a process that has just begun finds it
    return simulate(scenario, plan, here, options);
  };
  const std::optional<Parting> parting = first_parting(zeroed, afresh(scenario, there), seeds);
  INFO(text_of(parting));
  REQUIRE(parting.has_value());
  CHECK(parting->seed == 1);  // the first run of all finds a zero too
  CHECK(parting->first.left.find("\"number\":0") != std::string::npos);
  CHECK(parting->first.right.find("\"number\":0") == std::string::npos);
  CHECK(parting->first.right.find("table=view") != std::string::npos);
}

TEST_CASE("two calls in one expression are caught at the call that came first", "[planted]") {
  const Scenario scenario = planted_scenario();
  const Handlers left = with_leak(two_in_one_expression(Evaluation::left_first)),
                 right = with_leak(two_in_one_expression(Evaluation::right_first)),
                 compilers = with_leak(two_in_one_expression(Evaluation::compilers));
  const std::optional<Parting> parting = first_parting(afresh(scenario, left), afresh(scenario, right), seeds);
  INFO(text_of(parting));
  REQUIRE(parting.has_value());
  CHECK(parting->first.left.find("key=left") != std::string::npos);
  CHECK(parting->first.right.find("key=right") != std::string::npos);
  // Whatever this compiler does, it does one of the two.
  const bool like_left = !first_parting(afresh(scenario, left), afresh(scenario, compilers), seeds);
  const bool like_right = !first_parting(afresh(scenario, right), afresh(scenario, compilers), seeds);
  CHECK(like_left != like_right);
}

}  // namespace weir
