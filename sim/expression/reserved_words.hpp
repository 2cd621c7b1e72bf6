// The 573 words that may not stand bare in an expression, whatever their case; a #placeholder stands for such a name.  [EXPR-3]
#pragma once

#include <string_view>

namespace weir {

bool is_reserved_word(std::string_view name);

}  // namespace weir
