// O-READ: no effect rests on an expired item, nor on an index that had not heard of the change being handled. Expired is not
// gone: TTL deletes hours or days later, reads still return the item meanwhile.                   [TTL-2] [TTL-6] [GSI-1]
//
//   effect     a write (not a removal) into `effects` by a consumer or client whose key is the source item's; with `by`, whose
//              attribute of that name is the source item's partition key
//   decided    when the actor last read the source item; without such a read when its invocation began, or for others at the
//              write itself. An item that expires between decision and effect is nobody's fault.
//   behind     an invocation read a global index that had not heard of a write to the item, a record of which or of a later one
//              the invocation was given; a read of the table itself makes that good
//   expired    a number in the TTL attribute of source, of at most five years ago, in the past [TTL-1] [TTL-3]
#include <map>
#include <tuple>
#include <utility>

#include "oracles/entries.hpp"
#include "oracles/table_state.hpp"

namespace weir {

namespace {

class FreshReads final : public Watching<FreshReads, Written, ItemRead, InvocationStarted, InvocationEnded, TableDeclared,
                                         Appended, IndexRead, IndexBehind> {
 public:
  FreshReads(const OracleInfo& info, const OracleSpec& spec)
      : Watching(info), source_(text_of(spec, "source")), effects_(text_of(spec, "effects")), by_(text_of(spec, "by")) {}

 private:
  friend Watching;

  struct Decision {
    FactIndex fact = no_fact;
    Instant at{};
  };
  struct Read {
    Decision decision;
    Item item;
    bool expired = false;
  };
  struct Behind {
    FactIndex write = no_fact, read = no_fact;
  };
  using ReadBy = std::tuple<ActorKind, std::uint64_t, std::uint64_t>;  // actor, item

  void on(const TableDeclared& declared, const Fact&) {
    if (declared.table_name == source_) attribute_ = declared.ttl_attribute;
  }
  void on(const Appended& appended, const Fact&) {
    if (is_table(appended.table, source_)) records_[appended.record] = {appended.key.hash(), appended.write};
  }
  void on(const InvocationStarted& started, const Fact& fact) {
    begun_[started.invocation] = {fact.index, fact.at};
    for (const RecordId record : each_of(started.records))
      if (const auto known = records_.find(record); known != records_.end())
        handled_[{ActorKind::invocation, started.invocation.value, known->second.first}] = known->second.second;
  }
  void on(const InvocationEnded& ended, const Fact&) {
    begun_.erase(ended.invocation);
    forget(reads_, ended.invocation);
    forget(handled_, ended.invocation);
    forget(behind_, ended.invocation);
  }
  template <class Of>
  static void forget(std::map<ReadBy, Of>& of, InvocationId invocation) {
    const auto first = of.lower_bound({ActorKind::invocation, invocation.value, 0});
    auto last = first;
    while (last != of.end() && std::get<0>(last->first) == ActorKind::invocation &&
           std::get<1>(last->first) == invocation.value)
      ++last;
    of.erase(first, last);
  }
  void on(const IndexBehind& behind, const Fact& fact) {
    const ReadBy by{behind.actor.kind, behind.actor.id, behind.key.hash()};
    const auto handled = handled_.find(by);
    if (is_table(behind.table, source_) && handled != handled_.end() && fact.cause <= handled->second)
      behind_[by] = {fact.cause, fact.index};
  }
  void on(const IndexRead& read, const Fact& fact) { take(read, fact); }
  void on(const ItemRead& read, const Fact& fact) {
    behind_.erase({read.actor.kind, read.actor.id, read.key.hash()});
    take(read, fact);
  }
  template <class Read>
  void take(const Read& read, const Fact& fact) {
    if (!is_table(read.table, source_)) return;
    reads_[{read.actor.kind, read.actor.id, read.key.hash()}] = {
        {fact.index, fact.at}, read.item, !read.item.empty() && (read.expired || expired(read.item, fact.at))};
  }

  void on(const Written& written, const Fact& fact) {
    if (is_table(written.table, source_)) rows_.apply(written, fact);
    const bool judged = written.actor.is_consumer() || written.actor.kind == ActorKind::client;
    if (!judged || written.kind == ChangeKind::remove || !is_table(written.table, effects_)) return;
    const std::optional<ItemKey> key = source_key(written);
    if (!key) return;
    judged_ += 1;
    if (const auto behind = behind_.find({written.actor.kind, written.actor.id, key->hash()}); behind != behind_.end())
      return object_behind(*key, behind->second, fact);
    if (const auto read = reads_.find({written.actor.kind, written.actor.id, key->hash()}); read != reads_.end()) {
      if (read->second.expired) object(*key, read->second.item, read->second.decision, fact);
      return;
    }
    const TableState::Row* row = rows_.find(*key);
    if (!row || row->item.empty()) return;
    Decision decision{no_fact, fact.at};
    if (written.actor.kind == ActorKind::invocation)
      if (const auto begun = begun_.find(InvocationId{written.actor.id}); begun != begun_.end()) decision = begun->second;
    if (expired(row->item, decision.at)) object(*key, row->item, decision, fact);
  }

  std::optional<ItemKey> source_key(const Written& written) const {
    if (by_.empty()) return written.key;
    const std::optional<AttributeValue> value = written.new_image.get(by_);
    const bool fit = value && (value->type() == Type::S || value->type() == Type::N || value->type() == Type::B);
    return fit ? std::optional(ItemKey(*value)) : std::nullopt;
  }
  bool expired(const Item& item, Instant at) const {
    const std::optional<std::int64_t> expiry = expiry_of(item, attribute_);
    const std::int64_t now = unix_at(at);
    return expiry && *expiry < now && *expiry >= sum_clamped(now, -five_years_least);
  }
  void object(const ItemKey& key, const Item& item, const Decision& decision, const Fact& fact) {
    const TableState::Row* row = rows_.find(key);
    violate("the write into " + effects_ + " at " + to_text(fact.at) + " rests on item " + key.to_text() + " of " + source_ +
                " as it was at " + to_text(decision.at) + ", but its expiry, Unix second " +
                std::to_string(expiry_of(item, attribute_).value_or(0)) + ", had passed by then (Unix second " +
                std::to_string(unix_at(decision.at)) + ")",
            {row ? row->written : no_fact, decision.fact, fact.index});
  }
  void object_behind(const ItemKey& key, const Behind& behind, const Fact& fact) {
    violate("the write into " + effects_ + " at " + to_text(fact.at) + " rests on an index of " + source_ +
                " that had not heard of the change to item " + key.to_text() + " that was being handled",
            {behind.write, behind.read, fact.index});
  }
  void finish() override {
    if (judged_ == 0) unknown("nothing was written into " + effects_);
  }

  std::string source_, effects_, by_, attribute_;
  TableState rows_;
  std::map<ReadBy, Read> reads_;
  std::map<ReadBy, FactIndex> handled_;  // the write of the last record of the item that an invocation was given
  std::map<ReadBy, Behind> behind_;
  std::map<RecordId, std::pair<std::uint64_t, FactIndex>> records_;  // the item, and the write
  std::map<InvocationId, Decision> begun_;
  std::uint64_t judged_ = 0;
};

}  // namespace

OracleEntry fresh_reads_entry() {
  return {{.name = "O-READ",
           .rules = "TTL-1 TTL-2 TTL-6 GSI-1",
           .promise =
               "No effect rests on an item whose time had passed when it was decided on, nor on an index that had not heard of "
               "the change being handled.",
           .parameters = {{.name = "source", .meaning = "the table with the items that expire, or are looked up by an index"},
                          {.name = "effects", .meaning = "the table into which effects are written"},
                          {.name = "by",
                           .meaning =
                               "attribute of an effect that is the source item's partition key; default: both keys are equal",
                           .required = false}}},
          [](const OracleInfo& info, const OracleSpec& spec) -> std::unique_ptr<Oracle> {
            return std::make_unique<FreshReads>(info, spec);
          }};
}

}  // namespace weir
