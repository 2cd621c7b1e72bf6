#include "reports/weir/sweeping.hpp"

#include <fmt/format.h>

#include <exception>

#include "reports/weir/interrupt.hpp"
#include "reports/weir/sweep_file.hpp"

namespace weir {

std::vector<std::string> progress_parts(const SweepState& state, const SweepOptions& options, double seconds) {
  const std::uint64_t done = state.next - options.from.next;
  const double rate = seconds > 0 ? static_cast<double>(done) / seconds : 0;
  std::string found;
  for (const auto& [oracle, first] : state.found) found += (found.empty() ? "" : ", ") + oracle;
  const std::string left =
      rate > 0 && options.runs > state.next ? seconds_text(static_cast<double>(options.runs - state.next) / rate) : "0 s";
  return {fmt::format("{} of {} runs", grouped(state.next), grouped(options.runs)), left + " left",
          found.empty() ? "nothing found" : grouped(state.violations) + " found (" + found + ")",
          grouped(static_cast<std::uint64_t>(rate)) + "/s", long_span(state.virtual_microseconds) + " played"};
}

SweepResult sweep_watched(const Scenario& scenario, SweepOptions options, const std::string& file, ProgressLine& progress,
                          const std::string& prefix) {
  Interrupt interrupt;
  options.stop = interrupt.flag();
  std::exception_ptr trouble;
  std::uint64_t kept = options.from.next;
  double kept_at = 0;
  bool told = false;
  if (!file.empty())
    write_sweep_file(file, scenario, options.seed, options.from);  // a place that takes no file is told at once
  // The observer runs beside the workers: what it throws must wait until they are done.
  options.observer = [&](const SweepState& state, double seconds) {
    const bool stopping = !trouble && interrupt.flag()->load();
    if (stopping && !told) {
      progress.clear();
      complain("stopping: the runs under way end first; again to drop them");
      told = true;
    }
    std::vector<std::string> parts = progress_parts(state, options, seconds);
    parts.front() = prefix + parts.front();
    progress.show(parts);
    if (trouble || file.empty() || state.next == kept || (seconds - kept_at < 1 && !stopping)) return;
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
