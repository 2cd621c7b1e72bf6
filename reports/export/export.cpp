#include "reports/export/export.hpp"

#include <cmath>
#include <string_view>

#include "sim/data/utf8.hpp"
#include "sim/trace/json_lines.hpp"

namespace weir {

namespace {

std::string suite_name(const Scenario& scenario) {
  return scenario.variant.empty() ? scenario.name : scenario.name + " (" + scenario.variant + ")";
}

void append_escaped(std::string& out, std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = utf8_length(text.substr(i));
    const char c = text[i];
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '"')
      out += "&quot;";
    else if (c == '\n' || c == '\t' || c == '\r')
      out += "&#" + std::to_string(static_cast<int>(c)) + ";";
    else if (length == 0 || static_cast<unsigned char>(c) < 0x20 || text.substr(i, 3) == "\xEF\xBF\xBE" ||
             text.substr(i, 3) == "\xEF\xBF\xBF")
      out += '?';
    else
      out += text.substr(i, length);
    i += length == 0 ? 1 : length;
  }
}

void append_attribute(std::string& out, std::string_view name, std::string_view value) {
  out += ' ';
  out += name;
  out += "=\"";
  append_escaped(out, value);
  out += '"';
}

std::string seconds_text(std::int64_t milliseconds) {
  const std::string rest = std::to_string(milliseconds % 1000);
  return std::to_string(milliseconds / 1000) + "." + std::string(3 - rest.size(), '0') + rest;
}

struct Counts {
  std::size_t cases = 0, failed = 0, skipped = 0, errored = 0;
};

Counts counts_of(const TestSuite& suite) {
  Counts counts;
  counts.cases = suite.cases.size();
  for (const TestCase& test : suite.cases) {
    counts.failed += test.result == TestCase::Result::failed;
    counts.skipped += test.result == TestCase::Result::skipped;
    counts.errored += test.result == TestCase::Result::errored;
  }
  return counts;
}

void append_case(std::string& out, const TestSuite& suite, const TestCase& test) {
  out += "    <testcase";
  append_attribute(out, "classname", suite.name);
  append_attribute(out, "name", test.name);
  if (test.result == TestCase::Result::passed) {
    out += "/>\n";
    return;
  }
  out += "><";
  out += test.result == TestCase::Result::failed ? "failure" : test.result == TestCase::Result::skipped ? "skipped" : "error";
  append_attribute(out, "message", test.message);
  out += "/></testcase>\n";
}

}  // namespace

std::string json_lines(const std::vector<Fact>& trace) {
  std::string lines;
  FactWriter names;
  for (const Fact& fact : trace) {
    names.learn(fact);
    lines += fact_json(fact, names);
    lines += '\n';
  }
  return lines;
}

TestSuite suite_of(const Scenario& scenario, const Run& run, std::int64_t milliseconds) {
  TestSuite suite{suite_name(scenario), milliseconds, {}};
  for (const Verdict& verdict : run.verdicts) {
    const TestCase::Result result = verdict.is_violation() ? TestCase::Result::failed
                                    : verdict.is_ok()      ? TestCase::Result::passed
                                                           : TestCase::Result::skipped;
    suite.cases.push_back({verdict.oracle, result, verdict.message});
  }
  if (run.bug) suite.cases.push_back({"weir", TestCase::Result::errored, *run.bug});
  return suite;
}

TestSuite suite_of(const Scenario& scenario, const SweepResult& result) {
  const SweepState& state = result.state;
  TestSuite suite{suite_name(scenario), std::llround(result.wall_seconds * 1000), {}};
  std::vector<std::string> oracles;
  for (const auto& oracle : always_on()) oracles.emplace_back(oracle->name());
  for (const OracleSpec& spec : scenario.oracles) oracles.push_back(spec.oracle);
  for (const SqlCheck& check : scenario.checks) oracles.push_back(check.name);
  for (std::size_t i = 0; i < oracles.size(); ++i) {
    const std::string& oracle = oracles[i];
    const auto found = state.found.find(oracle);
    if (found == state.found.end()) {
      const std::string why = state.next == 0                        ? "no run was played"
                              : state.untested[i].runs == state.next ? "no run put it to the test"
                                                                     : "";
      suite.cases.push_back({oracle, why.empty() ? TestCase::Result::passed : TestCase::Result::skipped, why});
      continue;
    }
    const auto broken = state.broken.find(oracle);
    const std::uint64_t runs = broken != state.broken.end() ? broken->second : 1;
    suite.cases.push_back({oracle, TestCase::Result::failed,
                           found->second.message + " (run " + std::to_string(found->second.run) + ", seed " +
                               std::to_string(found->second.seed.value) + "; broken in " + std::to_string(runs) + " of " +
                               std::to_string(state.next) + " runs)"});
  }
  if (state.bug) suite.cases.push_back({"weir", TestCase::Result::errored, state.bug->message});
  if (result.interrupted)
    suite.cases.push_back({"weir", TestCase::Result::skipped, "stopped after " + std::to_string(state.next) + " runs"});
  return suite;
}

std::string junit_xml(const std::vector<TestSuite>& suites) {
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
  for (const TestSuite& suite : suites) {
    const Counts counts = counts_of(suite);
    out += "  <testsuite";
    append_attribute(out, "name", suite.name);
    append_attribute(out, "tests", std::to_string(counts.cases));
    append_attribute(out, "failures", std::to_string(counts.failed));
    append_attribute(out, "errors", std::to_string(counts.errored));
    append_attribute(out, "skipped", std::to_string(counts.skipped));
    append_attribute(out, "time", seconds_text(suite.milliseconds));
    out += ">\n";
    for (const TestCase& test : suite.cases) append_case(out, suite, test);
    out += "  </testsuite>\n";
  }
  return out + "</testsuites>\n";
}

}  // namespace weir
