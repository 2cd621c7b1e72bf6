// weir_bench: every benchmark, each a table with figure and aim side by side. Wall clocks are allowed here only.
#include "tests/bench/fiber_bench.hpp"
#include "tests/bench/hold_model.hpp"
#include "tests/bench/model_bench.hpp"

int main() {
  weir::bench::bench_event_queue();
  weir::bench::bench_fiber();
  weir::bench::bench_model();
}
