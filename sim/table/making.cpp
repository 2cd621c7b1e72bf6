// Indexes that are made and dropped while their table is in use.                                    [GSI-8] [LIMIT-2] [LSI-1]
//
//   status        meets              does                                                               then
//   creating      it is allocated    lists the items that are there; is told of every write from now on   backfilling
//   backfilling   the next item      reads it as it is now, unless a write has told of it before          backfilling
//                 all are read       is read from, and refuses what it cannot take                        active
//   any but       delete_index       forgets all that it holds                                            deleting
//   creating
//   deleting      its time is up     leaves its name to others                                            gone
#include <algorithm>
#include <utility>

#include "sim/data/lasting_text.hpp"
#include "sim/table/index_rules.hpp"
#include "sim/table/sites.hpp"
#include "sim/table/table.hpp"

namespace weir {

namespace {

constexpr std::string_view one_at_a_time =
    "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table";
constexpr std::string_view local_index =
    "One or more parameter values were invalid: a local secondary index is made and deleted with its table";
constexpr std::string_view name_taken = "Attempting to create an index which already exists";
constexpr std::string_view capacity_of_one_without =
    "One or more parameter values were invalid: the table has no capacity settings";

Failed refusal(ServiceError error, std::string_view message) { return {error, Certainty::surely_not_done, message}; }

std::string schema_text(const KeySchema& key) {
  const auto element = [](const std::string& name, Type type, const char* role) {
    return "SchemaElement: key{" + name + ":" + std::string(wire_name(type)) + ":" + role + "}";
  };
  return "Schema:[" + element(key.partition, key.partition_type, "HASH") +
         (key.has_sort() ? ", " + element(key.sort, key.sort_type, "RANGE") : "") + "]";
}

// What an index redefines of its table's keys, in the service's words. They are known of keys of one attribute; those of two
// are listed as the service lists other things.                                                             [TABLE-6]
std::optional<Failed> redefines(const TableSettings& table, const KeySchema& key) {
  const auto differs = [&](const KeySchema& other) {
    return has_other_type(other, key.partition, key.partition_type) ||
           (key.has_sort() && has_other_type(other, key.sort, key.sort_type));
  };
  const KeySchema* known = differs(table.key) ? &table.key : nullptr;
  for (const IndexSettings& index : table.indexes)
    if (!known && differs(index.key)) known = &index.key;
  if (!known) return std::nullopt;
  return refusal(ServiceError::validation,
                 lasting("One or more parameter values were invalid: Attributes cannot be redefined. Please check that your "
                         "attribute has the same type as previously defined. Existing schema: " +
                         schema_text(*known) + " New schema: " + schema_text(key)));
}

Failed in_use(std::string_view what, const std::string& table, std::string_view index) {
  return refusal(ServiceError::resource_in_use,
                 lasting("Attempt to change a resource which is still in use: Index is being " + std::string(what) +
                         ".  Table: " + table + " Index: " + std::string(index)));
}

Failed table_updated(const std::string& table) {
  return refusal(ServiceError::resource_in_use,
                 lasting("Attempt to change a resource which is still in use: Table is being updated: " + table));
}

}  // namespace

const Index* Indexes::under_way() const {
  const auto found =
      std::find_if(indexes_.begin(), indexes_.end(), [](const Index& index) { return index.status() != IndexStatus::active; });
  return found == indexes_.end() ? nullptr : &*found;
}

FactIndex Indexes::become(Kernel& kernel, Index& index, IndexStatus status) const {
  index.status_ = status;
  return kernel.note(IndexStatusChanged{table_, index.id(), status});
}

void Indexes::make(Kernel& kernel, std::string_view table_name, IndexSettings settings, IndexId id) {
  // One that its table was made with had the name as well.
  const auto [known, first] = made_.emplace(settings.name, 0);
  if (!first) known->second += 1;
  Index& index = indexes_.emplace_back(id, std::move(settings));
  index.made_ = known->second;
  declare(kernel, index);
  const FactIndex fact = become(kernel, index, IndexStatus::creating);
  const CauseScope because(kernel, fact);
  const Duration allocation = kernel.choose(index_allocation, path(table_name, index));
  kernel.schedule(allocation, Room::table, index_stage_event, table_.value, id.value);
}

void Indexes::drop(Kernel& kernel, TableSettings& table, std::string_view name) {
  Index& index = *named(name);
  made_.emplace(name, 0);
  std::erase_if(table.indexes, [&](const IndexSettings& one) { return one.name == name; });
  index.entries_ = Entries();
  index.pending_.clear();
  index.free_.clear();
  index.progress_ = {};
  index.backfill_ = {};
  const FactIndex fact = become(kernel, index, IndexStatus::deleting);
  const CauseScope because(kernel, fact);
  const Duration deleting = kernel.choose(index_deleting, path(table.name, index));
  kernel.schedule(deleting, Room::table, index_stage_event, table_.value, index.id().value);
}

void Indexes::on_stage(Kernel& kernel, TableSettings& table, Items& items, std::uint64_t id) {
  Index* const index = with(IndexId{static_cast<IndexId::rep>(id)});
  SIM_CHECK(index != nullptr, "an index whose time has come is there");
  if (index->status() == IndexStatus::creating) return begin_backfill(kernel, table, items, *index);
  SIM_CHECK(index->status() == IndexStatus::deleting, "an index that is not being made is being deleted");
  become(kernel, *index, IndexStatus::gone);
  std::erase_if(indexes_, [&](const Index& one) { return one.id().value == id; });
}

void Indexes::begin_backfill(Kernel& kernel, TableSettings& table, Items& items, Index& index) {
  table.indexes.push_back(index.settings());
  const FactIndex fact = become(kernel, index, IndexStatus::backfilling);
  const Key path = this->path(table.name, index);
  const Duration takes = kernel.choose(index_backfill, path);
  const Duration refuses_after = kernel.choose(index_refuses_after, path);
  index.refuses_from_ = kernel.now() + std::min(takes, refuses_after);
  Index::Backfill& backfill = index.backfill_;
  backfill.fact = fact;
  backfill.began = kernel.now();
  backfill.takes = takes;
  for (const Items::Place place : items.in_order()) {
    // One that violates the index's key is skipped as one without it is; what it is written to later counts.     [GSI-7]
    if (!entry_of(index.settings(), table.key, items.key(place), items.value(place))) continue;
    backfill.items.push_back(items.key(place));
    backfill.unread.insert(items.key(place));
  }
  const CauseScope because(kernel, fact);
  go_on(kernel, index, 0);
}

// Past the last item, to the end of the backfill.
void Indexes::go_on(Kernel& kernel, const Index& index, std::size_t next) const {
  const Index::Backfill& backfill = index.backfill_;
  const auto part = static_cast<std::int64_t>(next) + 1, parts = static_cast<std::int64_t>(backfill.items.size()) + 1;
  const Instant due =
      backfill.began + Duration(backfill.takes.count() / parts * part + backfill.takes.count() % parts * part / parts);
  kernel.schedule(due, Room::table, backfill_event, table_.value, (std::uint64_t{index.id().value} << 32) | next);
}

void Indexes::on_backfill(Kernel& kernel, const TableSettings& table, const Items& items, std::uint64_t what) {
  Index* const found = with(IndexId{static_cast<IndexId::rep>(what >> 32)});
  if (!found || found->status() != IndexStatus::backfilling) return;  // it was deleted meanwhile
  Index& index = *found;
  const auto next = static_cast<std::uint32_t>(what);
  if (next == index.backfill_.items.size()) {
    become(kernel, index, IndexStatus::active);
    index.backfill_ = {};
    return;
  }
  const ItemKey& key = index.backfill_.items[next];
  const Items::Place place = items.find(key);
  if (index.backfill_.unread.erase(key) > 0 && place != Items::nowhere)
    if (const std::optional<Entry> entry = entry_of(index.settings(), table.key, key, items.value(place)))
      apply(kernel, index, {entry->key, entry->shown, index.backfill_.fact});
  go_on(kernel, index, next + 1);
}

Result<Done> Table::create_index(Kernel& kernel, const IndexSettings& index, IndexId id) {
  if (indexes_.under_way()) return refusal(ServiceError::limit_exceeded, one_at_a_time);
  if (index.kind == IndexKind::local) return refusal(ServiceError::validation, local_index);
  if (indexes_.named(index.name)) return refusal(ServiceError::validation, name_taken);
  if (const std::optional<Failed> wrong = redefines(settings_, index.key)) return *wrong;
  TableSettings with_it = settings_;
  with_it.indexes.push_back(index);
  if (const std::optional<IndexFlaw> flaw = flaw_of_indexes(with_it))
    return refusal(ServiceError::validation,
                   lasting("One or more parameter values were invalid: " + flaw->found + "; accepted: " + flaw->accepted));
  if (!capacity_ && index.provisioned) return refusal(ServiceError::validation, capacity_of_one_without);
  if (capacity_)
    if (const Result<Done> fits = capacity_->may_add(index); !fits) return fits;
  indexes_.make(kernel, settings_.name, index, id);
  if (capacity_) capacity_->add(kernel, index);
  return Done{};
}

Result<Done> Table::delete_index(Kernel& kernel, std::string_view name) {
  const Index* const index = indexes_.named(name);
  if (!index)
    return refusal(ServiceError::resource_not_found,
                   lasting("Requested resource not found: Index: " + std::string(name) + " not found"));
  if (index->settings().kind == IndexKind::local) return refusal(ServiceError::validation, local_index);
  if (index->status() == IndexStatus::creating) return in_use("created", settings_.name, name);
  if (index->status() == IndexStatus::deleting) return in_use("deleted", settings_.name, name);
  const Index* const other = indexes_.under_way();
  if (other && other != index) return refusal(ServiceError::limit_exceeded, one_at_a_time);
  indexes_.drop(kernel, settings_, name);
  if (capacity_) capacity_->drop(name);
  return Done{};
}

// A table is UPDATING while an index of it is made or dropped; that of one that is backfilling may be changed, not deleted.
std::optional<Failed> Table::held_by_index() const {
  return indexes_.under_way() ? std::optional(table_updated(settings_.name)) : std::nullopt;
}

// One that is getting a stream may not be changed at all.                                           [STREAM-15] [TABLE-3]
std::optional<Failed> Table::held_by_stream(Instant now) const {
  return now < held_until_ ? std::optional(table_updated(settings_.name)) : std::nullopt;
}

// So is its time to live held, but for a backfill's.                                                         [TTL-14]
std::optional<Failed> Table::updating() const {
  const Index* const index = indexes_.under_way();
  return index && index->status() != IndexStatus::backfilling ? held_by_index() : std::nullopt;
}

// Nor the capacity of a table and of an index that is being allocated; that of others may be changed.
std::optional<Failed> Table::held_by_index(const CapacityUpdate& wanted) const {
  const Index* const index = indexes_.under_way();
  if (!index || index->status() != IndexStatus::creating) return std::nullopt;
  const std::string& name = index->settings().name;
  if (wanted.indexes.count(name) != 0) return in_use("created", settings_.name, name);
  return wanted.billing || wanted.provisioned ? held_by_index() : std::nullopt;
}

}  // namespace weir
