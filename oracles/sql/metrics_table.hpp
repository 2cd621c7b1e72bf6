// The table `metrics` of a check's bench, read where the metrics were measured. A day that fails once a minute leaves more than
// ten thousand rows of them, of which a check looks at a few: to put them into SQLite took longer than the run.
//
//   rows      those that a TraceWriter makes, columns and order included; `run` is 1
//   narrowed  `metric = ...` and `minute = ...` pass over what they leave out
#pragma once

#include <memory>

#include "sim/trace/trace.hpp"

namespace weir {

class Database;

class MetricsTable {
 public:
  // Takes the place of the table of that name, which must be there. No query over it may be under way when a run begins or when
  // this is destroyed.
  explicit MetricsTable(Database& database);
  ~MetricsTable();

  void begin();                    // of a run
  void observe(const Fact& fact);  // in order
  void finish();                   // after the last fact: from now on the rows are there

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace weir
