// Functions: the user's code of a world, and what of it is in flight.
//
//   invocation  one call of a handler with a batch, on a fiber. Between its client calls no time passes; each call is a
//               crossing of the door: it takes its latency, then its effect happens, and the answer comes with it    [POLL-2]
//   reader      a program of its own, started at an instant; it meets the same door, and ends when it returns or throws
//   effects     happen through a ServicePort, caused by InvocationStarted; for a reader by the PageRead it last got, before
//               that by ReaderStarted
//   time limit  an invocation is killed `timeout` after its start; what was due then or later does not happen         [INV-1]
//   response    one whose JSON passes 6 MB, a window's state included, is a function error                            [INV-1]
//
// An invocation's outcome is a choice (function.outcome); where it leaves something open, this holds:
//
//   throw                a function error after the body has run: all its effects are done
//   timeout in call k    call k hangs, without effect, until the time limit. With fewer calls: it hangs after its body
//   crash before call k  killed as it makes call k: no effect of that. With fewer calls: crashes after its body
//   crash after call k   killed when call k has had its effect, before the code sees the answer. With fewer calls: as above
//   answer lost          all effects are done, then the connection to the invoker breaks, at once
//   throttled call       what the service answers then: call_tries.hpp                        [CAP-8] [GREC-4] [ERR-9]
//
// A killed invocation's code is unwound there and then; what it does meanwhile has no effect. An exception that leaves a
// handler is a function error, whatever its type.                                                               [RETRY-1]
// With sdk_retries a call is made of several tries, each a crossing of its own: call k is the first of them, call k / attempt a
// a later one. What strikes call k strikes its first try; the time limit falls into any, or into a pause between two.  [WIRE-6]
// An answer waits in take_answers() until the invoker fetches it. Whether a response makes sense, and so InvocationEnded, is
// the invoker's business. No pause between invocation and handler is modelled, not even at a cold start.
//
//   branches    of a handler (Context::concurrently) make their calls beside each other, keyed by the branch and by the place
//               of the call in it. "Call k" of an outcome counts all calls of the invocation in the order they are made;
//               killing ends every branch, in their order, and then the handler
//   containers  see container.hpp; ContainerEntered, caused by InvocationStarted, when the handler first asks for what its
//               container keeps, and never otherwise                                                      [INV-4]
//
//   value    copies while quiet(): registry, counters and what containers keep; fibers do not copy. One thread, the one that
//            made the first fiber
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/function/concurrency.hpp"
#include "sim/function/container.hpp"
#include "sim/function/door_calls.hpp"
#include "sim/function/handler.hpp"
#include "sim/kernel/kernel.hpp"
#include "sim/trace/facts_function.hpp"

namespace weir {

struct InvocationRequest {
  FunctionId function;
  MappingId mapping;
  ShardId shard;
  std::uint64_t batch = 0;
  std::uint32_t attempt = 0;
  KeyName mapping_name;  // with shard_path the text of the key; copied
  KeyName shard_path;
  std::shared_ptr<const StreamEvent> event;
  RecordList records;
};

// How an invocation ended, as its invoker sees it. `response` counts only with outcome ok.
struct Answer {
  InvocationId invocation;
  MappingId mapping;
  ShardId shard;
  InvocationOutcome outcome = InvocationOutcome::ok;
  BatchResponse response;
  std::uint32_t calls = 0;
  std::string message;
  FactIndex started = no_fact;  // its InvocationStarted
};

class Flight;

class Functions {
 public:
  Functions();
  Functions(const Functions& other);  // both want a quiet other
  Functions& operator=(const Functions& other);
  ~Functions();

  FunctionId add(FunctionSettings settings, Handler handler);
  const FunctionSettings& settings(FunctionId function) const { return functions_[function.value].settings; }

  // Starts the handler now and runs it up to its first client call. Notes InvocationStarted, caused by kernel.cause().
  InvocationId invoke(Kernel& kernel, ServicePort& port, const InvocationRequest& request);
  // The next `count` invocations of the function end as `throw`, whatever the plan says.
  void fail_next(FunctionId function, int count);

  // The reader begins at settings.start_at, or now if that is past.
  ReaderId start_reader(Kernel& kernel, const ReaderSettings& settings, ReaderBody body);

  void on_event(Kernel& kernel, const Event& event, ServicePort& port);  // Room::function
  bool has_answers() const { return !answers_.empty(); }
  // In the order of their ends. `into` is filled anew, its memory used again.
  void take_answers(std::vector<Answer>& into);
  std::vector<Answer> take_answers() { return std::exchange(answers_, {}); }

  // The role of code in flight; "" for one without, and for any other actor.                  [ESM-29]
  std::string_view role_of(const Actor& actor) const;
  Concurrency& concurrency() { return concurrency_; }  // invoke() itself refuses nobody     [POLL-12]

  std::size_t in_flight() const;  // invocations
  // Readers in the middle of something: in a table call, or with a page with records in hand and not asleep. One that sleeps or
  // polls an empty stream is at rest, and so is one that has not begun.
  std::size_t busy_readers() const;
  bool quiet() const;  // nothing in flight, no answer waiting, no reader that has not ended
  void kill_all();     // without facts; for the end of a run

 private:
  struct Function {
    FunctionSettings settings;
    Handler handler;
    int to_fail = 0;
    Containers containers = {};
  };
  enum class EventKind : std::uint16_t { begin_reader, go_on, time_limit };

  Flight& take_flight();
  void release(Flight& flight);
  void run(Kernel& kernel, ServicePort& port, Flight& flight);
  void enter_container(Kernel& kernel, Flight& flight);
  void leave_container(Flight& flight, InvocationOutcome outcome);
  bool branches_end_at_once(Kernel& kernel, ServicePort& port, Flight& root);
  void branch_ended(Kernel& kernel, ServicePort& port, Flight& branch);
  void unwind(Flight& root);
  void take_call(Kernel& kernel, Flight& flight);
  void cross(Kernel& kernel, Flight& flight);
  bool try_again(Kernel& kernel, Flight& flight);
  void finish_call(Kernel& kernel, ServicePort& port, Flight& flight);
  void answer(Kernel& kernel, ServicePort& port, Flight& flight);
  void reach_time_limit(Kernel& kernel, Flight& root);
  void body_ended(Kernel& kernel, Flight& flight);
  void go_on_at(Kernel& kernel, Flight& flight, Instant due);
  void kill(Kernel& kernel, Flight& flight, InvocationOutcome outcome, std::string message);
  void end(Kernel& kernel, Flight& flight, InvocationOutcome outcome, std::string message);

  std::deque<Function> functions_;  // by FunctionId
  Concurrency concurrency_;
  std::uint64_t invocations_ = 0;
  std::uint32_t readers_ = 0;
  std::uint64_t tickets_ = 0;
  std::vector<std::unique_ptr<Flight>> flights_;  // by slot; some at rest
  std::vector<std::uint32_t> free_;               // slots at rest
  std::vector<Answer> answers_;
};

}  // namespace weir
