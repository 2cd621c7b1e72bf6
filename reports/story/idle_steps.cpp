#include "reports/story/idle_steps.hpp"

#include <fmt/format.h>

#include <map>

#include "sim/data/lines.hpp"
#include "sim/trace/text.hpp"

namespace weir {

namespace {

std::string error_text(ServiceError error, const std::string& message) {
  return fmt::format("{}{}{}", wire_name(error), message.empty() ? "" : ": ", message);
}

// Why a fact that a step caused is no effect of it; empty: it is one.
std::string refusal_in(const Fact& fact) {
  if (const auto* refused = fact.as<WriteRefused>()) return error_text(refused->error, refused->message);
  if (const auto* refused = fact.as<TableCallRefused>()) return error_text(refused->error, refused->message);
  if (const auto* refused = fact.as<MappingCallRefused>()) return error_text(refused->error, refused->message);
  if (const auto* refused = fact.as<ConcurrencyRefused>())
    return error_text(ServiceError::invalid_parameter_value, refused->message);
  if (const auto* canceled = fact.as<TransactionCanceled>()) {
    std::string why = "the transaction was cancelled: " + canceled->reasons;
    each_line(canceled->messages, [&](std::string_view line) { why.append("; ").append(line); });
    return why;
  }
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
  std::string operator()(const BatchWriteStep&) const { return "the service refused the batch"; }
  template <class Other>
  std::string operator()(const Other&) const {
    return "";
  }
};

// What is only met on the way to an effect: it is none itself, and the effect or the refusal may come of it.  [CAP-1] [WIRE-6]
bool is_on_the_way(const Fact& fact) {
  return fact.as<CapacityAsked>() || fact.as<PartitionSplit>() || fact.as<CallDisturbed>() || fact.as<CallRetried>();
}

// A step, by the last of its tries, and by whether any of them had an effect.
struct Outcome {
  const Fact* taken = nullptr;
  bool had_effect = false;
  bool waits = false;  // for its next try
  std::string refusal, struck;
  std::string answer;  // to a request that was refused as a whole

  void learn(const Fact& fact) {
    if (fact.as<CallRetried>())
      *this = {.taken = taken, .had_effect = had_effect, .waits = true};
    else
      waits = false;
    if (const auto* disturbed = fact.as<CallDisturbed>()) struck = "its last try: " + std::string(to_text(disturbed->fate));
    // What a step is answered is no effect of it, nor is it a want of one: a read need have none.
    if (const auto* refused = fact.as<RequestRefused>()) answer = error_text(refused->error, refused->message);
    if (fact.as<Logged>() || fact.as<RequestRefused>() || is_on_the_way(fact)) return;
    const std::string why_not = refusal_in(fact);
    had_effect = had_effect || why_not.empty();
    if (refusal.empty()) refusal = why_not;
  }
  // Why it had no effect; empty: it had one, or need not have any.
  std::string why_idle(const Act& act) const {
    if (had_effect) return "";
    const std::string silence = std::visit(Silence{}, act);
    if (silence.empty()) return refusal;
    if (!answer.empty()) return answer;  // of a batch: why its parts were left is told in their own lines
    if (!refusal.empty()) return refusal;
    if (waits) return "the run ended before its call was tried again";
    return struck.empty() ? silence : struck;
  }
};

}  // namespace

std::string IdleStep::sentence() const {
  return fmt::format("step {} ({}) at {} had no effect: {}", step, act, to_text(at), why);
}

std::vector<IdleStep> idle_steps(const Scenario& scenario, const std::vector<Fact>& trace) {
  std::map<FactIndex, Outcome> outcomes;  // of steps, in the order of the trace
  std::map<FactIndex, FactIndex> way_of;  // what was met on the way of a step -> that step
  for (const Fact& fact : trace) {
    if (fact.as<StepTaken>()) outcomes[fact.index].taken = &fact;
    const auto way = way_of.find(fact.cause);
    const auto step = outcomes.find(way == way_of.end() ? fact.cause : way->second);
    if (step == outcomes.end()) continue;
    if (is_on_the_way(fact)) way_of[fact.index] = step->first;
    step->second.learn(fact);
  }
  std::vector<IdleStep> idle;
  for (auto& [index, outcome] : outcomes) {
    const StepTaken& taken = *outcome.taken->as<StepTaken>();
    if (taken.step >= scenario.steps.size()) continue;
    std::string why = outcome.why_idle(scenario.steps[taken.step].act);
    if (!why.empty()) idle.push_back({taken.step, taken.what, outcome.taken->at, std::move(why)});
  }
  return idle;
}

}  // namespace weir
