// A throttle that no meter gave: of a call, or of all parts of one, by chance. It speaks as the table's billing has it, so that
// code meets by chance what it would meet by load. A table without capacity settings speaks as one that is provisioned. [CAP-8]
#pragma once

#include <string_view>

#include "sim/base/result.hpp"
#include "sim/table/requests.hpp"
#include "sim/table/settings.hpp"

namespace weir {

inline constexpr std::string_view on_demand_throttled = "Throughput exceeds the current capacity of your table or index.";

inline bool is_on_demand(const TableSettings& table) {
  return table.capacity && table.capacity->billing == BillingMode::on_demand;
}

inline Failed throttled_by_chance(bool on_demand) {
  return {on_demand ? ServiceError::throttling : ServiceError::throughput_exceeded, Certainty::surely_not_done,
          on_demand ? on_demand_throttled : table_throttled};
}

}  // namespace weir
