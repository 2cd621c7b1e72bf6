// How many bytes a batch takes as the JSON of its event, without making it.                       [BATCH-1] [OPEN-40]
#pragma once

#include <cstddef>

#include "sim/function/handler.hpp"

namespace weir {

inline constexpr std::size_t most_payload_bytes = 6'291'456;  // of a synchronous invocation

std::size_t json_bytes(const StreamRecord& record, std::string_view event_source_arn);  // of one element of "Records"

// An upper bound of a record's JSON from the bytes its item takes as stored, without looking at them: the worst is a set of
// numbers such as 1E-130, 2 bytes each that are spelt with 135 characters.
constexpr std::size_t most_json_bytes(std::size_t stored_bytes) { return 1024 + 80 * stored_bytes; }

// A closer one, at the price of a look at each attribute: only numbers, lists, maps and sets are taken at their worst.
std::size_t most_json_bytes(const StreamRecord& record, std::string_view event_source_arn);

// How many of the event's first records fit a payload; at least 1: a record alone always fits. Items can be made whose JSON is
// many times their size (a list of empty strings: 1 byte each, and 9 characters); what the service does with such a record,
// whose two images pass 6 MB, is not known. Costs next to nothing when all surely fit.                        [BATCH-6]
std::size_t fitting(const StreamEvent& event);

}  // namespace weir
