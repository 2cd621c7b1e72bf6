#include "reports/weir/printing.hpp"

#include "tests/catch.hpp"

using weir::fitted;

TEST_CASE("a progress line leaves out the parts that find no room, never half of one", "[weir]") {
  const std::vector<std::string> parts{"8 of 90 runs", "3 s left", "2 found (O-CONV, O-ONCE)", "7/s"};
  CHECK(fitted(parts, 80) == "8 of 90 runs, 3 s left, 2 found (O-CONV, O-ONCE), 7/s");
  CHECK(fitted(parts, 53) == "8 of 90 runs, 3 s left, 2 found (O-CONV, O-ONCE), 7/s");
  CHECK(fitted(parts, 52) == "8 of 90 runs, 3 s left, 2 found (O-CONV, O-ONCE)");
  CHECK(fitted(parts, 40) == "8 of 90 runs, 3 s left, 7/s");
  CHECK(fitted(parts, 12) == "8 of 90 runs");
  CHECK(fitted(parts, 2).empty());
}
