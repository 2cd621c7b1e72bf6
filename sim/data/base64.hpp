// Base64 with padding, the standard alphabet (RFC 4648), as B values travel in JSON.               [REC-5]
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace weir {

std::string to_base64(std::string_view bytes);
std::optional<std::string> from_base64(std::string_view text);  // nullopt: wrong character, length, padding or spare bits

}  // namespace weir
