#include "scenarios/museum/entries.hpp"
#include "scenarios/museum/fm-26-the-window-that-closed-early/results.hpp"
#include "sim/function/required.hpp"

namespace weir::museum {

// Counts orders by group and minute, and names each minute's result after the minute. It takes for granted that a minute has
// one window: a second one, of another shard or after an early end, finds its result written. [FM-26]
BatchResponse fm_26_broken(const StreamEvent& event, Context& context) {
  const Item state = counted_in(event);
  if (window_of(event).is_final) add_result(state, std::to_string(window_of(event).start_unix), context);
  return BatchResponse::with_state(state);
}

}  // namespace weir::museum
