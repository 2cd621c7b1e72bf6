// The figures of a run's metrics and accounts, as text and as JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "sim/trace/trace.hpp"

namespace weir {

std::string metrics_text(const std::vector<Fact>& trace);
nlohmann::ordered_json metrics_json(const std::vector<Fact>& trace);

}  // namespace weir
