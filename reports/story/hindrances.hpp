// What kept mappings, functions and readers from their work in a run, a sentence each, whether a promise broke or not.
//
//   permission   a mapping's role lacks one, or lacked it for a time; a call that a role does not allow       [ESM-29] [IAM-1]
//   throttle     calls of a function that were refused, and by which limit                                    [POLL-12]
//   destination  failure records that never came, and why                                                     [DEST-7]
//   rest         a mapping that is not Enabled when the run ends                                              [ESM-20]
#pragma once

#include <string>
#include <vector>

#include "sim/trace/trace.hpp"

namespace weir {

std::vector<std::string> hindrances_of(const std::vector<Fact>& trace);  // mapping by mapping, then what code was refused

// "the role r does not allow dynamodb:PutItem on arn:..."; without the resource where it is not known.
std::string denial_text(const std::string& role, const std::string& action, const std::string& resource);
// "the reserved concurrency of mirror is 0", "the account's concurrency limit is 1000, less what functions have reserved"
std::string throttle_text(ThrottledBy by, std::int64_t limit, const std::string& function);

}  // namespace weir
