#include "scenarios/explore/trial.hpp"

#include <algorithm>
#include <utility>

#include "scenarios/explore/shrink.hpp"
#include "scenarios/format/token.hpp"
#include "sim/base/bad_input.hpp"

namespace weir {

namespace {

constexpr std::string_view own_property = "the property";  // what a run breaks when no oracle objects

bool has(const std::vector<Deviation>& list, const std::string& site, const std::string& key) {
  return std::any_of(list.begin(), list.end(), [&](const Deviation& d) { return d.site == site && d.key == key; });
}

}  // namespace

Failure failure_of(const Scenario& scenario, const Run& run, std::string_view breaks) {
  const Verdict* verdict = breaks.empty() ? run.violation() : run.violation_of(std::string(breaks));
  Failure failure;
  failure.scenario = scenario.name;
  failure.variant = scenario.variant;
  failure.breaks = !breaks.empty() ? std::string(breaks) : verdict ? verdict->oracle : std::string(own_property);
  if (verdict) failure.message = verdict->message;
  failure.deviations = run.plain_deviations();
  failure.hash = to_text(run.hash);
  failure.version = weir_version();
  failure.embedded = scenario;
  return failure;
}

std::string token_of(const Scenario& scenario, const Run& run, std::string_view breaks) {
  return to_token(failure_of(scenario, run, breaks), all_sites());
}

// The player borrows the handlers, so they live beside it.
struct Trial::Bed {
  Handlers handlers;
  Player player;
  Bed(const Scenario& scenario, const Handlers& given) : handlers(given), player(scenario, handlers) {}
};

Trial::Trial(const Scenario& scenario, const Handlers& handlers, Plan plan)
    : Trial(std::make_shared<Bed>(scenario, handlers), std::move(plan)) {}

Trial Trial::from_token(std::string_view token, const Handlers& handlers) {
  const Failure failure = parse_token(token, all_sites());
  if (!failure.embedded)
    throw BadInput("token", "the scenario '" + failure.scenario + "' by its name",
                   "a token that holds its scenario, or `weir replay`");
  return {*failure.embedded, handlers, Plan::listed(failure.deviations)};
}

const Scenario& Trial::scenario() const { return bed_->player.scenario(); }

Trial Trial::with(Plan plan) const { return {bed_, std::move(plan)}; }

Run Trial::play(const PlayOptions& options) const {
  Run run = bed_->player.play(plan_, options);
  if (run.bug) throw Bug(*run.bug);
  return run;
}

std::string Trial::token() const { return token_of(scenario(), play()); }

std::string Trial::story() const {
  const Run run = bed_->player.play(plan_, {.keep_trace = false, .record_deviations = true});
  std::string told = "the calm run of '" + scenario().name + "'" + (run.deviations.empty() ? "\n" : ", but for\n");
  for (const ChoiceMade& choice : run.deviations)
    told += "  " + to_text(choice.at.time_since_epoch()) + "  " + choice.deviation.site + " at " + choice.deviation.key + ": " +
            value_text(*all_sites().find(choice.deviation.site), choice.deviation.value) + "\n";
  if (run.bug) return told + "met a bug of Weir: " + *run.bug + "\n";
  const Failure failure = failure_of(scenario(), run);
  told += "breaks " + failure.breaks + (failure.message.empty() ? "" : ": " + failure.message) + "\n";
  return told + "token " + to_token(failure, all_sites()) + "\n";
}

// --- simpler ones

void SimplerTrials::begin() {
  begun_ = true;
  const bool listed = !trial_.plan().is_seeded();
  const Run run = trial_.bed_->player.play(trial_.plan(), {.keep_trace = false, .record_deviations = true});
  if (run.bug) return;  // a bug of ours is told as it was met
  list_ = run.plain_deviations();
  std::sort(list_.begin(), list_.end());
  if (!listed || list_.size() < trial_.plan().deviations().size()) whole_.push_back(list_);
  if (listed) {
    plan_edits();
  } else if (const Verdict* verdict = run.violation()) {
    whole_.push_back(shrink(trial_.bed_->player, verdict->oracle, run.plain_deviations()).deviations);
  }
}

void SimplerTrials::plan_edits() {
  const std::size_t size = list_.size();
  for (std::size_t first = 0; first < size;) {
    std::size_t last = first;
    while (last < size && list_[last].site == list_[first].site) ++last;
    if (last - first > 1 && last - first < size) edits_.push_back({first, last});
    first = last;
  }
  for (std::size_t chunk = std::max<std::size_t>(1, size / 2); size > 0; chunk /= 2) {
    for (std::size_t first = 0; first < size; first += chunk) edits_.push_back({first, std::min(size, first + chunk)});
    if (chunk == 1) break;
  }
  for (std::size_t i = 0; i < size; ++i) {
    const Deviation& one = list_[i];
    for (const std::int64_t value : simpler_values(trial_.bed_->player, one))
      edits_.push_back({i, i + 1, Deviation{one.site, one.key, value}});
  }
  for (const std::string_view label : {"op", "batch", "window", "attempt"})
    for (std::size_t i = 0; i < size; ++i) {
      const std::uint64_t now = ordinal_in(list_[i].key, label).value_or(0);
      for (std::uint64_t earlier = 0; earlier < std::min<std::uint64_t>(now, 12); ++earlier) {
        Deviation moved{list_[i].site, with_ordinal(list_[i].key, label, earlier), list_[i].value};
        if (!has(list_, moved.site, moved.key)) edits_.push_back({i, i + 1, std::move(moved)});
      }
    }
}

std::vector<Deviation> SimplerTrials::edited(const Edit& edit) const {
  std::vector<Deviation> list;
  for (std::size_t i = 0; i < list_.size(); ++i) {
    if (i < edit.first || i >= edit.last) list.push_back(list_[i]);
    if (i == edit.first && edit.instead) list.push_back(*edit.instead);
  }
  return list;
}

std::optional<Trial> SimplerTrials::next() {
  if (!begun_) begin();
  if (!whole_.empty()) {
    Trial whole = trial_.with(Plan::listed(std::move(whole_.back())));
    whole_.pop_back();
    return whole;
  }
  if (at_ == edits_.size()) return std::nullopt;
  return trial_.with(Plan::listed(edited(edits_[at_++])));
}

}  // namespace weir
