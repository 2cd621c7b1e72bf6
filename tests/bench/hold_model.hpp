// The hold model: a queue kept at n pending events; each step pops the first and pushes one an exponential gap later.
// Ours and std::priority_queue play the same gaps in the same run of the program, alternating, best of several rounds.
#pragma once

#include <cstddef>
#include <vector>

namespace weir::bench {

struct HoldRow {
  std::size_t pending = 0;
  double ours_ns = 0;  // one pop and one push
  double priority_queue_ns = 0;
  double bytes_per_pending = 0;
  double ratio() const { return ours_ns / priority_queue_ns; }
};

std::vector<HoldRow> hold_model();  // 100, 10,000 and 1,000,000 pending

// log(cost at the last / cost at the one before) / log(pending at the last / pending at the one before)
double growth_exponent(const std::vector<HoldRow>& rows);

void bench_event_queue();

}  // namespace weir::bench
