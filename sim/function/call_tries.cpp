#include "sim/function/call_tries.hpp"

#include "sim/table/throttle.hpp"

namespace weir {

namespace {

constexpr std::string_view throttled_reader = "Too many operations for a given subscriber";
constexpr std::string_view rate_exceeded = "Rate exceeded";
constexpr std::string_view throttled_queue = "Request is throttled.";
constexpr std::string_view throttled_bucket = "Please reduce your request rate.";
constexpr std::string_view internal_error = "Internal server error";

}  // namespace

std::optional<Failed> refusal_for(Fate fate, ApiOperation of, bool on_demand) {
  switch (fate) {
    case Fate::throttled:
      if (of == ApiOperation::get_records)
        return Failed{ServiceError::limit_exceeded, Certainty::surely_not_done, throttled_reader};
      if (service_of(of) == Service::streams)
        return Failed{ServiceError::throttling, Certainty::surely_not_done, rate_exceeded};
      if (service_of(of) == Service::s3) return Failed{ServiceError::throttling, Certainty::surely_not_done, throttled_bucket};
      if (service_of(of) == Service::sqs) return Failed{ServiceError::throttling, Certainty::surely_not_done, throttled_queue};
      if (!reads_or_writes_items(of)) return Failed{ServiceError::throttling, Certainty::surely_not_done, rate_exceeded};
      return throttled_by_chance(on_demand);
    case Fate::error_not_done:
    case Fate::error_done:
      return Failed{ServiceError::internal_server_error, Certainty::maybe_done, internal_error};
    case Fate::done:
    case Fate::killed_before:
    case Fate::killed_after:
      break;
  }
  return std::nullopt;
}

Key key_of_try(Key caller, std::uint32_t call, std::uint32_t retried) {
  caller.add("call", call);
  if (retried > 0) caller.add("attempt", retried);
  return caller;
}

}  // namespace weir
