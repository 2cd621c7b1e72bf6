#include "sim/table/ranges.hpp"

#include <algorithm>

#include "sim/data/constraints.hpp"
#include "sim/data/lasting_text.hpp"
#include "sim/table/key_within.hpp"
#include "sim/table/write_rules.hpp"

namespace weir {

namespace {

constexpr std::uint64_t page_bytes = 1'048'576, fetch_bytes = 4096;  // QRY-2, LSI-1
constexpr std::int64_t most_segments = 1'000'000;

constexpr std::string_view bad_start = "The provided starting key is invalid";  // MSG-28
constexpr std::string_view start_outside = "The provided starting key is outside query boundaries based on provided conditions";
constexpr std::string_view start_unmatched = "The provided starting key does not match the range key predicate";
constexpr std::string_view start_elsewhere = "The query can return at most one row and cannot be restarted";  // (sic)
constexpr std::string_view projection_of_all = "Cannot specify the ProjectionExpression when choosing to get ALL_ATTRIBUTES";
constexpr std::string_view projection_of_count = "Cannot specify the ProjectionExpression when choosing to get only the Count";
constexpr std::string_view projected_of_a_table = "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName";
constexpr std::string_view projection_of_projected =
    "Cannot specify the ProjectionExpression when choosing to get ALL_PROJECTED_ATTRIBUTES";
constexpr std::string_view nothing_specific = "Must specify the ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES";

using Places = std::span<const Items::Place>;

// The run of places for which `before` and then `inside` turns false.
template <class Before, class Inside>
Places part_of(Places places, Before before, Inside inside) {
  const auto first = std::partition_point(places.begin(), places.end(), before);
  return {first, std::partition_point(first, places.end(), inside)};
}

// What is left of a range after the key that the page before ended with.
template <class Rows>
Places rest(const Rows& items, Places places, bool forward, const typename Rows::Key& start) {
  if (forward)
    return part_of(
        places, [&](auto p) { return items.key(p) <= start; }, [](auto) { return true; });
  return part_of(
      places, [](auto) { return false; }, [&](auto p) { return items.key(p) < start; });
}

std::int64_t segment_of(std::uint64_t hash, std::int64_t total) {
  return static_cast<std::int64_t>((hash >> 32) * static_cast<std::uint64_t>(total) >> 32);
}

Failed segment_outside(const Segment& segment) {
  return invalid(lasting("The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: " +
                         std::to_string(segment.segment) +
                         " is not less than TotalSegments: " + std::to_string(segment.total)));
}

// A start key that is none for what the service says of it.
Failed bad_start_for(std::string_view why) { return invalid(lasting(std::string(bad_start) + ": " + std::string(why))); }

Failed start_of_other_segment(const Segment& segment) {
  return bad_start_for("Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment. TotalSegments: " +
                       std::to_string(segment.total) + " Segment: " + std::to_string(segment.segment));
}

bool has_keys(const KeySchema& schema, const Item& start) {
  return start.find_type(schema.partition) && (!schema.has_sort() || start.find_type(schema.sort));
}

// A start key of other attributes is told otherwise than one of other types; and a Scan of a table knows just one flaw.
Result<ItemKey> start_of(const KeySchema& schema, const Item& start, const Query&) {
  if (start.count() != (schema.has_sort() ? 2U : 1U) || !has_keys(schema, start)) return invalid(bad_start);
  return ItemKey::of_key(schema, start);
}
Result<ItemKey> start_of(const KeySchema& schema, const Item& start, const Scan&) {
  const Result<ItemKey> key = ItemKey::of_key(schema, start);
  return key ? key : bad_start_for(key.failure().message);
}
// Of an index: the attributes first, then its own key, and then the table's.
Result<EntryKey> start_of(const IndexSettings& index, const KeySchema& table, const Item& start) {
  const auto more = [&](const std::string& name) {
    return !name.empty() && name != index.key.partition && name != index.key.sort ? 1U : 0U;
  };
  const std::size_t count = (index.key.has_sort() ? 2U : 1U) + more(table.partition) + more(table.sort);
  if (start.count() != count || !has_keys(index.key, start)) return invalid(bad_start);
  const Result<ItemKey> by = key_within(index.key, start);
  if (!by) return by.failure();
  const Result<ItemKey> item = key_within(table, start);
  if (!item) return bad_start_for(item.failure().message);
  return EntryKey{*by, *item};
}

// `read_start` reads a page's exclusive start key.
template <class Rows, class ReadStart>
Result<Range> range_in(Rows& items, const KeySchema& schema, const Query& query, ReadStart read_start) {
  if (const Result<Done> sound = check_key_condition(query.key, schema); !sound) return sound.failure();
  const ItemKey partition(query.key.partition);
  const std::string_view bytes = partition.partition_bytes();
  Places places = part_of(
      items.in_order(), [&](auto p) { return items.key(p).partition_bytes() < bytes; },
      [&](auto p) { return items.key(p).partition_bytes() == bytes; });
  if (query.key.sort) {
    const auto side = [&](auto p) { return query.key.side_of(*items.key(p).sort()); };
    places = part_of(
        places, [&](auto p) { return side(p) == KeyCondition::Side::before; },
        [&](auto p) { return side(p) == KeyCondition::Side::inside; });
  }
  const bool forward = query.scan_index_forward;
  if (query.page.exclusive_start_key.empty()) return Range{places, forward};
  const Result<typename Rows::Key> start = read_start(query.page.exclusive_start_key);
  if (!start) return start.failure();
  const bool elsewhere = start->partition_bytes() != bytes;
  if (query.key.sort) {
    if (query.key.side_of(*start->sort()) != KeyCondition::Side::inside) return invalid(start_unmatched);
    if (elsewhere) return invalid(start_elsewhere);
  }
  if (elsewhere) return invalid(start_outside);
  return Range{rest(items, places, forward, *start), forward};
}

template <class Rows, class ReadStart>
Result<Range> range_in(Rows& items, const Scan& scan, ReadStart read_start) {
  const Segment segment = scan.segment.value_or(Segment{});
  if (segment.segment >= segment.total) return segment_outside(segment);
  const auto number = [&](const typename Rows::Key& key) { return segment_of(key.partition_hash(), segment.total); };
  const Places places = part_of(
      items.in_order(), [&](auto p) { return number(items.key(p)) < segment.segment; },
      [&](auto p) { return number(items.key(p)) == segment.segment; });
  if (scan.page.exclusive_start_key.empty()) return Range{places};
  const Result<typename Rows::Key> start = read_start(scan.page.exclusive_start_key);
  if (!start) return start.failure();
  if (number(*start) != segment.segment) return start_of_other_segment(segment);
  return Range{rest(items, places, true, *start)};
}

template <class Rows>
PageReach reach_in(const Rows& items, const Range& range, std::optional<std::int64_t> limit, const Keeps& keeps,
                   const Fetches& fetches = {}) {
  PageReach reach;
  std::uint64_t all_fetched = 0;  // rounded up
  std::optional<Items::Place> before;
  for (std::size_t i = 0; i < range.places.size(); ++i) {
    const Items::Place place = range.places[range.forward ? i : range.places.size() - 1 - i];
    const bool kept = keeps(place);
    const std::uint64_t bytes = reach.bytes + items.value(place).size_bytes();
    const std::uint64_t fetched = fetches ? fetches(place, kept) : 0;
    const std::uint64_t with_fetched = all_fetched + (fetched + fetch_bytes - 1) / fetch_bytes * fetch_bytes;
    if (before && bytes + with_fetched > page_bytes) {
      reach.last = before;
      return reach;
    }
    reach.bytes = bytes;
    all_fetched = with_fetched;
    if (fetched > 0) reach.fetched.push_back(fetched);
    reach.scanned += 1;
    if (kept) reach.kept.push_back(place);
    before = place;
    if (limit && reach.scanned == *limit) {
      reach.last = place;
      return reach;
    }
  }
  return reach;
}

}  // namespace

// The least hash whose upper half, times total, comes to the segment.
std::uint64_t first_hash_of(const Segment& segment) {
  const auto total = static_cast<std::uint64_t>(segment.total);
  return (((static_cast<std::uint64_t>(segment.segment) << 32) + total - 1) / total) << 32;
}

Result<Range> range_of(Items& items, const KeySchema& schema, const Query& query) {
  return range_in(items, schema, query, [&](const Item& start) { return start_of(schema, start, query); });
}
Result<Range> range_of(Items& items, const KeySchema& schema, const Scan& scan) {
  return range_in(items, scan, [&](const Item& start) { return start_of(schema, start, scan); });
}
Result<Range> range_of(Entries& entries, const IndexSettings& index, const KeySchema& table, const Query& query) {
  return range_in(entries, index.key, query, [&](const Item& start) { return start_of(index, table, start); });
}
Result<Range> range_of(Entries& entries, const IndexSettings& index, const KeySchema& table, const Scan& scan) {
  return range_in(entries, scan, [&](const Item& start) { return start_of(index, table, start); });
}

PageReach reach_of(const Items& items, const Range& range, std::optional<std::int64_t> limit, const Keeps& keeps) {
  return reach_in(items, range, limit, keeps);
}
PageReach reach_of(const Entries& entries, const Range& range, std::optional<std::int64_t> limit, const Keeps& keeps,
                   const Fetches& fetches) {
  return reach_in(entries, range, limit, keeps, fetches);
}

Result<Done> check_page(const PageRequest& page, const std::optional<Segment>& segment) {
  Constraints constraints;
  if (!page.index_name.empty()) constraints.name("indexName", page.index_name);
  if (page.limit) constraints.value("limit", *page.limit, 1);
  if (segment) constraints.value("segment", segment->segment, 0, most_segments - 1);
  if (segment) constraints.value("totalSegments", segment->total, 1, most_segments);
  if (const std::optional<Failed> refusal = constraints.refusal()) return *refusal;
  if (page.select) {
    const bool projects = !page.projection.empty();
    if (*page.select == Select::all_attributes && projects) return invalid(projection_of_all);
    if (*page.select == Select::all_projected_attributes && page.index_name.empty()) return invalid(projected_of_a_table);
    if (*page.select == Select::all_projected_attributes && projects) return invalid(projection_of_projected);
    if (*page.select == Select::count && projects) return invalid(projection_of_count);
    if (*page.select == Select::specific_attributes && !projects) return invalid(nothing_specific);
  }
  if (!page.filter.flaw().empty()) return invalid(page.filter.flaw());
  return Done{};
}

}  // namespace weir
