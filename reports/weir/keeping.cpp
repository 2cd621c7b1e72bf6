#include "reports/weir/keeping.hpp"

#include <nlohmann/json.hpp>

namespace weir {

nlohmann::ordered_json error_json(const BadInput& bad) {
  return {{"where", bad.where}, {"found", bad.found}, {"accepted", bad.accepted}};
}

}  // namespace weir
