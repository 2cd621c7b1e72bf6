#include <vector>

#include "sim/data/item.hpp"
