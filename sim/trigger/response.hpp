// What a handler's answer says of its batch: the decision table of partial batch responses.
//
//   reporting   batch_item_failures                              means
//   off         anything                                         all handled                                      [RBIF-5]
//   on          none                                             all handled                                      [RBIF-2]
//   on          a null, empty, malformed or foreign identifier   all failed, whatever stands beside it            [RBIF-4]
//   on          sequence numbers of the batch                    handled before the lowest, failed from there on  [RBIF-3]
// The order of entries and repeats of one mean nothing. The lowest is by number, not by text.                       [REC-7]
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "sim/function/handler.hpp"

namespace weir {

struct Judgement {
  enum class Kind : std::uint8_t { all_handled, failed_from, malformed };
  Kind kind = Kind::all_handled;
  std::size_t first_failed = 0;  // failed_from: place in the batch
  std::string wrong;             // malformed: what is wrong with it
};

enum class Reporting : std::uint8_t { off, on };

// `batch` stands in sequence order and is not empty.
Judgement judge(Reporting reporting, const BatchResponse& response, std::span<const StreamRecord> batch);

}  // namespace weir
