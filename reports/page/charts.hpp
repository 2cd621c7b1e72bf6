// What an operator would have seen, drawn: a small chart a metric, the accounts of every record beside them, and the function's
// log lines with the invocation that wrote them.
//
//   charts   bars of one minute each (of more where those would lie on one another) on an axis of virtual time that is the
//            same for all charts: from the first minute in which anything was measured to the last. The sum for counts, the
//            highest value for milliseconds and for levels; the highest bar's value stands above it
//   empty    a run in which nothing was measured, accounted for or logged draws nothing
#pragma once

#include <string>
#include <vector>

#include "sim/trace/trace.hpp"

namespace weir {

std::string draw_operations(const std::vector<Fact>& trace);

}  // namespace weir
