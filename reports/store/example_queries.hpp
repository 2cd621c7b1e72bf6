// Questions that people ask of out/weir.sqlite, as the README shows them and a test runs them. Each looks at the last run
// stored.
#pragma once

#include <array>
#include <string_view>

namespace weir {

struct ExampleQuery {
  std::string_view question;
  std::string_view sql;
};

inline constexpr std::array example_queries{
    ExampleQuery{"Which batches were tried more than once, and how did they end?",
                 R"(SELECT mapping, shard, batch, ends_window, records, attempts, last_outcome, settled_how,
       (settled_at_us - started_at_us) / 1e6 AS seconds
FROM batches
WHERE run = (SELECT max(run) FROM runs) AND attempts > 1
ORDER BY fact;)"},
    ExampleQuery{"What became of one item, and who wrote it?",
                 R"(SELECT i.version, i.at_us / 1e6 AS at, i.kind, i.image,
       coalesce(a.function || ', batch ' || a.batch || ', attempt ' || a.attempt, i.actor) AS written_by
FROM items i LEFT JOIN attempts a ON a.run = i.run AND a.invocation = i.invocation
WHERE i.run = (SELECT max(run) FROM runs) AND i.table_name = 'totals' AND i.item_key = 'g0'
ORDER BY i.version;)"},
    ExampleQuery{"Which records waited longest from the write until they were handled?",
                 R"(SELECT s.mapping, r.record, r.item_key, r.event_name, (s.at_us - r.written_at_us) / 1e6 AS seconds
FROM settlements s JOIN records r ON r.run = s.run AND r.record = s.record
WHERE s.run = (SELECT max(run) FROM runs) AND s.how = 'handled'
ORDER BY seconds DESC, r.record
LIMIT 5;)"},
};

}  // namespace weir
