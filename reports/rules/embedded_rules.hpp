// The tables of this folder as the build has compiled them in (rules.tsv, coverage.tsv, not_modelled.tsv, differing.tsv, in
// that order); see cmake/embed.cmake.
#pragma once

#include <span>

#include "scenarios/bundle/bundle.hpp"

namespace weir {

std::span<const BundledFile> embedded_rules();

}  // namespace weir
