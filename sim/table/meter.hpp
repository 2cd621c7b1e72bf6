// Meters of throughput: what one table or one global index serves, and what it refuses.                 [CAP-1 .. CAP-6]
//
//   bucket       fills with the rate, up to what is kept of unused capacity, and begins with one second's worth. A request is
//                served as long as something is in it, and takes all it needs: then the bucket is in debt, and what comes next
//                waits for it. AWS keeps to itself what it does with a request larger than what is left
//   provisioned  one bucket for reads and one for writes, keeping 1 s to 300 s of the rate                     [CAP-3]
//   on demand    so much in each second of the clock: twice the highest second so far, at least what a new table serves, at
//                most the quota or what the owner set; a peak counts from a while after its second           [CAP-6] [CAP-7]
//   partitions   an even part of the keys' hashes each; a bucket of its own limit, which keeps one second. Without adaptive
//                capacity also one of its even share of what is provisioned, which keeps as the table's does  [CAP-2] [CAP-4]
//   time         lazily, from the instants asked at, which never go back; integers alone
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/base/time.hpp"
#include "sim/data/capacity.hpp"

namespace weir {

class Bucket {
 public:
  Bucket() = default;
  // rate / share units a second; `keeps` of that at most, and at least what one second brings.
  Bucket(std::int64_t rate, std::int64_t share, Duration keeps, Instant now);

  bool open(Instant now);
  void take(std::int64_t half_units) { level_ -= half_units * 500'000 * share_; }
  // What is in it stays, debts too, up to the new room.
  void change(std::int64_t rate, std::int64_t share, Duration keeps, Instant now);

 private:
  void fill(Instant now);

  std::int64_t rate_ = 0, share_ = 1;
  std::int64_t level_ = 0, room_ = 0;  // millionths of units, times share
  Instant filled_at_{};
};

// What serves each second of a table on demand, for reads or for writes.
class OnDemand {
 public:
  OnDemand() = default;
  OnDemand(std::int64_t warm, std::int64_t most, std::int64_t quota, Duration growth)
      : warm_(warm), most_(most), quota_(quota), growth_(growth) {}

  CapacityAnswer ask(Instant now);  // key_range_exceeded: it has not grown that far
  void take(std::int64_t half_units) { used_ += half_units; }
  void allow(std::int64_t most) { most_ = most; }

 private:
  struct Peak {
    Instant counts_from{};
    std::int64_t half_units = 0;
  };
  void go_to(Instant now);

  std::int64_t warm_ = 0, most_ = 0, quota_ = 0;
  Duration growth_{};
  std::int64_t second_ = 0, used_ = 0;
  std::vector<Peak> peaks_;  // each higher than the one before; the first may count already, the others do not yet
};

struct MeterTerms {
  BillingMode billing = BillingMode::on_demand;
  Throughput rate{};  // on demand: what it serves at the start
  Throughput most{};
  Throughput per_partition = partition_throughput;
  Duration burst{};   // 0 to 300 s
  Duration growth{};  // on demand: how long after its second a peak counts
  bool adaptive = true;
  friend bool operator==(const MeterTerms&, const MeterTerms&) = default;
};

class Meter {
 public:
  struct Partition {
    std::string path;  // "0", "0.1"
    std::uint64_t first_hash = 0, last_hash = ~std::uint64_t{0};
    std::array<Bucket, 2> limit{}, share{};  // by use; the share only without adaptive capacity
    std::uint64_t bytes = 0;
    Instant hot_since = never, last_hot{};  // throttled by what it serves itself
    bool will_split = false, stays = false;
  };

  Meter(const MeterTerms& terms, int partitions, Instant now);

  const MeterTerms& terms() const { return terms_; }
  void set(const MeterTerms& terms, Instant now);

  CapacityAnswer ask(CapacityUse use, std::uint64_t hash, Instant now);
  void take(CapacityUse use, std::uint64_t hash, std::int64_t half_units);

  const std::vector<Partition>& partitions() const { return partitions_; }
  Partition& at(std::uint64_t hash);
  Partition* named(std::string_view path);
  // Which of so many even partitions a hash lies in.
  static std::size_t even_partition(std::uint64_t hash, std::size_t partitions);
  // The last hash of the lower of the two halves that a partition would have.
  static std::uint64_t middle_of(const Partition& partition);
  // Two in its place, in the order of hashes: what they hold is for the caller to say.
  std::pair<Partition*, Partition*> split(const Partition& partition, Instant now);

 private:
  void begin(Instant now);
  void open_partition(Partition& partition, Instant now) const;
  std::int64_t shares() const { return static_cast<std::int64_t>(partitions_.size()); }
  void change_shares(Instant now);
  bool has_shares() const { return terms_.billing == BillingMode::provisioned && !terms_.adaptive; }

  MeterTerms terms_;
  std::array<Bucket, 2> provisioned_;
  std::array<OnDemand, 2> on_demand_;
  std::vector<Partition> partitions_;  // by hash, without a hole
};

}  // namespace weir
