// O-ORDER: for one row of the view the version never goes backwards, not even across removal and re-creation.
//
//   version  the view's attribute, a number that grows with each change of the source item; rows without it are not judged
//   when     always: at every write (default); end: only what the row shows when the run ends
//   source   optional: names the table whose writes are shown as evidence
#include "oracles/entries.hpp"
#include "oracles/table_state.hpp"

namespace weir {

namespace {

class ItemOrder final : public Watching<ItemOrder, Written> {
 public:
  ItemOrder(const OracleInfo& info, const OracleSpec& spec)
      : Watching(info),
        view_(text_of(spec, "view")),
        version_(text_of(spec, "version")),
        source_(text_of(spec, "source")),
        at_end_only_(text_of(spec, "when") == "end") {}

 private:
  friend Watching;

  struct Sighting {
    ItemKey key;
    Number version;
    FactIndex written = no_fact;
    Instant at{};
  };
  struct RowSide {
    Sighting newest, last;
  };

  void on(const Written& written, const Fact& fact) {
    const std::optional<Number> version = written.new_image.find_number(version_);
    if (!version) return;
    if (!source_.empty() && is_table(written.table, source_))
      sources_[written.key.hash()].push_back({written.key, *version, fact.index, fact.at});
    if (!is_table(written.table, view_)) return;
    RowSide& row = rows_[written.key.hash()];
    row.last = {written.key, *version, fact.index, fact.at};
    const bool older = row.newest.written != no_fact && *version < row.newest.version;
    if (older && !at_end_only_) return object(row);
    if (!older) row.newest = row.last;
  }
  void finish() override {
    if (rows_.empty()) return unknown("no row of " + view_ + " ever had a number in " + version_);
    if (!at_end_only_) return;
    for (const auto& [hash, row] : rows_)
      if (row.last.version < row.newest.version) return object(row);
  }
  void object(const RowSide& row) {
    std::vector<FactIndex> evidence{row.newest.written, row.last.written};
    if (const auto* writes = sources_.find(row.last.key.hash()))
      for (const Sighting& write : *writes)
        if (write.version == row.last.version || write.version == row.newest.version) evidence.push_back(write.written);
    violate("row " + row.last.key.to_text() + " of " + view_ + " goes back from " + version_ + " " +
                row.newest.version.to_text() + " (" + to_text(row.newest.at) + ") to " + row.last.version.to_text() + " at " +
                to_text(row.last.at),
            std::move(evidence));
  }

  std::string view_, version_, source_;
  bool at_end_only_;
  FlatMap<RowSide> rows_;
  FlatMap<std::vector<Sighting>> sources_;
};

}  // namespace

OracleEntry item_order_entry() {
  return {
      {.name = "O-ORDER",
       .rules = "STREAM-3 POLL-9 SHARD-3",
       .promise = "For one item the view's version never goes backwards.",
       .parameters = {{.name = "view", .meaning = "the table that the consumer keeps"},
                      {.name = "version", .meaning = "the number in its rows that grows with each change of the source item"},
                      {.name = "source", .meaning = "the table whose writes are shown as evidence", .required = false},
                      {.name = "when",
                       .meaning = "judge at every write (always, the default) or what stands at the end (end)",
                       .required = false,
                       .accepted = {"always", "end"}}}},
      [](const OracleInfo& info, const OracleSpec& spec) -> std::unique_ptr<Oracle> {
        return std::make_unique<ItemOrder>(info, spec);
      }};
}

}  // namespace weir
