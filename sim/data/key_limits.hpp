// How large the values of key attributes may be, and what the service says of larger ones.     [ITEM-5] MSG-9 MSG-10
#pragma once

#include <cstddef>
#include <string_view>

namespace weir {

inline constexpr std::size_t max_partition_key_bytes = 2048, max_sort_key_bytes = 1024;

inline constexpr std::string_view partition_key_too_large =
    "One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes";
inline constexpr std::string_view sort_key_too_large =
    "One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit of 1024 bytes";

}  // namespace weir
