#include "sim/table/meter.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "sim/base/check.hpp"

namespace weir {

namespace {

constexpr std::array both{CapacityUse::read, CapacityUse::write};
constexpr std::size_t place(CapacityUse use) { return static_cast<std::size_t>(use); }

// The i-th of `count` even pieces, both ends inside: as a stream cuts up the hashes for its shards.              [SHARD-6]
std::pair<std::uint64_t, std::uint64_t> piece(std::uint64_t first, std::uint64_t last, std::uint64_t count, std::uint64_t i) {
  const std::uint64_t span = last - first;
  const std::uint64_t step = span / count + (span % count == count - 1 ? 1 : 0);
  const std::uint64_t from = first + i * step;
  return {from, i + 1 == count ? last : from + step - 1};
}

std::int64_t micro_seconds(Duration keeps) { return std::max<Duration>(keeps, 1s).count(); }

}  // namespace

// A unit a second is a millionth of a unit a microsecond.
Bucket::Bucket(std::int64_t rate, std::int64_t share, Duration keeps, Instant now)
    : rate_(rate), share_(share), level_(rate * micro_seconds(1s)), room_(rate * micro_seconds(keeps)), filled_at_(now) {}

void Bucket::fill(Instant now) {
  const std::int64_t waited = (now - filled_at_).count();
  filled_at_ = now;
  if (rate_ == 0 || waited <= 0) return;
  const std::int64_t until_full = (room_ - level_) / rate_ + 1;  // so that no span, however long, overflows
  level_ = std::min(room_, level_ + rate_ * std::min(waited, until_full));
}

bool Bucket::open(Instant now) {
  fill(now);
  return level_ > 0;
}

void Bucket::change(std::int64_t rate, std::int64_t share, Duration keeps, Instant now) {
  fill(now);
  level_ = level_ / share_ * share + level_ % share_ * share / share_;
  share_ = share;
  rate_ = rate;
  room_ = rate * micro_seconds(keeps);
  level_ = std::min(level_, room_);
}

void OnDemand::go_to(Instant now) {
  const std::int64_t second = now.time_since_epoch() / std::chrono::seconds(1);
  if (second != second_) {
    const std::int64_t highest = peaks_.empty() ? 0 : peaks_.back().half_units;
    if (used_ > highest) peaks_.push_back({Instant(std::chrono::seconds(second_ + 1)) + growth_, used_});
    second_ = second;
    used_ = 0;
  }
  while (peaks_.size() > 1 && peaks_[1].counts_from <= now) peaks_.erase(peaks_.begin());
}

CapacityAnswer OnDemand::ask(Instant now) {
  go_to(now);
  std::int64_t serves = 2 * warm_;  // half units
  if (!peaks_.empty() && peaks_.front().counts_from <= now) serves = std::max(serves, 2 * peaks_.front().half_units);
  if (used_ < std::min(serves, 2 * quota_) && (most_ == 0 || used_ < 2 * most_)) return CapacityAnswer::served;
  if (most_ != 0 && used_ >= 2 * most_) return CapacityAnswer::on_demand_exceeded;
  return used_ >= 2 * quota_ ? CapacityAnswer::account_exceeded : CapacityAnswer::key_range_exceeded;
}

Meter::Meter(const MeterTerms& terms, int partitions, Instant now) : terms_(terms) {
  const auto count = static_cast<std::uint64_t>(std::max(partitions, 1));
  partitions_.resize(count);
  for (std::uint64_t i = 0; i < count; ++i) {
    Partition& partition = partitions_[i];
    partition.path = std::to_string(i);
    std::tie(partition.first_hash, partition.last_hash) = piece(0, ~std::uint64_t{0}, count, i);
    open_partition(partition, now);
  }
  begin(now);
}

// Anew, with what one second brings.
void Meter::begin(Instant now) {
  for (const CapacityUse use : both) {
    const std::int64_t rate = terms_.rate.of(use);
    provisioned_[place(use)] = Bucket(rate, 1, terms_.burst, now);
    on_demand_[place(use)] = OnDemand(rate, terms_.most.of(use), table_quota.of(use), terms_.growth);
    for (Partition& partition : partitions_) partition.share[place(use)] = Bucket(rate, shares(), terms_.burst, now);
  }
}

void Meter::set(const MeterTerms& terms, Instant now) {
  const bool switched = terms.billing != terms_.billing;
  terms_ = terms;
  if (switched) return begin(now);
  for (const CapacityUse use : both) {
    provisioned_[place(use)].change(terms.rate.of(use), 1, terms.burst, now);
    on_demand_[place(use)].allow(terms.most.of(use));
  }
  change_shares(now);
}

void Meter::open_partition(Partition& partition, Instant now) const {
  for (const CapacityUse use : both) partition.limit[place(use)] = Bucket(terms_.per_partition.of(use), 1, 1s, now);
}

// Each partition's even share, when their number or what they share has changed.
void Meter::change_shares(Instant now) {
  if (!has_shares()) return;
  for (Partition& partition : partitions_)
    for (const CapacityUse use : both) partition.share[place(use)].change(terms_.rate.of(use), shares(), terms_.burst, now);
}

Meter::Partition& Meter::at(std::uint64_t hash) {
  const auto found = std::partition_point(partitions_.begin(), partitions_.end(),
                                          [hash](const Partition& partition) { return partition.last_hash < hash; });
  SIM_CHECK(found != partitions_.end(), "every hash has its partition");
  return *found;
}

Meter::Partition* Meter::named(std::string_view path) {
  const auto found =
      std::find_if(partitions_.begin(), partitions_.end(), [path](const Partition& p) { return p.path == path; });
  return found == partitions_.end() ? nullptr : &*found;
}

CapacityAnswer Meter::ask(CapacityUse use, std::uint64_t hash, Instant now) {
  if (terms_.billing == BillingMode::provisioned) {
    if (!provisioned_[place(use)].open(now)) return CapacityAnswer::provisioned_exceeded;
  } else if (const CapacityAnswer answer = on_demand_[place(use)].ask(now); answer != CapacityAnswer::served) {
    return answer;
  }
  Partition& partition = at(hash);
  const bool within = partition.limit[place(use)].open(now);
  if (within && (!has_shares() || partition.share[place(use)].open(now))) return CapacityAnswer::served;
  partition.hot_since = std::min(partition.hot_since, now);
  partition.last_hot = now;
  return CapacityAnswer::key_range_exceeded;
}

void Meter::take(CapacityUse use, std::uint64_t hash, std::int64_t half_units) {
  if (terms_.billing == BillingMode::provisioned)
    provisioned_[place(use)].take(half_units);
  else
    on_demand_[place(use)].take(half_units);
  Partition& partition = at(hash);
  partition.limit[place(use)].take(half_units);
  if (has_shares()) partition.share[place(use)].take(half_units);
}

std::size_t Meter::even_partition(std::uint64_t hash, std::size_t partitions) {
  if (partitions <= 1) return 0;
  const std::uint64_t width = piece(0, ~std::uint64_t{0}, partitions, 0).second + 1;
  return std::min(static_cast<std::size_t>(hash / width), partitions - 1);
}

std::uint64_t Meter::middle_of(const Partition& partition) {
  return piece(partition.first_hash, partition.last_hash, 2, 0).second;
}

std::pair<Meter::Partition*, Meter::Partition*> Meter::split(const Partition& partition, Instant now) {
  const auto index = static_cast<std::size_t>(&partition - partitions_.data());
  const std::uint64_t middle = middle_of(partition);
  Partition lower{.path = partition.path + ".0", .first_hash = partition.first_hash, .last_hash = middle};
  Partition upper{.path = partition.path + ".1", .first_hash = middle + 1, .last_hash = partition.last_hash};
  lower.share = upper.share = partition.share;  // each half goes on with what is saved, or owed
  open_partition(lower, now);
  open_partition(upper, now);
  partitions_[index] = std::move(lower);
  partitions_.insert(partitions_.begin() + static_cast<std::ptrdiff_t>(index) + 1, std::move(upper));
  change_shares(now);
  return {&partitions_[index], &partitions_[index + 1]};
}

}  // namespace weir
