// What makes a failure wrong, whatever form it came in.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/plan/plan.hpp"

namespace weir {

// What would be accepted in the place of a wrong key or oracle's name; "" when it is right.
std::string wrong_with_key(std::string_view key);
std::string wrong_with_oracle_name(std::string_view name);

bool is_hash_text(std::string_view text);  // 32 hex digits in lower case

// The index of a deviation that answers a choice an earlier one has answered.
std::optional<std::size_t> second_of_two(const std::vector<Deviation>& deviations);

}  // namespace weir
