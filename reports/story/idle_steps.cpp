#include "reports/story/idle_steps.hpp"

#include <fmt/format.h>

#include <map>

#include "sim/trace/text.hpp"

namespace weir {

namespace {

// Why a fact that a step caused is no effect of it; empty: it is one.
std::string refusal_in(const Fact& fact) {
  if (const auto* refused = fact.as<WriteRefused>())
    return fmt::format("{}{}{}", wire_name(refused->error), refused->message.empty() ? "" : ": ", refused->message);
  if (const auto* refused = fact.as<TableCallRefused>())
    return fmt::format("{}: {}", wire_name(refused->error), refused->message);
  if (const auto* refused = fact.as<MappingCallRefused>())
    return fmt::format("{}: {}", wire_name(refused->error), refused->message);
  if (const auto* canceled = fact.as<TransactionCanceled>()) return "the transaction was cancelled: " + canceled->reasons;
  if (fact.as<TransactionRepeated>()) return "a transaction with its token is done already";
  if (fact.as<WriteIgnored>()) return "the item was so already";
  return "";
}

// Why nothing at all came of an act; empty: of this one nothing need come that a trace shows.
struct Silence {
  std::string operator()(const SplitShardStep& split) const {
    return split.shard.empty() ? "no open shard" : "no open shard " + split.shard;
  }
  std::string operator()(const EnableMappingStep& step) const { return "mapping " + step.mapping + " is enabled already"; }
  std::string operator()(const DisableMappingStep& step) const { return "mapping " + step.mapping + " is disabled already"; }
  std::string operator()(const TransactWriteStep&) const { return "the service refused the transaction"; }
  std::string operator()(const PutStep&) const { return "the service refused the write"; }
  std::string operator()(const UpdateStep&) const { return "the service refused the write"; }
  std::string operator()(const DeleteStep&) const { return "the service refused the write"; }
  template <class Other>
  std::string operator()(const Other&) const {
    return "";
  }
};

// What is only counted on the way to an effect: it is none itself, and the effect or the refusal may come of it.    [CAP-1]
bool is_bookkeeping(const Fact& fact) { return fact.as<CapacityAsked>() || fact.as<PartitionSplit>(); }

struct Outcome {
  const Fact* taken = nullptr;
  bool had_effect = false;
  std::string refusal;
};

}  // namespace

std::string IdleStep::sentence() const {
  return fmt::format("step {} ({}) at {} had no effect: {}", step, act, to_text(at), why);
}

std::vector<IdleStep> idle_steps(const Scenario& scenario, const std::vector<Fact>& trace) {
  std::map<FactIndex, Outcome> outcomes;      // of steps, in the order of the trace
  std::map<FactIndex, FactIndex> counted_of;  // what was counted on the way of a step -> that step
  for (const Fact& fact : trace) {
    if (fact.as<StepTaken>()) outcomes[fact.index].taken = &fact;
    const auto counted = counted_of.find(fact.cause);
    const auto step = outcomes.find(counted == counted_of.end() ? fact.cause : counted->second);
    // What a step is answered is no effect of it.
    if (step == outcomes.end() || fact.as<Logged>() || fact.as<RequestRefused>()) continue;
    if (is_bookkeeping(fact)) {
      counted_of[fact.index] = step->first;
      continue;
    }
    const std::string refusal = refusal_in(fact);
    step->second.had_effect = step->second.had_effect || refusal.empty();
    if (step->second.refusal.empty()) step->second.refusal = refusal;
  }
  std::vector<IdleStep> idle;
  for (auto& [index, outcome] : outcomes) {
    const StepTaken& taken = *outcome.taken->as<StepTaken>();
    if (outcome.had_effect || taken.step >= scenario.steps.size()) continue;
    std::string why = outcome.refusal.empty() ? std::visit(Silence{}, scenario.steps[taken.step].act) : outcome.refusal;
    if (!why.empty()) idle.push_back({taken.step, taken.what, outcome.taken->at, std::move(why)});
  }
  return idle;
}

}  // namespace weir
