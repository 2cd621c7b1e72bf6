// O-INDEX: a secondary index is what its table was, a bounded while ago.           [GSI-1] [GSI-2] [GSI-3] [GSI-8] [LSI-1]
// [OPEN-33]
//
//   heard      each change that a global index shows is one that a write made: the entry and what it shows are those of the
//              item after that write, an entry that goes was there before it
//   in order   the changes of one item are heard in the order of its writes, each in full before the next; a change of the
//              index's key is two, in either order                                                  [GSI-9]
//   in time    each within the longest delay; at the end none that is older is missing
//   read       a reader is shown what the index holds: a local one what the table holds, or held in the last 10 s
//   made       of an index that is made while its table is in use: its backfill shows each item that was there when it began,
//              as that is, unless a write has told of it since; all of them before it is active. From the beginning of the
//              backfill on it hears of writes like any other; it is read only while it is active        [GSI-7] [GSI-8]
#include "oracles/index_contents.hpp"

#include <algorithm>
#include <deque>
#include <map>

#include "oracles/dense.hpp"
#include "oracles/entries.hpp"
#include "oracles/watching.hpp"
#include "sim/base/flat_map.hpp"
#include "sim/base/hash.hpp"
#include "sim/data/lines.hpp"

namespace weir {

namespace {

constexpr Duration longest_index_delay = 5min + 10s;  // [OPEN-33]
constexpr Duration longest_stale_read = 10s;          // [OPEN-34]

// Texts and binaries that are empty or longer than this are no key.                                       [ITEM-4] [ITEM-5]
constexpr std::size_t longest_partition_key = 2048, longest_sort_key = 1024;

bool fits_key(const AttributeValue& value, std::size_t longest) {
  if (value.type() == Type::N) return true;
  const std::string* const bytes = value.type() == Type::S   ? value.as_string()
                                   : value.type() == Type::B ? value.as_binary()
                                                             : nullptr;
  return bytes && !bytes->empty() && bytes->size() <= longest;
}

std::vector<std::string> lines_in(const std::string& text) {
  std::vector<std::string> lines;
  each_line(text, [&](std::string_view line) { lines.emplace_back(line); });
  return lines;
}

}  // namespace

IndexDefinition::IndexDefinition(const IndexDeclared& index, const TableDeclared& table)
    : table_(index.table),
      local_(index.scope == IndexKind::local),
      partition_(index.partition_key),
      sort_(index.sort_key),
      partition_type_(index.partition_type),
      sort_type_(index.sort_type),
      whole_(index.projection == ProjectionType::all) {
  if (index.projection == ProjectionType::include) shows_ = lines_in(index.non_key_attributes);
  for (const std::string& name : {partition_, sort_, table.partition_key, table.sort_key}) shows_.push_back(name);
}

std::optional<AttributeValue> IndexDefinition::key_part(const Item& item, const std::string& name, Type type) const {
  std::optional<AttributeValue> value = item.get(name);
  if (!value || value->type() != type) return std::nullopt;
  if (!fits_key(*value, name == partition_ ? longest_partition_key : longest_sort_key)) return std::nullopt;
  return value;
}

std::optional<IndexDefinition::View> IndexDefinition::view_of(const Item& item) const {
  const std::optional<AttributeValue> partition = key_part(item, partition_, partition_type_);
  if (!partition) return std::nullopt;
  std::optional<AttributeValue> sort;
  if (!sort_.empty()) {
    sort = key_part(item, sort_, sort_type_);
    if (!sort) return std::nullopt;
  }
  if (whole_) return View{ItemKey(*partition, sort), item};
  AttributeMap shown;
  for (const auto& [name, value] : item.attributes())
    if (std::find(shows_.begin(), shows_.end(), name) != shows_.end()) shown.emplace(name, value);
  return View{ItemKey(*partition, sort), Item(shown)};
}

namespace {

// What tables hold, for an index that may be made later: nobody knows which table will get one.
struct Held {
  TableId table;
  ItemKey key;
  Item item;  // empty: it went
  FactIndex written = no_fact;
};

class Indexes final : public Watching<Indexes, TableDeclared, TableDeleted, IndexDeclared, Written, IndexUpdated, IndexRead,
                                      RunEnded, IndexStatusChanged> {
 public:
  explicit Indexes(const OracleInfo& info) : Watching(info) {}

 private:
  friend Watching;
  using View = IndexDefinition::View;

  // A write that changes what the index shows of an item, and how much of it the index has heard.
  struct Version {
    FactIndex write = no_fact;
    Instant at{};
    std::optional<View> before, after;
    bool came = false, went = false;
    Item whole = {};  // of a local index

    bool comes() const { return after.has_value(); }
    bool goes() const { return before && (!after || after->entry != before->entry); }
    bool heard() const { return came == comes() && went == goes(); }
  };
  struct Shown {
    ItemKey entry;
    Item item;
    FactIndex fact = no_fact;
  };
  struct Found {  // by a backfill that has begun
    FactIndex written = no_fact;
    View view;
  };
  struct ItemState {
    ItemKey key;
    std::optional<Found> unread;
    std::optional<View> latest;
    FactIndex written = no_fact;
    std::deque<Version> coming;  // of a local index: what a stale read may still show
    std::vector<Shown> entries;
  };
  struct Watched {
    IndexDefinition definition;
    std::map<std::uint64_t, ItemState> items;  // by hash of the key
    IndexStatus status = IndexStatus::active;  // what nothing is told of was made with its table
    FactIndex told = no_fact;                  // of its status
    FactIndex backfill = no_fact;              // the beginning of it

    bool follows() const { return status == IndexStatus::active || status == IndexStatus::backfilling; }
  };

  void on(const TableDeclared& declared, const Fact&) { tables_.insert_or_assign(declared.table, declared); }
  void on(const TableDeleted& deleted, const Fact&) {
    std::erase_if(indexes_, [&](const auto& index) { return index.second.definition.table() == deleted.table; });
  }
  void on(const IndexDeclared& declared, const Fact&) {
    const auto table = tables_.find(declared.table);
    if (table != tables_.end())
      indexes_.insert_or_assign(declared.index, Watched{IndexDefinition(declared, table->second), {}});
  }
  void on(const IndexStatusChanged& changed, const Fact& fact) {
    const auto found = indexes_.find(changed.index);
    if (found == indexes_.end()) return;
    Watched& watched = found->second;
    if (changed.status == IndexStatus::active) check_all_read(changed.index, watched, fact);
    watched.status = changed.status;
    watched.told = fact.index;
    if (watched.follows() && watched.status != IndexStatus::backfilling) return;
    watched.items.clear();
    if (watched.status != IndexStatus::backfilling) return;
    watched.backfill = fact.index;
    for (const auto& [hash, row] : held_) {
      if (row.table != watched.definition.table() || row.item.empty()) continue;
      if (const std::optional<View> view = watched.definition.view_of(row.item))
        watched.items[row.key.hash()] = {.key = row.key, .unread = Found{row.written, *view}};
    }
  }
  void check_all_read(IndexId index, const Watched& watched, const Fact& fact) {
    for (const auto& [hash, item] : watched.items)
      if (item.unread)
        return object(index, item, fact, "is active without an item that its backfill found",
                      {item.unread->written, fact.index});
  }
  void on(const RunEnded&, const Fact& fact) {
    for (auto& [index, watched] : indexes_)
      for (auto& [hash, item] : watched.items) late(index, watched, item, fact);
  }

  void on(const Written& written, const Fact& fact) {
    if (may_come<IndexStatusChanged>()) keep(written, fact);
    for (auto& [index, watched] : indexes_) {
      if (watched.definition.table() != written.table || !watched.follows()) continue;
      ItemState& item = watched.items[written.key.hash()];
      item.key = written.key;
      item.unread.reset();  // it hears of the item as it is now
      std::optional<View> view = watched.definition.view_of(written.new_image);
      if (watched.definition.local()) {
        while (item.coming.size() > 1 && span_between(item.coming[1].at, fact.at) > longest_stale_read) item.coming.pop_front();
        item.coming.push_back({fact.index, fact.at, {}, view, false, false, written.new_image});
      } else if (view != item.latest) {
        item.coming.push_back({fact.index, fact.at, item.latest, view});
      }
      item.latest = std::move(view);
      item.written = fact.index;
    }
  }

  void keep(const Written& written, const Fact& fact) {
    Held& held = held_[mix(written.table.value, written.key.hash())];
    if (held.key.empty()) held.table = written.table, held.key = written.key;
    held.item = written.new_image;
    held.written = fact.index;
  }

  void on(const IndexUpdated& updated, const Fact& fact) {
    const auto found = indexes_.find(updated.index);
    if (found == indexes_.end()) return;
    heard_ += 1;
    const Watched& watched = found->second;
    ItemState& item = found->second.items[updated.key.hash()];
    item.key = updated.key;
    if (!watched.follows())
      return object(updated.index, item, fact, "heard of something although it is not there", {watched.told, fact.index});
    if (watched.backfill != no_fact && fact.cause == watched.backfill) return read_in(updated, item, watched, fact);
    if (item.coming.empty() || item.coming.front().write != fact.cause) {
      const bool later = std::any_of(item.coming.begin(), item.coming.end(),
                                     [&](const Version& version) { return version.write == fact.cause; });
      return object(updated.index, item, fact,
                    later ? "heard of a later write before an earlier one" : "heard of a write that it has nothing to hear of",
                    {item.coming.empty() ? no_fact : item.coming.front().write, fact.cause, fact.index});
    }
    Version& version = item.coming.front();
    if (span_between(version.at, fact.at) > longest_index_delay)
      return object(updated.index, item, fact, "heard of a write later than an index may", {version.write, fact.index});
    if (updated.shown.empty() ? !goes(version, updated, item) : !comes(version, updated, item, fact))
      return object(
          updated.index, item, fact,
          updated.shown.empty() ? "lost an entry that the write did not take away" : "got an entry that the write did not make",
          {version.write, fact.index});
    if (version.heard()) item.coming.pop_front();
  }
  void read_in(const IndexUpdated& updated, ItemState& item, const Watched& watched, const Fact& fact) {
    if (!item.unread || item.unread->view != View{updated.entry, updated.shown})
      return object(updated.index, item, fact, "was filled with what its backfill did not find",
                    {item.unread ? item.unread->written : item.written, watched.backfill, fact.index});
    item.latest = std::move(item.unread->view);
    item.written = item.unread->written;
    item.unread.reset();
    item.entries.push_back({updated.entry, updated.shown, fact.index});
  }
  bool goes(Version& version, const IndexUpdated& updated, ItemState& item) const {
    if (!version.goes() || version.went || updated.entry != version.before->entry) return false;
    std::erase_if(item.entries, [&](const Shown& shown) { return shown.entry == updated.entry; });
    return version.went = true;
  }
  bool comes(Version& version, const IndexUpdated& updated, ItemState& item, const Fact& fact) const {
    if (!version.comes() || version.came || *version.after != View{updated.entry, updated.shown}) return false;
    std::erase_if(item.entries, [&](const Shown& shown) { return shown.entry == updated.entry; });
    item.entries.push_back({updated.entry, updated.shown, fact.index});
    return version.came = true;
  }

  void on(const IndexRead& read, const Fact& fact) {
    const auto found = indexes_.find(read.index);
    if (found == indexes_.end()) return;
    heard_ += 1;
    ItemState& item = found->second.items[read.key.hash()];
    item.key = read.key;
    if (found->second.status != IndexStatus::active)
      return object(read.index, item, fact, "was read although it is not active", {found->second.told, fact.index});
    if (found->second.definition.local()) {
      if (!true_to_table(item, read, fact.at))
        object(read.index, item, fact, "showed what the table does not hold", {item.written, fact.index});
      return;
    }
    const auto shown =
        std::find_if(item.entries.begin(), item.entries.end(), [&](const Shown& entry) { return entry.entry == read.entry; });
    if (shown == item.entries.end() || shown->item != read.item)
      object(read.index, item, fact, "showed an entry that it does not hold",
             {shown == item.entries.end() ? item.written : shown->fact, fact.index});
  }

  // As the table is, or, in a stale read, as it was a moment ago.                                          [READ-3]
  static bool true_to_table(const ItemState& item, const IndexRead& read, Instant now) {
    for (auto version = item.coming.rbegin(); version != item.coming.rend(); ++version) {
      const bool shown = version->after && version->after->entry == read.entry &&
                         (read.item == version->after->shown || read.item == version->whole);
      if (shown) return true;
      if (span_between(version->at, now) > longest_stale_read) return false;
    }
    return false;
  }
  void late(IndexId index, const Watched& watched, const ItemState& item, const Fact& fact) {
    if (watched.definition.local() || item.coming.empty() || violated()) return;
    const Version& version = item.coming.front();
    if (span_between(version.at, fact.at) > longest_index_delay)
      object(index, item, fact, "never heard of a write", {version.write, fact.index});
  }
  void object(IndexId index, const ItemState& item, const Fact& fact, const std::string& what,
              std::vector<FactIndex> evidence) {
    violate("index " + names().index_name(index) + " " + what + ": item " + item.key.to_text() + ", at " + to_text(fact.at),
            std::move(evidence));
  }
  void finish() override {
    if (heard_ == 0) unknown("no index heard of a write or was read");
  }

  std::map<TableId, TableDeclared> tables_;
  FlatMap<Held> held_;  // by table and item
  std::map<IndexId, Watched> indexes_;
  std::uint64_t heard_ = 0;
};

}  // namespace

OracleEntry index_contents_entry() {
  return {{.name = "O-INDEX",
           .rules = "GSI-1 GSI-2 GSI-3 GSI-8 LSI-1 OPEN-33",
           .promise =
               "A secondary index shows what its table held a bounded while ago, and of one item never an older state again.",
           .always = true},
          [](const OracleInfo& info, const OracleSpec&) -> std::unique_ptr<Oracle> { return std::make_unique<Indexes>(info); }};
}

}  // namespace weir
