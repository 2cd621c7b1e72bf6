// A check that the scenario's author wrote as SQL: an oracle whose promise is "this query returns no row".
//
//   tables    those of trace_tables.hpp, of the one run: facts, records, deliveries, settlements, attempts, batches, items, and
//             what an operator would have seen: metrics, accounts, logs. `violations` is there and empty: a check judges the
//             trace, never the other oracles. `run` is 1.
//   verdict   violation when a row comes back, told by the first row: "item_key A, copies 2 (the first of 3 rows)". A row of
//             one column is told by its value alone, so `SELECT 'order ' || item_key || ' was copied twice' ...` reads as a
//             sentence. unknown when the query could not be carried out over this run (a malformed JSON text, an overflow),
//             when it took more than 500 million steps of SQLite's machine, or when the run left no fact at all.
//   evidence  columns named `fact`, `evidence` or `..._fact`: the index of a fact, or a JSON array of such ("[3,17]", as
//             json_group_array makes one). They prove the violation and are left out of the message.
//   accepted  one SELECT (WITH and VALUES too), read-only. Refused: everything else, and functions that would make two plays
//             differ: random, the wall clock (date, time, datetime, julianday, unixepoch, strftime, CURRENT_TIMESTAMP; a run's
//             times are microseconds of its own clock), and SQLite's own version.
//   order     without ORDER BY the first row is whichever SQLite meets first: the same for one version of SQLite.
//   cost      only the tables the query names are filled (logs is a view of facts), and metrics are read where they were
//             measured. A check on a few hundred facts takes tens of microseconds a run.
#pragma once

#include <memory>
#include <string>

#include "oracles/oracle.hpp"

namespace weir {

// BadInput when wrong_with_sql(sql) is not empty.
std::unique_ptr<Oracle> make_sql_oracle(const std::string& name, const std::string& sql);

// Why a text cannot be a check, for the author's eyes ("no such column: colour"); empty when it can.
std::string wrong_with_sql(const std::string& sql);

}  // namespace weir
