// weir_bench: every benchmark, each a table with figure and aim side by side. Wall clocks are allowed here only.
//
//   weir_bench                  all of them
//   weir_bench --before FILE    beside each figure what FILE has for it, which another weir_bench printed
//   weir_bench runs N [JOBS]    N seeded runs of the small scenario and nothing else, for a profiler
//   weir_bench batched N        N large runs, counted by the batch; copied N: copied one by one
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string_view>
#include <utility>

#include "tests/bench/fiber_bench.hpp"
#include "tests/bench/hold_model.hpp"
#include "tests/bench/model_bench.hpp"
#include "tests/bench/table.hpp"

int main(int argc, char** argv) {
  const std::string_view first = argc >= 3 ? argv[1] : "";
  const auto number = [&](int at) { return argc > at ? std::strtoull(argv[at], nullptr, 10) : 1; };
  if (first == "runs") {
    weir::bench::only_small_runs(number(2), static_cast<unsigned>(number(3)));
    return 0;
  }
  if (first == "batched" || first == "copied") {
    weir::bench::only_large_runs(number(2), first == "copied");
    return 0;
  }
  if (argc != 1 && first != "--before") {
    std::cerr << "weir_bench: accepted: nothing, --before FILE, runs N [JOBS], batched N or copied N\n";
    return 3;
  }
  if (first == "--before") {
    std::ifstream file(argv[2]);
    weir::bench::Before before = weir::bench::Before::parse(file);
    if (before.empty()) {
      std::cerr << "weir_bench: " << argv[2] << ": no figures; accepted: what another weir_bench printed\n";
      return 3;
    }
    weir::bench::compare_with(std::move(before));
  }
  weir::bench::bench_event_queue();
  weir::bench::bench_fiber();
  weir::bench::bench_model();
}
