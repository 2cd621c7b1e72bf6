#include "scenarios/explore/shrink.hpp"

#include <set>

#include "scenarios/bundle/bundle.hpp"
#include "sim/plan/operation.hpp"
#include "tests/catch.hpp"

using namespace weir;

TEST_CASE("simpler values lie between the value and calm, nearest to calm first, and are neither", "[shrink]") {
  for (const SiteInfo& site : all_sites().sites())
    for (std::uint64_t bits = 0; bits < 60; ++bits) {
      SiteInfo narrow = site;
      if (site.type == SiteType::operation) narrow.high = ChoiceCodec<Operation>::encode({OperationKind::remove, 5, 2, 9});
      const std::int64_t value = draw(narrow, nullptr, mix(bits));
      for (const std::int64_t simpler : simpler_values(site, value, site.calm)) {
        INFO(site.name << " " << value_text(site, value) << " -> " << value_text(site, simpler));
        CHECK(simpler != value);
        CHECK(simpler != site.calm);
        if (site.type == SiteType::duration || site.type == SiteType::integer)
          CHECK((simpler >= std::min(value, site.calm) && simpler <= std::max(value, site.calm)));
      }
    }
}

TEST_CASE("simpler values are kinds that the scenario leaves open", "[shrink]") {
  Scenario scenario = read_bundled(*bundled_scenario("fm-03"), all_sites(), "broken");
  scenario.workloads[0].kinds = {OperationKind::add};
  scenario.workloads.push_back(scenario.workloads[0]);
  scenario.workloads[1].kinds = {OperationKind::put, OperationKind::remove};
  scenario.choices = {{.site = "client.fault", .low = 0, .high = 3, .calm = 0, .only = {3}}};
  const Player player(scenario, bundled_handlers());
  const auto kinds_of = [&](const std::string& key, OperationKind kind) {
    std::set<OperationKind> kinds;
    const Deviation one{"workload.op", key, ChoiceCodec<Operation>::encode({kind, 1, 1, 5})};
    for (const std::int64_t value : simpler_values(player, one)) kinds.insert(ChoiceCodec<Operation>::decode(value).kind);
    return kinds;
  };
  CHECK(kinds_of("client 0 / op 3", OperationKind::add) == std::set{OperationKind::add});
  CHECK(kinds_of("client 0 / op 3 / workload 1", OperationKind::remove) == std::set{OperationKind::put, OperationKind::remove});
  CHECK(simpler_values(player, {"client.fault", "trigger count / shard 0 / batch 0 / attempt 0 / call 0", 3}).empty());
  CHECK(simpler_values(player, {"no.such", "", 3}).empty());
}

TEST_CASE("ordinals in keys are found and replaced by their label", "[shrink]") {
  const std::string key = "trigger batch / shard 0.1 / batch 12 / attempt 3";
  CHECK(ordinal_in(key, "batch") == 12);
  CHECK(ordinal_in(key, "attempt") == 3);
  CHECK_FALSE(ordinal_in(key, "shard").has_value());
  CHECK_FALSE(ordinal_in(key, "call").has_value());
  CHECK_FALSE(ordinal_in(key, "trigger").has_value());
  CHECK(with_ordinal(key, "batch", 4) == "trigger batch / shard 0.1 / batch 4 / attempt 3");
  CHECK(with_ordinal("op 7", "op", 0) == "op 0");
}

TEST_CASE("a large failure of many operations shrinks to the museum's smallest trace, and is 1-minimal", "[shrink]") {
  Scenario scenario = read_bundled(*bundled_scenario("fm-03"), all_sites(), "broken");
  scenario.workloads[0].clients = 5;
  scenario.workloads[0].operations = 20;
  Player player(scenario, bundled_handlers());
  int tried = 0;
  for (std::uint64_t seed = 1; seed < 400 && tried < 3; ++seed) {
    const Run run = player.play(Plan::seeded(Seed{seed}), {.record_deviations = true});
    if (!run.violation_of("O-ONCE") || run.plain_deviations().size() < 60) continue;
    tried += 1;
    const Shrunk shrunk = shrink(player, "O-ONCE", run.plain_deviations());
    CHECK(shrunk.failed_at_all);
    CHECK(shrunk.deviations.size() <= 3);
    CHECK(shrunk.evaluations <= 400);
    for (std::size_t gone = 0; gone < shrunk.deviations.size(); ++gone) {
      std::vector<Deviation> rest = shrunk.deviations;
      rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(gone));
      CHECK_FALSE(player.play(Plan::listed(rest)).violation_of("O-ONCE"));
    }
  }
  CHECK(tried == 3);
}

TEST_CASE("shrinking that is stopped ends with the smallest list so far, which breaks the oracle", "[shrink]") {
  Scenario scenario = read_bundled(*bundled_scenario("fm-03"), all_sites(), "broken");
  scenario.workloads[0].operations = 20;
  Player player(scenario, bundled_handlers());
  std::uint64_t seed = 1;
  Run run;
  do run = player.play(Plan::seeded(Seed{seed++}), {.record_deviations = true});
  while (!run.violation_of("O-ONCE") || run.plain_deviations().size() < 40);
  const std::vector<Deviation> whole = run.plain_deviations();

  const std::atomic<bool> stop{true};
  const Shrunk at_once = shrink(player, "O-ONCE", whole, {.stop = &stop});
  CHECK(at_once.failed_at_all);
  CHECK(at_once.stopped);
  CHECK(at_once.evaluations == 1);
  CHECK(at_once.deviations == whole);

  const Shrunk done = shrink(player, "O-ONCE", whole);
  CHECK_FALSE(done.stopped);
  std::size_t before = whole.size();
  for (std::uint64_t most = 1; most < done.evaluations; ++most) {
    const Shrunk shrunk = shrink(player, "O-ONCE", whole, {.most_evaluations = most});
    CHECK(shrunk.evaluations == most);
    CHECK_FALSE(shrunk.stopped);
    CHECK(shrunk.deviations.size() <= before);
    CHECK(player.play(Plan::listed(shrunk.deviations)).violation_of("O-ONCE"));
    before = shrunk.deviations.size();
  }
}

TEST_CASE("a list that breaks nothing is handed back untouched, and a bound on evaluations is kept", "[shrink]") {
  const Scenario scenario = read_bundled(*bundled_scenario("fm-03"), all_sites(), "fixed");
  Player player(scenario, bundled_handlers());
  const std::vector<Deviation> list{{"client.latency", "trigger count / shard 0 / batch 0 / attempt 0 / call 0", 1'000'000}};
  const Shrunk shrunk = shrink(player, "O-ONCE", list);
  CHECK_FALSE(shrunk.failed_at_all);
  CHECK(shrunk.deviations == list);
  CHECK(shrunk.evaluations == 1);
}
