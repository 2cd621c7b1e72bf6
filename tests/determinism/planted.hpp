// Consumers that leak what a plan does not know: the comparison of two plays must object to each.
//
// A leak needs something that two plays do not share. Here it is a parameter, so that a test chooses both sides; the program
// that two compilers build plants the real thing: a hash seeded by the machine, memory nobody set, an order of evaluation
// that the compiler picks.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "scenarios/format/scenario.hpp"

namespace weir {

// Twelve orders are put at once; function "leaky" writes rows of "view" for them.
Scenario planted_scenario();

// Writes one row an order, in the iteration order of an unordered map whose hash takes `seed`.
Handler in_map_order(std::uint64_t seed);

// Writes into each row a number that is found in `field` and leaves another there: nobody sets it at the start of a run.
Handler with_unset_field(std::uint64_t& field);

// Writes two rows in one expression. In `compilers` order that is f(put(a), put(b)) as it stands.
enum class Evaluation { left_first, right_first, compilers };
Handler two_in_one_expression(Evaluation order);

// The real thing, by name: "map", "field", "expression".
std::optional<Handler> planted_leak(std::string_view name);

}  // namespace weir
