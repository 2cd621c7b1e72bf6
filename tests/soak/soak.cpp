// weir_soak [RUNS] [SEED]: sweeps every bundled scenario that promises to be clean: the catalogue, and the museum's fixed
// twins. RUNS a scenario (default 50,000); the seed is drawn from the clock unless given, and printed, so that an alarm can be
// had again.
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "scenarios/bundle/bundle.hpp"
#include "scenarios/explore/sweep.hpp"

using namespace weir;

int main(int argc, char** argv) {
  const std::uint64_t runs = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 50'000;
  const auto clock = static_cast<std::uint64_t>(std::chrono::system_clock::now().time_since_epoch().count());
  const std::uint64_t seed = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : mix(clock) % 1'000'000'000;
  std::printf("weir_soak: %llu runs a scenario, seed %llu\n", static_cast<unsigned long long>(runs),
              static_cast<unsigned long long>(seed));
  int alarms = 0, swept = 0;
  for (const BundledFile& file : bundled_scenarios()) {
    const Scenario scenario = read_bundled(file, all_sites(), "", "fixed");
    bool promises_clean = true;
    for (const auto& [oracle, expectation] : scenario.expect)
      promises_clean = promises_clean && expectation != Expectation::violation;
    if (!promises_clean) continue;
    const SweepResult result = sweep(scenario, bundled_handlers(), {.runs = runs, .seed = Seed{seed}});
    swept += 1;
    std::printf("%-36s %8.0f runs/s  %llu violations, %llu unknown\n", scenario.name.c_str(),
                static_cast<double>(result.state.next) / result.wall_seconds,
                static_cast<unsigned long long>(result.state.violations),
                static_cast<unsigned long long>(result.state.unknown));
    for (const auto& [oracle, found] : result.state.found) {
      alarms += 1;
      std::printf("  ALARM %s in run %llu (plan seed %llu): %s\n", oracle.c_str(), static_cast<unsigned long long>(found.run),
                  static_cast<unsigned long long>(found.seed.value), found.message.c_str());
    }
    if (result.state.bug) {
      alarms += 1;
      std::printf("  BUG in run %llu (plan seed %llu): %s\n", static_cast<unsigned long long>(result.state.bug->run),
                  static_cast<unsigned long long>(result.state.bug->seed.value), result.state.bug->message.c_str());
    }
    std::fflush(stdout);
  }
  std::printf("%d scenarios swept, %d alarms\n", swept, alarms);
  return alarms == 0 ? 0 : 1;
}
