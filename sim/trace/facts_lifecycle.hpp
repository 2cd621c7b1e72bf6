// Facts of what operators do to event source mappings and functions, and of the capacity that both share.
#pragma once

#include <cstdint>
#include <string>

#include "sim/base/result.hpp"
#include "sim/data/ids.hpp"

namespace weir {

// A mapping's State.                                                                       [ESM-20]
enum class MappingState : std::uint8_t { creating, enabling, enabled, disabling, disabled, updating, deleting, deleted };
constexpr std::string_view to_text(MappingState s) {
  switch (s) {
    case MappingState::creating:
      return "Creating";
    case MappingState::enabling:
      return "Enabling";
    case MappingState::enabled:
      return "Enabled";
    case MappingState::disabling:
      return "Disabling";
    case MappingState::disabled:
      return "Disabled";
    case MappingState::updating:
      return "Updating";
    case MappingState::deleting:
      return "Deleting";
    case MappingState::deleted:
      return "Deleted";
  }
  return "";
}

// A mapping's LastProcessingResult.                                                        [ESM-20]
enum class ProcessingResult : std::uint8_t { no_records, ok, function_failed, stream_ended, access_denied };
constexpr std::string_view to_text(ProcessingResult r) {
  switch (r) {
    case ProcessingResult::no_records:
      return "No records processed";
    case ProcessingResult::ok:
      return "OK";
    case ProcessingResult::function_failed:
      return "PROBLEM: Function call failed";
    case ProcessingResult::stream_ended:
      return "PROBLEM: Stream disabled or deleted";
    case ProcessingResult::access_denied:
      return "PROBLEM: The role lacks a permission";
  }
  return "";
}

// Told of mappings that an operator acts on, and when a mapping's stream has ended. `deleted` is the last one: it is not a
// state that AWS shows, the mapping is gone then.                                          [ESM-20] [ESM-22] [ESM-28]
struct MappingStateChanged {
  static constexpr std::string_view name = "mapping_state_changed";
  MappingId mapping;
  MappingState state = MappingState::creating;
  std::string reason;  // StateTransitionReason
  ProcessingResult last_processing_result = ProcessingResult::no_records;
  template <class V>
  void each(V&& v) const {
    v("mapping", mapping), v("state", state), v("reason", reason), v("last_processing_result", last_processing_result);
  }
};

// Other settings are in force from here on.                                                [ESM-2] [ESM-22] [OPEN-43]
struct MappingUpdated {
  static constexpr std::string_view name = "mapping_updated";
  MappingId mapping;
  FunctionId function;
  std::string function_name;
  bool has_destination = false;
  template <class V>
  void each(V&& v) const {
    v("mapping", mapping), v("function", function), v("function_name", function_name), v("has_destination", has_destination);
  }
};

// An operator's call that the service refused.                                             [ESM-23] [ESM-24] [ESM-26]
struct MappingCallRefused {
  static constexpr std::string_view name = "mapping_call_refused";
  std::string mapping_name;
  ServiceError error = ServiceError::none;
  std::string message;
  template <class V>
  void each(V&& v) const {
    v("mapping_name", mapping_name), v("error", error), v("message", message);
  }
};

// How many invocations may run at once: of a function (its reserved concurrency), or of the account. -1: no limit of its own.
struct ConcurrencySet {
  static constexpr std::string_view name = "concurrency_set";
  std::string of;  // a function's name, or "account"
  std::int64_t limit = -1;
  template <class V>
  void each(V&& v) const {
    v("of", of), v("limit", limit);
  }
};

// A reservation that the account cannot have: PutFunctionConcurrency says InvalidParameterValueException.   [POLL-12]
struct ConcurrencyRefused {
  static constexpr std::string_view name = "concurrency_refused";
  std::string of;  // a function's name
  std::int64_t limit = 0;
  std::string message;
  template <class V>
  void each(V&& v) const {
    v("of", of), v("limit", limit), v("message", message);
  }
};

// What an invocation was throttled by: a whim of the service, the function's reserved concurrency, or the account's limit.
enum class ThrottledBy : std::uint8_t { service, reserved_concurrency, account_limit };
constexpr std::string_view to_text(ThrottledBy by) {
  switch (by) {
    case ThrottledBy::service:
      return "service";
    case ThrottledBy::reserved_concurrency:
      return "reserved concurrency";
    case ThrottledBy::account_limit:
      return "account limit";
  }
  return "";
}

// An invocation that was refused before the handler ran (429); it counts in Throttles and uses no attempt.  [POLL-11] [POLL-12]
struct InvocationThrottled {
  static constexpr std::string_view name = "invocation_throttled";
  FunctionId function;
  MappingId mapping;
  ShardId shard;
  std::uint64_t batch = 0;
  ThrottledBy by = ThrottledBy::service;
  std::int64_t limit = -1;  // how many may run at once by that; -1: it has none
  template <class V>
  void each(V&& v) const {
    v("function", function), v("mapping", mapping), v("shard", shard), v("batch", batch), v("by", by);
    if (limit >= 0) v("limit", limit);
  }
};

// The name of a function that an update of a mapping brings in: it may be called before the update is over.       [OPEN-43]
struct FunctionDeclared {
  static constexpr std::string_view name = "function_declared";
  FunctionId function;
  std::string function_name;
  template <class V>
  void each(V&& v) const {
    v("function", function), v("function_name", function_name);
  }
};

}  // namespace weir
