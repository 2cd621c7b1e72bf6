#include "sim/table/index.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "sim/base/planted.hpp"
#include "sim/data/lines.hpp"
#include "sim/kernel/item_path.hpp"
#include "sim/table/sites.hpp"

namespace weir {

namespace {

constexpr std::string_view collection_full = "Collection size exceeded.";

// By its id: places in the list shift when an index goes.
constexpr std::uint64_t pack(IndexId index, std::uint32_t slot) { return (std::uint64_t{index.value} << 32) | slot; }

void put(Entries& entries, const EntryKey& key, const Item& shown) {
  const Entries::Place place = entries.find(key);
  if (place == Entries::nowhere)
    entries.insert(key, shown);
  else
    entries.value(place) = shown;
}

void erase(Entries& entries, const EntryKey& key) {
  if (const Entries::Place place = entries.find(key); place != Entries::nowhere) entries.erase(place);
}

}  // namespace

Indexes::Indexes(TableId table, const TableSettings& settings, IndexId first) : table_(table) {
  for (const IndexSettings& index : settings.indexes) {
    indexes_.emplace_back(IndexId{first.value + static_cast<IndexId::rep>(indexes_.size())}, index);
    any_local_ = any_local_ || index.kind == IndexKind::local;
  }
}

Index* Indexes::named(std::string_view name) {
  const auto found =
      std::find_if(indexes_.begin(), indexes_.end(), [&](const Index& index) { return index.settings().name == name; });
  return found == indexes_.end() ? nullptr : &*found;
}

Index* Indexes::with(IndexId id) {
  const auto found = std::find_if(indexes_.begin(), indexes_.end(), [&](const Index& index) { return index.id() == id; });
  return found == indexes_.end() ? nullptr : &*found;
}

Key Indexes::path(std::string_view table_name, const Index& index) const {
  Key path = Key("table", table_name).add("index", std::string_view(index.settings().name));
  if (index.made_ > 0) path.add("made", index.made_);
  return path;
}

void Indexes::declare(Kernel& kernel) const {
  for (const Index& index : indexes_) declare(kernel, index);
}
void Indexes::declare(Kernel& kernel, const Index& index) const {
  const IndexSettings& is = index.settings();
  kernel.note(IndexDeclared{table_, index.id(), is.name, is.kind, is.key.partition, is.key.sort, is.key.partition_type,
                            is.key.sort_type, is.projection, joined_lines(is.non_key_attributes)});
}

// What an item takes up in its collection: itself and its entries in local indexes.                    [LSI-2]
std::uint64_t Indexes::stored_bytes(const TableSettings& table, const ItemKey& key, const Item& item) const {
  std::uint64_t bytes = item.size_bytes();
  for (const Index& index : indexes_) {
    if (index.settings().kind != IndexKind::local) continue;
    if (const std::optional<Entry> entry = entry_of(index.settings(), table.key, key, item)) bytes += entry->shown.size_bytes();
  }
  return bytes;
}

Result<Done> Indexes::check(const TableSettings& table, const ItemKey& key, const Item& after, WriteKind write,
                            Instant now) const {
  for (const Index& index : indexes_) {
    if (!index.refuses(now)) continue;
    if (Result<Done> fits = check_for_index(index.settings(), after, write); !fits) return fits;
  }
  if (any_local_ && stored_bytes(table, key, after) > max_item_bytes) return item_too_large(write);
  return Done{};
}

Result<Done> Indexes::check(const Update& update, Instant now) const {
  for (const Index& index : indexes_) {
    if (!index.refuses(now)) continue;
    if (Result<Done> fits = check_for_index(index.settings(), update); !fits) return fits;
  }
  return Done{};
}

std::uint64_t Indexes::growth_of(const TableSettings& table, const IndexedWrite& write) const {
  if (!any_local_) return 0;
  const std::uint64_t before = stored_bytes(table, write.key, write.before);
  const std::uint64_t after = stored_bytes(table, write.key, write.after);
  return after > before ? after - before : 0;
}

Result<Done> Indexes::check_room(const TableSettings& table, const ItemKey& key, std::uint64_t growth) const {
  if (growth == 0) return Done{};
  const std::uint64_t* const so_far = collections_.find(key.partition_hash());
  if ((so_far ? *so_far : 0) + growth <= table.item_collection_limit) return Done{};
  return {ServiceError::item_collection_size, collection_full};
}

std::optional<std::uint64_t> Indexes::collection_bytes(std::uint64_t partition_hash) const {
  if (!any_local_) return std::nullopt;
  const std::uint64_t* const bytes = collections_.find(partition_hash);
  return bytes ? *bytes : 0;
}

void Indexes::take(Kernel& kernel, const TableSettings& table, const IndexedWrite& write) {
  if (any_local_) {
    std::uint64_t& bytes = collections_[write.key.partition_hash()];
    bytes = bytes - stored_bytes(table, write.key, write.before) + stored_bytes(table, write.key, write.after);
  }
  for (std::size_t place = 0; place < indexes_.size(); ++place) {
    Index& index = indexes_[place];
    if (!index.follows()) continue;
    const bool filling = index.status() == IndexStatus::backfilling;
    if (filling && kernel.planted(Planted::backfill_misses_concurrent_write)) continue;
    const bool unread = filling && index.backfill_.unread.erase(write.key) > 0;
    const std::optional<Entry> before = unread ? std::nullopt : entry_of(index.settings(), table.key, write.key, write.before);
    std::optional<Entry> after = entry_of(index.settings(), table.key, write.key, write.after);
    if (after && kernel.planted(Planted::index_shows_whole_items)) after->shown = write.after;
    if (before == after) continue;  // nothing to tell it                                              [GSI-5]
    if (index.settings().kind == IndexKind::global) {
      take_globally(kernel, place, table.name, before, after, write.fact);
    } else {
      if (before && (!after || before->key != after->key)) erase(index.entries_, before->key);
      if (after) put(index.entries_, after->key, after->shown);
    }
  }
}

void Indexes::take_globally(Kernel& kernel, std::size_t place, std::string_view table_name, const std::optional<Entry>& before,
                            const std::optional<Entry>& after, FactIndex write) {
  Index& index = indexes_[place];
  const ItemKey& item = after ? after->key.item : before->key.item;
  KeyTable<Index::Progress>::Place at = index.progress_.find(item);
  if (at == KeyTable<Index::Progress>::nowhere) at = index.progress_.insert(item, {});
  Index::Progress& progress = index.progress_.value(at);

  const ItemPath item_path(item);
  Key path = this->path(table_name, index);
  item_path.add_to(path).add("change", progress.changes);
  progress.changes += 1;
  const bool waits = progress.pending > 0 && !kernel.planted(Planted::index_out_of_order);
  const Instant first = waits ? std::max(progress.last_due, kernel.now()) : kernel.now();
  const Duration delay = kernel.choose(gsi_delay, path);
  const Instant comes = std::max(first, kernel.now() + delay);
  const bool moves = before && after && before->key != after->key;
  if (!moves) {
    progress.last_due = comes;
    hear(kernel, place, after ? Change{after->key, after->shown, write} : Change{before->key, {}, write}, comes);
    return;
  }
  const Duration later = kernel.choose(gsi_old_entry, path);
  const Instant goes = std::max(first, kernel.now() + delay + later);
  progress.last_due = std::max(comes, goes);
  if (goes <= comes) hear(kernel, place, {before->key, {}, write}, goes);
  hear(kernel, place, {after->key, after->shown, write}, comes);
  if (goes > comes) hear(kernel, place, {before->key, {}, write}, goes);
}

// At once when it is due and nothing of the item is before it; else by an event.
void Indexes::hear(Kernel& kernel, std::size_t place, Change change, Instant due) {
  Index& index = indexes_[place];
  Index::Progress& progress = index.progress_.value(index.progress_.find(change.key.item));
  const bool waits = progress.pending > 0 && !kernel.planted(Planted::index_out_of_order);
  if (!waits && due <= kernel.now()) return apply(kernel, index, change);
  progress.pending += 1;
  std::uint32_t slot = static_cast<std::uint32_t>(index.pending_.size());
  const CauseScope because(kernel, change.write);
  if (index.free_.empty()) {
    index.pending_.push_back(std::move(change));
  } else {
    slot = index.free_.back();
    index.free_.pop_back();
    index.pending_[slot] = std::move(change);
  }
  kernel.schedule(due, Room::table, index_event, table_.value, pack(index.id(), slot));
}

void Indexes::on_event(Kernel& kernel, std::uint64_t what) {
  Index* const found = with(IndexId{static_cast<IndexId::rep>(what >> 32)});
  if (!found || !found->follows()) return;  // it was deleted meanwhile
  Index& index = *found;
  const auto slot = static_cast<std::uint32_t>(what);
  SIM_CHECK(slot < index.pending_.size(), "an index's event names a pending change");
  const Change change = std::exchange(index.pending_[slot], {});
  index.free_.push_back(slot);
  index.progress_.value(index.progress_.find(change.key.item)).pending -= 1;
  apply(kernel, index, change);
}

void Indexes::apply(Kernel& kernel, Index& index, const Change& change) const {
  if (!change.shown.empty()) {
    put(index.entries_, change.key, change.shown);
  } else {
    if (kernel.planted(Planted::index_forgets_removal)) return;
    erase(index.entries_, change.key);
  }
  kernel.note(IndexUpdated{table_, index.id(), change.key.item, change.key.by, change.shown}, change.write);
}

}  // namespace weir
