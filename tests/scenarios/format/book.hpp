// Sites for tests of files: one of each type, fixed here so that error messages stay as they are when the model's own change.
#pragma once

#include <array>

#include "sim/plan/operation.hpp"
#include "sim/plan/site_text.hpp"

namespace weir::test {

enum class Ending : std::uint8_t { ok, throws, crash_before_call, crash_after_call, answer_lost };
inline constexpr std::array<std::string_view, 5> ending_names{"ok", "throw", "crash before call", "crash after call",
                                                              "answer lost"};
enum class Fault : std::uint8_t { none, throttled, lost };
inline constexpr std::array<std::string_view, 3> fault_names{"done", "throttled", "error, done"};

inline const SiteBook& book() {
  static const SiteBook all({
      {.name = "ttl.deletion_delay",
       .type = SiteType::duration,
       .low = 0,
       .high = Duration(48h).count(),
       .calm = Duration(10min).count(),
       .rules = "TTL-4",
       .asks = "When?",
       .hash = name_hash("ttl.deletion_delay")},
      {.name = "stream.children",
       .type = SiteType::integer,
       .low = 1,
       .high = 2,
       .calm = 2,
       .rules = "SHARD-5",
       .asks = "How many?",
       .hash = name_hash("stream.children")},
      {.name = "stream.latest_slack",
       .type = SiteType::integer,
       .low = -5,
       .high = 1000,
       .calm = 0,
       .rules = "ITER-1",
       .asks = "How far off?",
       .hash = name_hash("stream.latest_slack")},
      {.name = "trigger.invoke_refused",
       .type = SiteType::flag,
       .nature = Nature::fault,
       .low = 0,
       .high = 1,
       .calm = 0,
       .rules = "INV-2",
       .asks = "Refused?",
       .hash = name_hash("trigger.invoke_refused")},
      {.name = "client.fault",
       .type = SiteType::named,
       .nature = Nature::fault,
       .low = 0,
       .high = 2,
       .calm = 0,
       .names = fault_names,
       .rules = "OP-6",
       .asks = "Wrong?",
       .hash = name_hash("client.fault")},
      {.name = "function.outcome",
       .type = SiteType::outcome,
       .nature = Nature::fault,
       .low = 0,
       .high = pack_outcome({4, 4095}),
       .calm = 0,
       .names = ending_names,
       .rules = "RETRY-1",
       .asks = "How?",
       .hash = name_hash("function.outcome")},
      {.name = "workload.op",
       .type = SiteType::operation,
       .nature = Nature::workload,
       .low = 0,
       .high = ChoiceCodec<Operation>::encode({OperationKind::remove, 65535, 255, 4'294'967'295U}),
       .calm = 0,
       .names = operation_kind_names,
       .rules = "OP-1",
       .asks = "What?",
       .hash = name_hash("workload.op")},
  });
  return all;
}

}  // namespace weir::test
