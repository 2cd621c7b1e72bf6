// The page: one self-contained HTML file, no network, no script needed to read it.
//
//   a summary table, then for each failure its story, a timeline (timeline.hpp) of the run that shows it, and the metrics,
//   accounts and log lines of that run (charts.hpp)
// Text from outside is escaped. The same report gives the same bytes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "reports/story/story.hpp"

namespace weir {

struct PageRow {
  std::string scenario, variant;
  std::uint64_t runs = 0, violations = 0, unknown = 0;
  std::string verdict;  // in words: "clean", "O-ONCE broke in run 9", ...
  bool as_expected = true;
  double virtual_seconds = 0, wall_seconds = 0;
};

struct PageFailure {
  std::string scenario, variant;
  Story story;
  std::string replay;  // the command that plays it again
  std::string token;
  std::vector<Fact> trace;  // of the run told
};

struct Report {
  std::string title;
  std::vector<PageRow> rows;
  std::vector<PageFailure> failures;
};

std::string render_page(const Report& report);

}  // namespace weir
