// O-NOLOSS: no record is given up by the mapping (retries exhausted, age exceeded, expired from the stream) unless its content
// can still be had.                                                                  [RETRY-3] [RETRY-4] [DEST-1]
//
//   unknown       nothing was put to the test: no record of the mapping's was handled or given up (filtered out, or left out by
//                 the starting position, is neither)
//   destination   content (default): a destination that got the records themselves (S3) keeps them; an address in a queue does
//                 not, it is of use for as long as the stream still holds the record. read: an address does when a consumer has
//                 read the record from the stream with it by the end of the run. any: any message will do.
//   since         position (default): changes count from where the mapping takes up its position. creation: each change written
//                 after the mapping was created counts, also one that its position leaves out, or that the stream let go of
//                 before the mapping took up its position                                                      [ESM-3]
//                 [OPEN-45]
//   skipped       either way a change is lost that came after the mapping took up its position, and is skipped since it takes
//                 it up anew: LATEST can leave out what comes during an update                                 [ESM-3]
//                 [OPEN-25]
//   view          optional: the table in which each change has its effect, in the row of the item's own key. A change counts as
//                 handled in vain when no invocation that was given its record ever wrote there. A write that changes nothing,
//                 or that its own condition refuses, is an effect too; one write does for all the batch's records of the item.
//                 Without a view what a handler does with a record it acknowledges is not judged here: O-CONV does that.
#include <map>

#include "oracles/entries.hpp"
#include "oracles/ledger.hpp"

namespace weir {

namespace {

class NoLoss final
    : public Watching<NoLoss, Appended, Settled, DestinationSent, MappingDeclared, InvocationStarted, InvocationEnded, Written,
                      WriteIgnored, WriteRefused, PageRead, MappingStateChanged, ShardStarted, Trimmed, ShardGone, StreamGone> {
 public:
  NoLoss(const OracleInfo& info, const OracleSpec& spec)
      : Watching(info),
        ledger_(text_of(spec, "mapping")),
        any_(text_of(spec, "destination") == "any"),
        read_(text_of(spec, "destination") == "read"),
        since_creation_(text_of(spec, "since") == "creation"),
        view_(text_of(spec, "view")) {}

 private:
  friend Watching;

  struct Loss {
    Settlement how;
    Instant at{};
    FactIndex settled = no_fact;
    bool read = false;  // from the stream, by a consumer, since
  };

  void on(const MappingDeclared& declared, const Fact& fact) {
    ledger_.learn(declared);
    if (ledger_.is_ours(declared.mapping)) declared_ = fact.index;
  }
  void on(const Appended& appended, const Fact& fact) { ledger_.add(appended, fact); }
  void on(const MappingStateChanged& changed, const Fact&) { ledger_.learn(changed); }
  void on(const ShardStarted& started, const Fact& fact) { ledger_.begin(started, fact); }
  void on(const Trimmed& trimmed, const Fact& fact) { judge_gone(trimmed, fact); }
  void on(const ShardGone& gone, const Fact& fact) { judge_gone(gone, fact); }
  void on(const StreamGone& gone, const Fact& fact) { judge_gone(gone, fact); }
  void on(const DestinationSent& sent, const Fact&) {
    if (ledger_.is_ours(sent.mapping)) ledger_.send(sent);
  }
  void on(const PageRead& page, const Fact&) {
    if (!read_) return;
    for (const RecordId id : each_of(page.records))
      if (const auto loss = lost_.find(id); loss != lost_.end()) loss->second.read = true;
  }
  void on(const InvocationStarted& started, const Fact&) {
    if (!view_.empty() && ledger_.is_ours(started.mapping)) in_flight_[started.invocation] = started.records;
  }
  void on(const InvocationEnded& ended, const Fact&) { in_flight_.erase(ended.invocation); }
  void on(const Written& written, const Fact&) { note_effect(written); }
  void on(const WriteIgnored& ignored, const Fact&) { note_effect(ignored); }
  void on(const WriteRefused& refused, const Fact&) {
    if (refused.error == ServiceError::condition_failed) note_effect(refused);
  }
  template <class Write>
  void note_effect(const Write& write) {
    if (in_flight_.empty() || write.actor.kind != ActorKind::invocation || !is_table(write.table, view_)) return;
    const auto flight = in_flight_.find(InvocationId{write.actor.id});
    if (flight == in_flight_.end()) return;
    for (const RecordId id : each_of(flight->second))
      if (Ledger::Entry& entry = ledger_.entry(id); entry.key == write.key) entry.has_effect = true;
  }

  void on(const Settled& settled, const Fact& fact) {
    if (!ledger_.is_ours(settled.mapping)) return;
    if (!view_.empty() && settled.how == Settlement::handled) judge_effects(settled, fact);
    ledger_.settle(settled, fact);
    owed_ = owed_ || settled.how == Settlement::handled || gives_up(settled.how);
    if (settled.how == Settlement::handled && !lost_.empty())
      for (const RecordId id : each_of(settled.records)) lost_.erase(id);  // given up, and handled when it came again
    if (settled.how == Settlement::skipped) return judge_skipped(settled, fact);
    if (!gives_up(settled.how)) return;
    for (const RecordId id : each_of(settled.records)) {
      if (ledger_.entry(id).handled) continue;  // it came again: nothing is lost                       [OPEN-10]
      lost_.emplace(id, Loss{settled.how, fact.at, fact.index});
      if (!settled.sent) return object(id, lost_.at(id), "and no destination heard of it");
    }
  }
  void judge_skipped(const Settled& settled, const Fact& fact) {
    for (const RecordId id : each_of(settled.records)) {
      const Ledger::Entry& entry = ledger_.entry(id);
      const bool in_mid_life = ledger_.is_past_position(entry);
      if (entry.handled || (!in_mid_life && !since_creation_)) continue;
      if (!in_mid_life && (entry.write == no_fact || entry.write < declared_)) continue;
      return violate("the change of " + item_text(entry.table, entry.key) + " appended at " + to_text(entry.at) +
                         " is lost: mapping " + ledger_.name() +
                         (in_mid_life ? " had taken up its position before, and took it up anew at " + to_text(fact.at) +
                                            ", after the change"
                                      : " had been created before, and took up its position after it"),
                     {declared_, entry.write, entry.appended, fact.index});
    }
  }
  template <class What>
  void judge_gone(const What& what, const Fact& fact) {
    if (!since_creation_ || ledger_.has_begun()) return;
    ledger_.lose(what, fact);
    const Ledger::Entry* first = nullptr;
    ledger_.each([&](RecordId, const Ledger::Entry& entry) {
      const bool counts = ledger_.is_of_stream(entry) && entry.write != no_fact && entry.write > declared_;
      if (!first && counts && ledger_.was_lost(entry)) first = &entry;
    });
    if (!first) return;
    violate("the change of " + item_text(first->table, first->key) + " appended at " + to_text(first->at) +
                " is lost: mapping " + ledger_.name() + " had been created before, and the stream let it go at " +
                to_text(fact.at) + ", before the mapping took up its position",
            {declared_, first->write, first->appended, fact.index});
  }
  void judge_effects(const Settled& settled, const Fact& fact) {
    for (const RecordId id : each_of(settled.records)) {
      const Ledger::Entry& entry = ledger_.entry(id);
      if (entry.appended == no_fact || entry.has_effect) continue;
      return violate("the change of " + item_text(entry.table, entry.key) + " appended at " + to_text(entry.at) +
                         " is lost: mapping " + ledger_.name() + " counts it as handled at " + to_text(fact.at) +
                         ", but no invocation with it ever wrote its row of " + view_,
                     {entry.write, entry.appended, fact.index});
    }
  }
  void finish() override {
    if (!owed_) return unknown("mapping " + ledger_.name() + " handled no record and gave none up");
    for (const auto& [id, loss] : lost_) {
      const Ledger::Entry& entry = ledger_.entry(id);
      if (!entry.sent) return object(id, loss, "and the destination never got its message");
      if (read_ && !entry.with_content && !loss.read)
        return object(id, loss, "and nobody read it with the address that the destination got");
      if (!any_ && !read_ && !entry.with_content)
        return object(id, loss, "and the destination got its address, not its content");
    }
    if (ledger_.settled_count() == 0) unknown("mapping " + ledger_.name() + " settled no record");
  }
  void object(RecordId id, const Loss& loss, const std::string& why) {
    const Ledger::Entry& entry = ledger_.entry(id);
    violate("the change of " + item_text(entry.table, entry.key) + " appended at " + to_text(entry.at) + " is lost: mapping " +
                ledger_.name() + " gave it up at " + to_text(loss.at) + " (" + std::string(to_text(loss.how)) + "), " + why,
            {entry.write, entry.appended, loss.settled});
  }

  Ledger ledger_;
  bool any_, read_, since_creation_, owed_ = false;
  FactIndex declared_ = no_fact;
  std::string view_;
  std::map<InvocationId, RecordList> in_flight_;  // with a view only
  std::map<RecordId, Loss> lost_;
};

}  // namespace

OracleEntry no_loss_entry() {
  return {{.name = "O-NOLOSS",
           .rules = "RETRY-3 RETRY-4 DEST-1 ESM-3 OPEN-25",
           .promise = "No change leaves the mapping unhandled unless its content can still be had.",
           .parameters =
               {{.name = "mapping", .meaning = "the mapping's name"},
                {.name = "destination",
                 .meaning =
                     "what keeps a change: content (default), a destination that got it whole; read, an address with which the "
                     "record was read; any message",
                 .required = false,
                 .accepted = {"content", "read", "any"}},
                {.name = "since",
                 .meaning = "from when on changes count: the mapping's position (default), or its creation",
                 .required = false,
                 .accepted = {"position", "creation"}},
                {.name = "view",
                 .meaning = "a table keyed like the source, in which each handled change must have had its effect",
                 .required = false}}},
          [](const OracleInfo& info, const OracleSpec& spec) -> std::unique_ptr<Oracle> {
            return std::make_unique<NoLoss>(info, spec);
          }};
}

}  // namespace weir
