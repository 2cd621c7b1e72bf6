// What a switch costs: into a fiber and back, and a fiber's whole life on a reused stack.
#pragma once

namespace weir::bench {

void bench_fiber();

}  // namespace weir::bench
