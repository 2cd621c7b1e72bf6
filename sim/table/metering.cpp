// Where a table's requests meet its capacity: what each costs, whether it is served, and what is told of that.
#include <algorithm>

#include "sim/base/planted.hpp"
#include "sim/table/collection_size.hpp"
#include "sim/table/table.hpp"

namespace weir {

namespace {

constexpr std::string_view not_metered = "One or more parameter values were invalid: the table has no capacity settings";

}  // namespace

void Table::declare_capacity(Kernel& kernel) {
  if (settings_.capacity) capacity_.emplace(kernel, id_, settings_, epoch_unix_);
}

// Writes ----------------------------------------------------------------------------------------------------------------

WriteCost Table::cost_of(const WriteJudgement& judged, Asks what, int times) const {
  const Item& before = item_at(judged.place);
  if (judged.refusal || what == Asks::check) return cost_of_check(judged.key, before, times);
  return cost_of_write(settings_, judged.key, before, judged.after, times);
}

// What is refused as wrong uses nothing; a condition that fails does.                                        [OP-5]
void Table::meter(Kernel& kernel, WriteJudgement& judged, const Actor& actor, Asks what, int times) {
  if (!capacity_) return;
  if (judged.refusal && judged.refusal->error != ServiceError::condition_failed) return;
  if (judged.refusal && kernel.planted(Planted::failed_condition_free)) return;
  const std::optional<Throttled> no = capacity_->write(kernel, settings_, cost_of(judged, what, times), actor);
  if (!no) return;
  judged.refusal = no->failed;
  judged.throttled = no->because;
  judged.met = {};
}

ConsumedPtr Table::consumed_by(const WriteJudgement& judged, ReturnConsumedCapacity asked, Asks what, int times) const {
  if (asked == ReturnConsumedCapacity::none) return nullptr;
  return std::make_shared<const ConsumedCapacity>(consumed(id_, settings_, cost_of(judged, what, times), asked));
}

CollectionPtr Table::collection_of(ReturnItemCollectionMetrics asked, const ItemKey& key) const {
  if (asked == ReturnItemCollectionMetrics::none) return nullptr;
  const std::optional<std::uint64_t> bytes = indexes_.collection_bytes(key.partition_hash());
  if (!bytes) return nullptr;
  Item partition = key.attributes(settings_.key).project({std::string_view(settings_.key.partition)});
  return std::make_shared<const ItemCollectionMetrics>(collection_metrics(std::move(partition), *bytes));
}

// Reads -----------------------------------------------------------------------------------------------------------------

std::optional<Failed> Table::throttles(Kernel& kernel, const ItemKey& key, const Actor& actor) {
  if (!capacity_) return std::nullopt;
  const auto no = capacity_->before_read(kernel, "", key.partition_hash(), ReadMode::transactional, actor);
  return no ? std::optional(no->failed) : std::nullopt;
}

ConsumedPtr Table::charge_read(Kernel& kernel, const ItemKey& key, const Actor& actor, ReturnConsumedCapacity asked) {
  const std::int64_t half_units = half_units_of_read(bytes_at(key), ReadMode::transactional);
  if (capacity_) capacity_->charge_read(kernel, "", key.partition_hash(), half_units, actor);
  if (asked == ReturnConsumedCapacity::none) return nullptr;
  return std::make_shared<const ConsumedCapacity>(consumed(id_, "", half_units, asked));
}

std::optional<Failed> Table::throttles_page(Kernel& kernel, const PageRequest& request, std::uint64_t hash,
                                            const Actor& actor) {
  if (!capacity_) return std::nullopt;
  const auto no = capacity_->before_read(kernel, request.index_name, hash, mode_of(request.consistent_read), actor);
  return no ? std::optional(no->failed) : std::nullopt;
}

ConsumedPtr Table::charge_page(Kernel& kernel, const PageRequest& request, std::uint64_t hash, std::int64_t half_units,
                               std::int64_t fetched, const Actor& actor) {
  if (capacity_) capacity_->charge_read(kernel, request.index_name, hash, half_units + fetched, actor);
  if (request.return_consumed_capacity == ReturnConsumedCapacity::none) return nullptr;
  ConsumedCapacity used = consumed(id_, request.index_name, half_units, request.return_consumed_capacity);
  used.half_units += fetched;
  if (request.return_consumed_capacity == ReturnConsumedCapacity::indexes) used.table_half_units += fetched;
  return std::make_shared<const ConsumedCapacity>(std::move(used));
}

// Changes ---------------------------------------------------------------------------------------------------------------

Result<Done> Table::update_capacity(Kernel& kernel, const CapacityUpdate& wanted) {
  if (const std::optional<Failed> held = held_by_index(wanted)) return *held;
  if (!capacity_) return {ServiceError::validation, not_metered};
  return capacity_->update(kernel, settings_, wanted);
}

std::size_t Table::partition_of(const ItemKey& key) const {
  const std::uint64_t hash = key.partition_hash();
  return capacity_ ? capacity_->partition_of(hash)
                   : Meter::even_partition(hash, static_cast<std::size_t>(std::max(settings_.shards, 1)));
}

// Only where it holds items of two partition keys: those of one stay together.                              [CAP-4]
std::optional<Capacity::Halves> Table::on_capacity(Kernel& kernel, std::uint64_t event) {
  if (!capacity_) return std::nullopt;
  const std::optional<Capacity::Due> due = capacity_->due(event);
  if (!due) return std::nullopt;
  std::uint64_t lower = 0, upper = 0;
  std::optional<std::uint64_t> one;
  bool two = false;
  for (Items::Place place = 0; place < items_.places(); ++place) {
    if (!items_.used(place)) continue;
    const std::uint64_t hash = items_.key(place).partition_hash();
    if (hash < due->first_hash || hash > due->last_hash) continue;
    two = two || (one && *one != hash);
    one = hash;
    (hash <= due->middle_hash ? lower : upper) += items_.value(place).size_bytes();
  }
  if (!two) return std::nullopt;
  return capacity_->split(kernel, *due, lower, upper);
}

}  // namespace weir
