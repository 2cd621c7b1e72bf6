#pragma once
#include "sim/world/world.hpp"
