// UpdateTimeToLive and DescribeTimeToLive.                                              [TTL-12] [TTL-13] [TTL-14] [LIMIT-4]
//
//   effect     at once, or up to an hour later (ttl.processing): until then the table goes on as it was, and its status is
//              ENABLING or DISABLING
//   another    is refused in the meantime, and for a while after the first (ttl.cooldown)                         [TTL-12]
//   errors     validation for what is on or off already, for another attribute, for a name that is not 1 to 255 characters
//              long; resource_in_use for a table that is not ACTIVE; throttling for the eleventh description within a second,
//              of whatever tables                                                                                [LIMIT-4]
//   differs    the answer to an update is no more than that it was taken; the service repeats the request
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sim/base/result.hpp"
#include "sim/data/ids.hpp"

namespace weir {

enum class TimeToLiveStatus : std::uint8_t { enabling, enabled, disabling, disabled };
constexpr std::string_view wire_name(TimeToLiveStatus status) {
  switch (status) {
    case TimeToLiveStatus::enabling:
      return "ENABLING";
    case TimeToLiveStatus::enabled:
      return "ENABLED";
    case TimeToLiveStatus::disabling:
      return "DISABLING";
    case TimeToLiveStatus::disabled:
      return "DISABLED";
  }
  return "";
}

struct UpdateTimeToLive {
  using Answer = Result<Done>;
  TableId table{};
  std::string attribute_name;
  bool enabled = true;
};

struct TimeToLiveDescription {
  TimeToLiveStatus status = TimeToLiveStatus::disabled;
  std::string attribute_name = {};  // empty where it is disabled
  friend bool operator==(const TimeToLiveDescription&, const TimeToLiveDescription&) = default;
};

struct DescribeTimeToLive {
  using Answer = Result<TimeToLiveDescription>;
  TableId table{};
};

}  // namespace weir
