// O-ACCT: the mapping's accounts are open: each record it settles was handled, filtered out, skipped by its declared starting
// position, or reported to a destination. Nothing is disposed of silently.                        [RETRY-3] [DEST-2] [DEST-7]
//
//   skipped    what was in the stream when the mapping took up its position. What came later, and is skipped since a LATEST is
//              taken up anew, is disposed of                                                               [ESM-3] [OPEN-25]
//   handled    once is enough: a record that was, and came again after a lost poller, may be given up then         [OPEN-10]
//   reported   Settled says that a message was sent, and a DestinationSent names the record by the end
//   once       no more DestinationSent name a record than Settled said that one was sent about it: alone or with others, and
//              anew only when it came again after a lost poller and was given up anew; never one that was handled or
//              filtered                                                                      [RETRY-8] [DEST-8] [OPEN-10]
#include <algorithm>
#include <map>

#include "oracles/entries.hpp"
#include "oracles/ledger.hpp"

namespace weir {

namespace {

constexpr Duration longest_destination_delay = 5min;  // about 3 min are documented              [DEST-7]

class Accounting final
    : public Watching<Accounting, Appended, Settled, DestinationSent, MappingDeclared, ShardStarted, RunEnded> {
 public:
  Accounting(const OracleInfo& info, const OracleSpec& spec) : Watching(info), ledger_(text_of(spec, "mapping")) {}

 private:
  friend Watching;

  void on(const MappingDeclared& declared, const Fact&) { ledger_.learn(declared); }
  void on(const ShardStarted& started, const Fact& fact) { ledger_.begin(started, fact); }
  void on(const Appended& appended, const Fact& fact) { ledger_.add(appended, fact); }
  void on(const DestinationSent& sent, const Fact& fact) {
    if (!ledger_.is_ours(sent.mapping)) return;
    for (const RecordId id : each_of(sent.records)) {
      Report& report = reports_[id];
      report.told += 1;
      report.told_first = std::min(report.told_first, fact.index);
      report.told_last = fact.index;
    }
  }
  void on(const Settled& settled, const Fact& fact) {
    if (!ledger_.is_ours(settled.mapping)) return;
    ledger_.settle(settled, fact);
    const bool skips = settled.how == Settlement::skipped;
    if ((!skips && !gives_up(settled.how)) || each_of(settled.records).empty()) return;
    if (settled.sent) {
      for (const RecordId id : each_of(settled.records)) {
        Report& report = reports_[id];
        if (report.claimed++ == 0) report.at = fact.at;
      }
      return;
    }
    std::vector<RecordId> untold;
    for (const RecordId id : each_of(settled.records))
      if (!ledger_.entry(id).handled && (!skips || ledger_.is_past_position(ledger_.entry(id)))) untold.push_back(id);
    if (untold.empty()) return;
    const Ledger::Entry& first = ledger_.entry(untold.front());
    violate("mapping " + ledger_.name() + " disposed of " + count_text(untold.size(), "record", "records") + " at " +
                to_text(fact.at) + " (" + std::string(to_text(settled.how)) + ") and told nobody; the first is the change of " +
                item_text(first.table, first.key) + " appended at " + to_text(first.at),
            {first.write, first.appended, fact.index});
  }
  void on(const RunEnded&, const Fact& fact) {
    for (const auto& [id, report] : reports_) {
      const Ledger::Entry& entry = ledger_.entry(id);
      if (report.told > report.claimed) return object_to_surplus(id, entry, report);
      if (report.told > 0 || span_between(report.at, fact.at) <= longest_destination_delay) continue;
      return violate("mapping " + ledger_.name() + " says that it reported the change of " + item_text(entry.table, entry.key) +
                         " at " + to_text(report.at) + ", but no message about it ever reached the destination",
                     {entry.write, entry.appended, entry.settled, fact.index});
    }
  }
  void finish() override {
    if (ledger_.settled_count() == 0) unknown("mapping " + ledger_.name() + " settled no record");
  }

  // What Settled says was sent about a record, and what came.
  struct Report {
    std::uint64_t claimed = 0, told = 0;
    Instant at{};  // of the first claim
    FactIndex told_first = no_fact, told_last = no_fact;
  };

  void object_to_surplus(RecordId id, const Ledger::Entry& entry, const Report& report) {
    const bool has_key = entry.appended != no_fact && !entry.handled;
    const std::string item =
        has_key ? "the change of " + item_text(entry.table, entry.key) : "record " + std::to_string(id.value);
    violate("mapping " + ledger_.name() + " told its destination " + count_text(report.told, "time", "times") + " of " + item +
                ", which it gave up with a message " + count_text(report.claimed, "time", "times"),
            {entry.write, entry.appended, entry.settled, report.told_first, report.told_last});
  }

  Ledger ledger_;
  std::map<RecordId, Report> reports_;
};

}  // namespace

OracleEntry accounting_entry() {
  return {{.name = "O-ACCT",
           .rules = "RETRY-3 RETRY-8 DEST-2 DEST-7 DEST-8 ESM-3 OPEN-25",
           .promise = "Every record the mapping gives up was reported to a destination, once each time; nothing is disposed of "
                      "silently.",
           .parameters = {{.name = "mapping", .meaning = "the mapping's name"}}},
          [](const OracleInfo& info, const OracleSpec& spec) -> std::unique_ptr<Oracle> {
            return std::make_unique<Accounting>(info, spec);
          }};
}

}  // namespace weir
