#include <set>

#include "tests/catch.hpp"
#include "tests/oracles/clean_trace.hpp"

using namespace weir;
using weir::test::CleanTrace;

TEST_CASE("every oracle finds a clean trace ok, and has tested something", "[oracles]") {
  const CleanTrace trace;
  std::set<std::string> judged;
  for (const OracleSpec& spec : test::all_specs()) {
    const Verdict verdict = test::judged(trace, spec);
    INFO(spec.oracle << ": " << verdict.message);
    CHECK(verdict.kind == Verdict::Kind::ok);
    CHECK(verdict.evidence.empty());
    judged.insert(spec.oracle);
  }
  CHECK(judged.size() == all_oracles().size());
}

TEST_CASE("every oracle says that it has tested nothing when nothing happened", "[oracles]") {
  test::TraceBuilder quiet;
  quiet.table("orders");
  quiet.at(1h);
  quiet.finish();
  for (const OracleSpec& spec : test::all_specs()) {
    const Verdict verdict = test::judged(quiet, spec);
    INFO(spec.oracle << ": " << verdict.message);
    CHECK(verdict.kind == Verdict::Kind::unknown);
    CHECK_FALSE(verdict.message.empty());
    CHECK(verdict.evidence.empty());
  }
  CHECK(test::judged(quiet, {"O-LIN", {{"reader", "tail"}}}).kind == Verdict::Kind::unknown);
}

TEST_CASE("a trace that stops before its end is not judged by what should stand at the end", "[oracles]") {
  CleanTrace trace;
  trace.facts.pop_back();
  for (const char* name : {"O-STREAM", "O-CONV", "O-LIVE", "O-ARCH"})
    for (const OracleSpec& spec : test::all_specs())
      if (spec.oracle == name) CHECK(test::judged(trace, spec).kind == Verdict::Kind::unknown);
}

TEST_CASE("convergence is unknown while something is unfinished", "[oracles][O-CONV][O-ARCH]") {
  CleanTrace trace;
  trace.body<RunEnded>(0).unfinished = 1;
  for (const OracleSpec& spec : test::all_specs())
    if (spec.oracle == "O-CONV" || spec.oracle == "O-ARCH") CHECK(test::judged(trace, spec).kind == Verdict::Kind::unknown);
}
