// What a planted test expects of a verdict.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "oracles/oracle.hpp"
#include "tests/catch.hpp"

namespace weir::test {

// A violation whose message has the words, proven by exactly these facts.
inline void check_objects(const Verdict& verdict, const std::string& words, std::vector<FactIndex> evidence) {
  std::sort(evidence.begin(), evidence.end());
  INFO(verdict.message);
  CHECK(verdict.is_violation());
  CHECK(verdict.message.find(words) != std::string::npos);
  CHECK(verdict.evidence == evidence);
}
inline void check_objects(const Verdict& verdict, const std::string& words) {
  INFO(verdict.message);
  CHECK(verdict.is_violation());
  CHECK(verdict.message.find(words) != std::string::npos);
  CHECK_FALSE(verdict.evidence.empty());
}

}  // namespace weir::test
