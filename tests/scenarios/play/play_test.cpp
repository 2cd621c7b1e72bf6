#include "scenarios/play/play.hpp"

#include "scenarios/bundle/bundle.hpp"
#include "sim/base/bad_input.hpp"
#include "sim/trace/text.hpp"
#include "tests/catch.hpp"

using namespace weir;

namespace {

Scenario bundled(const char* name, const char* variant = "") {
  return read_bundled(*bundled_scenario(name), all_sites(), variant, "fixed");
}

BatchResponse copy(const StreamEvent& event, Context& context) {
  for (const StreamRecord& record : event.records) (void)context.table("copies").put(*record.new_image);
  return BatchResponse::ok();
}

const Scenario two_puts{.name = "two-puts",
                        .tables = {{.name = "orders", .key = {.partition = "id"}, .stream = StreamView::new_image},
                                   {.name = "copies", .key = {.partition = "id"}}},
                        .functions = {{.name = "copy"}},
                        .mappings = {{.table = "orders", .function = "copy"}},
                        .steps = {{1s, PutStep{"orders", {{"id", "A"}}}}, {2s, PutStep{"orders", {{"id", "B"}}}}},
                        .run_for = 1h,
                        .oracles = {{"O-CONV", {{"source", "orders"}, {"view", "copies"}, {"fold", "copy"}}}}};

}  // namespace

TEST_CASE("the same scenario and plan make the same run to the bit, kept or not, in a fresh player or a used one", "[play]") {
  const Scenario scenario = bundled("fm-03", "broken");
  Player used(scenario, bundled_handlers());
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const Plan plan = Plan::seeded(Seed{seed});
    const Hash128 hash = used.play(plan).hash;
    CHECK(simulate(scenario, plan, bundled_handlers(), {.keep_trace = true}).hash == hash);
    CHECK(used.play(plan, {.record_deviations = true, .with_oracles = false}).hash == hash);
  }
}

TEST_CASE("what a player played before leaves no trace in what it plays next, whatever the plans", "[play]") {
  const Scenario scenario = bundled("fm-03", "broken");
  Player used(scenario, bundled_handlers());
  const Run calm = used.play(Plan::calm());
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Run seeded = used.play(Plan::seeded(Seed{seed}), {.record_deviations = true});
    CHECK(used.play(Plan::calm()).hash == calm.hash);
    const Run listed = used.play(Plan::listed(seeded.plain_deviations()));
    CHECK(listed.hash == seeded.hash);
    CHECK(listed.reached == seeded.reached);
    CHECK(used.play(Plan::calm()).reached == calm.reached);
  }
}

TEST_CASE("a run's verdicts are those of oracles that read the stored trace alone, names and all", "[play]") {
  int violations = 0;
  for (const BundledFile& file : bundled_scenarios()) {
    const Scenario scenario = read_bundled(file, all_sites(), "", "broken");
    Player player(scenario, bundled_handlers());
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
      const Run run = player.play(Plan::seeded(Seed{seed}), {.keep_trace = true});
      std::vector<std::unique_ptr<Oracle>> oracles = always_on();
      for (const OracleSpec& spec : scenario.oracles) oracles.push_back(make_oracle(spec));
      for (std::size_t i = 0; i < oracles.size(); ++i) {
        const Verdict alone = judge(run.trace, *oracles[i]);
        INFO(scenario.name << " seed " << seed << " " << alone.oracle);
        CHECK(run.verdicts[i].oracle == alone.oracle);
        CHECK(run.verdicts[i].message == alone.message);
        CHECK(run.verdicts[i].evidence == alone.evidence);
        violations += alone.is_violation() ? 1 : 0;
      }
    }
  }
  CHECK(violations > 0);
}

TEST_CASE("a seeded run is at once a list of deviations: played from the list alone it is the same run", "[play][replay]") {
  for (const BundledFile& file : bundled_scenarios()) {
    const Scenario scenario = read_bundled(file, all_sites(), "", "broken");
    Player player(scenario, bundled_handlers());
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
      const Run seeded = player.play(Plan::seeded(Seed{seed}), {.record_deviations = true});
      const Run listed = player.play(Plan::listed(seeded.plain_deviations()), {.record_deviations = true});
      INFO(scenario.name << " seed " << seed);
      CHECK(listed.hash == seeded.hash);
      CHECK(listed.plain_deviations() == seeded.plain_deviations());
    }
  }
}

TEST_CASE("a scenario written as a value plays: a put reaches the copy, oracles say ok", "[play]") {
  const Handlers handlers{.functions = {{"copy", copy}}, .readers = {}};
  const Run run = simulate(two_puts, Plan::calm(), handlers, {.keep_trace = true});
  CHECK_FALSE(run.bug.has_value());
  CHECK(run.violation() == nullptr);
  CHECK(run.records == 2);
  CHECK(run.unfinished == 0);
  REQUIRE(run.tables.size() == 2);
  CHECK(run.tables[1].items == 2);
  CHECK(run.ended_at == Instant(1h));
  const Verdict& conv = run.verdicts.back();
  CHECK(conv.oracle == "O-CONV");
  CHECK(conv.declared);
  CHECK(conv.is_ok());
}

TEST_CASE("nobody stops a function that writes to the table it hears of", "[play][INV-5]") {
  const Handlers handlers{.functions = {{"copy",
                                         [](const StreamEvent& event, Context& context) {
                                           for (const StreamRecord& record : event.records)
                                             (void)context.table("orders").update(record.keys,
                                                                                  Update().add("hops", AttributeValue(1)));
                                           return BatchResponse::ok();
                                         }}},
                          .readers = {}};
  Scenario scenario = two_puts;
  scenario.steps.pop_back();
  scenario.oracles.clear();
  scenario.run_for = 1min;
  const Run run = simulate(scenario, Plan::calm(), handlers);
  CHECK(run.violation() == nullptr);
  CHECK(run.records > 100);  // elsewhere, chains end after some 16 hops
}

TEST_CASE("a handler nobody registered is bad input that names the registered ones", "[play][bad-input]") {
  const Handlers handlers{.functions = {{"copi", copy}}, .readers = {}};
  CHECK_THROWS_WITH(simulate(two_puts, Plan::calm(), handlers),
                    "function 'copy': no code of that name is registered (did you mean 'copi'?); accepted: copi");
}

TEST_CASE("a broken invariant of ours ends the run as a bug, never as the consumer's violation", "[play]") {
  const Handlers handlers{
      .functions = {{"copy", [](const StreamEvent&, Context&) -> BatchResponse { throw std::runtime_error("mine"); }}},
      .readers = {}};
  const Run consumer_failed = simulate(two_puts, Plan::calm(), handlers);
  CHECK_FALSE(consumer_failed.bug.has_value());
}

TEST_CASE("faults heal where the scenario says, and half way through by default", "[play]") {
  const Handlers handlers{.functions = {{"copy", copy}}, .readers = {}};
  const auto healed_at = [&](std::optional<Duration> heal_at) {
    Scenario scenario = two_puts;
    scenario.heal_at = heal_at;
    for (const Fact& fact : simulate(scenario, Plan::calm(), handlers, {.keep_trace = true}).trace)
      if (fact.as<FaultsHealed>()) return fact.at;
    return never;
  };
  CHECK(healed_at(std::nullopt) == Instant(30min));
  CHECK(healed_at(5min) == Instant(5min));
}

TEST_CASE("every choice site of the build is listed once, with a calm value inside its envelope, a question and a rule",
          "[play]") {
  CHECK(all_sites().sites().size() >= 30);
  for (const SiteInfo& site : all_sites().sites()) {
    INFO(site.name);
    CHECK_FALSE(site.asks.empty());
    CHECK_FALSE(site.rules.empty());
    if (site.type != SiteType::operation && site.type != SiteType::outcome)
      CHECK((site.low <= site.calm && site.calm <= site.high));
    CHECK(parse_value_text(site, value_text(site, site.calm)) == site.calm);
  }
}
