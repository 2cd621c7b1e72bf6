// The choices of generated workloads: what clients do, and when.
#pragma once

#include <array>

#include "sim/plan/operation.hpp"
#include "sim/plan/site.hpp"

namespace weir {

// The bounds here are the widest a scenario may ask for; each workload narrows them to its own numbers.
inline constexpr Site<Operation> workload_op{.name = "workload.op",
                                             .low = {},
                                             .high = {OperationKind::remove, 65535, 255, 4'294'967'295U},
                                             .calm = {},
                                             .rules = "OP-1",
                                             .asks = "Which operation does a client issue here, if any?",
                                             .nature = Nature::workload};
inline constexpr Site<Duration> workload_pause{.name = "workload.pause",
                                               .low = 0s,
                                               .high = 24h,
                                               .calm = 1s,
                                               .rules = "OP-7",
                                               .asks = "How long does a client wait before its next operation?"};
inline constexpr Site<Duration> workload_expires_in{.name = "workload.expires_in",
                                                    .low = 0s,
                                                    .high = 24h,
                                                    .calm = 1h,
                                                    .rules = "TTL-1",
                                                    .asks = "How far ahead does a write put the item's expiry?"};

inline constexpr std::array workload_sites{workload_op.info(), workload_pause.info(), workload_expires_in.info()};

}  // namespace weir
