// O-CONV: at the end the view is the declared fold of the source.
//
//   copy     the view holds exactly the source's items: same key, same attributes but those in `ignore`. A view row with the
//            attribute `tombstone` (unless it is false) stands for no row. `view_key` names the source attribute that is the
//            view's partition key where the keys differ.
//   count    see fold.hpp; a group's row is the one whose partition key is the group; no row is 0
//   unknown  nothing was written to the source; or something that may bear on the view (elsewhere.hpp) is still unfinished, or
//            on its way into the stream, at the end: of a mapping, an O-LIVE for it judges that; or the view was deleted
//   deleted  nobody hears that a source's items went with it, so that no consumer can bring the view to what is left: nothing.
//            A view that differs from the source as it was then has lost something before, and that is judged; one that shows
//            it so does not converge either: unknown. Where the source had writes without a record, there may never be one:
//            unknown too                                                                         [TABLE-5] [OPEN-18]
#include "oracles/elsewhere.hpp"
#include "oracles/entries.hpp"
#include "oracles/fold.hpp"

namespace weir {

namespace {

class Convergence final : public WatchingElsewhere<Convergence, TableDeleted, RunEnded> {
 public:
  Convergence(const OracleInfo& info, const OracleSpec& spec)
      : Watching(info),
        source_(text_of(spec, "source")),
        view_(text_of(spec, "view")),
        elsewhere_(source_, view_),
        tombstone_(text_of(spec, "tombstone")),
        view_key_(text_of(spec, "view_key")),
        ignored_(names_in(text_of(spec, "ignore"))),
        fold_(FoldSpec::from(spec)) {
    if (!tombstone_.empty()) ignored_.push_back(tombstone_);
  }

 private:
  friend Watching;

  template <class Kind>
  void on(const Kind& kind, const Fact& fact) {
    elsewhere_.hear(kind, fact);
  }
  void on(const Written& written, const Fact& fact) {
    elsewhere_.hear(written, fact);
    if (is_table(written.table, source_)) {
      capture_.wrote(fact);
      if (fold_.spec().kind == FoldKind::copy) {
        source_rows_.apply(written, fact);
      } else {
        fold_.apply(written, fact);
      }
      changes_ += 1;
    }
    if (is_table(written.table, view_)) view_rows_.apply(written, fact);
  }
  void on(const Appended& appended, const Fact& fact) {
    elsewhere_.hear(appended, fact);
    if (is_table(appended.table, source_)) capture_.appended();
  }
  void on(const StreamEnabled& enabled, const Fact& fact) {
    elsewhere_.hear(enabled, fact);
    if (is_table(enabled.table, source_)) capture_.enabled();
  }
  void on(const TableDeleted& deleted, const Fact& fact) {
    if (is_table(deleted.table, view_)) view_deleted_ = fact.at;
    if (is_table(deleted.table, source_)) source_deleted_ = fact.at;
  }
  void on(const RunEnded& ended, const Fact& fact) {
    ended_ = true;
    end_ = fact.index;
    if (changes_ == 0) return unknown("nothing was written to " + source_);
    if (const std::uint64_t elsewhere = elsewhere_.left(); ended.unfinished > elsewhere)
      return unknown(count_text(ended.unfinished - elsewhere, "thing", "things") + " that may bear on " + view_ +
                     (ended.unfinished - elsewhere == 1 ? " was" : " were") + " unfinished when the run ended");
    if (view_deleted_) return unknown(view_ + " was deleted at " + to_text(*view_deleted_));
    if (source_deleted_ && !capture_.complete()) return unknown(source_ + " was deleted before all writes to it had a record");
    if (!capture_.quiet(fact.at)) return unknown("the last writes to " + source_ + " had no record yet when the run ended");
    fold_.spec().kind == FoldKind::copy ? compare_copy() : compare_fold();
    if (source_deleted_)  // where they did not differ
      unknown(source_ + " was deleted at " + to_text(*source_deleted_) + ", which no record tells: " + view_ +
              " shows what it held then");
  }
  void finish() override {
    if (!ended_) unknown("the trace stops before the end of the run");
  }

  bool is_there(const TableState::Row& row) const {
    if (row.item.empty()) return false;
    if (tombstone_.empty() || !row.item.has(tombstone_)) return true;
    return row.item.find_bool(tombstone_) == false;
  }
  Item compared(Item item) const {
    for (const std::string& name : ignored_) item = item.without(name);
    return item;
  }
  std::optional<ItemKey> key_in_view(const TableState::Row& row) const {
    if (view_key_.empty()) return row.key;
    const std::optional<AttributeValue> value = row.item.get(view_key_);
    const bool fit = value && (value->type() == Type::S || value->type() == Type::N || value->type() == Type::B);
    return fit ? std::optional(ItemKey(*value)) : std::nullopt;
  }

  void compare_copy() {
    FlatMap<bool> expected;  // view keys that the source accounts for
    for (const auto& [hash, row] : source_rows_.rows()) {
      if (row.item.empty()) continue;
      const std::optional<ItemKey> key = key_in_view(row);
      if (!key) continue;
      expected[key->hash()] = true;
      const TableState::Row* copy = view_rows_.find(*key);
      if (!copy || !is_there(*copy))
        return object(
            "item " + row.key.to_text() + " of " + source_ + ", written at " + to_text(row.at) + ", is missing in " + view_,
            {row.written, copy ? copy->written : no_fact});
      if (copy->item != row.item && compared(copy->item) != compared(row.item))
        return object("item " + row.key.to_text() + " of " + source_ + ", written at " + to_text(row.at) + ", differs in " +
                          view_ + ", written there at " + to_text(copy->at),
                      {row.written, copy->written});
    }
    for (const auto& [hash, row] : view_rows_.rows()) {
      if (!is_there(row) || expected.find(hash)) continue;
      const TableState::Row* gone = view_key_.empty() ? source_rows_.find(row.key) : nullptr;
      return object(
          "row " + row.key.to_text() + " of " + view_ + ", written at " + to_text(row.at) + ", has no item in " + source_,
          {row.written, gone ? gone->written : no_fact});
    }
  }

  void compare_fold() {
    struct Shown {
      Number number;
      FactIndex written = no_fact;
    };
    std::map<std::string, Shown> shown;
    for (const auto& [hash, row] : view_rows_.rows()) {
      Shown& group = shown[fold_.group_of_row(row.key)];
      group.number = fold_.add(group.number, fold_.shown(row.item));
      if (group.written == no_fact || row.written > group.written) group.written = row.written;
    }
    for (const auto& [group, tally] : fold_.groups()) shown.try_emplace(group);
    for (const auto& [group, view] : shown) {
      const auto at = fold_.groups().find(group);
      const Fold::Tally tally = at == fold_.groups().end() ? Fold::Tally{} : at->second;
      if (!fold_.exact()) return unknown("a sum over " + source_ + " needs more than 38 digits");
      if (view.number == tally.now) continue;
      return object(view_ + (group.empty() ? "" : " shows for " + group) + (group.empty() ? " shows a " : " a ") +
                        fold_.spec().into + " of " + view.number.to_text() + ", but " + source_ + " adds up to " +
                        tally.now.to_text(),
                    {tally.before_latest, tally.latest, view.written});
    }
  }
  void object(const std::string& what, std::vector<FactIndex> evidence) {
    evidence.push_back(end_);
    violate("at the end " + what, std::move(evidence));
  }

  std::string source_, view_;
  Elsewhere elsewhere_;
  std::string tombstone_, view_key_;
  std::vector<std::string> ignored_;
  Fold fold_;
  TableState source_rows_, view_rows_;
  Capture capture_;
  std::uint64_t changes_ = 0;
  FactIndex end_ = no_fact;
  bool ended_ = false;
  std::optional<Instant> source_deleted_, view_deleted_;
};

std::string wrong_convergence(const OracleSpec& spec) {
  std::string wrong = wrong_fold(spec);
  if (!wrong.empty() || text_of(spec, "fold") == "copy") return wrong;
  for (const char* name : {"tombstone", "view_key"})
    if (spec.with.count(name))
      return "parameter '" + std::string(name) + "' of O-CONV with fold '" + text_of(spec, "fold") + "'; it belongs to copy";
  return "";
}

std::vector<OracleParameter> convergence_parameters() {
  std::vector<OracleParameter> all = fold_parameters({"copy", "count", "sum"});
  all.push_back({.name = "ignore",
                 .meaning = "attributes not compared, with commas between; counts and sums compare one attribute only",
                 .required = false});
  all.push_back(
      {.name = "tombstone", .meaning = "view attribute that says the row stands for none (fold copy)", .required = false});
  all.push_back({.name = "view_key",
                 .meaning = "source attribute that is the view's partition key, where not both keys are the same (fold copy)",
                 .required = false});
  return all;
}

}  // namespace

OracleEntry convergence_entry() {
  return {{.name = "O-CONV",
           .rules = "POLL-8 STREAM-2 STREAM-3",
           .promise = "Once all is quiet, the view equals the declared fold of the source.",
           .parameters = convergence_parameters(),
           .also_wrong = wrong_convergence},
          [](const OracleInfo& info, const OracleSpec& spec) -> std::unique_ptr<Oracle> {
            return std::make_unique<Convergence>(info, spec);
          }};
}

}  // namespace weir
