#include "scenarios/museum/entries.hpp"
#include "scenarios/museum/fm-24-same-table-new-stream/follow.hpp"

namespace weir::museum {

// Looks up the table's stream once, as its settings would have it, and follows that one for good. [FM-24]
void fm_24_broken(Context& context) {
  std::optional<StreamId> stream;
  Places places;
  for (;; context.sleep(20s)) {
    const Result<StreamDescription> told = context.stream("orders").describe_stream({.stream = stream});
    if (!told) continue;
    stream = told->stream;
    follow(context, *told, places);
  }
}

}  // namespace weir::museum
