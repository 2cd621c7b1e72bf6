// The files the build has compiled in, by path; see cmake/embed.cmake.
#pragma once

#include <span>

#include "scenarios/bundle/bundle.hpp"

namespace weir {

std::span<const BundledFile> embedded_files();

}  // namespace weir
