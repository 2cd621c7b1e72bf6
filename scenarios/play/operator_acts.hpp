// Operators' steps on mappings, concurrency and indexes, carried out on a world.
#pragma once

#include "scenarios/format/scenario.hpp"
#include "sim/world/world.hpp"

namespace weir {

bool take_operator_act(World& world, const Act& act);  // false: the act is none of an operator's

}  // namespace weir
