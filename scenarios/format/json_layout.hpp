// JSON as a person would lay it out.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace weir {

// The outermost object with a member a line; inside, an object or array stands on one line where it fits in 120 columns, else
// it has a line for each of its own. Ends with a line end. Bytes that are no UTF-8 become U+FFFD.
std::string laid_out(const nlohmann::ordered_json& json);

}  // namespace weir
