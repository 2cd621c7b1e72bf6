// Attempts that go alike, told once.
//
//   attempt  the call with a batch, what went wrong of its code's calls, its end and the retry that it leads to, as far as the
//            chain has them; or a call that was throttled, or that the mapping may not make, and that retry
//   alike    of one batch, one after another, with the same records, and told in the same words but for numbers
//   told     of a run of them the first, how many more there were and until when, the last, and each that has a line which
//            proves the violation. One alone between two that are told is told too
// What lies between the attempts, those of other batches too, stays where it was.
#pragma once

#include <vector>

#include "reports/story/story.hpp"

namespace weir {

// `chain` is of `trace`, in its order.                                                    [RETRY-1]
std::vector<StoryLine> alike_told_once(const std::vector<StoryLine>& chain, const std::vector<Fact>& trace);

}  // namespace weir
