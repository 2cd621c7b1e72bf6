// O-ONCE: a change counts once, however often it was delivered. No view row ever shows more than the effects of one application
// of every change committed so far, nor less than one application of all that take away.
//
// Bounds are those of fold.hpp: sound for any order of application, so a correct consumer is never accused; a repeated effect
// is caught at the first write that shows more than there is. What others than consumers write into the view moves the bounds
// along.
#include <map>

#include "oracles/entries.hpp"
#include "oracles/fold.hpp"

namespace weir {

namespace {

class EffectsOnce final : public Watching<EffectsOnce, Written, InvocationStarted, InvocationEnded> {
 public:
  EffectsOnce(const OracleInfo& info, const OracleSpec& spec)
      : Watching(info), source_(text_of(spec, "source")), view_(text_of(spec, "view")), fold_(FoldSpec::from(spec)) {}

 private:
  friend Watching;

  struct GroupShown {
    Number number, given;  // as the rows show it; of that, what others than consumers put there
    FactIndex written = no_fact;
    Instant at{};
  };

  void on(const InvocationStarted& started, const Fact& fact) { in_flight_[started.invocation] = fact.index; }
  void on(const InvocationEnded& ended, const Fact&) { in_flight_.erase(ended.invocation); }

  void on(const Written& written, const Fact& fact) {
    if (is_table(written.table, source_)) fold_.apply(written, fact);
    if (!is_table(written.table, view_)) return;
    const std::string group = fold_.group_of_row(written.key);
    GroupShown& shown = shown_[group];
    const Number effect = fold_.add(fold_.shown(written.new_image), fold_.shown(written.old_image).negated());
    const FactIndex before = shown.written;
    const Instant before_at = shown.at;
    shown.number = fold_.add(shown.number, effect);
    shown.written = fact.index;
    shown.at = fact.at;
    if (!written.actor.is_consumer()) {
      shown.given = fold_.add(shown.given, effect);
      return;
    }
    effects_ += 1;
    if (!effect.is_zero() && fold_.exact()) judge_group(written, fact, group, shown, before, before_at);
  }

  void judge_group(const Written& written, const Fact& fact, const std::string& group, const GroupShown& shown,
                   FactIndex before, Instant before_at) {
    const auto at = fold_.groups().find(group);
    const Fold::Tally tally = at == fold_.groups().end() ? Fold::Tally{} : at->second;
    const Number most = fold_.add(shown.given, tally.up), least = fold_.add(shown.given, tally.down.negated());
    if (!fold_.exact() || (shown.number <= most && shown.number >= least)) return;
    const bool above = shown.number > most;
    // Without groups all rows count together: only one of them shows that number itself.
    const bool alone = fold_.shown(written.new_image) == shown.number;
    const std::string row = "row " + written.key.to_text() + " of " + view_;
    std::string what = (alone ? row + " shows a " : "with " + row + ", its rows add up to a ") + fold_.spec().into + " of " +
                       shown.number.to_text() + " at " + to_text(fact.at) + ", " + (above ? "more" : "less") + " than the " +
                       (above ? most : least).to_text() + " that all changes of " + source_ +
                       " so far can make: a change was applied twice";
    if (before != no_fact) what += ", after the write at " + to_text(before_at);
    const auto flight = in_flight_.find(InvocationId{written.actor.id});
    const bool invoked = written.actor.kind == ActorKind::invocation && flight != in_flight_.end();
    violate(std::move(what), {tally.latest, before, invoked ? flight->second : no_fact, fact.index});
  }
  void finish() override {
    if (effects_ == 0)
      unknown("no consumer wrote to " + view_);
    else if (!fold_.exact())
      unknown("a sum over " + source_ + " needs more than 38 digits");
  }

  std::string source_, view_;
  Fold fold_;
  std::map<std::string, GroupShown> shown_;
  std::map<InvocationId, FactIndex> in_flight_;
  std::uint64_t effects_ = 0;
};

}  // namespace

OracleEntry effects_once_entry() {
  return {{.name = "O-ONCE",
           .rules = "POLL-8 RBIF-3",
           .promise = "The net effect of a change on the view is that of one application, however often it was delivered.",
           .parameters = fold_parameters({"count", "sum"}),
           .also_wrong = wrong_fold},
          [](const OracleInfo& info, const OracleSpec& spec) -> std::unique_ptr<Oracle> {
            return std::make_unique<EffectsOnce>(info, spec);
          }};
}

}  // namespace weir
