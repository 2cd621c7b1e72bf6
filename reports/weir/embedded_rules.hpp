// rules.tsv as the build has compiled it in; see cmake/embed.cmake.
#pragma once

#include <span>

#include "scenarios/bundle/bundle.hpp"

namespace weir {

std::span<const BundledFile> embedded_rules();

}  // namespace weir
