#include "reports/store/store.hpp"

#include <sqlite3.h>

#include <cmath>
#include <filesystem>
#include <utility>

#include "oracles/sql/database.hpp"
#include "oracles/sql/trace_tables.hpp"
#include "reports/store/schema.hpp"
#include "sim/base/bad_input.hpp"

namespace weir {

namespace {

constexpr int patience_ms = 10'000;
constexpr std::string_view accepted_file = "the path of a new file, or of one this version of weir made";

BadInput explained(const std::string& path, const SqlError& error) {
  switch (error.code) {
    case SQLITE_NOTADB:
      return {path, "this file is no SQLite database", std::string(accepted_file)};
    case SQLITE_CANTOPEN:
      return {path, "the file cannot be opened", "a path in a folder that exists and can be written"};
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return {path, "the file cannot be written", "a file and a folder that can be written"};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {path, "another program has been using the file for more than 10 s", "a file that is free; try again"};
    case SQLITE_FULL:
      return {path, "there is no room left", "a disk with room"};
    default:
      return {path, error.what(), std::string(accepted_file)};
  }
}

template <class F>
auto with_path(const std::string& path, F&& f) {
  try {
    return f();
  } catch (const SqlError& error) {
    throw explained(path, error);
  }
}

std::int64_t pragma(const Database& database, const std::string& name) {
  Statement query(database, "PRAGMA " + name);
  return query.step() ? query.integer(0) : 0;
}

void make_or_check(Database& database, const std::string& path) {
  Transaction transaction(database);  // two commands that both find no file must not both make its tables
  Statement any(database, "SELECT count(*) FROM sqlite_schema");
  any.step();
  const bool is_empty = any.integer(0) == 0;
  any.reset();
  const std::int64_t application = pragma(database, "application_id"), version = pragma(database, "user_version");
  if (is_empty && application == 0 && version == 0) {
    database.run(std::string(schema_text()));
    database.run("PRAGMA application_id = " + std::to_string(store_application));
    database.run("PRAGMA user_version = " + std::to_string(store_schema_version));
  } else if (application != store_application) {
    throw BadInput(path, "this SQLite database is not weir's", std::string(accepted_file));
  } else if (version != store_schema_version) {
    throw BadInput(path, "its tables are of version " + std::to_string(version),
                   "version " + std::to_string(store_schema_version) + ": name another file, or take this one away");
  }
  transaction.commit();
}

std::int64_t micros(double seconds) { return std::llround(seconds * 1e6); }

std::string evidence_text(const std::vector<FactIndex>& evidence) {
  std::string text = "[";
  for (const FactIndex fact : evidence) text += (text.size() > 1 ? "," : "") + std::to_string(fact);
  return text + "]";
}

std::string_view plan_name(const Plan& plan) {
  if (plan.is_seeded()) return "seeded";
  return plan.deviations().empty() ? "calm" : "listed";
}

}  // namespace

std::string_view schema_text() {
  static const std::string text = std::string(store_schema) + std::string(trace_schema);
  return text;
}

std::string_view verdict_of(const Run& run) {
  if (run.bug) return "bug";
  if (run.violation()) return "violation";
  return run.tested() ? "ok" : "unknown";
}

struct Store::State {
  std::string path;
  Database database;

  std::int64_t last_number() const { return sqlite3_last_insert_rowid(database.handle()); }
  void add_row_of_run(const Scenario& scenario, const Plan& plan, const Run& run, std::optional<double> wall_seconds);
  void add_verdicts(std::int64_t number, const Run& run);
  void add_choices(std::int64_t number, const Run& run);
  void add_tables(std::int64_t number, const Run& run);
  void add_trace(std::int64_t number, const Run& run);
  template <class Counts>
  void add_probes(std::optional<std::int64_t> run, std::optional<std::int64_t> sweep, const Counts& reached);
};

Store::Store(std::unique_ptr<State> state) : state_(std::move(state)) {}
Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;
Store::~Store() = default;

const std::string& Store::path() const { return state_->path; }

Store Store::open(const std::string& path) {
  std::error_code failed;
  if (std::filesystem::is_directory(path, failed)) throw BadInput(path, "this is a folder", std::string(accepted_file));
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  if (!folder.empty()) std::filesystem::create_directories(folder, failed);  // where it fails, opening the file tells
  return with_path(path, [&path] {
    Database database = Database::file(path);
    sqlite3_busy_timeout(database.handle(), patience_ms);
    make_or_check(database, path);
    return Store(std::make_unique<State>(State{path, std::move(database)}));
  });
}

std::int64_t Store::add_run(const Scenario& scenario, const Plan& plan, const Run& run, std::optional<double> wall_seconds) {
  State& s = *state_;
  return with_path(s.path, [&] {
    Transaction transaction(s.database);
    s.add_row_of_run(scenario, plan, run, wall_seconds);
    const std::int64_t number = s.last_number();
    s.add_verdicts(number, run);
    s.add_choices(number, run);
    s.add_tables(number, run);
    s.add_probes(number, {}, run.reached);
    s.add_trace(number, run);
    transaction.commit();
    return number;
  });
}

void Store::State::add_row_of_run(const Scenario& scenario, const Plan& plan, const Run& run,
                                  std::optional<double> wall_seconds) {
  Statement insert(database, "INSERT INTO runs VALUES (NULL,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
  const std::string seed = std::to_string(plan.seed().value), hash = to_text(run.hash);
  const Verdict* broken = run.violation();
  insert.bind(scenario.name).bind(scenario.variant).bind(plan_name(plan));
  plan.is_seeded() ? insert.bind(seed) : insert.bind_null();
  insert.bind(hash).bind(verdict_of(run));
  broken ? insert.bind(broken->oracle) : insert.bind_null();
  run.bug ? insert.bind(*run.bug) : insert.bind_null();
  for (const std::uint64_t count : {run.facts, run.events, run.choices, run.records, run.unfinished})
    insert.bind(static_cast<std::int64_t>(count));
  insert.bind(run.ended_at.time_since_epoch().count());
  wall_seconds ? insert.bind(micros(*wall_seconds)) : insert.bind_null();
  insert.bind(run.trace.empty() ? 0 : 1).run();
}

void Store::State::add_verdicts(std::int64_t number, const Run& run) {
  Statement insert(database, "INSERT INTO verdicts VALUES (?,?,?,?,?,?,?)");
  for (const Verdict& verdict : run.verdicts) {
    const std::string evidence = evidence_text(verdict.evidence);
    insert.bind(number).bind(verdict.oracle).bind(to_text(verdict.kind)).bind(verdict.message).bind(evidence);
    insert.bind(verdict.rules).bind(verdict.declared).run();
  }
}

void Store::State::add_choices(std::int64_t number, const Run& run) {
  Statement insert(database, "INSERT INTO choices VALUES (?,?,?,?,?,?)");
  for (const ChoiceMade& choice : run.deviations) {
    const Deviation& deviation = choice.deviation;
    const SiteInfo* site = all_sites().find(deviation.site);
    const std::string value = site ? value_text(*site, deviation.value) : std::to_string(deviation.value);
    insert.bind(number).bind(deviation.site).bind(deviation.key).bind(value).bind(choice.at.time_since_epoch().count());
    insert.bind(static_cast<std::int64_t>(choice.before)).run();
  }
}

void Store::State::add_tables(std::int64_t number, const Run& run) {
  Statement insert(database, "INSERT INTO tables_at_end VALUES (?,?,?)");
  for (const TableCount& table : run.tables)
    insert.bind(number).bind(table.table).bind(static_cast<std::int64_t>(table.items)).run();
}

void Store::State::add_trace(std::int64_t number, const Run& run) {
  if (run.trace.empty()) return;
  TraceWriter writer(database);
  writer.begin(number);
  for (const Fact& fact : run.trace) writer.observe(fact);
  writer.finish();
  database.run(std::string(store_indexes));
}

template <class Counts>
void Store::State::add_probes(std::optional<std::int64_t> run, std::optional<std::int64_t> sweep, const Counts& reached) {
  Statement insert(database, "INSERT INTO probes VALUES (?,?,?,?)");
  for (const auto& [probe, times] : reached) {
    run ? insert.bind(*run) : insert.bind_null();
    sweep ? insert.bind(*sweep) : insert.bind_null();
    insert.bind(probe).bind(static_cast<std::int64_t>(times)).run();
  }
}

std::int64_t Store::add_sweep(const Scenario& scenario, Seed seed, const SweepResult& result) {
  State& s = *state_;
  const SweepState& state = result.state;
  return with_path(s.path, [&] {
    Transaction transaction(s.database);
    Statement insert(s.database, "INSERT INTO sweeps VALUES (NULL,?,?,?,?,?,?,?,?,?,?,?,?,?)");
    const std::string seed_text = std::to_string(seed.value), hash = to_text(state.hash);
    insert.bind(scenario.name).bind(scenario.variant).bind(seed_text);
    for (const std::uint64_t count : {state.next, state.violations, state.unknown})
      insert.bind(static_cast<std::int64_t>(count));
    insert.bind(hash);
    for (const std::uint64_t count : {state.facts, state.events, state.records}) insert.bind(static_cast<std::int64_t>(count));
    insert.bind(state.virtual_microseconds).bind(micros(result.wall_seconds)).bind(result.interrupted).run();
    const std::int64_t number = s.last_number();

    Statement finding(s.database, "INSERT INTO findings VALUES (?,?,?,?,?,?)");
    const auto add = [&](const std::string& oracle, const Found& found, std::uint64_t runs) {
      const std::string found_seed = std::to_string(found.seed.value);
      finding.bind(number).bind(oracle).bind(static_cast<std::int64_t>(found.run)).bind(found_seed).bind(found.message);
      finding.bind(static_cast<std::int64_t>(runs)).run();
    };
    for (const auto& [oracle, found] : state.found) {
      const auto broken = state.broken.find(oracle);
      add(oracle, found, broken != state.broken.end() ? broken->second : 1);
    }
    if (state.bug) add("bug", *state.bug, 1);
    s.add_probes({}, number, state.reached);
    transaction.commit();
    return number;
  });
}

}  // namespace weir
