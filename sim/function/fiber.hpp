// A sequential function that can stop in the middle and go on later: what user code in flight runs on.
//
//   start     readies a body; nothing of it runs yet. A fiber that is done may be started again
//   resume    runs the body until it suspends or ends; fibers may resume other fibers, and suspend() returns to the resumer
//   suspend   called by the body, however deep in its calls
//   kill      makes the present suspend() throw, and each later one at once; the body has ended when kill() returns.
//             What is thrown is no std::exception; a body may swallow it and go on, but not for ever: after
//             `most_throws` throws, or if a noexcept function lets it escape, the fiber is abandoned: switched away from for
//             good. Its destructors then never run, so what it owned leaks; its stack serves again
//   failure   the exception that left the body; none crosses a switch. A killed body's being killed is no failure
//   lifetime  the body lies on the fiber's stack and is destroyed when it ends. ~Fiber kills what is unfinished, so its
//             destructors run. A fiber stays where it was made: it does not move
//   threads   a pool, its fibers and whoever resumes them share one thread, which made the pool; it outlives its fibers
//   errors    resuming what is not suspended, suspending outside, killing a fiber from inside itself: a Bug
//
// Each fiber has its own C++ exception state (`throw;`, std::current_exception, std::uncaught_exceptions), and
// AddressSanitizer is told of each switch. No other file switches stacks. The two halves of a switch stand here, since a
// processor guesses wrong at each return behind one: inlined, there is a return less.
#pragma once

#include <boost/context/detail/fcontext.hpp>
#include <cstddef>
#include <exception>
#include <new>
#include <type_traits>
#include <utility>
#include <vector>

#include "sim/base/check.hpp"

#if defined(__SANITIZE_ADDRESS__)
#define WEIR_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WEIR_ASAN 1
#endif
#endif

namespace weir {

// What the C++ runtime keeps per thread (Itanium C++ ABI, __cxa_eh_globals).
struct ExceptionState {
  void* caught = nullptr;
  unsigned int uncaught = 0;
};

// Stacks, used again and again. Each is `stack_bytes` of lazily backed memory above a page that may not be touched.
class FiberPool {
 public:
  explicit FiberPool(std::size_t stack_bytes = 256 * 1024);
  ~FiberPool();
  FiberPool(const FiberPool&) = delete;
  FiberPool& operator=(const FiberPool&) = delete;

  std::size_t stacks() const { return stacks_; }     // ever mapped; unmapped with the pool
  std::size_t idle() const { return idle_.size(); }  // of these, now unused

 private:
  friend class Fiber;
  char* take();  // the stack's lowest usable byte
  void give(char* stack);

  ExceptionState& exceptions_;  // this thread's
  std::size_t stack_bytes_;
  std::size_t stacks_ = 0;
  std::vector<char*> idle_;
};

class Fiber {
 public:
  static constexpr int most_throws = 1'000;  // of suspend() after a kill, before the fiber is abandoned

  explicit Fiber(FiberPool& pool) : pool_(pool) {}
  ~Fiber();
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  template <class Body>
  void start(Body body);

  void resume();
  void kill();

  static void suspend();
  static Fiber* current() { return current_; }  // the fiber whose body is running; nullptr outside

  bool done() const { return phase_ == Phase::done; }  // started and ended, however
  bool killed() const { return killed_; }
  bool abandoned() const { return abandoned_; }
  std::exception_ptr failure() const { return failure_; }

 private:
  enum class Phase { fresh, ready, running, suspended, done };
  struct Killed {
    Killed();
  };
  struct Entry;

  char* top_for(std::size_t size, std::size_t alignment);
  void enter();
  [[noreturn]] void die();
  void leave_for_good();
  void release();

  static thread_local constinit Fiber* current_;

  FiberPool& pool_;
  Phase phase_ = Phase::fresh;
  bool killed_ = false;
  bool abandoned_ = false;
  int throws_ = 0;
  char* stack_ = nullptr;
  void* body_ = nullptr;
  void (*run_)(void*) = nullptr;
  void (*destroy_)(void*) = nullptr;
  void* inside_ = nullptr;   // where the body goes on
  void* outside_ = nullptr;  // where its resumer goes on
  ExceptionState exceptions_;
  std::exception_ptr failure_;
  void* fake_stack_ = nullptr;  // AddressSanitizer's, while suspended; and the bounds of the resumer's stack
  const void* outside_stack_ = nullptr;
  std::size_t outside_stack_bytes_ = 0;
};

template <class Body>
void Fiber::start(Body body) {
  static_assert(sizeof(Body) <= 4096, "a body is small; let it refer to what is large");
  SIM_CHECK(phase_ == Phase::fresh || phase_ == Phase::done, "a fiber has one body at a time");
  body_ = new (top_for(sizeof(Body), alignof(Body))) Body(std::move(body));
  run_ = [](void* what) { (*static_cast<Body*>(what))(); };
  destroy_ = [](void* what) { static_cast<Body*>(what)->~Body(); };
  phase_ = Phase::ready;
  killed_ = abandoned_ = false;
  throws_ = 0;
  failure_ = nullptr;
  exceptions_ = {};
}

// Telling AddressSanitizer: before a switch where it goes (and where to keep this stack's fake frames; nullptr: nowhere,
// it ends here), and after one that it has happened.
#ifdef WEIR_ASAN
void tell_switch_starts(void** keep, const void* bottom, std::size_t bytes);
void tell_switch_ends(void* kept, const void** old_bottom, std::size_t* old_bytes);
#else
inline void tell_switch_starts(void**, const void*, std::size_t) {}
inline void tell_switch_ends(void*, const void**, std::size_t*) {}
#endif

inline void Fiber::resume() {
  SIM_CHECK(phase_ == Phase::ready || phase_ == Phase::suspended, "only a fiber that waits can go on");
  if (phase_ == Phase::ready) enter();
  Fiber* const outer = current_;
  const ExceptionState outer_exceptions = std::exchange(pool_.exceptions_, exceptions_);
  current_ = this;
  phase_ = Phase::running;

  void* outer_fake_stack = nullptr;
  tell_switch_starts(&outer_fake_stack, stack_, pool_.stack_bytes_);
  inside_ = boost::context::detail::jump_fcontext(inside_, this).fctx;
  tell_switch_ends(outer_fake_stack, nullptr, nullptr);

  current_ = outer;
  exceptions_ = std::exchange(pool_.exceptions_, outer_exceptions);
  if (phase_ == Phase::done) release();
}

inline void Fiber::suspend() {
  Fiber* const fiber = current_;
  SIM_CHECK(fiber != nullptr, "only the body of a fiber can suspend it");
  if (!fiber->killed_) {
    fiber->phase_ = Phase::suspended;
    tell_switch_starts(&fiber->fake_stack_, fiber->outside_stack_, fiber->outside_stack_bytes_);
    fiber->outside_ = boost::context::detail::jump_fcontext(fiber->outside_, nullptr).fctx;
    tell_switch_ends(fiber->fake_stack_, &fiber->outside_stack_, &fiber->outside_stack_bytes_);
    if (!fiber->killed_) return;
  }
  fiber->die();
}

}  // namespace weir
