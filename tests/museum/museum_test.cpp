// What every entry of the museum promises: a sweep with default settings finds the broken consumer, its failure shrinks to a
// handful of decisions none of which can be left out, and the fixed twin stays clean on ten times the runs, same faults.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/bundle/bundle.hpp"
#include "scenarios/explore/shrink.hpp"
#include "scenarios/explore/sweep.hpp"
#include "tests/catch.hpp"

namespace weir {

namespace {

struct Entry {
  const char* name;            // its folder
  const char* oracle;          // which finds it
  std::uint64_t within;        // runs of a sweep from Seed{1}
  std::size_t deviations = 5;  // the most that shrinking leaves
  std::string_view by = "";    // the site, or sites, of which one of them is, where the mechanism is a fault or a delay
};

// clang-format off
const std::vector<Entry> entries{
    {"fm-01-one-bad-record",                "O-NOLOSS", 100, 1},
    {"fm-02-first-delete",                  "O-LIVE",   100, 2},
    {"fm-03-counted-twice",                 "O-ONCE",   100, 2, "client.fault or function.outcome"},
    {"fm-04-five-of-eight",                 "O-ONCE",   100, 2, "client.fault or function.outcome"},
    {"fm-05-marked-never-done",             "O-NOLOSS", 100, 2, "client.fault or function.outcome"},
    {"fm-06-a-marker-outlives-its-owner",   "O-LIVE",   100, 2, "client.fault or function.outcome"},
    {"fm-07-caught-and-logged",             "O-CONV",   100, 2, "client.fault"},
    {"fm-08-an-answer-nobody-reads",        "O-NOLOSS", 100, 2, "client.fault"},
    {"fm-09-failures-as-a-set",             "O-ONCE",   100, 3, "client.fault or function.outcome"},
    {"fm-10-only-the-first",                "O-NOLOSS", 100, 2},
    {"fm-12-bisecting-is-not-isolating",   "O-ONCE",   100, 3, "client.fault or function.outcome"},
    {"fm-13-three-tries-and-a-shrug",       "O-NOLOSS", 200, 4, "client.fault or function.outcome"},
    {"fm-14-the-dead-letter-that-is-only-an-address", "O-NOLOSS", 100, 2, "client.fault or function.outcome"},
    {"fm-15-redriving-yesterday-over-today", "O-ORDER",  200, 5, "client.fault or function.outcome"},
    {"fm-16-paused-too-long",               "O-CONV",   200, 3},
    {"fm-17-killed-in-the-middle",          "O-LIVE",   100, 3},
    {"fm-18-the-batch-is-not-a-message",   "O-CONV",   100, 3, "trigger.poller_lost or function.outcome"},
    {"fm-21-the-loss-counter-that-cannot-see-the-loss", "the alarm rings", 100, 1},
    {"fm-22-latest-in-a-few-minutes",       "O-NOLOSS", 200, 3, "trigger.activation_delay"},
    {"fm-24-same-table-new-stream",         "O-CONV",   100, 1},
    {"fm-25-filtered-out-counted-as-done",  "O-CONV",   100, 1},
    {"fm-26-the-window-that-closed-early", "O-CONV",   100, 2},
    {"fm-27-the-image-you-did-not-order",   "O-CONV",   100, 2},
    {"fm-28-all-at-once",                   "O-CONV",   100, 4, "client.latency"},
    {"fm-31-faster-and-shuffled",          "O-CONV",   100, 2},
    {"fm-33-the-transaction-in-pieces",     "O-CONV",   100, 1, "stream.delay"},
    {"fm-36-back-from-the-dead",            "O-ORDER",  200, 5},
    {"fm-39-forty-of-them-failed",          "O-CONV",   100, 3, "batch.unprocessed"},
    {"fm-45-the-table-says-five",           "O-CONV",   100, 2},
    {"fm-46-the-index-has-not-heard",       "O-CONV",   100, 2, "gsi.delay"},
    {"fm-47-defeated-by-my-own-success",    "O-NOLOSS", 100, 2, "client.fault"},
    {"fm-48-exactly-once-for-five-minutes", "O-ONCE",   200, 3, "function.outcome"},
    {"fm-49-the-container-remembers",       "O-ONCE",   100, 2, "client.fault or function.outcome"},
    {"fm-57-expires-in-the-year-55000",     "O-BOUND",  100, 1},
    {"fm-59-expired-and-on-the-menu",       "O-READ",   100, 3},
    {"fm-60-a-lock-that-is-swept",          "O-LIVE",   100, 3, "function.outcome"},
    {"fm-61-who-deleted-this",              "O-ARCH",   100, 2},
    {"fm-62-archived-and-alive",            "O-ARCH",   100, 3},
    {"fm-63-forgot-before-the-stream",      "O-ONCE",   100, 2},
    {"fm-65-child-before-parent",           "O-LIN",    100, 2},
};
// clang-format on
constexpr std::uint64_t least_clean_runs = 2'000;

Scenario scenario_of(const Entry& entry, const char* variant) {
  const BundledFile* file = bundled_scenario(entry.name);
  REQUIRE(file != nullptr);
  return read_bundled(*file, all_sites(), variant);
}

std::string text_of(const std::vector<Deviation>& deviations) {
  std::string text;
  for (const Deviation& d : deviations)
    text += d.site + " at " + d.key + ": " + value_text(*all_sites().find(d.site), d.value) + "\n";
  return text;
}

SweepState swept(const Scenario& scenario, std::uint64_t runs) {
  return sweep(scenario, bundled_handlers(), {.runs = runs}).state;
}

// Which oracles said ok at least once in the first runs of a sweep: those that said unknown each time tested nothing.
bool is_tested(const Scenario& scenario, const std::string& oracle) {
  Player player(scenario, bundled_handlers());
  for (std::uint64_t run = 0; run < 100; ++run) {
    const Run played = player.play(Plan::seeded(run_seed(Seed{1}, run)));
    for (const Verdict& verdict : played.verdicts)
      if (verdict.oracle == oracle && verdict.is_ok()) return true;
  }
  return false;
}

// The scenario in which clients do what they like and everything else goes as well as it can.
Scenario undisturbed(Scenario scenario) {
  for (const SiteInfo& site : all_sites().sites()) {
    if (site.nature == Nature::workload || site.name.starts_with("workload.")) continue;
    std::erase_if(scenario.choices, [&site](const SiteRule& rule) { return rule.site == site.name; });
    scenario.choices.push_back({std::string(site.name), site.low, site.high, site.calm, {}, true});
  }
  return scenario;
}

}  // namespace

TEST_CASE("each museum entry is found by its oracle, shrinks to a 1-minimal list and has a clean twin", "[museum]") {
  for (const Entry& entry : entries) {
    DYNAMIC_SECTION(entry.name << ": the broken consumer is found and shrunk") {
      const Scenario scenario = scenario_of(entry, "broken");
      const SweepState state = swept(scenario, entry.within);
      REQUIRE_FALSE(state.bug.has_value());
      REQUIRE(state.found.count(entry.oracle) == 1);

      Player player(scenario, bundled_handlers());
      const Run found = player.play(Plan::seeded(state.found.at(entry.oracle).seed), {.record_deviations = true});
      const Shrunk shrunk = shrink(player, entry.oracle, found.plain_deviations());
      INFO(text_of(shrunk.deviations));
      REQUIRE(shrunk.failed_at_all);
      CHECK(shrunk.deviations.size() <= entry.deviations);
      const auto is_mechanism = [&entry](const Deviation& d) { return entry.by.find(d.site) != std::string_view::npos; };
      CHECK((entry.by.empty() || std::any_of(shrunk.deviations.begin(), shrunk.deviations.end(), is_mechanism)));

      const Run once = player.play(Plan::listed(shrunk.deviations));
      const Run twice = simulate(scenario, Plan::listed(shrunk.deviations), bundled_handlers(), {.keep_trace = true});
      CHECK(once.violation_of(entry.oracle) != nullptr);
      CHECK(once.hash == twice.hash);

      for (std::size_t i = 0; i < shrunk.deviations.size(); ++i) {
        std::vector<Deviation> rest = shrunk.deviations;
        rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(i));
        INFO("without deviation " << i);
        CHECK(player.play(Plan::listed(rest)).violation_of(entry.oracle) == nullptr);
      }
    }

    DYNAMIC_SECTION(entry.name << ": the fixed twin is clean with the same faults, and really tested") {
      const Scenario broken = scenario_of(entry, "broken"), fixed = scenario_of(entry, "fixed");
      CHECK(broken.choices == fixed.choices);
      CHECK(broken.workloads == fixed.workloads);
      CHECK(broken.steps == fixed.steps);
      CHECK(broken.oracles == fixed.oracles);
      CHECK(broken.heal_at == fixed.heal_at);

      const SweepState state = swept(fixed, std::max(least_clean_runs, 10 * entry.within));
      for (const auto& [oracle, first] : state.found) FAIL_CHECK(oracle << " in run " << first.run << ": " << first.message);
      CHECK(state.violations == 0);
      CHECK_FALSE(state.bug.has_value());
      for (const OracleSpec& spec : fixed.oracles) {
        INFO(spec.oracle);
        CHECK(is_tested(fixed, spec.oracle));
      }
    }

    if (!entry.by.empty())  // else what its clients do is enough
      DYNAMIC_SECTION(entry.name << ": the broken consumer is right as long as its mechanism does not strike") {
        const Scenario calm = undisturbed(scenario_of(entry, "broken"));
        const SweepState state = swept(calm, 200);
        for (const auto& [oracle, first] : state.found) FAIL_CHECK(oracle << " in run " << first.run << ": " << first.message);
        CHECK(state.violations == 0);
        CHECK(is_tested(calm, entry.oracle));
      }

    DYNAMIC_SECTION(entry.name << ": the calm runs of both twins are free of violations") {
      for (const char* variant : {"broken", "fixed"}) {
        const Run calm = simulate(scenario_of(entry, variant), Plan::calm(), bundled_handlers());
        INFO(variant);
        CHECK(calm.violation() == nullptr);
        CHECK_FALSE(calm.bug.has_value());
      }
    }
  }
}

TEST_CASE("the lost answer that FM-47's broken consumer cannot take is the one that its own client hides", "[museum][FM-47]") {
  Scenario scenario = read_bundled(*bundled_scenario("fm-47"), all_sites(), "broken");
  REQUIRE(scenario.functions.size() == 1);
  scenario.functions[0].sdk_retries = SdkRetries::none;
  const SweepState state = swept(scenario, least_clean_runs);
  for (const auto& [oracle, first] : state.found) FAIL_CHECK(oracle << " in run " << first.run << ": " << first.message);
  CHECK(state.violations == 0);
}

TEST_CASE("the lock that FM-60's broken consumer waits for is that of an owner who was killed", "[museum][FM-60]") {
  Scenario scenario = read_bundled(*bundled_scenario("fm-60"), all_sites(), "broken");
  const SiteInfo outcome = *all_sites().find("function.outcome");
  scenario.choices.push_back({std::string(outcome.name), outcome.low, outcome.high, outcome.calm, {}, true});
  const SweepState state = swept(scenario, least_clean_runs);
  for (const auto& [oracle, first] : state.found) FAIL_CHECK(oracle << " in run " << first.run << ": " << first.message);
  CHECK(state.violations == 0);
}

}  // namespace weir
