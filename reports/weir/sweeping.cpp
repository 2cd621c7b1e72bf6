#include "reports/weir/sweeping.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <iterator>
#include <utility>

#include "reports/weir/sweep_file.hpp"
#include "reports/wording/wording.hpp"

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

std::vector<Untested> own_untested(const Scenario& scenario, const SweepState& state) {
  const std::vector<Untested>& all = state.untested;
  const std::size_t own = scenario.oracles.size() + scenario.checks.size();
  std::vector<Untested> some;
  std::copy_if(all.end() - static_cast<std::ptrdiff_t>(std::min(own, all.size())), all.end(), std::back_inserter(some),
               [](const Untested& promise) { return promise.runs > 0; });
  return some;
}

SweepResult sweep_watched(const Scenario& scenario, SweepOptions options, const std::string& file, Interrupt& interrupt,
                          ProgressLine& progress, const std::string& prefix) {
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

Reducing::Reducing(const Chosen& chosen, const SweepResult& swept, Interrupt& interrupt, ProgressLine& progress,
                   std::string prefix)
    : chosen_(chosen),
      player_(chosen.scenario, bundled_handlers()),
      interrupt_(interrupt),
      progress_(progress),
      prefix_(std::move(prefix)) {
  if (swept.interrupted) interrupt_.rearm();
  interrupt_.answer_with("weir: stopping: the smallest list of deviations so far is kept; again to drop it\n");
}

Reducing::~Reducing() { interrupt_.answer_with(nullptr); }

Finding Reducing::operator()(const std::string& oracle, const Found& found) {
  progress_.show({prefix_ + "shrinking what broke " + oracle + " ...", "Ctrl-C keeps the smallest so far"});
  Finding finding = reduce(chosen_, player_, oracle, found, interrupt_.flag());
  progress_.clear();
  return finding;
}

}  // namespace weir
