// Virtual time: integral microseconds, never a clock of the machine.
//
//   Duration  a span; 5ms, 2min and 24h convert exactly
//   Instant   a point on the virtual clock; Instant{} is the scenario's epoch (see Scenario::epoch for its Unix time)
//   text      "0s", "250ms", "10min", "1h30min", "48h": a sum of <integer><unit>, units h min s ms us, largest first
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weir {

using namespace std::chrono_literals;

struct VirtualClock {};  // a tag, never a clock: it has no now()
using Duration = std::chrono::duration<std::int64_t, std::micro>;
using Instant = std::chrono::time_point<VirtualClock, Duration>;

inline constexpr Instant never = Instant::max();

std::string to_text(Duration span);
std::string to_text(Instant at);  // fixed width for listings: hours:minutes:seconds.microseconds, "025:00:03.250000"
std::optional<Duration> parse_duration(std::string_view text);  // nullopt: not of the form above

// Seconds since 1970 at an instant, given those at the epoch; rounds down.
constexpr std::int64_t unix_seconds(Instant at, std::int64_t epoch_unix_seconds) {
  return epoch_unix_seconds + std::chrono::floor<std::chrono::seconds>(at.time_since_epoch()).count();
}

}  // namespace weir
