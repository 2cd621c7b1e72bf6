// Facts as JSON, one object a line: for exports and for the `facts` table. Written by hand from each fact's own list of fields.
//
//   {"fact":17,"at_us":1250000,"cause":12,"kind":"written","table":"orders","key":"A","change":"insert","old_image":null,...}
//
//   entities     by the names they were declared with (text.hpp): the table's, mapping's, function's and reader's name, the
//   shard's
//                path; "table 3" when never declared. Actors as "client 0", "invocation 7", "ttl"
//   ids          of records, invocations and streams: numbers
//   images       plain JSON (data/json.hpp), numbers exact; null when absent
//   times        `..._us`: microseconds of the virtual clock
//   sequence     sequence numbers as the decimal string of the wire, since they pass what JSON readers hold exactly
//   null         no fact, no shard, no image
//   kind         the fact's own; the `kind` of a change is called `change`, so that no name comes twice
// Every field of a kind is always there, in one order; the text is ASCII where the user's data is.
#pragma once

#include <string>

#include "sim/trace/text.hpp"

namespace weir {

// `names` must have learnt the facts so far, this one included.
std::string fact_json(const Fact& fact, const FactWriter& names);         // as above, without a newline
std::string fact_fields_json(const Fact& fact, const FactWriter& names);  // {"table":"orders",...}: the fields alone

}  // namespace weir
