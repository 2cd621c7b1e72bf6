// The bench of an SQL check: an empty database in memory with the tables of a run, and one query over them.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "oracles/sql/database.hpp"
#include "oracles/sql/metrics_table.hpp"
#include "oracles/sql/trace_tables.hpp"

namespace weir {

class SqlBench {
 public:
  explicit SqlBench(const std::string& sql);
  SqlBench(const SqlBench&) = delete;
  SqlBench& operator=(const SqlBench&) = delete;

  // Why the text cannot be a check; empty when it can. The rest of the members is for a bench with nothing wrong.
  const std::string& wrong() const { return wrong_; }

  FactMask interests() const;      // the kinds of facts that the query's tables are made of
  void begin();                    // a run begins
  void observe(const Fact& fact);  // in order
  void finish();                   // after the last fact: query() may run
  void clear();                    // it is over: the tables are empty again
  Statement& query() { return *query_; }

  // Runs `work`, which steps the query, under the limit on steps: false when it was met. The count begins anew each time, so
  // that a bench used before stops at the same step.
  bool within_limit(const std::function<void()>& work);

 private:
  void prepare(const std::string& sql);

  Database database_;
  std::optional<MetricsTable> metrics_;  // if the query reads it
  std::optional<Statement> query_;
  std::optional<TraceWriter> writer_;  // of the other tables the query reads
  std::string clear_, wrong_;
};

}  // namespace weir
