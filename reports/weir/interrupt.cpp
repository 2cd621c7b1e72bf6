#include "reports/weir/interrupt.hpp"

#include <csignal>

namespace weir {

namespace {

std::atomic<bool> stop{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may touch it");

extern "C" void weir_on_interrupt(int number) {
  if (!stop.exchange(true)) return;
  std::signal(number, SIG_DFL);  // the second one ends the program as it always would
  std::raise(number);
}

}  // namespace

Interrupt::Interrupt() {
  stop.store(false);
  struct sigaction action {};
  action.sa_handler = weir_on_interrupt;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

Interrupt::~Interrupt() {
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
}

std::atomic<bool>* Interrupt::flag() { return &stop; }

}  // namespace weir
