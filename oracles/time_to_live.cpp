// O-TTL: the service deletes an item only when its expiry, as it stands at the deletion, has passed and is no more than five
// years old; it does so within 48 h; and its deletions, and only they, carry the service's identity.
// [TTL-1] [TTL-2] [TTL-3] [TTL-4] [TTL-6] [TTL-7] [TTL-8] [REC-6]
//
//   window   opens with the latest of: the expiry, the item's last write, a spared judgement, TTL's being enabled; 48 h long.
//            Of an item that was there before TTL was enabled nothing is missed                  [TTL-9] [TTL-11]
//   off      nothing has to go any more; what had expired may go for an hour                      [TTL-16] [OPEN-6]
//   clock    the scanner's may run a second ahead and a minute behind                            [OPEN-2]
#include <algorithm>
#include <set>

#include "oracles/dense.hpp"
#include "oracles/entries.hpp"
#include "oracles/watching.hpp"
#include "sim/base/flat_map.hpp"

namespace weir {

namespace {

constexpr Duration longest_grace = 1h;  // after TTL is disabled                                      [OPEN-6]

class TimeToLiveOracle final
    : public Watching<TimeToLiveOracle, Appended, Written, TtlJudged, TableDeclared, TableDeleted, RunEnded> {
 public:
  explicit TimeToLiveOracle(const OracleInfo& info) : Watching(info) {}

 private:
  friend Watching;

  struct ItemSide {
    TableId table;
    ItemKey key;
    std::optional<std::int64_t> expiry;
    FactIndex written = no_fact;
    Instant window_opens{};  // no earlier than this
  };

  struct TableSide {
    std::string attribute;  // also once it is off
    std::optional<Instant> off_since;
  };

  void on(const TableDeclared& declared, const Fact& fact) {
    TableSide& table = tables_.at(declared.table);
    const bool on = !declared.ttl_attribute.empty();
    if (!on && !table.attribute.empty() && !table.off_since) table.off_since = fact.at;
    if (on) table = {declared.ttl_attribute, std::nullopt};
    for (auto& [place, item] : items_) {
      if (item.table != declared.table) continue;
      if (on) item.window_opens = fact.at;
      item.expiry.reset();
    }
  }

  void on(const TableDeleted& deleted, const Fact&) {
    for (auto& [place, item] : items_)
      if (item.table == deleted.table) item.expiry.reset();
  }

  void on(const TtlJudged& judged, const Fact& fact) {
    if (judged.verdict != TtlVerdict::spared) return;
    if (ItemSide* item = items_.find(place(judged.table, judged.key))) item->window_opens = fact.at;
  }

  void on(const Written& written, const Fact& fact) {
    const TableSide* table = tables_.find(written.table);
    const bool by_ttl = written.actor.kind == ActorKind::ttl;
    if (by_ttl) judge_deletion(written, table ? *table : TableSide(), fact);
    if (by_ttl) deletions_.insert(fact.index);
    if (!table || table->attribute.empty()) return;
    items_[place(written.table, written.key)] = {
        written.table, written.key, table->off_since ? std::nullopt : expiry_of(written.new_image, table->attribute),
        fact.index, fact.at};
  }

  void judge_deletion(const Written& written, const TableSide& table, const Fact& fact) {
    const ItemSide* item = items_.find(place(written.table, written.key));
    const FactIndex before = item ? item->written : no_fact;
    const std::string what = "TTL acts on " + item_text(written.table, written.key) + " at " + to_text(fact.at);
    if (written.kind != ChangeKind::remove) return violate(what + " and does not delete it", {before, fact.index});
    if (table.off_since && fact.at > *table.off_since + longest_grace)
      return violate(what + ", more than an hour after it was disabled at " + to_text(*table.off_since), {before, fact.index});
    const std::optional<std::int64_t> expiry = expiry_of(written.old_image, table.attribute);
    if (!expiry) return violate(what + ", which carries no number as its expiry", {before, fact.index});
    const std::int64_t now = unix_at(fact.at);
    const std::string dated = what + " (Unix second " + std::to_string(now) + "), whose expiry is " + std::to_string(*expiry);
    if (*expiry > sum_clamped(now, ttl_clock_ahead / 1s)) return violate(dated + ": too early", {before, fact.index});
    if (*expiry < sum_clamped(now, -five_years_most - ttl_window / 1s - ttl_clock_behind / 1s))
      return violate(dated + ": more than five years ago", {before, fact.index});
    if (item && overdue(*expiry, *item, fact.at)) violate(dated + ": later than 48 h", {before, fact.index});
  }

  void on(const Appended& appended, const Fact& fact) {
    const bool deletion = !deletions_.empty() && deletions_.count(appended.write) != 0;
    if (appended.by_ttl == deletion) return;
    const std::string what = "the record of " + item_text(appended.table, appended.key) + " at " + to_text(fact.at);
    violate(what + (deletion ? " lacks the service's identity, though TTL deleted the item"
                             : " carries the service's identity, though TTL did not delete the item"),
            {appended.write, fact.index});
  }

  void on(const RunEnded&, const Fact& fact) {
    const std::int64_t now = unix_at(fact.at);
    for (const auto& [place, item] : items_) {
      if (!item.expiry || *item.expiry < sum_clamped(now, -five_years_least) || !overdue(*item.expiry, item, fact.at)) continue;
      return violate(
          item_text(item.table, item.key) + " is still there at " + to_text(fact.at) + ", more than 48 h after it expired",
          {item.written, fact.index});
    }
  }
  void finish() override {
    if (deletions_.empty()) unknown("TTL deleted nothing");
  }

  static std::uint64_t place(TableId table, const ItemKey& key) { return mix(key.hash(), table.value); }
  bool overdue(std::int64_t expiry, const ItemSide& item, Instant now) const {
    const std::int64_t opens = std::max(expiry, unix_at(item.window_opens));
    return unix_at(now) > sum_clamped(opens, (ttl_window + ttl_clock_behind) / 1s + 1);
  }

  Dense<TableId, TableSide> tables_;
  FlatMap<ItemSide> items_;  // of tables with TTL
  std::set<FactIndex> deletions_;
};

}  // namespace

OracleEntry time_to_live_entry() {
  return {{.name = "O-TTL",
           .rules = "TTL-1 TTL-2 TTL-3 TTL-4 TTL-7 TTL-8 REC-6",
           .promise = "TTL deletes expired items only, within its window, and its records alone carry the service's identity.",
           .always = true},
          [](const OracleInfo& info, const OracleSpec&) -> std::unique_ptr<Oracle> {
            return std::make_unique<TimeToLiveOracle>(info);
          }};
}

}  // namespace weir
