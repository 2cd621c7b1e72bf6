// Text that lives as long as the program: what a Failed's message points at when it quotes a name or a value.
// Equal texts share one place. Callable from any thread; costs a lock, so for error paths only.
#pragma once

#include <string>
#include <string_view>

namespace weir {

std::string_view lasting(std::string_view text);

}  // namespace weir
