// The trace of a run as tables that a person can query: what happened, and what an operator would have seen of it. The one
// description of every column is the SQL below; it is what `.schema` shows in the sqlite3 shell as well.
//
//   run       which run a row belongs to                    fact     index of the fact in the trace that the row tells of
//   ..._us    microseconds: at_us and its kin on the run's virtual clock, from 0        ..._unix  seconds since 1970
//   names     of tables, mappings, functions and readers as declared; shards by path ("0.1"), which repeats in a second stream
//             of one table: `stream` counts them
//   images    plain JSON text: image->>'$.status' works; NULL when there is none. SQLite reads numbers of more than 15 digits
//             inexactly, the text itself is exact
//   keys      as text: "A", or "A / 3" with a sort key
//   flags     1 or 0
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "sim/trace/trace.hpp"

namespace weir {

class Database;

inline constexpr std::string_view trace_schema = R"(
CREATE TABLE facts (        -- everything that happened, in order
  run    INTEGER NOT NULL,
  fact   INTEGER NOT NULL,  -- 0, 1, 2, ...
  at_us  INTEGER NOT NULL,
  cause  INTEGER,           -- the fact that led to it; NULL: none did
  kind   TEXT NOT NULL,     -- 'written', 'appended', 'invocation_started', ...
  fields TEXT NOT NULL      -- a JSON object: fields->>'table'
) STRICT;
CREATE TABLE records (           -- stream records, in the order in which they became readable
  run             INTEGER NOT NULL,
  fact            INTEGER NOT NULL,
  record          INTEGER NOT NULL,  -- its id: 0, 1, 2, ... over all streams of the run
  table_name      TEXT NOT NULL,
  stream          INTEGER NOT NULL,
  shard           TEXT NOT NULL,
  sequence_number TEXT NOT NULL,     -- as the wire shows it: compare lengths first, or order by record
  event_name      TEXT NOT NULL,     -- 'INSERT', 'MODIFY', 'REMOVE'
  item_key        TEXT NOT NULL,
  old_image       TEXT,              -- both as the stream's view shows them
  new_image       TEXT,
  write_fact      INTEGER,           -- the write it shows
  written_at_us   INTEGER,           -- when that was committed
  appended_at_us  INTEGER NOT NULL,  -- when it became readable
  created_unix    INTEGER NOT NULL,  -- ApproximateCreationDateTime
  by_ttl          INTEGER NOT NULL   -- carries the service's identity
) STRICT;
CREATE TABLE deliveries (      -- each time a record was handed to a consumer
  run        INTEGER NOT NULL,
  fact       INTEGER NOT NULL,
  at_us      INTEGER NOT NULL,
  record     INTEGER NOT NULL,
  consumer   TEXT NOT NULL,    -- the mapping's or the reader's name
  invocation INTEGER,          -- NULL: a reader's page
  batch      INTEGER,
  attempt    INTEGER
) STRICT;
CREATE TABLE settlements (   -- what became of a record under a mapping: one row each, when no more attempt was to come, and one
                             -- more for each time that it came again all the same (a fact `replayed`): the last one holds
  run     INTEGER NOT NULL,
  fact    INTEGER NOT NULL,
  at_us   INTEGER NOT NULL,
  record  INTEGER NOT NULL,
  mapping TEXT NOT NULL,
  shard   TEXT NOT NULL,
  how     TEXT NOT NULL,     -- 'handled', 'retries exhausted', 'record age exceeded', 'expired from the stream', ...
  sent    INTEGER NOT NULL   -- an on-failure destination was told
) STRICT;
CREATE TABLE attempts (          -- calls of a function, in the order in which they began
  run           INTEGER NOT NULL,
  fact          INTEGER NOT NULL,  -- of its start
  end_fact      INTEGER,           -- NULL, and so its outcome: the run ended first
  invocation    INTEGER NOT NULL,
  mapping       TEXT NOT NULL,
  function      TEXT NOT NULL,
  shard         TEXT NOT NULL,
  batch         INTEGER NOT NULL,  -- where it begins: the place of its first record in the shard, 0, 1, ...
  ends_window   INTEGER NOT NULL,  -- a tumbling window's final call, without records; batch is then where the next would begin
  attempt       INTEGER NOT NULL,  -- 0, 1, ... of the calls with this number, a window's final ones for themselves
  records       INTEGER NOT NULL,  -- how many it was handed
  first_record  INTEGER,
  last_record   INTEGER,
  started_at_us INTEGER NOT NULL,
  ended_at_us   INTEGER,
  outcome       TEXT,              -- 'ok', 'threw', 'timed out', 'crashed', 'answer lost', 'bad response'
  calls         INTEGER,           -- table and stream calls it made
  failures      INTEGER,           -- entries of batchItemFailures in its response
  message       TEXT               -- what it threw, or what was wrong with the response
) STRICT;
CREATE TABLE batches (              -- attempts of one mapping, shard and batch number taken together; final calls apart
  run              INTEGER NOT NULL,
  fact             INTEGER NOT NULL,  -- the start of its first attempt
  mapping          TEXT NOT NULL,
  function         TEXT NOT NULL,
  shard            TEXT NOT NULL,
  batch            INTEGER NOT NULL,
  ends_window      INTEGER NOT NULL,  -- the final call of a tumbling window: it has no records to settle
  records          INTEGER NOT NULL,  -- of all its attempts: cut (bisect) it has fewer, formed anew after a pause often more
  first_record     INTEGER,
  last_record      INTEGER,
  attempts         INTEGER NOT NULL,
  started_at_us    INTEGER NOT NULL,  -- of the first attempt
  ended_at_us      INTEGER,           -- of the last one that ended
  last_outcome     TEXT,              -- of the last attempt; NULL: it did not end
  settled          INTEGER NOT NULL,  -- how many of its records are settled in the end, by whatever attempt
  settled_how      TEXT,              -- 'handled', or with counts: 'handled 3, retries exhausted 1'; NULL: none is
  settled_at_us    INTEGER            -- when the last of them was
) STRICT;
CREATE TABLE items (           -- every version of every item, in the order of the writes
  run            INTEGER NOT NULL,
  fact           INTEGER NOT NULL,
  at_us          INTEGER NOT NULL,
  table_name     TEXT NOT NULL,
  item_key       TEXT NOT NULL,
  version        INTEGER NOT NULL,  -- 0, 1, ... of this key; a removal counts, and what is put again goes on
  kind           TEXT NOT NULL,     -- 'insert', 'modify', 'remove'
  image          TEXT,              -- after the write; NULL: removed
  actor          TEXT NOT NULL,     -- 'client 0', 'invocation 7', 'loader', 'ttl', a reader's name
  invocation     INTEGER,           -- where the actor is one: joins attempts
  expires_unix   INTEGER,           -- the expiry it carries in the table's TTL attribute; NULL: none that TTL would look at
  replaced_at_us INTEGER,           -- when the next version came
  latest         INTEGER NOT NULL,  -- the key's last version
  present        INTEGER NOT NULL   -- latest, not removed nor gone with its table: it is in the table at the end
) STRICT;
CREATE TABLE metrics (          -- what CloudWatch would show of a run, a row a minute that has data
  run       INTEGER NOT NULL,
  service   TEXT NOT NULL,      -- 'AWS/DynamoDB', 'AWS/Lambda'
  metric    TEXT NOT NULL,      -- 'IteratorAge', 'Errors', ...: `weir metrics` explains each
  dimension TEXT NOT NULL,      -- 'TableName=orders', 'FunctionName=count', 'EventSourceMapping=count'; '': the account
  minute    INTEGER NOT NULL,   -- of virtual time, from 0
  samples   INTEGER NOT NULL,
  sum       INTEGER NOT NULL,
  minimum   INTEGER NOT NULL,
  maximum   INTEGER NOT NULL,
  unit      TEXT NOT NULL       -- 'Count', 'Milliseconds'
) STRICT;
CREATE TABLE accounts (         -- beside them the truth: what became of every record under each mapping
  run     INTEGER NOT NULL,
  mapping TEXT NOT NULL,
  how     TEXT NOT NULL,        -- as in settlements, or 'not settled'
  records INTEGER NOT NULL,
  told    INTEGER NOT NULL      -- of these, how many an on-failure destination was told of
) STRICT;
CREATE VIEW logs (run, fact, at_us, actor, invocation, line) AS  -- what functions and readers logged, in order
  SELECT run, fact, at_us, fields->>'actor',
         CASE WHEN fields->>'actor' LIKE 'invocation %' THEN CAST(substr(fields->>'actor', 12) AS INTEGER) END, fields->>'line'
  FROM facts WHERE kind = 'logged';
)";

// Sets of the tables above.
using TraceTables = std::uint32_t;
inline constexpr TraceTables no_trace_tables = 0, facts_table = 1, records_table = 2, deliveries_table = 4,
                             settlements_table = 8, attempts_table = 16, batches_table = 32, items_table = 64,
                             metrics_table = 128, accounts_table = 256, all_trace_tables = 511;
TraceTables trace_table_named(std::string_view name);  // no_trace_tables for any other name

// Puts the facts of runs into those tables, which must be there. Transactions are the caller's, and so is `database`, which
// must outlive it. Total: a trace that makes no sense makes odd rows, never an error.
class TraceWriter : public FactObserver {
 public:
  explicit TraceWriter(const Database& database, TraceTables wanted = all_trace_tables);
  ~TraceWriter() override;

  FactMask interests() const;  // the kinds of facts the wanted tables are made of
  void begin(std::int64_t run);
  void observe(const Fact& fact) override;  // in order; facts outside interests() do no harm
  void finish();                            // after the last fact: writes what only then is known

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace weir
