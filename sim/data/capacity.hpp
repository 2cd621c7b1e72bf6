// Throughput: what a table and its global indexes may serve, in units a second, and the names of what they say when it is more.
//
//   units     a read unit is a consistent read of up to 4 KB, a write unit a write of up to 1 KB; half a read unit is the least
//             that anything costs, so the model counts in half units                                  [CAP-1]
//   billing   on demand: the table follows its own load, and nobody gives numbers; provisioned: numbers for the table and for
//             each of its global indexes                                                              [TABLE-7] [CAP-6]
#pragma once

#include <cstdint>
#include <string_view>

namespace weir {

enum class BillingMode : std::uint8_t { on_demand, provisioned };
enum class CapacityUse : std::uint8_t { read, write };

constexpr std::string_view to_text(BillingMode mode) { return mode == BillingMode::on_demand ? "on_demand" : "provisioned"; }
constexpr std::string_view to_text(CapacityUse use) { return use == CapacityUse::read ? "read" : "write"; }

struct Throughput {
  std::int64_t read = 0, write = 0;  // units a second

  std::int64_t of(CapacityUse use) const { return use == CapacityUse::read ? read : write; }
  friend bool operator==(const Throughput&, const Throughput&) = default;
};

inline constexpr Throughput table_quota{40'000, 40'000};         // [CAP-7]
inline constexpr Throughput account_quota{80'000, 80'000};       // all that is provisioned together            [CAP-7]
inline constexpr Throughput new_table_on_demand{12'000, 4'000};  // what one serves at once                      [CAP-6]
inline constexpr Throughput partition_throughput{3'000, 1'000};  // [CAP-2]
inline constexpr std::uint64_t partition_size = std::uint64_t{10} << 30;  // [CAP-5]

// The limits of the service cannot be changed; smaller ones show what they do without so much load.
struct CapacitySettings {
  BillingMode billing = BillingMode::on_demand;
  Throughput provisioned{};               // of a table that is provisioned
  Throughput warm = new_table_on_demand;  // of one on demand: what it serves at the start
  Throughput most{};                      // of one on demand: MaxOnDemandThroughput; 0 for none
  Throughput per_partition = partition_throughput;
  std::uint64_t partition_bytes = partition_size;
  int partitions = 0;  // at the start; 0: as many as the stream has shards     [SHARD-7]
  friend bool operator==(const CapacitySettings&, const CapacitySettings&) = default;
};

// Whether a request is served, and if not, what is exceeded.                                            [CAP-8]
enum class CapacityAnswer : std::uint8_t {
  served,
  provisioned_exceeded,
  key_range_exceeded,
  on_demand_exceeded,
  account_exceeded
};
constexpr std::string_view to_text(CapacityAnswer answer) {
  switch (answer) {
    case CapacityAnswer::served:
      return "served";
    case CapacityAnswer::provisioned_exceeded:
      return "provisioned_exceeded";
    case CapacityAnswer::key_range_exceeded:
      return "key_range_exceeded";
    case CapacityAnswer::on_demand_exceeded:
      return "on_demand_exceeded";
    case CapacityAnswer::account_exceeded:
      return "account_exceeded";
  }
  return "";
}

}  // namespace weir
