#include "sim/table/capacity.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "sim/base/planted.hpp"
#include "sim/data/arn.hpp"
#include "sim/data/lasting_text.hpp"
#include "sim/table/requests.hpp"
#include "sim/table/sites.hpp"
#include "sim/table/throttle.hpp"
#include "sim/trace/facts_capacity.hpp"

namespace weir {

namespace {

constexpr std::size_t decreases_banked = 4, most_decreases_a_day = 27;
constexpr Duration decrease_pause = 1h, switch_window = 24h;

constexpr std::string_view index_short =
    "The level of configured provisioned throughput for one or more global secondary indexes of the table was exceeded. "
    "Consider increasing your provisioning level for the under-provisioned global secondary indexes with the UpdateTable API";
constexpr std::string_view most_reached = "Throughput exceeds the maximum OnDemandThroughput configured on table or index";
constexpr std::string_view account_short = "Throughput exceeds the current throughput limit for your account.";

constexpr std::string_view on_demand_numbers =
    "One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when "
    "BillingMode is PAY_PER_REQUEST";  // MSG-32
constexpr std::string_view no_numbers =
    "One or more parameter values were invalid: ReadCapacityUnits and WriteCapacityUnits must both be specified when "
    "BillingMode is PROVISIONED";
constexpr std::string_view no_change = "The provisioned throughput for the table will not change.";
constexpr std::string_view outside_quota =
    "One or more parameter values were invalid: provisioned throughput must lie between 1 and 40000 units";
constexpr std::string_view too_many_decreases =
    "Subscriber limit exceeded: Provisioned throughput decreases are limited within a given UTC day";
constexpr std::string_view too_many_switches = "Subscriber limit exceeded: Updates to PayPerRequest mode are limited in a day";

Failed refused(ServiceError error, std::string_view message) { return {error, Certainty::surely_not_done, message}; }
Failed invalid(std::string_view message) { return refused(ServiceError::validation, message); }

std::string_view exceeded(CapacityAnswer answer) {
  switch (answer) {
    case CapacityAnswer::served:
      return "";
    case CapacityAnswer::provisioned_exceeded:
      return "ProvisionedThroughputExceeded";
    case CapacityAnswer::key_range_exceeded:
      return "KeyRangeThroughputExceeded";
    case CapacityAnswer::on_demand_exceeded:
      return "MaxOnDemandThroughputExceeded";
    case CapacityAnswer::account_exceeded:
      return "AccountLimitExceeded";
  }
  return "";
}

Failed failure(BillingMode billing, bool of_index, CapacityAnswer answer) {
  if (answer == CapacityAnswer::account_exceeded) return refused(ServiceError::request_limit_exceeded, account_short);
  if (answer == CapacityAnswer::on_demand_exceeded) return refused(ServiceError::throttling, most_reached);
  if (billing == BillingMode::on_demand) return refused(ServiceError::throttling, on_demand_throttled);
  return refused(ServiceError::throughput_exceeded, of_index ? index_short : table_throttled);
}

bool within_quota(const Throughput& wanted) {
  return wanted.read >= 1 && wanted.write >= 1 && wanted.read <= table_quota.read && wanted.write <= table_quota.write;
}

Throughput larger(const Throughput& a, const Throughput& b) { return {std::max(a.read, b.read), std::max(a.write, b.write)}; }

// The day by UTC.
std::int64_t day_of(Instant at, std::int64_t epoch_unix) {
  return std::chrono::floor<std::chrono::days>(std::chrono::seconds(unix_seconds(at, epoch_unix))).count();
}

}  // namespace

Throughput provisioned_in_all(const TableSettings& table) {
  if (!table.capacity || table.capacity->billing != BillingMode::provisioned) return {};
  Throughput all = table.capacity->provisioned;
  for (const IndexSettings& index : table.indexes)
    if (index.provisioned) all = {all.read + index.provisioned->read, all.write + index.provisioned->write};
  return all;
}

Throughput provisioned_in_all(TableSettings table, const CapacityUpdate& update) {
  if (!table.capacity) return {};
  table.capacity->billing = update.billing.value_or(table.capacity->billing);
  if (update.provisioned) table.capacity->provisioned = *update.provisioned;
  for (IndexSettings& index : table.indexes)
    if (const auto numbers = update.indexes.find(index.name); numbers != update.indexes.end())
      index.provisioned = numbers->second;
  return provisioned_in_all(table);
}

Capacity::Capacity(Kernel& kernel, TableId id, const TableSettings& table, std::int64_t epoch_unix)
    : id_(id),
      table_(table.name),
      settings_(*table.capacity),
      has_stream_(table.stream != StreamView::none),
      epoch_unix_(epoch_unix) {
  if (settings_.partitions == 0) settings_.partitions = std::max(1, table.shards);
  add(kernel, "", terms_of(kernel, "", settings_.provisioned));
  for (const IndexSettings& index : table.indexes)
    if (index.kind == IndexKind::global) add(kernel, index);
}

void Capacity::add(Kernel& kernel, const IndexSettings& index) {
  add(kernel, index.name, terms_of(kernel, index.name, index.provisioned.value_or(Throughput{})));
}
void Capacity::drop(std::string_view index) {
  std::erase_if(meters_, [&](const OfOne& one) { return one.index == index; });
}

Result<Done> Capacity::may_add(const IndexSettings& index) const {
  const bool provisioned = settings_.billing == BillingMode::provisioned;
  if (provisioned && !index.provisioned) return invalid(no_numbers);
  if (!provisioned && index.provisioned) return invalid(on_demand_numbers);
  if (index.provisioned && !within_quota(*index.provisioned)) return invalid(outside_quota);
  return Done{};
}

void Capacity::add(Kernel& kernel, const std::string& index, const MeterTerms& terms) {
  meters_.push_back({index, Meter(terms, index.empty() ? settings_.partitions : 1, kernel.now())});
  remember(meters_.back());
  declare(kernel, meters_.back());
  MeterTerms wrong = terms;
  if (kernel.planted(Planted::burst_never_ends)) wrong.burst = 24h;
  if (kernel.planted(Planted::partition_limit_ignored)) wrong.per_partition = table_quota;
  if (wrong != terms) meters_.back().meter = Meter(wrong, index.empty() ? settings_.partitions : 1, kernel.now());
}

MeterTerms Capacity::terms_of(Kernel& kernel, std::string_view index, Throughput provisioned) const {
  Key key("table", table_);
  if (!index.empty()) key.add("index", index);
  MeterTerms terms{.billing = settings_.billing, .most = settings_.most, .per_partition = settings_.per_partition};
  if (settings_.billing == BillingMode::on_demand) {
    terms.rate = settings_.warm;
    terms.growth = kernel.choose(capacity_growth, key);
    return terms;
  }
  terms.rate = provisioned;
  terms.burst = kernel.choose(capacity_burst, key);
  terms.adaptive = kernel.choose(capacity_adaptive, key);
  return terms;
}

FactIndex Capacity::declare(Kernel& kernel, const OfOne& one) const {
  const MeterTerms& terms = one.meter.terms();
  return kernel.note(CapacitySet{id_, one.index, terms.billing, terms.rate.read, terms.rate.write, terms.per_partition.read,
                                 terms.per_partition.write, static_cast<std::uint32_t>(one.meter.partitions().size()),
                                 terms.burst, terms.adaptive});
}

void Capacity::remember(OfOne& one) {
  if (settings_.billing == BillingMode::provisioned)
    one.most_provisioned = larger(one.most_provisioned, one.meter.terms().rate);
}

Capacity::OfOne& Capacity::of(std::string_view index) {
  const auto found = std::find_if(meters_.begin(), meters_.end(), [&](const OfOne& one) { return one.index == index; });
  return found == meters_.end() ? meters_.front() : *found;
}

Capacity::OfOne& Capacity::of(const TableSettings& table, std::size_t index) {
  const IndexSettings& settings = table.indexes[index];
  return settings.kind == IndexKind::local ? meters_.front() : of(settings.name);
}

// Serving and refusing --------------------------------------------------------------------------------------------------

CapacityAnswer Capacity::ask(Kernel& kernel, OfOne& one, CapacityUse use, std::uint64_t hash) {
  const CapacityAnswer answer = one.meter.ask(use, hash, kernel.now());
  if (answer == CapacityAnswer::key_range_exceeded && one.index.empty()) plan_split(kernel, one.meter.at(hash));
  return answer;
}

void Capacity::charge(Kernel& kernel, OfOne& one, CapacityUse use, const WriteCost::OfIndex& cost, const Actor& actor) {
  one.meter.take(use, cost.hash, cost.half_units);
  kernel.note(CapacityAsked{id_, one.index, one.meter.at(cost.hash).path, use, cost.half_units, CapacityAnswer::served, actor});
}

Throttled Capacity::refuse(Kernel& kernel, OfOne& one, CapacityUse use, const WriteCost::OfIndex& cost, CapacityAnswer answer,
                           const Actor& actor) const {
  Throttled throttled{failure(settings_.billing, !one.index.empty(), answer)};
  throttled.because =
      kernel.note(CapacityAsked{id_, one.index, one.meter.at(cost.hash).path, use, cost.half_units, answer, actor});
  throttled.failed.reason = lasting(std::string(one.index.empty() ? "Table" : "Index") +
                                    (use == CapacityUse::read ? "Read" : "Write") + std::string(exceeded(answer)));
  throttled.failed.resource = lasting(arn_of("dynamodb", "table/" + table_ + (one.index.empty() ? "" : "/index/" + one.index)));
  return throttled;
}

std::optional<Throttled> Capacity::write(Kernel& kernel, const TableSettings& table, const WriteCost& cost,
                                         const Actor& actor) {
  const WriteCost::OfIndex own{0, cost.hash, cost.half_units};
  if (const CapacityAnswer answer = ask(kernel, meters_.front(), CapacityUse::write, cost.hash);
      answer != CapacityAnswer::served)
    return refuse(kernel, meters_.front(), CapacityUse::write, own, answer, actor);
  for (const WriteCost::OfIndex& index : cost.indexes) {
    OfOne& one = of(table, index.index);
    if (const CapacityAnswer answer = ask(kernel, one, CapacityUse::write, index.hash); answer != CapacityAnswer::served)
      return refuse(kernel, one, CapacityUse::write, index, answer, actor);
  }
  charge(kernel, meters_.front(), CapacityUse::write, own, actor);
  for (const WriteCost::OfIndex& index : cost.indexes) charge(kernel, of(table, index.index), CapacityUse::write, index, actor);
  return std::nullopt;
}

std::optional<Throttled> Capacity::before_read(Kernel& kernel, std::string_view index, std::uint64_t hash, ReadMode mode,
                                               const Actor& actor) {
  OfOne& one = of(index);
  const CapacityAnswer answer = ask(kernel, one, CapacityUse::read, hash);
  if (answer == CapacityAnswer::served) return std::nullopt;
  return refuse(kernel, one, CapacityUse::read, {0, hash, half_units_of_read(0, mode)}, answer, actor);
}

void Capacity::charge_read(Kernel& kernel, std::string_view index, std::uint64_t hash, std::int64_t half_units,
                           const Actor& actor) {
  charge(kernel, of(index), CapacityUse::read, {0, hash, half_units}, actor);
}

// Changes ---------------------------------------------------------------------------------------------------------------

// Why one table's or index's numbers may not become the wanted ones now.                                        [CAP-9]
std::optional<Failed> Capacity::may_change(Kernel& kernel, OfOne& one, const Throughput& wanted) {
  const Throughput& present = one.meter.terms().rate;
  if (!within_quota(wanted)) return invalid(outside_quota);
  if (one.meter.terms().billing == BillingMode::on_demand) return std::nullopt;
  if (wanted.read >= present.read && wanted.write >= present.write) return std::nullopt;
  const std::int64_t today = day_of(kernel.now(), epoch_unix_);
  const auto of_today =
      std::count_if(one.decreases.begin(), one.decreases.end(), [&](Instant at) { return day_of(at, epoch_unix_) == today; });
  const auto count = static_cast<std::size_t>(of_today);
  const bool rested = one.decreases.empty() || kernel.now() - one.decreases.back() >= decrease_pause;
  if (count >= most_decreases_a_day || (count >= decreases_banked && !rested))
    return refused(ServiceError::limit_exceeded, too_many_decreases);
  return std::nullopt;
}

Result<Done> Capacity::update(Kernel& kernel, TableSettings& table, const CapacityUpdate& wanted) {
  const BillingMode before = settings_.billing, after = wanted.billing.value_or(before);
  const bool switches = after != before;
  for (const auto& [name, numbers] : wanted.indexes)
    if (name.empty() || &of(name) == &meters_.front())
      return invalid(lasting("The table does not have the specified index: " + name));
  if (after == BillingMode::on_demand && (wanted.provisioned || !wanted.indexes.empty())) return invalid(on_demand_numbers);
  if (switches && after == BillingMode::provisioned) {
    bool all = wanted.provisioned.has_value();
    for (const OfOne& one : meters_) all = all && (one.index.empty() || wanted.indexes.count(one.index) != 0);
    if (!all) return invalid(no_numbers);
  }
  if (switches && after == BillingMode::on_demand) {
    std::erase_if(switches_, [&](Instant at) { return kernel.now() - at >= switch_window; });
    const std::int64_t most = kernel.choose(capacity_switches_a_day, Key("table", table_));
    if (static_cast<std::int64_t>(switches_.size()) >= most) return refused(ServiceError::limit_exceeded, too_many_switches);
  }
  bool changes = switches;
  const auto wanted_of = [&](const OfOne& one) -> const Throughput* {
    if (one.index.empty()) return wanted.provisioned ? &*wanted.provisioned : nullptr;
    const auto found = wanted.indexes.find(one.index);
    return found == wanted.indexes.end() ? nullptr : &found->second;
  };
  for (OfOne& one : meters_) {
    const Throughput* const numbers = wanted_of(one);
    if (!numbers) continue;
    changes = changes || *numbers != one.meter.terms().rate;
    if (const std::optional<Failed> no = may_change(kernel, one, *numbers)) return *no;
  }
  if (!changes) return invalid(no_change);

  if (switches && after == BillingMode::on_demand) switches_.push_back(kernel.now());
  settings_.billing = after;
  for (OfOne& one : meters_) {
    const Throughput* const numbers = wanted_of(one);
    if (!switches && !numbers) continue;
    const Throughput old = one.meter.terms().rate;
    const Throughput rate = numbers ? *numbers : Throughput{};
    if (before == BillingMode::provisioned && after == before && (rate.read < old.read || rate.write < old.write))
      one.decreases.push_back(kernel.now());
    MeterTerms terms = one.meter.terms();
    if (switches)
      terms = terms_of(kernel, one.index, rate);
    else
      terms.rate = rate;
    if (after == BillingMode::on_demand) terms.rate = larger(terms.rate, one.most_provisioned);
    one.meter.set(terms, kernel.now());
    remember(one);
    declare(kernel, one);
  }
  if (wanted.provisioned) settings_.provisioned = *wanted.provisioned;
  table.capacity->billing = after;
  table.capacity->provisioned = after == BillingMode::provisioned ? settings_.provisioned : Throughput{};
  for (IndexSettings& index : table.indexes) {
    if (after == BillingMode::on_demand) index.provisioned.reset();
    if (const auto numbers = wanted.indexes.find(index.name); numbers != wanted.indexes.end())
      index.provisioned = numbers->second;
  }
  return Done{};
}

// Partitions ------------------------------------------------------------------------------------------------------------

std::size_t Capacity::partition_of(std::uint64_t hash) const {
  const std::vector<Meter::Partition>& all = partitions();
  const auto found = std::partition_point(all.begin(), all.end(), [hash](const auto& one) { return one.last_hash < hash; });
  return static_cast<std::size_t>(found - all.begin());
}

void Capacity::stored(Kernel& kernel, std::uint64_t hash, std::int64_t more_bytes) {
  Meter::Partition& partition = meters_.front().meter.at(hash);
  partition.bytes += static_cast<std::uint64_t>(more_bytes);
  if (partition.bytes > settings_.partition_bytes) plan_split(kernel, partition);
}

void Capacity::plan_split(Kernel& kernel, Meter::Partition& partition) {
  if (partition.will_split) return;
  const Key key = Key("table", table_) / Key("partition", partition.path);
  const bool too_large = partition.bytes > settings_.partition_bytes;
  if (!too_large && has_stream_ && settings_.billing == BillingMode::provisioned) {
    if (partition.stays) return;
    partition.stays = !kernel.choose(capacity_isolation_with_stream, key);
    if (partition.stays) return;
  }
  partition.will_split = true;
  const Duration delay = kernel.choose(capacity_split_delay, key);
  kernel.schedule(delay, Room::table, capacity_event, id_.value, to_split_.size());
  to_split_.push_back(partition.path);
}

std::optional<Capacity::Due> Capacity::due(std::uint64_t event) {
  SIM_CHECK(event < to_split_.size(), "a split's event names a partition");
  Meter::Partition* const partition = meters_.front().meter.named(to_split_[event]);
  SIM_CHECK(partition != nullptr, "a partition that is to split is there");
  partition->will_split = false;
  const bool too_large = partition->bytes > settings_.partition_bytes;
  const bool still_hot = partition->hot_since != never && partition->last_hot > partition->hot_since;
  partition->hot_since = never;
  if (!too_large && !still_hot) return std::nullopt;
  return Due{partition->path, partition->first_hash, Meter::middle_of(*partition), partition->last_hash,
             too_large ? SplitReason::size : SplitReason::throughput};
}

Capacity::Halves Capacity::split(Kernel& kernel, const Due& due, std::uint64_t lower_bytes, std::uint64_t upper_bytes) {
  Meter& meter = meters_.front().meter;
  const FactIndex fact = kernel.note(PartitionSplit{id_, due.path, due.reason});
  const auto [lower, upper] = meter.split(*meter.named(due.path), kernel.now());
  lower->bytes = lower_bytes;
  upper->bytes = upper_bytes;
  const std::uint64_t boundary = upper->first_hash;
  const CauseScope because(kernel, fact);
  for (Meter::Partition* half : {lower, upper})
    if (half->bytes > settings_.partition_bytes) plan_split(kernel, *half);
  return {boundary, fact};
}

}  // namespace weir
