// Where in the order of a table's or an index's keys a Query or Scan looks, and how far one page of it reaches.
//
//   errors    validation: MSG-26 and MSG-28 with their kin, and parameters outside their bounds
//   views     a Range borrows the order of keys: it holds until the table or index is written
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/data/item.hpp"
#include "sim/table/entry.hpp"
#include "sim/table/key_table.hpp"
#include "sim/table/read_requests.hpp"

namespace weir {

using Items = KeyTable<Item>;
using Entries = KeyTable<Item, EntryKey>;  // of an index: what it shows

struct Range {
  std::span<const Items::Place> places;  // in the order of keys
  bool forward = true;
};

Result<Range> range_of(Items& items, const KeySchema& schema, const Query& query);
Result<Range> range_of(Items& items, const KeySchema& schema, const Scan& scan);
Result<Range> range_of(Entries& entries, const IndexSettings& index, const KeySchema& table, const Query& query);
Result<Range> range_of(Entries& entries, const IndexSettings& index, const KeySchema& table, const Scan& scan);

std::uint64_t first_hash_of(const Segment& segment);  // of partition keys

// What a page request may not ask, whatever there is to read. `segment`: of a Scan.          [QRY-4] [QRY-5] [QRY-6] [ERR-7]
Result<Done> check_page(const PageRequest& page, const std::optional<Segment>& segment = std::nullopt);

// The places one page keeps, in the order it found them. It ends at 1 MB of what it looks at: of a local index its entries
// and, each rounded up to 4 KB, the items that it fetches from the table.                       [QRY-2] [QRY-4] [LSI-1]
struct PageReach {
  std::vector<Items::Place> kept;
  std::uint32_t scanned = 0;
  std::uint64_t bytes = 0;             // of what was looked at, without what was fetched
  std::vector<std::uint64_t> fetched;  // the size of each item that was
  std::optional<Items::Place> last;    // the last one looked at, where the page ends before the range may
};
using Keeps = std::function<bool(Items::Place)>;
// The size of the item that has to be fetched for an entry, which the page keeps or not; 0: none has.
using Fetches = std::function<std::uint64_t(Items::Place, bool kept)>;
PageReach reach_of(const Items& items, const Range& range, std::optional<std::int64_t> limit, const Keeps& keeps);
PageReach reach_of(const Entries& entries, const Range& range, std::optional<std::int64_t> limit, const Keeps& keeps,
                   const Fetches& fetches);

}  // namespace weir
