// What every scenario that Weir brings along promises, whichever it is.
#include "scenarios/bundle/bundle.hpp"
#include "scenarios/explore/sweep.hpp"
#include "scenarios/format/scenario_file.hpp"
#include "scenarios/play/play.hpp"
#include "sim/trace/text.hpp"
#include "tests/catch.hpp"

using namespace weir;

namespace {

constexpr std::uint64_t seeds = 50;

// Each bundled scenario in each of its variants.
std::vector<Scenario> all_scenarios() {
  std::vector<Scenario> all;
  for (const BundledFile& file : bundled_scenarios()) {
    std::vector<std::string> variants = variants_of(file.text, std::string(file.path));
    if (variants.empty()) variants.emplace_back();
    for (const std::string& variant : variants) all.push_back(read_bundled(file, all_sites(), variant));
  }
  return all;
}

std::string title(const Scenario& scenario) {
  return scenario.name + (scenario.variant.empty() ? "" : ", " + scenario.variant);
}

Verdict::Kind kind_of(Expectation expectation) {
  if (expectation == Expectation::violation) return Verdict::Kind::violation;
  return expectation == Expectation::ok ? Verdict::Kind::ok : Verdict::Kind::unknown;
}

// The worst that a run says under one name: a violation, else ok, else unknown. A scenario may ask one oracle twice.
std::optional<Verdict::Kind> said_by(const Run& run, const std::string& oracle) {
  std::optional<Verdict::Kind> said;
  for (const Verdict& verdict : run.verdicts) {
    if (verdict.oracle != oracle) continue;
    if (!said || verdict.is_violation() || (verdict.is_ok() && said == Verdict::Kind::unknown)) said = verdict.kind;
  }
  return said;
}

}  // namespace

TEST_CASE("every bundled scenario can be read, and says what it teaches, by which rules, and what it expects", "[catalogue]") {
  REQUIRE(bundled_scenarios().size() >= 10);
  for (const Scenario& scenario : all_scenarios()) {
    INFO(title(scenario));
    CHECK(!scenario.teaches.empty());
    CHECK(!scenario.rules.empty());
    CHECK(!scenario.expect.empty());
  }
}

// A workload's operations do not happen in a calm run, so a calm run may have nothing to judge; then the first seeds must.
TEST_CASE("what a scenario expects holds on its calm run, and was put to the test", "[catalogue]") {
  for (const Scenario& scenario : all_scenarios()) {
    if (scenario.variant == "broken") continue;
    INFO(title(scenario));
    Player player(scenario, bundled_handlers());
    const Run calm = player.play(Plan::calm());
    CHECK(calm.bug.value_or("") == "");
    for (const auto& [oracle, expectation] : scenario.expect) {
      INFO(oracle);
      const Verdict::Kind expected = kind_of(expectation);
      std::optional<Verdict::Kind> said = said_by(calm, oracle);
      for (std::uint64_t i = 0; said == Verdict::Kind::unknown && said != expected && i < seeds; ++i)
        said = said_by(player.play(Plan::seeded(run_seed(Seed{1}, i))), oracle);
      REQUIRE(said.has_value());
      CHECK(to_text(*said) == to_text(expected));
    }
  }
}

TEST_CASE("a calm run breaks nothing that a scenario does not expect to break", "[catalogue]") {
  for (const Scenario& scenario : all_scenarios()) {
    INFO(title(scenario));
    const Run calm = simulate(scenario, Plan::calm(), bundled_handlers());
    for (const Verdict& verdict : calm.verdicts) {
      const auto expected = scenario.expect.find(verdict.oracle);
      if (expected != scenario.expect.end() && expected->second == Expectation::violation) continue;
      INFO(verdict.oracle << ": " << verdict.message);
      CHECK(!verdict.is_violation());
    }
  }
}

// How many facts of one kind that satisfy a test the first seeds have.
template <class Kind, class Test>
int seen_in(const char* name, Test test) {
  const Scenario scenario = read_bundled(*bundled_scenario(name), all_sites());
  int count = 0;
  for (std::uint64_t i = 0; i < seeds; ++i) {
    const Run run = simulate(scenario, Plan::seeded(run_seed(Seed{1}, i)), bundled_handlers(), {.keep_trace = true});
    for (const Fact& fact : run.trace)
      if (const Kind* one = fact.as<Kind>()) count += test(*one) ? 1 : 0;
  }
  return count;
}

TEST_CASE("what a scenario is about happens in it", "[catalogue][INV-4][WIRE-6][OP-6][WIN-5]") {
  CHECK(seen_in<ContainerEntered>("a-remembered-rate", [](const auto& entered) { return !entered.cold; }) > 0);
  CHECK(seen_in<ContainerEntered>("a-remembered-rate", [](const auto& entered) { return entered.container > 0; }) > 0);
  CHECK(seen_in<WindowEnding>("a-minute-at-a-time", [](const auto&) { return true; }) > 0);
  CHECK(seen_in<CallRetried>("written-again-unseen", [](const auto&) { return true; }) > 0);
}

TEST_CASE("what the scenarios of the item API, of throttled functions and of split partitions are about happens in them",
          "[catalogue][READ-3][BOP-3][POLL-12][CAP-5][CAP-8]") {
  const auto told = [](const char* what) {
    return [what](const Logged& logged) { return logged.line.find(what) != std::string::npos; };
  };
  const auto any = [](const auto&) { return true; };
  CHECK(seen_in<StaleRead>("asked-by-hand", any) > 0);
  CHECK(seen_in<Logged>("asked-by-hand", told("unprocessed: put of ledger")) > 0);
  CHECK(seen_in<Logged>("asked-by-hand", told("ConditionalCheckFailedException: The conditional request failed; item")) > 0);
  CHECK(seen_in<InvocationThrottled>("two-on-one-stream",
                                     [](const auto& one) { return one.by == ThrottledBy::reserved_concurrency; }) > 0);
  CHECK(seen_in<MessageReceived>("two-on-one-stream", any) > 0);
  CHECK(seen_in<PartitionSplit>("a-table-outgrows-itself", any) > 0);
  CHECK(seen_in<Logged>("a-table-outgrows-itself", told("ProvisionedThroughputExceededException")) > 0);
  CHECK(seen_in<InvocationThrottled>("the-account-is-full",
                                     [](const auto& one) { return one.by == ThrottledBy::account_limit; }) > 0);
  CHECK(seen_in<Logged>("a-table-that-comes-and-goes", told("put: ResourceNotFoundException")) > 0);
  CHECK(seen_in<Logged>("a-table-that-comes-and-goes", told("get: ResourceNotFoundException")) > 0);
  CHECK(seen_in<TtlJudged>("a-table-that-comes-and-goes", any) > 0);
  CHECK(seen_in<Logged>("a-full-collection", told("ItemCollectionSizeLimitExceededException")) > 0);
}

TEST_CASE("what a scenario of a client that writes again is about happens in it", "[catalogue][WIRE-6][OP-6][TXN-2]") {
  const char* const name = "unheard-and-written-again";
  const auto of = [](ActorKind kind) { return [kind](const CallRetried& retried) { return retried.actor.kind == kind; }; };
  CHECK(seen_in<CallRetried>(name, of(ActorKind::client)) > 0);
  CHECK(seen_in<CallRetried>(name, of(ActorKind::loader)) > 0);
  CHECK(seen_in<TransactionRepeated>(name, [](const auto&) { return true; }) > 0);
  CHECK(seen_in<Logged>(name, [](const Logged& told) {
          return told.line.find("step 1: put: ConditionalCheckFailedException") != std::string::npos;
        }) > 0);
  const Scenario scenario = read_bundled(*bundled_scenario(name), all_sites());
  std::uint64_t again = 0;
  for (std::uint64_t i = 0; i < seeds; ++i)
    for (const auto& [probe, times] : simulate(scenario, Plan::seeded(run_seed(Seed{1}, i)), bundled_handlers()).reached)
      if (probe == "a write that its client wrote again") again += times;
  CHECK(again > 0);
}

TEST_CASE("every bundled scenario plays twice to the same hash", "[determinism]") {
  for (const Scenario& scenario : all_scenarios()) {
    INFO(title(scenario));
    Player first(scenario, bundled_handlers()), second(scenario, bundled_handlers());
    for (std::uint64_t i = 0; i < seeds; ++i) {
      const Plan plan = Plan::seeded(run_seed(Seed{1}, i));
      const Run run = first.play(plan), again = second.play(plan);
      if (run.hash == again.hash) continue;
      const PlayOptions look{.keep_trace = true};
      const auto difference = first_difference(simulate(scenario, plan, bundled_handlers(), look).trace,
                                               simulate(scenario, plan, bundled_handlers(), look).trace);
      FAIL("run " << i << (difference ? ": " + difference->left + " | " + difference->right : ""));
    }
  }
}
