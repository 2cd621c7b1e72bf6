// O-BOUND: a table that is meant to forget does not grow.                            [TTL-1] [TTL-4]
//
//   lives   how long an item is meant to stay from its last write; at the end of the run none is there past that and TTL's
//           longest delay (48 h, and a minute of clock), counted from when the deleter last spared it if that is later. An
//           expiry in milliseconds, or as text, breaks it.                                      [TTL-3] [TTL-9] [OPEN-2]
//   most    how many items may be there at once; judged at every write
#include <algorithm>

#include "oracles/entries.hpp"
#include "oracles/table_state.hpp"

namespace weir {

namespace {

class BoundedSize final : public Watching<BoundedSize, Written, TtlJudged, TableDeleted, RunEnded> {
 public:
  BoundedSize(const OracleInfo& info, const OracleSpec& spec)
      : Watching(info), table_(text_of(spec, "table")), lives_(parse_duration(text_of(spec, "lives"))) {
    if (const std::string most = text_of(spec, "most"); !most.empty()) most_ = std::stoull(most);
  }

 private:
  friend Watching;

  void on(const Written& written, const Fact& fact) {
    if (!is_table(written.table, table_)) return;
    const TableState::Row* before = rows_.find(written.key);
    if (before && !before->item.empty()) present_ -= 1;
    if (!rows_.apply(written, fact).item.empty()) present_ += 1;
    if (most_ && present_ > *most_)
      violate(table_ + " holds " + count_text(present_, "item", "items") + " at " + to_text(fact.at) + ", more than " +
                  std::to_string(*most_),
              {fact.index});
  }
  void on(const TtlJudged& judged, const Fact& fact) {
    if (judged.verdict == TtlVerdict::spared && is_table(judged.table, table_)) spared_[judged.key.hash()] = fact.at;
  }
  void on(const TableDeleted& deleted, const Fact&) { deleted_ |= is_table(deleted.table, table_); }
  void on(const RunEnded&, const Fact& fact) {
    lived_ |= deleted_;
    if (!lives_ || deleted_) return;
    for (const auto& [hash, row] : rows_.rows()) {
      const Instant* spared = spared_.find(hash);
      const Instant opens = std::max(after(row.at, *lives_), spared ? *spared : row.at);
      const Instant due = after(opens, ttl_window + ttl_clock_behind + 1s);
      lived_ |= row.item.empty() || fact.at > due;
      if (row.item.empty() || fact.at <= due) continue;
      return violate("item " + row.key.to_text() + " of " + table_ + ", written at " + to_text(row.at) + " to live for " +
                         to_text(*lives_) + ", is still there at " + to_text(fact.at) + ", past that and TTL's longest delay",
                     {row.written, fact.index});
    }
  }
  void finish() override {
    if (!rows_.touched())
      unknown("nothing was written to " + table_);
    else if (!most_ && !lived_)
      unknown("the run was too short for any item of " + table_ + " to be due");
  }

  std::string table_;
  std::optional<Duration> lives_;
  std::optional<std::uint64_t> most_;
  TableState rows_;
  FlatMap<Instant> spared_;  // by TTL's deleter, last
  std::uint64_t present_ = 0;
  bool lived_ = false, deleted_ = false;
};

}  // namespace

OracleEntry bounded_size_entry() {
  return {{.name = "O-BOUND",
           .rules = "TTL-1 TTL-3 TTL-4",
           .promise = "Items go when their intended life and TTL's longest delay are over, and the table stays small.",
           .parameters = {{.name = "table", .meaning = "the table that is meant to forget"},
                          {.name = "lives",
                           .meaning = "how long an item is meant to stay after its last write, such as 1h",
                           .required = false,
                           .kind = OracleParameter::Kind::duration},
                          {.name = "most",
                           .meaning = "how many items it may hold at once",
                           .required = false,
                           .kind = OracleParameter::Kind::count}},
           .also_wrong = [](const OracleSpec& spec) -> std::string {
             return spec.with.count("lives") || spec.with.count("most") ? ""
                                                                        : "O-BOUND without a bound; 'lives', 'most' or both";
           }},
          [](const OracleInfo& info, const OracleSpec& spec) -> std::unique_ptr<Oracle> {
            return std::make_unique<BoundedSize>(info, spec);
          }};
}

}  // namespace weir
