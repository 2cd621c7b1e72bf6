// Two consumers of the stream of "orders", as a user of Weir would write them: plain functions.
#pragma once

#include "sim/function/handler.hpp"

// Keeps "view" equal to the orders there are.
weir::BatchResponse mirror(const weir::StreamEvent& event, weir::Context& context);

// The same by someone in a hurry: a write that did not go through is logged, and forgotten.
weir::BatchResponse mirror_in_a_hurry(const weir::StreamEvent& event, weir::Context& context);
