// The capacity of one table and of its global indexes: who is served, what is refused and in which words, how much is left of
// the day's changes, and when a partition splits.                                          [CAP-1 .. CAP-9] [GSI-6]
//
//   a write   wants its table and each global index that it changes to be open, else it is refused and uses nothing of any; the
//             refusal names the first that is short                                          [GSI-6] [CAP-8]
//   a read    is refused before it looks, and charged by what it has seen                    [QRY-4]
//   errors    throughput_exceeded where throughput is provisioned, throttling on demand, request_limit_exceeded for the quota
//   facts     CapacitySet, CapacityAsked, PartitionSplit
//   changes   take effect at once. A day by UTC begins with four decreases for the table and for each index; after those, one
//             more needs an hour without any; 27 in all. Switches to on demand: so many in 24 h as capacity.switches_a_day
//             says. On demand a table serves at once what was the most ever provisioned of it, where a new one serves less;
//             differs: a peak reached on demand is forgotten when throughput is provisioned again    [CAP-6] [CAP-9]
//   splits    a while (capacity.split_delay) after a partition of the table has grown past its size, or was throttled for what
//             it serves itself and is still; only where it holds items of two partition keys. Differs: those of indexes never
//             split, and nothing merges                                                       [CAP-4] [CAP-5] [OPEN-38]
//   events    Room::table, kind `capacity_event`
//   cost      none for a table without capacity settings, which has no Capacity
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/kernel/kernel.hpp"
#include "sim/table/costs.hpp"
#include "sim/table/meter.hpp"
#include "sim/table/settings.hpp"
#include "sim/trace/actor.hpp"

namespace weir {

inline constexpr std::uint16_t capacity_event = 2;

// UpdateTable, as far as it is about capacity.
struct CapacityUpdate {
  std::optional<BillingMode> billing = std::nullopt;
  std::optional<Throughput> provisioned = std::nullopt;
  std::map<std::string, Throughput> indexes = {};  // global ones by name
  friend bool operator==(const CapacityUpdate&, const CapacityUpdate&) = default;
};

// What is provisioned of a table and its indexes, all together: as it is, and after an update. None on demand.       [CAP-7]
Throughput provisioned_in_all(const TableSettings& table);
Throughput provisioned_in_all(TableSettings table, const CapacityUpdate& update);

// A refusal, and the fact that says so.
struct Throttled {
  Failed failed;
  FactIndex because = no_fact;
};

class Capacity {
 public:
  // `table` has capacity settings. Notes CapacitySet, of the table and of each global index.
  Capacity(Kernel& kernel, TableId id, const TableSettings& table, std::int64_t epoch_unix);

  // Charges a write, or says why it is throttled.
  std::optional<Throttled> write(Kernel& kernel, const TableSettings& table, const WriteCost& cost, const Actor& actor);
  // Whether a read of the table, or of an index, may look at a partition key's items; and its charge once it has.
  std::optional<Throttled> before_read(Kernel& kernel, std::string_view index, std::uint64_t hash, ReadMode mode,
                                       const Actor& actor);
  void charge_read(Kernel& kernel, std::string_view index, std::uint64_t hash, std::int64_t half_units, const Actor& actor);

  // A global index that is made while its table is in use, and one that is dropped. It has throughput of its own where its
  // table's is provisioned, else none; what may not be was refused before.                           [GSI-8] [MSG-32]
  Result<Done> may_add(const IndexSettings& index) const;
  void add(Kernel& kernel, const IndexSettings& index);
  void drop(std::string_view index);

  Result<Done> update(Kernel& kernel, TableSettings& table, const CapacityUpdate& wanted);

  // An item with this partition hash takes up so much more, or less.
  void stored(Kernel& kernel, std::uint64_t hash, std::int64_t more_bytes);
  // The partition that an event is about, if it is to split now. The caller counts what its halves hold.
  struct Due {
    std::string path;
    std::uint64_t first_hash = 0, middle_hash = 0, last_hash = 0;  // the middle one is the last of the lower half
    SplitReason reason = SplitReason::size;
  };
  std::optional<Due> due(std::uint64_t event);
  struct Halves {
    std::uint64_t upper_first_hash = 0;
    FactIndex fact = no_fact;  // PartitionSplit
  };
  Halves split(Kernel& kernel, const Due& due, std::uint64_t lower_bytes, std::uint64_t upper_bytes);

  const std::vector<Meter::Partition>& partitions() const { return meters_.front().meter.partitions(); }
  std::size_t partition_of(std::uint64_t hash) const;  // its place among them, until one splits

 private:
  struct OfOne {  // the table first, then its global indexes
    std::string index;
    Meter meter;
    Throughput most_provisioned = {};  // since it was created
    std::vector<Instant> decreases = {};
  };
  OfOne& of(std::string_view index);
  OfOne& of(const TableSettings& table, std::size_t index);  // a local index's is its table's
  CapacityAnswer ask(Kernel& kernel, OfOne& one, CapacityUse use, std::uint64_t hash);
  void charge(Kernel& kernel, OfOne& one, CapacityUse use, const WriteCost::OfIndex& cost, const Actor& actor);
  Throttled refuse(Kernel& kernel, OfOne& one, CapacityUse use, const WriteCost::OfIndex& cost, CapacityAnswer answer,
                   const Actor& actor) const;
  void add(Kernel& kernel, const std::string& index, const MeterTerms& terms);
  FactIndex declare(Kernel& kernel, const OfOne& one) const;
  MeterTerms terms_of(Kernel& kernel, std::string_view index, Throughput provisioned) const;
  void remember(OfOne& one);  // what is provisioned of it now
  std::optional<Failed> may_change(Kernel& kernel, OfOne& one, const Throughput& wanted);
  void plan_split(Kernel& kernel, Meter::Partition& partition);

  TableId id_;
  std::string table_;
  CapacitySettings settings_;
  bool has_stream_ = false;
  std::int64_t epoch_unix_ = 0;
  std::vector<OfOne> meters_;
  std::vector<Instant> switches_;      // to on demand
  std::vector<std::string> to_split_;  // paths, by event
};

}  // namespace weir
