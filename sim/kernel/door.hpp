// The door: the one function through which user code and model meet. Labels, choices, facts and faults hang on it.
//
// A crossing is one try of a call of a client (table, stream, queue, bucket), keyed by its caller and its 0-based ordinal there
// ("trigger mirror / shard 0 / batch 0 / attempt 0 / call 2", a later try of it "... / call 2 / attempt 1"). Callers are
// invocations, readers, and those clients of the outside world whose SDK tries again. The plan decides
// the latency of each and its fate:
//
//   done            the effect happens at now + latency, and the answer with it
//   throttled       refused, surely not done                                                   [CAP-8] [ERR-8]
//   error_not_done  HTTP 500, not applied: the caller cannot tell                              [OP-6] [OPEN-49]
//   error_done      HTTP 500 or a lost answer, applied: the caller cannot tell                 [OP-6] [OPEN-49]
//   killed_*        never drawn here: the invocation's own outcome (crash before or after call k) decides it
#pragma once

#include <array>

#include "sim/kernel/kernel.hpp"

namespace weir {

enum class CallFault : std::uint8_t { none, throttled, error_not_done, error_done };
inline constexpr std::array<std::string_view, 4> call_fault_names{"done", "throttled", "error, not done", "error, done"};
template <>
struct ChoiceCodec<CallFault> : NamedCodec<CallFault, call_fault_names> {};

inline constexpr Site<Duration> client_latency{.name = "client.latency",
                                               .low = 1ms,
                                               .high = 1min,
                                               .calm = 5ms,
                                               .rules = "METRIC-1",
                                               .asks = "How long does one call of a table or stream client take?"};
inline constexpr Site<CallFault> client_fault{.name = "client.fault",
                                              .low = CallFault::none,
                                              .high = CallFault::error_done,
                                              .calm = CallFault::none,
                                              .rules = "OP-6 ERR-8 ITER-6 OPEN-49",
                                              .asks = "Does the call go wrong, and if so, was it done all the same?",
                                              .nature = Nature::fault};

inline constexpr std::array kernel_sites{client_latency.info(), client_fault.info()};

struct Passage {
  Fate fate = Fate::done;
  Duration latency{};
};

// Decides how the crossing keyed by `key`, to `service`, goes. Asks latency, then fault; notes a CallDisturbed fact unless all
// is calm.
Passage cross_door(Kernel& kernel, const Key& key, const Actor& actor, std::uint32_t call, Service service);
// The same without latency, for clients whose calls take no time.
Fate decide_fate(Kernel& kernel, const Key& key, const Actor& actor, std::uint32_t call, Service service);

}  // namespace weir
