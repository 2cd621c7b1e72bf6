// How everything here that a person reads writes numbers and spans of time: the story, the page, the program.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace weir {

std::string grouped(std::uint64_t number);                           // "10,000"
std::string counted(std::uint64_t number, std::string_view things);  // "1 run", "2,000 runs": `things` is the plural's stem
std::string long_span(std::int64_t microseconds);                    // virtual time at a glance: "35 min", "12 h", "3.4 years"
std::string seconds_text(double seconds);                            // wall time: "0.42 s", "3 min 05 s"

}  // namespace weir
