// Facts of user code in flight: invocations, readers, and each crossing of a door.
#pragma once

#include <cstdint>
#include <string>

#include "sim/base/result.hpp"
#include "sim/data/ids.hpp"
#include "sim/data/key.hpp"
#include "sim/data/service.hpp"
#include "sim/trace/actor.hpp"
#include "sim/trace/facts_stream.hpp"

namespace weir {

// The handler is called with a batch. `attempt` counts from 0 for each batch.              [POLL-2]
struct InvocationStarted {
  static constexpr std::string_view name = "invocation_started";
  InvocationId invocation;
  FunctionId function;
  MappingId mapping;
  ShardId shard;
  std::uint64_t batch = 0;
  std::uint32_t attempt = 0;
  RecordList records;
  template <class V>
  void each(V&& v) const {
    v("invocation", invocation), v("function", function), v("mapping", mapping), v("shard", shard), v("batch", batch),
        v("attempt", attempt), v("records", records);
  }
};

enum class InvocationOutcome : std::uint8_t { ok, threw, timed_out, crashed, answer_lost, bad_response };
constexpr std::string_view to_text(InvocationOutcome o) {
  switch (o) {
    case InvocationOutcome::ok:
      return "ok";
    case InvocationOutcome::threw:
      return "threw";
    case InvocationOutcome::timed_out:
      return "timed out";
    case InvocationOutcome::crashed:
      return "crashed";
    case InvocationOutcome::answer_lost:
      return "answer lost";
    case InvocationOutcome::bad_response:
      return "bad response";
  }
  return "";
}

struct InvocationEnded {
  static constexpr std::string_view name = "invocation_ended";
  InvocationId invocation;
  MappingId mapping;
  InvocationOutcome outcome = InvocationOutcome::ok;
  std::uint32_t calls = 0;     // door crossings it made
  std::uint32_t failures = 0;  // batchItemFailures entries in its response
  std::string message;         // what it threw, or what was wrong with the response
  template <class V>
  void each(V&& v) const {
    v("invocation", invocation), v("mapping", mapping), v("outcome", outcome), v("calls", calls), v("failures", failures),
        v("message", message);
  }
};

// What a door did with a call.                                                             [OP-6] [OPEN-49]
enum class Fate : std::uint8_t { done, throttled, error_not_done, error_done, killed_before, killed_after };
constexpr std::string_view to_text(Fate f) {
  switch (f) {
    case Fate::done:
      return "done";
    case Fate::throttled:
      return "throttled";
    case Fate::error_not_done:
      return "error, not done";
    case Fate::error_done:
      return "done, but the answer was an error";
    case Fate::killed_before:
      return "killed before";
    case Fate::killed_after:
      return "killed after";
  }
  return "";
}

// One crossing whose fate was not plainly `done`. (A done one shows as the fact of its effect.)
struct CallDisturbed {
  static constexpr std::string_view name = "call_disturbed";
  Actor actor;
  std::uint32_t call = 0;  // 0-based, within the invocation, reader, load, or what caused this: operation or step
  Fate fate = Fate::done;
  Service service = Service::dynamodb;  // that was called
  template <class V>
  void each(V&& v) const {
    v("actor", actor), v("call", call), v("fate", fate), v("service", service);
  }
};

// A client tries a call again by itself, after a pause; the code that called it sees only the last answer.        [WIRE-6]
struct CallRetried {
  static constexpr std::string_view name = "call_retried";
  Actor actor;
  std::uint32_t call = 0;                   // as in CallDisturbed
  std::uint32_t attempt = 0;                // 1 for the second try of the call
  ServiceError error = ServiceError::none;  // what the try before it met
  template <class V>
  void each(V&& v) const {
    v("actor", actor), v("call", call), v("attempt", attempt), v("error", error);
  }
};

struct ReaderStarted {
  static constexpr std::string_view name = "reader_started";
  ReaderId reader;
  std::string reader_name;
  template <class V>
  void each(V&& v) const {
    v("reader", reader), v("reader_name", reader_name);
  }
};

struct ReaderEnded {
  static constexpr std::string_view name = "reader_ended";
  ReaderId reader;
  InvocationOutcome outcome = InvocationOutcome::ok;
  std::string message;
  template <class V>
  void each(V&& v) const {
    v("reader", reader), v("outcome", outcome), v("message", message);
  }
};

// An invocation asked for what its container keeps. Those that never ask have no container worth telling of.    [INV-4]
struct ContainerEntered {
  static constexpr std::string_view name = "container_entered";
  InvocationId invocation;
  FunctionId function;
  std::uint32_t container = 0;  // numbered from 0 within the function
  bool cold = false;            // a new one: nothing is kept in it yet
  template <class V>
  void each(V&& v) const {
    v("invocation", invocation), v("function", function), v("container", container), v("cold", cold);
  }
};

// A line the user's code logged.
struct Logged {
  static constexpr std::string_view name = "logged";
  Actor actor;
  std::string line;
  template <class V>
  void each(V&& v) const {
    v("actor", actor), v("line", line);
  }
};

}  // namespace weir
