// Operators' steps on mappings and concurrency, carried out on a world.
#pragma once

#include "scenarios/format/scenario.hpp"
#include "sim/world/world.hpp"

namespace weir {

bool take_operator_act(World& world, const Act& act);  // false: the act is none of an operator's

}  // namespace weir
