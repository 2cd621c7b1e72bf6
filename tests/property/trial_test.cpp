// Property tests: what RapidCheck draws is a plan, what it shrinks to is a list of deviations, what it shows can be replayed.
#include "scenarios/explore/trial.hpp"

#include <sstream>
#include <stdexcept>

#include "scenarios/bundle/bundle.hpp"
#include "scenarios/explore/property.hpp"
#include "scenarios/format/token.hpp"
#include "sim/base/bad_input.hpp"
#include "tests/catch.hpp"

namespace weir {

namespace {

Scenario counted(const char* variant) { return read_bundled(*bundled_scenario("fm-03-counted-twice"), all_sites(), variant); }

std::optional<Trial> first_failing(const Scenario& scenario, const std::function<bool(const Run&)>& fails) {
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    Trial trial(scenario, bundled_handlers(), Plan::seeded(Seed{seed}));
    if (fails(trial.play())) return trial;
  }
  return std::nullopt;
}

// What RapidCheck does with shrinks: the first that fails too, until none does.
Trial shrunk(Trial trial, const std::function<bool(const Run&)>& fails) {
  for (;;) {
    SimplerTrials simpler(trial);
    std::optional<Trial> next = simpler.next();
    while (next && !fails(next->play())) next = simpler.next();
    if (!next) return trial;
    trial = *std::move(next);
  }
}

void check_one_minimal(const Trial& trial, const std::function<bool(const Run&)>& fails) {
  const std::vector<Deviation> list = trial.plan().deviations();
  CHECK(fails(trial.play()));
  for (std::size_t i = 0; i < list.size(); ++i) {
    std::vector<Deviation> rest = list;
    rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(i));
    CHECK_FALSE(fails(trial.with(Plan::listed(rest)).play()));
  }
}

bool violates(const Run& run) { return run.violation() != nullptr; }

std::string refused(std::string_view token, const Handlers& handlers) {
  try {
    Trial::from_token(token, handlers).play();
  } catch (const BadInput& error) {
    return error.what();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("an oracle's violation shrinks to a 1-minimal list of deviations", "[property][shrink]") {
  const std::optional<Trial> found = first_failing(counted("broken"), violates);
  REQUIRE(found.has_value());
  const Trial least = shrunk(*found, violates);
  INFO(least.story());
  CHECK_FALSE(least.plan().is_seeded());
  CHECK(least.plan().deviations().size() <= 3);
  check_one_minimal(least, violates);
}

// No oracle is asked here: only the test knows what is wrong, so shrinking goes by its verdict alone.
TEST_CASE("a property of the test's own shrinks to a 1-minimal list as well", "[property][shrink]") {
  const auto three_orders = [](const Run& run) { return run.tables.front().items >= 3; };
  const std::optional<Trial> found = first_failing(counted("fixed"), three_orders);
  REQUIRE(found.has_value());
  const Trial least = shrunk(*found, three_orders);
  INFO(least.story());
  CHECK(least.plan().deviations().size() == 3);  // three operations, and nothing else
  for (const Deviation& deviation : least.plan().deviations()) CHECK(deviation.site == "workload.op");
  check_one_minimal(least, three_orders);
  CHECK(parse_token(least.token(), all_sites()).breaks == "the property");
}

TEST_CASE("a trial's token is the whole failure: it plays to the same trace", "[property][replay]") {
  const Trial least = shrunk(first_failing(counted("broken"), violates).value(), violates);
  const Run run = least.play();
  const Failure failure = parse_token(least.token(), all_sites());
  CHECK(failure.breaks == run.violation()->oracle);
  CHECK(failure.hash == to_text(run.hash));
  CHECK(failure.embedded == least.scenario());
  const Trial again = Trial::from_token(least.token(), bundled_handlers());
  CHECK(again.play().hash == run.hash);
  CHECK(again.story() == least.story());

  const Trial seeded(counted("broken"), bundled_handlers(), Plan::seeded(Seed{7}));
  CHECK(Trial::from_token(seeded.token(), bundled_handlers()).play().hash == seeded.play().hash);
}

TEST_CASE("a token that this test cannot play is refused in words", "[property][bad-input]") {
  const Trial trial(counted("fixed"), bundled_handlers(), Plan::calm());
  CHECK(refused(trial.token(), bundled_handlers()) == "accepted");
  CHECK(refused(trial.token(), Handlers{}) != "accepted");
  CHECK(refused("weir1.nonsense", bundled_handlers()) != "accepted");
  Failure named = parse_token(trial.token(), all_sites());
  named.embedded.reset();
  CHECK(refused(to_token(named, all_sites()), bundled_handlers()) ==
        "token: the scenario 'fm-03-counted-twice' by its name; a token that holds its scenario, or `weir replay`");
}

TEST_CASE("RapidCheck's report shows the shrunk deviations and the token", "[property]") {
  const Scenario scenario = counted("broken");
  const auto result = rc::detail::checkTestable([&scenario] {
    const Trial trial = *any_trial(scenario, bundled_handlers());
    RC_ASSERT(trial.play().holds());
  });
  std::ostringstream said;
  rc::detail::printResultMessage(result, said);
  const std::string report = said.str();
  INFO(report);
  REQUIRE(result.is<rc::detail::FailureResult>());
  CHECK(report.find("Falsifiable after ") != std::string::npos);
  CHECK(report.find("the calm run of 'fm-03-counted-twice', but for\n") != std::string::npos);
  CHECK(report.find("breaks O-ONCE: ") != std::string::npos);
  CHECK(report.find("RC_ASSERT(trial.play().holds())") != std::string::npos);
  const std::size_t token = report.find("token weir1.");
  REQUIRE(token != std::string::npos);
  const std::string text = report.substr(token + 6, report.find('\n', token) - token - 6);
  const Trial pasted = Trial::from_token(text, bundled_handlers());
  CHECK(pasted.plan().deviations().size() <= 3);
  check_one_minimal(pasted, violates);
}

TEST_CASE("a correct consumer passes under every plan", "[property]") {
  const Scenario scenario = counted("fixed");
  WEIR_PROPERTY("counts agree", [&scenario] {
    const Trial trial = *any_trial(scenario, bundled_handlers());
    RC_ASSERT(trial.play().holds());
  });
}

TEST_CASE("a consumer that never works passes no property: nothing is tested, and RapidCheck gives up", "[property]") {
  Scenario scenario = counted("fixed");
  scenario.functions.front().handler = "never";
  Handlers handlers;
  handlers.functions["never"] = [](const StreamEvent&, Context&) -> BatchResponse { throw std::runtime_error("not today"); };
  const auto result = rc::detail::checkTestable([&] {
    const Run run = (*any_trial(scenario, handlers)).play();
    RC_PRE(run.tested());
    RC_ASSERT(run.holds());
  });
  CHECK(result.is<rc::detail::GaveUpResult>());
}

TEST_CASE("a run holds unless a promise or an invariant of ours broke; it is tested when that or all promises were",
          "[property]") {
  const Verdict own{.kind = Verdict::Kind::unknown, .oracle = "O-TTL"},
      untested{.kind = Verdict::Kind::unknown, .declared = true};
  const Verdict kept{.kind = Verdict::Kind::ok, .declared = true}, broken{.kind = Verdict::Kind::violation, .declared = true};
  const auto run_with = [](std::vector<Verdict> verdicts) {
    Run run;
    run.verdicts = std::move(verdicts);
    return run;
  };
  CHECK(run_with({own, kept}).tested());
  CHECK(run_with({own, kept}).holds());
  CHECK_FALSE(run_with({own}).tested());  // not one promise, of the model's or the scenario's
  CHECK_FALSE(run_with({own, kept, untested}).tested());
  CHECK(run_with({own, kept, untested}).holds());
  CHECK(run_with({untested, broken}).tested());
  CHECK_FALSE(run_with({untested, broken}).holds());
  Run wrong = run_with({untested});
  wrong.bug = "an invariant";
  CHECK(wrong.tested());
  CHECK_FALSE(wrong.holds());
}

}  // namespace weir
