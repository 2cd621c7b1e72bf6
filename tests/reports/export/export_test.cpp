#include "reports/export/export.hpp"

#include <algorithm>

#include "tests/catch.hpp"
#include "tests/reports/store/bed.hpp"

using namespace weir;

TEST_CASE("a trace goes out as one valid JSON object a line", "[export]") {
  const Run run = simulate(counted_orders(), Plan::calm(), counting(), {.keep_trace = true});
  const std::string lines = json_lines(run.trace);
  const Database database = Database::in_memory();
  Statement field(database, "SELECT json_extract(?, '$.fact') || json_extract(?, '$.kind')");
  std::size_t begin = 0;
  for (const Fact& fact : run.trace) {
    const std::size_t end = lines.find('\n', begin);
    REQUIRE(end != std::string::npos);
    const std::string line = lines.substr(begin, end - begin);
    REQUIRE(field.bind(line).bind(line).step());
    CHECK(field.text(0) == std::to_string(fact.index) + std::string(fact.name()));
    field.reset();
    begin = end + 1;
  }
  CHECK(begin == lines.size());
}

TEST_CASE("JUnit sees violations as failures, the untested as skipped, our bugs as errors", "[export]") {
  Run run;
  run.verdicts = {{.kind = Verdict::Kind::ok, .oracle = "O-A"},
                  {.kind = Verdict::Kind::violation, .oracle = "O-B", .message = "\"a\" < b & c\n\x01\xFF"},
                  {.kind = Verdict::Kind::unknown, .oracle = "O-C", .message = "nothing to test"}};
  run.bug = "it broke";
  CHECK(junit_xml({suite_of(counted_orders(), run, 1234)}) == R"xml(<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
  <testsuite name="counted-orders (broken)" tests="4" failures="1" errors="1" skipped="1" time="1.234">
    <testcase classname="counted-orders (broken)" name="O-A"/>
    <testcase classname="counted-orders (broken)" name="O-B"><failure message="&quot;a&quot; &lt; b &amp; c&#10;??"/></testcase>
    <testcase classname="counted-orders (broken)" name="O-C"><skipped message="nothing to test"/></testcase>
    <testcase classname="counted-orders (broken)" name="weir"><error message="it broke"/></testcase>
  </testsuite>
</testsuites>
)xml");
}

TEST_CASE("of a sweep JUnit tells each oracle, and the first run that broke it", "[export]") {
  const Scenario scenario = counted_orders();
  const SweepResult result = sweep(scenario, counting(), {.runs = 5, .seed = Seed{7}, .jobs = 1});
  const TestSuite suite = suite_of(scenario, result);
  CHECK(suite.cases.size() == always_on().size() + 2);
  const TestCase& check = suite.cases.back();
  CHECK(check.name == "few-totals");
  CHECK(check.result == TestCase::Result::failed);
  CHECK(check.message ==
        "item_key g0, version 1 (run 0, seed " + std::to_string(run_seed(Seed{7}, 0).value) + "; broken in 5 of 5 runs)");
  CHECK(suite.cases.front().result == TestCase::Result::passed);
}

TEST_CASE("of a sweep JUnit skips the promises that no run put to the test, and says when it was stopped", "[export]") {
  Scenario scenario = counted_orders();
  scenario.run_for = 1ms;  // over before anything is done
  scenario.heal_at.reset();
  scenario.steps.clear();
  scenario.checks.clear();
  SweepResult result = sweep(scenario, counting(), {.runs = 5, .seed = Seed{7}, .jobs = 2});
  const std::vector<Untested>& untested = result.state.untested;
  const TestSuite suite = suite_of(scenario, result);
  REQUIRE(suite.cases.size() == untested.size());
  for (std::size_t i = 0; i < untested.size(); ++i) {
    INFO(untested[i].oracle);
    CHECK(suite.cases[i].name == untested[i].oracle);
    const bool declared = i >= always_on().size();
    if (declared) CHECK(untested[i].runs == 5);
    const bool skipped = suite.cases[i].result == TestCase::Result::skipped;
    CHECK(skipped == (untested[i].runs == 5));
    CHECK(suite.cases[i].message == (skipped ? "no run put it to the test" : ""));
  }
  result.interrupted = true;
  const TestCase last = suite_of(scenario, result).cases.back();
  CHECK(last.name == "weir");
  CHECK(last.result == TestCase::Result::skipped);
  CHECK(last.message == "stopped after 5 runs");
}
