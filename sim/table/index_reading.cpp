// Query and Scan of an index.                                              [QRY-1] [QRY-6] [GSI-1] [GSI-3] [GSI-8] [LSI-1]
// [MSG-27]
#include <algorithm>

#include "sim/data/lasting_text.hpp"
#include "sim/expression/names.hpp"
#include "sim/table/key_paths.hpp"
#include "sim/table/table.hpp"

namespace weir {

namespace {

Failed invalid(std::string_view message) { return {ServiceError::validation, Certainty::surely_not_done, message}; }

bool is_global(const IndexSettings& index) { return index.kind == IndexKind::global; }

// The attributes that a projection asks of a global index and does not get, as a list.
std::string unprojected(const IndexSettings& index, const KeySchema& table, const Projection& projection) {
  std::vector<std::string> names;
  for (const Path& path : projection.paths()) {
    const auto& name = std::get<std::string>(path.steps.front());
    if (!projects(index, table, name) && std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
  return list;
}

Result<Done> check_index(const IndexSettings& index, const KeySchema& table, const PageRequest& page) {
  if (!is_global(index)) return Done{};
  if (page.consistent_read) return invalid("Consistent reads are not supported on global secondary indexes");
  if (page.select == Select::all_attributes && index.projection != ProjectionType::all)
    return invalid(
        lasting("One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global secondary "
                "index " +
                index.name + " because its projection type is not ALL"));
  if (const std::string missing = unprojected(index, table, page.projection); !missing.empty())
    return invalid(lasting("One or more parameter values were invalid: Global secondary index " + index.name +
                           " does not project [" + missing + "]"));
  return Done{};
}

Result<Done> check_filter(const Query& query, const KeySchema& key) { return check_query_filter(query.page.filter, key); }
Result<Done> check_filter(const Scan&, const KeySchema&) { return Done{}; }

bool looks_at(const Query& query, const ItemKey& key) { return query.key.allows(key); }
bool looks_at(const Scan&, const ItemKey&) { return true; }

std::uint64_t hash_of(const Query& query, const IndexSettings&, const KeySchema&) {
  return ItemKey(query.key.partition).partition_hash();
}
std::uint64_t hash_of(const Scan& scan, const IndexSettings& index, const KeySchema& table) {
  const Result<EntryKey> start = entry_key_of(index, table, scan.page.exclusive_start_key);
  if (start) return start->partition_hash();
  return scan.segment ? first_hash_of(*scan.segment) : 0;
}

// A local index as it was: derived anew from its table then.
Entries entries_of(const IndexSettings& index, const KeySchema& table, const Items& items) {
  Entries entries;
  for (const Items::Place place : items.sorted())
    if (std::optional<Entry> entry = entry_of(index, table, items.key(place), items.value(place)))
      entries.insert(entry->key, std::move(entry->shown));
  return entries;
}

}  // namespace

template <class Request>
Result<Page> Table::read_index(Kernel& kernel, const Request& request, const Actor& actor, Duration stale) {
  Index* const index = indexes_.named(request.page.index_name);
  if (!index || index->status() == IndexStatus::deleting)
    return invalid(lasting("The table does not have the specified index: " + request.page.index_name));
  if (index->status() != IndexStatus::active)  // [GSI-8]
    return invalid(lasting("Cannot read from backfilling global secondary index: " + request.page.index_name));
  const IndexSettings& is = index->settings();
  if (const Result<Done> sound = check_index(is, settings_.key, request.page); !sound) return sound.failure();
  if (const std::optional<Failed> flaw = flaw_of_paths(settings_, request.page.projection)) return *flaw;
  if (const Result<Done> sound = check_filter(request, is.key); !sound) return sound.failure();
  if (const std::optional<Failed> flaw = flaw_of_paths(settings_, request.page.filter)) return *flaw;
  std::uint64_t hash = 0;
  if (capacity_) {
    if (const Result<Range> range = range_of(index->entries(), is, settings_.key, request); !range) return range.failure();
    hash = hash_of(request, is, settings_.key);
    if (const std::optional<Failed> no = throttles_page(kernel, request.page, hash, actor)) return *no;
  }
  const auto page_of = [&](Entries& entries, const Items& items) -> Result<Page> {
    const Result<Range> range = range_of(entries, is, settings_.key, request);
    if (!range) return range.failure();
    if (actor.is_consumer()) note_behind(kernel, *index, actor, [&](const ItemKey& key) { return looks_at(request, key); });
    return show_entries(kernel, *index, entries, items, *range, request.page, hash, actor);
  };
  if (is_global(is) || !is_stale(kernel, actor, stale)) return page_of(index->entries(), items_);
  const Items past = past_.items_at(items_, kernel.now() - stale);
  Entries entries = entries_of(is, settings_.key, past);
  return page_of(entries, past);
}
template Result<Page> Table::read_index(Kernel&, const Query&, const Actor&, Duration);
template Result<Page> Table::read_index(Kernel&, const Scan&, const Actor&, Duration);

Page Table::show_entries(Kernel& kernel, const Index& index, const Entries& entries, const Items& items, const Range& range,
                         const PageRequest& request, std::uint64_t hash, const Actor& actor) {
  const IndexSettings& is = index.settings();
  // A local index fetches from its table; a global one has what it projects, and for filters, too, that is all there is.
  const auto whole = [&](Items::Place place) -> const Item& {
    if (is_global(is)) return entries.value(place);
    const Items::Place at = items.find(entries.key(place).item);
    SIM_CHECK(at != Items::nowhere, "a local index has the items of its table");
    return items.value(at);
  };
  const auto lacks_one = [&](const auto& expression) {
    AttributeNames names;
    add_names(expression, names);
    return std::any_of(names.begin(), names.end(), [&](const auto& name) { return !projects(is, settings_.key, name); });
  };
  const bool may_fetch = !is_global(is) && is.projection != ProjectionType::all;
  const bool shows_more = request.select == Select::all_attributes || lacks_one(request.projection);
  const bool filters_more = may_fetch && lacks_one(request.filter);  // then each entry's item is fetched, kept or not
  const auto fetches = [&](Items::Place place, bool kept) -> std::uint64_t {
    return filters_more || (may_fetch && kept && shows_more) ? whole(place).size_bytes() : 0;
  };
  const auto keeps = [&](Items::Place place) { return request.filter.empty() || holds(kernel, request.filter, whole(place)); };
  const PageReach reach = reach_of(entries, range, request.limit, keeps, fetches);
  Page page{.count = static_cast<std::uint32_t>(reach.kept.size()), .scanned_count = reach.scanned};
  if (reach.last) page.last_evaluated_key = key_attributes(entries.key(*reach.last), is, settings_.key);
  const ReadMode mode = request.consistent_read ? ReadMode::consistent : ReadMode::eventual;
  std::int64_t fetched = 0;
  for (const std::uint64_t bytes : reach.fetched) fetched += half_units_of_read(bytes, mode);
  page.consumed = charge_page(kernel, request, hash, half_units_of_read(reach.bytes, mode), fetched, actor);
  if (request.select == Select::count) return page;
  page.items.reserve(reach.kept.size());
  for (const Items::Place place : reach.kept) {
    const Item& item = shows_more ? whole(place) : entries.value(place);
    page.items.push_back(request.projection.empty() ? item : request.projection.apply(item));
    if (!actor.is_consumer()) continue;
    const EntryKey& key = entries.key(place);
    const std::size_t returned = page.items.size() == 1 ? reach.kept.size() : 0;
    kernel.note(IndexRead{id_, index.id(), key.item, key.by, item, ttl_.expired(key.item, kernel.now()), actor,
                          static_cast<std::uint32_t>(returned)});
  }
  return page;
}

// What a reader of these keys cannot know yet.                                                             [GSI-1] [GSI-9]
void Table::note_behind(Kernel& kernel, const Index& index, const Actor& actor,
                        const std::function<bool(const ItemKey&)>& looked_at) const {
  std::vector<Index::Pending> unheard;
  for (const Index::Pending& pending : index.pending())
    if (!pending.key.empty() && looked_at(pending.key.by)) unheard.push_back(pending);
  std::sort(unheard.begin(), unheard.end(), [](const auto& a, const auto& b) { return a.write < b.write; });
  const auto same = [](const auto& a, const auto& b) { return a.write == b.write; };
  unheard.erase(std::unique(unheard.begin(), unheard.end(), same), unheard.end());
  for (const Index::Pending& pending : unheard)
    kernel.note(IndexBehind{id_, index.id(), pending.key.item, actor}, pending.write);
}

}  // namespace weir
