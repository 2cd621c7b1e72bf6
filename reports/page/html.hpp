// Text on a page.
#pragma once

#include <string>
#include <string_view>

namespace weir {

std::string escape_html(std::string_view text);  // in an element or between the quotes of an attribute

}  // namespace weir
