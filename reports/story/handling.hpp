// How it came that a record counted as handled: the calls that had it, where that explains what is missing or wrong.
//
//   missing   no call with the record wrote a row that the verdict names, nor anything that led to it: the last call that had
//             it is told, and that it counted as handled
//   troubled  a call that failed, whose poller was lost, or of whose own calls one went wrong or was refused: told with those
//             and its end, whether its effect is there or not
// Calls that went well and whose effect is there are not told, nor those of a mapping without trouble where another had some,
// nor what came after all that the verdict names.
#pragma once

#include <optional>
#include <vector>

#include "sim/trace/trace.hpp"

namespace weir {

// Of the records of the writes among `of` that a mapping handled; ascending.                  [POLL-10] [RBIF-3] [OP-6]
std::vector<FactIndex> handling_of(const std::vector<Fact>& trace, const std::vector<FactIndex>& of);

// The invocation of which a call was disturbed, tried again by its client, or refused.
std::optional<InvocationId> troubled_by(const Fact& fact);

}  // namespace weir
