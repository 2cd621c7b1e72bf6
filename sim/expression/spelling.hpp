// How an expression is written out. Private to the room.
//
//   readable  for people: paths and constants as they would stand in a text. A name with a '.' in it reads as a path, a name
//             "5" as a number
//   exact     each name and constant is marked as such and begins with its length: two expressions read alike only if they are
//             alike. What a request is known by.                                                        [TXN-3]
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sim/expression/condition.hpp"

namespace weir {

enum class Spelling : std::uint8_t { readable, exact };

std::string spelt(const Path& path, Spelling spelling);
std::string spelt_constant(std::string_view encoded, Spelling spelling);

}  // namespace weir
