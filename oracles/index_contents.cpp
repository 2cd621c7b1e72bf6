// O-INDEX: a secondary index is what its table was, a bounded while ago.           [GSI-1] [GSI-2] [GSI-3] [LSI-1] [OPEN-33]
//
//   heard      each change that a global index shows is one that a write made: the entry and what it shows are those of the
//   item
//              after that write, an entry that goes was there before it
//   in order   the changes of one item are heard in the order of its writes, each in full before the next; a change of the
//              index's key is two, in either order                                                  [GSI-9]
//   in time    each within the longest delay; at the end none that is older is missing
//   read       a reader is shown what the index holds: a local one what the table holds, or held in the last 10 s
#include "oracles/index_contents.hpp"

#include <algorithm>
#include <deque>
#include <map>

#include "oracles/dense.hpp"
#include "oracles/entries.hpp"
#include "oracles/watching.hpp"

namespace weir {

namespace {

constexpr Duration longest_index_delay = 5min + 10s;  // [OPEN-33]
constexpr Duration longest_stale_read = 10s;          // [OPEN-34]

bool is_scalar(Type type) { return type == Type::S || type == Type::N || type == Type::B; }

std::vector<std::string> lines_in(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
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
  if (!value || value->type() != type || !is_scalar(type)) return std::nullopt;
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

class Indexes final
    : public Watching<Indexes, TableDeclared, TableDeleted, IndexDeclared, Written, IndexUpdated, IndexRead, RunEnded> {
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
  struct ItemState {
    ItemKey key;
    std::optional<View> latest;
    FactIndex written = no_fact;
    std::deque<Version> coming;  // of a local index: what a stale read may still show
    std::vector<Shown> entries;
  };
  struct Watched {
    IndexDefinition definition;
    std::map<std::uint64_t, ItemState> items;  // by hash of the key
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
  void on(const RunEnded&, const Fact& fact) {
    for (auto& [index, watched] : indexes_)
      for (auto& [hash, item] : watched.items) late(index, watched, item, fact);
  }

  void on(const Written& written, const Fact& fact) {
    for (auto& [index, watched] : indexes_) {
      if (watched.definition.table() != written.table) continue;
      ItemState& item = watched.items[written.key.hash()];
      item.key = written.key;
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

  void on(const IndexUpdated& updated, const Fact& fact) {
    const auto found = indexes_.find(updated.index);
    if (found == indexes_.end()) return;
    heard_ += 1;
    ItemState& item = found->second.items[updated.key.hash()];
    item.key = updated.key;
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
  std::map<IndexId, Watched> indexes_;
  std::uint64_t heard_ = 0;
};

}  // namespace

OracleEntry index_contents_entry() {
  return {{.name = "O-INDEX",
           .rules = "GSI-1 GSI-2 GSI-3 LSI-1 OPEN-33",
           .promise =
               "A secondary index shows what its table held a bounded while ago, and of one item never an older state again.",
           .always = true},
          [](const OracleInfo& info, const OracleSpec&) -> std::unique_ptr<Oracle> { return std::make_unique<Indexes>(info); }};
}

}  // namespace weir
