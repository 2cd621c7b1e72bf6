// SIM_CHECK(condition, "what holds") guards our own invariants, on in every build.
//
// A broken one throws Bug. A Bug is never the consumer's violation: only the runner catches it, prints the replay token
// and ends with exit code 4. Service errors are values (result.hpp); a person's mistakes are BadInput (bad_input.hpp).
#pragma once

#include <stdexcept>
#include <string>

namespace weir {

struct Bug : std::logic_error {
  using std::logic_error::logic_error;
};

[[noreturn]] void report_bug(const char* condition, const char* why, const char* file, int line);

}  // namespace weir

#define SIM_CHECK(condition, why) \
  (static_cast<bool>(condition) ? void(0) : ::weir::report_bug(#condition, why, __FILE__, __LINE__))
