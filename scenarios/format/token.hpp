// A token: a failure on one line, to be copied from a terminal or a test's log.
//
//   form     "weir1." and base64url without padding of: length of the body (LEB128), the body, 32 bits of its XXH3
//   body     the failure's fields, lengths before texts, deflated with a preset dictionary of words that failures use. The
//            dictionary belongs to form 1: to change it is to make form 2.
//   leaves out  `message`: replaying says it again
//   errors   BadInput that tells apart: no token at all, another form, cut short, changed on the way (checksum), and content
//            that this build refuses (unknown site, value outside its envelope)
#pragma once

#include <string>
#include <string_view>

#include "scenarios/format/failure_file.hpp"

namespace weir {

std::string to_token(const Failure& failure, const SiteBook& book);
Failure parse_token(std::string_view token, const SiteBook& book);  // spaces and line ends around it are forgiven
bool looks_like_token(std::string_view text);                       // "weir" digits "." at its begin: not a file's name

}  // namespace weir
