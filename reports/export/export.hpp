// What other programs take in: a trace as JSON lines, verdicts as JUnit XML.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scenarios/explore/sweep.hpp"

namespace weir {

// One fact a line (sim/trace/json_lines.hpp), each line ended.
std::string json_lines(const std::vector<Fact>& trace);

struct TestCase {
  enum class Result : std::uint8_t { passed, failed, skipped, errored };
  std::string name;  // the oracle's or check's; "weir" for a bug of ours and for a stop
  Result result = Result::passed;
  std::string message;  // what the oracle says; empty when passed
};

struct TestSuite {
  std::string name;  // "fm-03-counted-twice (broken)"
  std::int64_t milliseconds = 0;
  std::vector<TestCase> cases;
};

// One case an oracle: a violation is failed, unknown is skipped, a bug of ours is one case more that errored. Of a sweep each
// case tells the first run that broke it, its seed, and in how many runs it broke; a promise that no run put to the test is
// skipped, and so is one case more when the sweep was stopped.
TestSuite suite_of(const Scenario& scenario, const Run& run, std::int64_t milliseconds);
TestSuite suite_of(const Scenario& scenario, const SweepResult& result);

// As CI servers read it. Characters that XML 1.0 has no place for become '?'.
std::string junit_xml(const std::vector<TestSuite>& suites);

}  // namespace weir
