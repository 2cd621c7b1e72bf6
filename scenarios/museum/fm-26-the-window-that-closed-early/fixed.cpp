#include "scenarios/museum/entries.hpp"
#include "scenarios/museum/fm-26-the-window-that-closed-early/results.hpp"
#include "sim/function/required.hpp"

namespace weir::museum {

// Counts orders by group and minute, and names each part of a minute's result after the first record in it: the parts of one
// minute, of several shards or after an early end, add up, and each of them once. [FM-26]
BatchResponse fm_26_fixed(const StreamEvent& event, Context& context) {
  const Item state = counted_in(event);
  if (window_of(event).is_final) add_result(state, std::string(state.find_string("first").value_or("")), context);
  return BatchResponse::with_state(state);
}

}  // namespace weir::museum
