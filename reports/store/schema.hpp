// The store's own tables; those made of a trace are beside the SQL checks that use them too.
#pragma once

#include <cstdint>
#include <string_view>

namespace weir {

inline constexpr std::int64_t store_schema_version = 3;        // PRAGMA user_version: another number with any other column
inline constexpr std::int64_t store_application = 0x77656972;  // PRAGMA application_id: "weir"

inline constexpr std::string_view store_schema = R"(
CREATE TABLE runs (             -- runs that were looked at
  run        INTEGER PRIMARY KEY,
  scenario   TEXT NOT NULL,
  variant    TEXT NOT NULL,     -- 'broken', 'fixed'; '' where there are no two
  plan       TEXT NOT NULL,     -- 'calm', 'seeded', or 'listed': a list of deviations
  seed       TEXT,              -- decimal, of a seeded plan: 64 bits without sign
  hash       TEXT NOT NULL,     -- of the trace: 32 hex digits
  verdict    TEXT NOT NULL,     -- 'ok', 'violation', 'unknown', 'bug'
  breaks     TEXT,              -- the first oracle that objected
  bug        TEXT,              -- what broke in Weir itself
  facts      INTEGER NOT NULL,
  events     INTEGER NOT NULL,
  choices    INTEGER NOT NULL,  -- asked for, calm ones included
  records    INTEGER NOT NULL,  -- of all streams
  unfinished INTEGER NOT NULL,  -- work left at the end
  virtual_us INTEGER NOT NULL,
  wall_us    INTEGER,           -- of the machine that played it; NULL: not measured
  traced     INTEGER NOT NULL   -- 1: the trace is here
) STRICT;
CREATE TABLE verdicts (         -- what each oracle said of a run
  run      INTEGER NOT NULL,
  oracle   TEXT NOT NULL,
  verdict  TEXT NOT NULL,       -- 'ok', 'unknown', 'violation'
  message  TEXT NOT NULL,
  evidence TEXT NOT NULL,       -- a JSON array of fact indexes
  rules    TEXT NOT NULL,       -- IDs, space separated
  declared INTEGER NOT NULL     -- the scenario asked for it; 0: a promise of the model itself
) STRICT;
CREATE VIEW violations (run, oracle, message, evidence, rules) AS
  SELECT run, oracle, message, evidence, rules FROM verdicts WHERE verdict = 'violation';
CREATE TABLE choices (            -- the answers of a run that were not calm, in the order of asking
  run         INTEGER NOT NULL,
  site        TEXT NOT NULL,
  key         TEXT NOT NULL,      -- "trigger mirror / shard 0 / batch 0 / attempt 0"
  value       TEXT NOT NULL,      -- as failure files spell it: '10min', 'answer lost'
  at_us       INTEGER NOT NULL,
  before_fact INTEGER NOT NULL    -- the index of the fact that came next
) STRICT;
CREATE TABLE tables_at_end (
  run        INTEGER NOT NULL,
  table_name TEXT NOT NULL,
  items      INTEGER NOT NULL
) STRICT;
CREATE TABLE probes (           -- what a run or a sweep really reached, and how often
  run     INTEGER,              -- one of the two is there
  sweep   INTEGER,
  probe   TEXT NOT NULL,
  reached INTEGER NOT NULL
) STRICT;
CREATE TABLE sweeps (           -- many seeded runs of one scenario
  sweep       INTEGER PRIMARY KEY,
  scenario    TEXT NOT NULL,
  variant     TEXT NOT NULL,
  seed        TEXT NOT NULL,
  runs        INTEGER NOT NULL,
  violations  INTEGER NOT NULL,  -- runs with one
  unknown     INTEGER NOT NULL,
  hash        TEXT NOT NULL,     -- over all runs, whatever the number of workers
  facts       INTEGER NOT NULL,
  events      INTEGER NOT NULL,
  records     INTEGER NOT NULL,
  virtual_us  INTEGER NOT NULL,
  wall_us     INTEGER NOT NULL,
  interrupted INTEGER NOT NULL
) STRICT;
CREATE TABLE findings (         -- by sweep and oracle: the first run it objected to
  sweep   INTEGER NOT NULL,
  oracle  TEXT NOT NULL,        -- or 'bug'
  run     INTEGER NOT NULL,     -- its number within the sweep
  seed    TEXT NOT NULL,        -- of that run's plan
  message TEXT NOT NULL,
  runs    INTEGER NOT NULL      -- how many it objected to; of bugs only the first is counted
) STRICT;
)";

// Made once there is a first trace, so that it goes in without them.
inline constexpr std::string_view store_indexes = R"(
CREATE INDEX IF NOT EXISTS facts_by_index ON facts (run, fact);
CREATE INDEX IF NOT EXISTS facts_by_kind ON facts (run, kind);
CREATE INDEX IF NOT EXISTS records_by_id ON records (run, record);
CREATE INDEX IF NOT EXISTS records_by_key ON records (run, table_name, item_key);
CREATE INDEX IF NOT EXISTS deliveries_by_record ON deliveries (run, record);
CREATE INDEX IF NOT EXISTS settlements_by_record ON settlements (run, record);
CREATE INDEX IF NOT EXISTS attempts_by_invocation ON attempts (run, invocation);
CREATE INDEX IF NOT EXISTS items_by_key ON items (run, table_name, item_key);
)";

}  // namespace weir
