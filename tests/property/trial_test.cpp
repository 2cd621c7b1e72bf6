// Property tests: what RapidCheck draws is a plan, what it shrinks to is a list of deviations, what it shows can be replayed.
#include "scenarios/explore/trial.hpp"

#include <sstream>

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
    RC_ASSERT(!trial.play().violation());
  });
  std::ostringstream said;
  rc::detail::printResultMessage(result, said);
  const std::string report = said.str();
  INFO(report);
  REQUIRE(result.is<rc::detail::FailureResult>());
  CHECK(report.find("Falsifiable after ") != std::string::npos);
  CHECK(report.find("the calm run of 'fm-03-counted-twice', but for\n") != std::string::npos);
  CHECK(report.find("breaks O-ONCE: ") != std::string::npos);
  CHECK(report.find("RC_ASSERT(!trial.play().violation())") != std::string::npos);
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
    RC_ASSERT(!trial.play().violation());
  });
}

}  // namespace weir
