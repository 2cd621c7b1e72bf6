// weir_bench: every benchmark, each a table with figure and aim side by side. Wall clocks are allowed here only.
//
//   weir_bench           all of them
//   weir_bench runs N    N seeded runs of the small scenario and nothing else, for a profiler that counts instructions
#include <cstdlib>
#include <string_view>

#include "tests/bench/fiber_bench.hpp"
#include "tests/bench/hold_model.hpp"
#include "tests/bench/model_bench.hpp"

int main(int argc, char** argv) {
  if (argc == 3 && std::string_view(argv[1]) == "runs") {
    weir::bench::only_small_runs(std::strtoull(argv[2], nullptr, 10));
    return 0;
  }
  weir::bench::bench_event_queue();
  weir::bench::bench_fiber();
  weir::bench::bench_model();
}
