// What is told of an item collection's size: an estimate between so many whole GB and one more.                      [OP-8]
#pragma once

#include <cstdint>
#include <utility>

#include "sim/table/costs.hpp"

namespace weir {

inline ItemCollectionMetrics collection_metrics(Item key, std::uint64_t bytes) {
  constexpr std::uint64_t gigabyte = std::uint64_t{1} << 30;
  return {std::move(key), bytes / gigabyte, bytes / gigabyte + 1};
}

}  // namespace weir
