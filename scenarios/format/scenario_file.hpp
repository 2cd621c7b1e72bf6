// Scenario files: the JSON form of a Scenario. Reading is complete: what it accepts can be played.
//
//   members   as in scenario.hpp, in AWS's words in snake_case; of those only "name", "tables" and each part's own name or
//             table are required. Unknown members are errors. Values are plain JSON (sim/data/json.hpp), spans "1h30min",
//             the epoch "2026-01-01T00:00:00Z".
//   key, sort of a table: "id", or {"name": "id", "type": "N"}
//   act       the one member of a step beside "at": { "at": "5s", "split_shard": { "table": "orders", "shard": "0" } }
//   workload  one object, or workloads: several; load and loads likewise
//   choices   site -> "calm" (the scenario does not vary it), or any of {"calm": v, "low": v, "high": v, "only": [kinds],
//             "fixed": true}; values in the site's own text form. A calm value that is not given is the site's own, moved
//             into low .. high.
//   oracles   "O-ONCE", or {"oracle": "O-CONV", and its parameters}
//   expect    oracle or check -> "ok", "violation" or "unknown"
//   columns   of a load: "host" is text, "bytes:N" a whole number; {host} and {bytes} in a composed attribute
//   rows      of a load: its content in the file itself; `file` then only says where it came from
//
//   variants  "variants": {"broken": {..}, "fixed": {..}}: each a JSON merge patch (RFC 7386) over the rest of the document.
//             While "handlers_by_variant" is not false, a function's handler and a reader's body that the patch does not name
//             and that has no '/' gets the variant's name: "count" becomes "count/broken". A file with variants is read as one
//             of them; a scenario read so has `variant` set, and is written without variants, with "variant": "broken".
//
//   checked   references, ranges [TABLE-2] [ESM-3 .. ESM-8] [ESM-13] [ESM-23] [INV-1], order of steps, streams where they are
//             needed, sites and their envelopes, oracles and their parameters. Rows are checked where they are read. Items of
//             steps are checked for their key alone: a scenario may mean a write to be refused.
//   errors    BadInput; `where` is file, line and JSON pointer; names that are nearly right are pointed out
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scenarios/format/scenario.hpp"
#include "sim/plan/site_text.hpp"

namespace weir {

// Parses a document. `variant` is the one asked for: BadInput when there is none of that name. `default_variant` is taken
// when none was asked for and the file has variants; empty: BadInput that names them. Loads whose rows stand in another file
// come without rows.
Scenario parse_scenario(std::string_view text, std::string_view file_name, const SiteBook& book, std::string_view variant = "",
                        std::string_view default_variant = "");

// The same, from a file, with the rows of its loads.
Scenario read_scenario(const std::string& path, const SiteBook& book, std::string_view variant = "",
                       std::string_view default_variant = "");

// The names of a document's variants, in byte order; empty when it has none.
std::vector<std::string> variants_of(std::string_view text, std::string_view file_name = "scenario");

// "orders.json line 12 /functions/0/handler": where a value stands in a document that is read as one of its variants ("": it
// has none). For what only its reader can check.
std::string place_in_scenario(std::string_view text, std::string_view file_name, std::string_view variant,
                              std::string_view pointer);

// Puts the rows of a CSV file in the place of the load's own. BadInput for a row that does not fit the load's columns, and for
// a file without rows.
void read_rows(Load& load, const std::string& path);
void parse_rows(Load& load, std::string_view csv, std::string_view file_name);

// Pretty JSON with a stable order of members, without a scenario's defaults: parse(to_json_text(s)) == s for what can be read.
// A choice's values are spelt by the book; a site it does not know is a Bug.
std::string to_json_text(const Scenario& scenario, const SiteBook& book);

}  // namespace weir
