// Facts of capacity, of tables that have a limit on it: what may be served, what was asked of it, and how partitions split.
#pragma once

#include <cstdint>
#include <string>

#include "sim/base/time.hpp"
#include "sim/data/capacity.hpp"
#include "sim/data/ids.hpp"
#include "sim/trace/actor.hpp"

namespace weir {

// What a table, or one of its global indexes, may serve from now on. Noted when it is created, and at each change.   [CAP-9]
struct CapacitySet {
  static constexpr std::string_view name = "capacity_set";
  TableId table;
  std::string index;  // empty: the table itself; likewise below
  BillingMode billing = BillingMode::on_demand;
  std::int64_t read = 0, write = 0;                      // units a second; on demand: served at the start
  std::int64_t partition_read = 0, partition_write = 0;  // of each partition
  std::uint32_t partitions = 1;
  Duration burst{};       // so much of what is not used is kept                                       [CAP-3]
  bool adaptive = false;  // a partition may use what the others leave                               [CAP-4]
  template <class V>
  void each(V&& v) const {
    v("table", table), v("index", index), v("billing", billing), v("read", read), v("write", write),
        v("partition_read", partition_read), v("partition_write", partition_write), v("partitions", partitions),
        v("burst", burst), v("adaptive", adaptive);
  }
};

// A request, or one part of it, asked for capacity. Served: it is used. Any other answer is a throttle: nothing is used, and
// nothing is done; the refusal of a write that follows is caused by this.                                      [CAP-8] [GSI-6]
struct CapacityAsked {
  static constexpr std::string_view name = "capacity_asked";
  TableId table;
  std::string index;
  std::string partition;  // "0", "0.1": a partition's number at the start, and then which half it is at each split
  CapacityUse use = CapacityUse::read;
  std::int64_t half_units = 0;  // of a read that is throttled: the least it would have used
  CapacityAnswer answer = CapacityAnswer::served;
  Actor actor;
  template <class V>
  void each(V&& v) const {
    v("table", table), v("index", index), v("partition", partition), v("use", use), v("half_units", half_units),
        v("answer", answer), v("actor", actor);
  }
};

enum class SplitReason : std::uint8_t { size, throughput };
constexpr std::string_view to_text(SplitReason reason) { return reason == SplitReason::size ? "size" : "throughput"; }

// A partition of a table becomes two, one for each half of its keys' hashes. Where the table has a stream, its shard there
// splits too.                                                                                        [CAP-5]
struct PartitionSplit {
  static constexpr std::string_view name = "partition_split";
  TableId table;
  std::string partition;
  SplitReason reason = SplitReason::size;
  template <class V>
  void each(V&& v) const {
    v("table", table), v("partition", partition), v("reason", reason);
  }
};

}  // namespace weir
