// The page: one self-contained HTML file, no network, no script needed to read it.
//
//   a summary table, then run by run: what each oracle says of it; of each failure its story, with a timeline (timeline.hpp);
//   the metrics, accounts and log lines of the run (charts.hpp), and the command that plays it again
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
  std::int64_t virtual_microseconds = 0;
  double wall_seconds = 0;
};

struct PageRun {
  std::string scenario, variant;
  std::string title, summary;     // its heading, and a sentence below it; summary may be empty
  std::vector<Verdict> verdicts;  // shown as a table; may be empty
  std::vector<Story> stories;     // of the violations that are told; none: the timeline is drawn all the same
  std::string replay;             // the command that plays it again; may be empty
  std::string token;              // may be empty
  std::vector<Fact> trace;
};

struct Report {
  std::string title;
  std::vector<PageRow> rows;  // none: the page has no table
  std::vector<PageRun> runs;
};

std::string render_page(const Report& report);

}  // namespace weir
