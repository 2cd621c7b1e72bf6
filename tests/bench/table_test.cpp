#include "tests/bench/table.hpp"

#include <sstream>

#include "tests/catch.hpp"

using namespace weir::bench;

namespace {

const std::vector<Figure> figures{{.what = "runs on one core", .value = 4000, .unit = "/s", .at_least = 20'000},
                                  {.what = "  facts and events of it", .value = 1000, .unit = "k/s"},
                                  {.what = "time", .value = 0.5, .unit = "ms", .at_most = 1},
                                  {.what = "  facts and events of it", .value = 30, .unit = "k/s"}};

}  // namespace

TEST_CASE("a figure stands beside its aim, and says when it was missed", "[bench]") {
  const std::string text = to_text("Runs", figures, {});
  CHECK(text.starts_with("\nRuns\n"));
  CHECK(text.find("4000 /s       >= 20000       MISSED\n") != std::string::npos);
  CHECK(text.find("0.5 ms       <= 1\n") != std::string::npos);
}

TEST_CASE("figures are found again in what was printed, and stand beside the new ones", "[bench]") {
  std::istringstream printed("weir: building ...\n" + to_text("Runs", figures, {}) + to_text("Others", figures, {}));
  const Before before = Before::parse(printed);
  CHECK(before.find("Runs", "runs on one core", 0) == 4000);
  CHECK(before.find("Runs", "  facts and events of it", 0) == 1000);
  CHECK(before.find("Runs", "  facts and events of it", 1) == 30);
  CHECK(before.find("Others", "time", 0) == 0.5);
  CHECK_FALSE(before.find("Runs", "time", 1).has_value());
  CHECK_FALSE(before.find("Else", "time", 0).has_value());

  std::vector<Figure> later = figures;
  later[0].value = 5000;
  later[3].value = 15;
  later.push_back({.what = "new", .value = 1});
  const std::string text = to_text("Runs", later, before);
  CHECK(text.find("5000 /s       >= 20000       MISSED  was     4000  x 1.25\n") != std::string::npos);
  CHECK(text.find("was       30  x 0.50\n") != std::string::npos);
  CHECK(text.ends_with("new                                                                 1\n"));
}

TEST_CASE("what is no report has no figures", "[bench]") {
  std::istringstream nothing("nothing of the kind\n  not long enough 5\n" + std::string(70, ' ') + "x\n");
  CHECK(Before::parse(nothing).empty());
}
