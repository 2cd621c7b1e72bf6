// The consumers of the catalogue's teaching scenarios, by name.
#pragma once

#include "sim/function/handler.hpp"

namespace weir {

Handlers catalogue_consumers();

}  // namespace weir
