#include "reports/weir/sweeping.hpp"

#include <fmt/format.h>

#include <exception>

#include "reports/weir/interrupt.hpp"
#include "reports/weir/sweep_file.hpp"

namespace weir {

std::string progress_text(const SweepState& state, const SweepOptions& options, double seconds) {
  const std::uint64_t done = state.next - options.from.next;
  const double rate = seconds > 0 ? static_cast<double>(done) / seconds : 0;
  std::string found;
  for (const auto& [oracle, first] : state.found) found += (found.empty() ? "" : ", ") + oracle;
  const std::string left =
      rate > 0 && options.runs > state.next ? seconds_text(static_cast<double>(options.runs - state.next) / rate) : "0 s";
  return fmt::format("{} of {} runs, {}/s, {} played, {}, {} left", grouped(state.next), grouped(options.runs),
                     grouped(static_cast<std::uint64_t>(rate)), long_span(state.virtual_microseconds),
                     found.empty() ? "nothing found" : grouped(state.violations) + " found (" + found + ")", left);
}

SweepResult sweep_watched(const Scenario& scenario, SweepOptions options, const std::string& file, ProgressLine& progress,
                          const std::string& prefix) {
  Interrupt interrupt;
  options.stop = interrupt.flag();
  std::exception_ptr trouble;
  std::uint64_t kept = options.from.next;
  double kept_at = 0;
  if (!file.empty())
    write_sweep_file(file, scenario, options.seed, options.from);  // a place that takes no file is told at once
  // The observer runs beside the workers: what it throws must wait until they are done.
  options.observer = [&](const SweepState& state, double seconds) {
    progress.show(prefix + progress_text(state, options, seconds));
    if (trouble || file.empty() || state.next == kept || seconds - kept_at < 1) return;
    try {
      write_sweep_file(file, scenario, options.seed, state);
      kept = state.next;
      kept_at = seconds;
    } catch (...) {
      trouble = std::current_exception();
      interrupt.flag()->store(true);
    }
  };
  SweepResult result = sweep(scenario, bundled_handlers(), options);
  progress.clear();
  if (trouble) std::rethrow_exception(trouble);
  if (!file.empty()) write_sweep_file(file, scenario, options.seed, result.state);
  return result;
}

}  // namespace weir
