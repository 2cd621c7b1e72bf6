#include "reports/weir/interrupt.hpp"

#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

namespace weir {

namespace {

std::atomic<bool> stop{false};
std::atomic<const char*> answer{nullptr};
std::atomic<bool> on_terminal{false};
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<const char*>::is_always_lock_free,
              "a signal handler may touch them");

void say(const char* text) {
  const ssize_t written = write(STDERR_FILENO, text, std::strlen(text));
  static_cast<void>(written);  // nobody to tell
}

extern "C" void weir_on_interrupt(int number) {
  if (!stop.exchange(true)) {
    const int before = errno;
    if (const char* line = answer.load()) {
      if (on_terminal.load()) say("\r\033[K");  // a progress line may stand there
      say(line);
    }
    errno = before;
    return;
  }
  std::signal(number, SIG_DFL);  // the second one ends the program as it always would
  std::raise(number);
}

}  // namespace

Interrupt::Interrupt() {
  stop.store(false);
  answer.store(nullptr);
  on_terminal.store(isatty(STDERR_FILENO) == 1);
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

void Interrupt::answer_with(const char* line) const { answer.store(line); }

void Interrupt::rearm() const { stop.store(false); }

}  // namespace weir
