// What kept mappings, functions and readers from their work in a run, a sentence each, whether a promise broke or not.
//
//   permission   a mapping's role lacks one, or lacked it for a time; a call that a role does not allow       [ESM-29] [IAM-1]
//   throttle     calls of a function that were refused, and by which limit                                    [POLL-12]
//   destination  failure records that never came, and why                                                     [DEST-7]
//   answer       answers that named failed records, of a mapping that does not ask for them                   [RBIF-1]
//   expiry       records that expired from the stream before a mapping came to them                           [STREAM-11]
//   skipping     records that a mapping skipped after it had begun: an update may give it LATEST anew [ESM-3] [OPEN-25]
//   rest         a mapping that is not Enabled when the run ends, and one that its stream's end stopped, from when on: of one
//                that is both, both are told                                                                  [ESM-20] [ESM-28]
//   capacity     requests that a table or an index throttled, and why                                         [CAP-8]
//   reader       one that ended otherwise than by itself, and why
#pragma once

#include <string>
#include <vector>

#include "sim/trace/trace.hpp"

namespace weir {

// Mapping by mapping, then what code was refused, tables, readers.
std::vector<std::string> hindrances_of(const std::vector<Fact>& trace);

// "the role r does not allow dynamodb:PutItem on arn:..."; without the resource where it is not known.
std::string denial_text(const std::string& role, const std::string& action, const std::string& resource);
// "what is provisioned is used up": why a request was throttled; empty where it was served.
std::string capacity_text(const CapacityAsked& asked);
// "the reserved concurrency of mirror is 0", "the account's concurrency limit is 1000, less what functions have reserved"
std::string throttle_text(ThrottledBy by, std::int64_t limit, const std::string& function);

}  // namespace weir
