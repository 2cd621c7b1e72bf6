// A number with a meaning: two ids of different kinds never mix, compare or convert.
#pragma once

#include <compare>
#include <cstdint>

namespace weir {

template <class Tag, class Rep>
struct Strong {
  using rep = Rep;
  Rep value{};
  friend constexpr auto operator<=>(const Strong&, const Strong&) = default;
};

}  // namespace weir
