// Where in a JSON text a value stands, for error messages.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace weir {

// The line (from 1) on which the value at a JSON pointer (RFC 6901) begins; for a member, the line of its name. nullopt when
// the text has no such value. The text is JSON that parses.
std::optional<std::size_t> line_of(std::string_view text, std::string_view pointer);

// pointer + "/" + name, with '~' and '/' of the name escaped.
std::string pointer_to(std::string_view pointer, std::string_view name);
std::string pointer_to(std::string_view pointer, std::size_t index);

// The pointer without its last part; "" stays "".
std::string_view parent_pointer(std::string_view pointer);

}  // namespace weir
