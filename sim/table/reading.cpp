// A table's reads: which rows a page looks at is ranges.hpp's business, what is shown of them is decided here.
#include "sim/table/key_paths.hpp"
#include "sim/table/key_within.hpp"
#include "sim/table/table.hpp"
#include "sim/table/write_rules.hpp"

namespace weir {

namespace {

const Item no_item;

// By which partition key a page is charged: a Scan's by where it begins, since it may look at many.
std::uint64_t hash_of(const Query& query, const KeySchema&) { return ItemKey(query.key.partition).partition_hash(); }
std::uint64_t hash_of(const Scan& scan, const KeySchema& schema) {
  const Result<ItemKey> start = ItemKey::of_key(schema, scan.page.exclusive_start_key);
  if (start) return start->partition_hash();
  return scan.segment ? first_hash_of(*scan.segment) : 0;
}

}  // namespace

GetItem::Answer Table::call(Kernel& kernel, const GetItem& request, const Actor& actor, Duration stale, ReadTerms terms) {
  const Result<ItemKey> key = key_of(request.key);
  if (!key) return key.failure();
  if (const std::optional<Failed> flaw = flaw_of_paths(settings_, request.projection)) return *flaw;
  const ReadMode mode = mode_of(request.consistent_read);
  const std::uint64_t hash = key->partition_hash();
  const bool asks = capacity_ && !terms.charged;
  if (asks)
    if (const auto no = capacity_->before_read(kernel, "", hash, mode, actor)) return no->failed;
  const Items::Place place = items_.find(*key);
  Item item = place == Items::nowhere ? no_item : items_.value(place);
  if (is_stale(kernel, actor, stale)) item = past_.item_at(*key, item, kernel.now() - stale);
  const std::int64_t half_units = half_units_of_read(item.size_bytes(), mode);
  if (asks) capacity_->charge_read(kernel, "", hash, half_units, actor);
  note_read(kernel, *key, item, actor);
  GetItem::Answer answer = std::optional<Item>();
  if (!item.empty()) answer = std::optional(request.projection.empty() ? std::move(item) : request.projection.apply(item));
  if (request.return_consumed_capacity != ReturnConsumedCapacity::none)
    answer.consumed = std::make_shared<const ConsumedCapacity>(consumed(id_, "", half_units, request.return_consumed_capacity));
  return answer;
}

Query::Answer Table::call(Kernel& kernel, const Query& request, const Actor& actor, Duration stale) {
  if (const Result<Done> sound = check_page(request.page); !sound) return sound.failure();
  if (!request.page.index_name.empty()) return read_index(kernel, request, actor, stale);
  if (const std::optional<Failed> flaw = flaw_of_paths(settings_, request.page.projection)) return *flaw;
  if (const Result<Done> sound = check_query_filter(request.page.filter, settings_.key); !sound) return sound.failure();
  if (const std::optional<Failed> flaw = flaw_of_paths(settings_, request.page.filter)) return *flaw;
  return read(kernel, request, actor, stale);
}

Scan::Answer Table::call(Kernel& kernel, const Scan& request, const Actor& actor, Duration stale) {
  if (const Result<Done> sound = check_page(request.page, request.segment); !sound) return sound.failure();
  if (!request.page.index_name.empty()) return read_index(kernel, request, actor, stale);
  if (const std::optional<Failed> flaw = flaw_of_paths(settings_, request.page.projection)) return *flaw;
  if (const std::optional<Failed> flaw = flaw_of_paths(settings_, request.page.filter)) return *flaw;
  return read(kernel, request, actor, stale);
}

template <class Request>
Result<Page> Table::read(Kernel& kernel, const Request& request, const Actor& actor, Duration stale) {
  std::uint64_t hash = 0;
  if (capacity_) {
    if (const Result<Range> range = range_of(items_, settings_.key, request); !range) return range.failure();
    hash = hash_of(request, settings_.key);
    if (const std::optional<Failed> no = throttles_page(kernel, request.page, hash, actor)) return *no;
  }
  const auto page_of = [&](Items& items) -> Result<Page> {
    const Result<Range> range = range_of(items, settings_.key, request);
    if (!range) return range.failure();
    return show(kernel, items, *range, request.page, hash, actor);
  };
  if (!is_stale(kernel, actor, stale)) return page_of(items_);
  Items past = past_.items_at(items_, kernel.now() - stale);
  return page_of(past);
}

Page Table::show(Kernel& kernel, const Items& items, const Range& range, const PageRequest& request, std::uint64_t hash,
                 const Actor& actor) {
  const auto keeps = [&](Items::Place place) {
    return request.filter.empty() || holds(kernel, request.filter, items.value(place));
  };
  const PageReach reach = reach_of(items, range, request.limit, keeps);
  Page page{.count = static_cast<std::uint32_t>(reach.kept.size()), .scanned_count = reach.scanned};
  if (reach.last) page.last_evaluated_key = items.key(*reach.last).attributes(settings_.key);
  const ReadMode mode = request.consistent_read ? ReadMode::consistent : ReadMode::eventual;
  page.consumed = charge_page(kernel, request, hash, half_units_of_read(reach.bytes, mode), 0, actor);
  if (request.select == Select::count) return page;
  page.items.reserve(reach.kept.size());
  for (const Items::Place place : reach.kept) {
    const Item& item = items.value(place);
    page.items.push_back(request.projection.empty() ? item : request.projection.apply(item));
    const std::size_t returned = page.items.size() == 1 ? reach.kept.size() : 0;
    if (actor.is_consumer()) note_read(kernel, items.key(place), item, actor, returned);
  }
  return page;
}

void Table::note_read(Kernel& kernel, const ItemKey& key, const Item& item, const Actor& actor, std::size_t returned) {
  const bool expired = !item.empty() && ttl_.expired(key, kernel.now());
  kernel.note(ItemRead{id_, key, item, expired, actor, static_cast<std::uint32_t>(returned)});
}

bool Table::is_stale(Kernel& kernel, const Actor& actor, Duration stale) const {
  if (stale <= Duration{} || !past_.changed_since(kernel.now() - stale)) return false;
  kernel.note(StaleRead{id_, stale, actor});
  return true;
}

Result<ItemKey> Table::key_of(const WriteRequest& request, Instant now) const {
  if (const auto* remove = std::get_if<DeleteRequest>(&request.request)) return key_of(remove->key);
  ItemKey key;
  const PutItem put{.item = std::get<PutRequest>(request.request).item};
  const std::optional<Failed> flaw = flaw_of(put, key, now);
  if (!flaw) return key;
  if (!flaw_in(put)) {  // a key that does not fit is told as that of a delete                              [MSG-4]
    const Result<ItemKey> fits = key_within(settings_.key, put.item);
    if (!fits) return fits;
  }
  return *flaw;
}

}  // namespace weir
