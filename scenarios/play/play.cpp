#include "scenarios/play/play.hpp"

#include <algorithm>

#include "oracles/sql/sql_check.hpp"
#include "scenarios/format/scenario_value.hpp"
#include "scenarios/play/script.hpp"
#include "scenarios/play/sites.hpp"
#include "sim/trace/text.hpp"
#include "sim/world/world.hpp"

namespace weir {

namespace {

WorldSettings world_settings(const Scenario& scenario) {
  return {.epoch_unix = scenario.epoch_unix,
          .tables = scenario.tables,
          .functions = scenario.functions,
          .mappings = scenario.mappings,
          .readers = scenario.readers,
          .queues = scenario.queues,
          .buckets = scenario.buckets,
          .roles = scenario.roles,
          .account_concurrency = scenario.account_concurrency};
}

// What no step of the scenario can lead to.
FactMask impossible_facts(const Scenario& scenario) {
  const auto changes_indexes = [](const Step& step) {
    return std::holds_alternative<CreateIndexStep>(step.act) || std::holds_alternative<DeleteIndexStep>(step.act);
  };
  FactMask impossible = 0;
  if (std::none_of(scenario.steps.begin(), scenario.steps.end(), changes_indexes)) impossible |= mask_of<IndexStatusChanged>();
  if (scenario.roles.empty()) impossible |= mask_of<RoleSet>();
  return impossible;
}

// Hears of names before the oracles do, and lends them to all: each would else learn them anew in every run.
struct NameGiver final : FactObserver {
  FactWriter names;
  void observe(const Fact& fact) override { names.learn(fact); }
};

// Everything that watches one run, in the order in which verdicts are told.
struct Judges {
  NameGiver names;
  std::vector<std::unique_ptr<Oracle>> oracles;
  std::size_t always = 0;  // so many of them are the model's own
  Probes probes;

  Judges(const Scenario& scenario, Trace& trace) {
    oracles = always_on();
    always = oracles.size();
    for (const OracleSpec& spec : scenario.oracles) oracles.push_back(make_oracle(spec));
    for (const SqlCheck& check : scenario.checks) oracles.push_back(make_sql_oracle(check.name, check.sql));
    trace.subscribe(names, facts_with_names);
    const FactMask impossible = impossible_facts(scenario);
    for (const auto& oracle : oracles) {
      oracle->lend_names(names.names);
      oracle->rule_out(impossible);
      trace.subscribe(*oracle, oracle->interests());
    }
    trace.subscribe(probes, Probes::interests());
  }
  void conclude(Run& run) {
    run.verdicts.reserve(oracles.size());
    for (const auto& oracle : oracles) {
      oracle->conclude();
      run.verdicts.push_back(oracle->verdict());
      run.verdicts.back().declared = run.verdicts.size() > always;
    }
    run.reached = probes.reached();
  }
};

}  // namespace

struct Player::State {
  Scenario scenario;
  const Handlers* handlers;
  WorldSettings settings;
};

Player::Player(const Scenario& scenario, const Handlers& handlers)
    : state_(std::make_unique<State>(State{checked(scenario, all_sites()), &handlers, {}})) {
  state_->settings = world_settings(state_->scenario);
}
Player::~Player() = default;

const Scenario& Player::scenario() const { return state_->scenario; }

std::int64_t Player::calm_of(const SiteInfo& site) const {
  const SiteRule* narrowed = nullptr;
  for (const SiteRule& rule : state_->scenario.choices)
    if (rule.site == site.name) narrowed = &rule;
  if (!state_->scenario.workloads.empty()) {
    const Workload& first = state_->scenario.workloads.front();
    if (site.name == workload_pause.name) return rule_beside(site, narrowed, first.pause).calm;
    if (site.name == workload_expires_in.name && first.expires_in) return rule_beside(site, narrowed, *first.expires_in).calm;
  }
  return narrowed ? narrowed->calm : site.calm;
}

Run Player::play(const Plan& plan, const PlayOptions& options) {
  const Scenario& scenario = state_->scenario;
  Run run;
  Trace trace;
  trace.keep(options.keep_trace);
  std::optional<Judges> judges;
  if (options.with_oracles) judges.emplace(scenario, trace);

  World world(state_->settings, *state_->handlers, plan, trace);
  Kernel& kernel = world.kernel();
  kernel.plant(options.planted);
  kernel.set_rules(scenario.choices);
  kernel.record_choices(options.keep_trace || options.record_deviations);
  try {
    kernel.note(RunStarted{scenario.name, scenario.epoch_unix}, no_fact);
    world.start();
    Script script(scenario);
    script.schedule_all(world);
    const Instant end{scenario.run_for};
    while (const std::optional<Event> event = world.next(end)) script.on_event(world, *event);
    kernel.advance_to(end);
    run.unfinished = world.unfinished() + script.unfinished();
    kernel.note(RunEnded{run.unfinished}, no_fact);
  } catch (const Bug& bug) {
    run.bug = bug.what();
  }
  run.hash = trace.hash();
  run.facts = trace.size();
  run.events = kernel.events_handled();
  run.choices = kernel.choices_asked();
  run.records = world.records_appended();
  run.ended_at = kernel.now();
  for (const TableSettings& table : scenario.tables)
    if (const auto id = world.table_named(table.name)) run.tables.push_back({table.name, world.item_count(*id)});
  world.stop();
  if (judges) judges->conclude(run);
  run.trace = trace.take_facts();
  run.deviations = kernel.choices();
  return run;
}

Run simulate(const Scenario& scenario, const Plan& plan, const Handlers& handlers, const PlayOptions& options) {
  return Player(scenario, handlers).play(plan, options);
}

bool Run::tested() const {
  const auto untested = [](const Verdict& verdict) { return verdict.declared && verdict.kind == Verdict::Kind::unknown; };
  const auto kept = [](const Verdict& verdict) { return verdict.is_ok(); };
  return !holds() ||
         (std::any_of(verdicts.begin(), verdicts.end(), kept) && std::none_of(verdicts.begin(), verdicts.end(), untested));
}

bool Run::holds() const { return !bug && violation() == nullptr; }

const Verdict* Run::violation() const {
  for (const Verdict& verdict : verdicts)
    if (verdict.is_violation()) return &verdict;
  return nullptr;
}

const Verdict* Run::violation_of(const std::string& oracle) const {
  for (const Verdict& verdict : verdicts)
    if (verdict.is_violation() && verdict.oracle == oracle) return &verdict;
  return nullptr;
}

std::vector<Deviation> Run::plain_deviations() const {
  std::vector<Deviation> plain;
  for (const ChoiceMade& choice : deviations) plain.push_back(choice.deviation);
  return plain;
}

const SiteBook& all_sites() {
  static const SiteBook book = [] {
    std::vector<SiteInfo> sites(workload_sites.begin(), workload_sites.end());
    for (const SiteInfo& site : world_sites()) sites.push_back(site);
    return SiteBook(std::move(sites));
  }();
  return book;
}

}  // namespace weir
