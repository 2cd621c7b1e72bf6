#include "sim/function/fiber.hpp"

#include <cxxabi.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#ifdef WEIR_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#include <sanitizer/lsan_interface.h>
#endif

namespace weir {

namespace {

namespace context = boost::context::detail;

std::size_t page_bytes() {
  static const auto bytes = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  return bytes;
}

#ifdef WEIR_ASAN
void forget_frames(const char* stack, std::size_t bytes) { __asan_unpoison_memory_region(stack, bytes); }
void may_leak(const void* object) { __lsan_ignore_object(object); }
#else
void forget_frames(const char*, std::size_t) {}
void may_leak(const void*) {}
#endif

ExceptionState& exceptions_of_this_thread() { return *reinterpret_cast<ExceptionState*>(abi::__cxa_get_globals()); }

}  // namespace

#ifdef WEIR_ASAN
void tell_switch_starts(void** keep, const void* bottom, std::size_t bytes) {
  __sanitizer_start_switch_fiber(keep, bottom, bytes);
}
void tell_switch_ends(void* kept, const void** old_bottom, std::size_t* old_bytes) {
  __sanitizer_finish_switch_fiber(kept, old_bottom, old_bytes);
}
#endif

FiberPool::FiberPool(std::size_t stack_bytes)
    : exceptions_(exceptions_of_this_thread()), stack_bytes_((stack_bytes + page_bytes() - 1) / page_bytes() * page_bytes()) {}

FiberPool::~FiberPool() {
  for (char* stack : idle_) munmap(stack - page_bytes(), stack_bytes_ + page_bytes());
}

char* FiberPool::take() {
  if (!idle_.empty()) {
    char* const stack = idle_.back();
    idle_.pop_back();
    return stack;
  }
  idle_.reserve(stacks_ + 1);  // so that give() never fails
  void* const mapped = mmap(nullptr, stack_bytes_ + page_bytes(), PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
  if (mapped == MAP_FAILED) throw std::system_error(errno, std::generic_category(), "no memory for another fiber's stack");
  if (mprotect(mapped, page_bytes(), PROT_NONE) != 0) {
    const int error = errno;
    munmap(mapped, stack_bytes_ + page_bytes());
    throw std::system_error(error, std::generic_category(), "no guard page for another fiber's stack");
  }
  stacks_ += 1;
  return static_cast<char*>(mapped) + page_bytes();
}

void FiberPool::give(char* stack) {
  forget_frames(stack, stack_bytes_);
  idle_.push_back(stack);
}

thread_local constinit Fiber* Fiber::current_ = nullptr;

// One that is still unwinding when its fiber is abandoned is known to frames only that never run again.
Fiber::Killed::Killed() { may_leak(this); }

// The first and last function on a fiber's stack.
struct Fiber::Entry {
  static void run(context::transfer_t from) {
    Fiber& fiber = *static_cast<Fiber*>(from.data);
    tell_switch_ends(nullptr, &fiber.outside_stack_, &fiber.outside_stack_bytes_);
    fiber.outside_ = from.fctx;
    try {
      struct Owner {
        Fiber& fiber;
        ~Owner() { fiber.destroy_(fiber.body_); }
      } owner{fiber};
      fiber.run_(fiber.body_);
    } catch (const Killed&) {
    } catch (...) {
      fiber.failure_ = std::current_exception();
    }
    fiber.leave_for_good();
  }

  // A killed body may let Killed escape from a destructor or another noexcept function, and the C++ runtime's answer is to
  // end the program. Here it ends the fiber instead. Every other reason to terminate stays one.
  static void terminate() {
    if (Fiber* const fiber = current_; fiber != nullptr && fiber->killed_) {
      try {
        if (std::current_exception() != nullptr) throw;
      } catch (const Killed&) {
        abandon(*fiber);
      } catch (...) {
      }
    }
    usual_terminate()();
  }
  static std::terminate_handler usual_terminate() {
    static const std::terminate_handler usual = std::set_terminate(&terminate);
    return usual;
  }

  static void abandon(Fiber& fiber) {
    fiber.abandoned_ = true;
    while (fiber.pool_.exceptions_.caught != nullptr) abi::__cxa_end_catch();  // no frame will ask for them any more
    fiber.leave_for_good();
  }
};

Fiber::~Fiber() {
  kill();
  release();
}

char* Fiber::top_for(std::size_t size, std::size_t alignment) {
  if (stack_ == nullptr) stack_ = pool_.take();
  const auto top = reinterpret_cast<std::uintptr_t>(stack_ + pool_.stack_bytes_) - size;
  return reinterpret_cast<char*>(top / alignment * alignment);
}

void Fiber::release() {
  if (stack_ == nullptr) return;
  pool_.give(stack_);
  stack_ = nullptr;
}

void Fiber::enter() {
  char* const top = static_cast<char*>(body_);
  inside_ = context::make_fcontext(top, static_cast<std::size_t>(top - stack_), &Entry::run);
}

void Fiber::die() {
  if (throws_ == most_throws) Entry::abandon(*this);
  throws_ += 1;
  throw Killed{};
}

void Fiber::leave_for_good() {
  phase_ = Phase::done;
  tell_switch_starts(nullptr, outside_stack_, outside_stack_bytes_);
  context::jump_fcontext(outside_, nullptr);
}

void Fiber::kill() {
  SIM_CHECK(phase_ != Phase::running, "a fiber is not killed from inside itself");
  if (phase_ == Phase::ready) {
    killed_ = true;
    phase_ = Phase::done;
    destroy_(body_);
    release();
  } else if (phase_ == Phase::suspended) {
    killed_ = true;
    Entry::usual_terminate();  // puts ours in its place
    resume();
  }
}

}  // namespace weir
