#include "reports/store/store.hpp"

#include <fstream>
#include <thread>

#include "reports/store/schema.hpp"
#include "sim/base/bad_input.hpp"
#include "tests/catch.hpp"
#include "tests/reports/store/bed.hpp"

using namespace weir;
using Rows = std::vector<std::string>;

namespace {

Run looked_at(const Plan& plan) { return simulate(counted_orders(), plan, counting(), {.keep_trace = true}); }

Database reading(const std::string& path) { return Database::file(path, Database::Access::read_only); }

std::string refusal(const std::string& path) {
  try {
    Store::open(path);
    return "";
  } catch (const BadInput& error) {
    return error.what();
  }
}

}  // namespace

TEST_CASE("metrics, accounts and log lines of a stored run can be asked for in SQL", "[store][METRIC-2]") {
  const Folder folder;
  const std::string path = folder.file("weir.sqlite");
  {
    Store store = Store::open(path);
    const Run run = looked_at(Plan::calm());
    store.add_run(counted_orders(), Plan::calm(), run);
  }
  const Database database = reading(path);
  const auto number = [&](const std::string& sql) {
    Statement query(database, sql);
    REQUIRE(query.step());
    return query.integer(0);
  };
  CHECK(number("SELECT sum(sum) FROM metrics WHERE metric = 'Errors' AND dimension = 'FunctionName=count'") == 2);
  CHECK(number("SELECT sum(sum) FROM metrics WHERE metric = 'Invocations'") == number("SELECT count(*) FROM attempts"));
  CHECK(number("SELECT records FROM accounts WHERE mapping = 'count' AND how = 'handled'") == 3);
  CHECK(number("SELECT count(*) FROM logs") == number("SELECT count(*) FROM facts WHERE kind = 'logged'"));
  CHECK(number("SELECT count(*) FROM logs") > 0);
  CHECK(number("SELECT count(*) FROM logs JOIN attempts USING (run, invocation)") == number("SELECT count(*) FROM logs"));
}

TEST_CASE("a stored run is all there: numbers, verdicts, choices, trace", "[store]") {
  const Folder folder;
  const std::string path = folder.file("out/weir.sqlite");
  const Plan plan = Plan::seeded(Seed{~std::uint64_t{0}});
  const Run run = looked_at(plan);
  REQUIRE(run.bug == std::nullopt);
  CHECK(Store::open(path).add_run(counted_orders(), plan, run, 0.25) == 1);

  const Database database = reading(path);
  CHECK(rows_of(database,
                "SELECT run, scenario, variant, plan, seed, hash, verdict, breaks, bug, facts, records, wall_us, traced "
                "FROM runs") ==
        Rows{"1|counted-orders|broken|seeded|18446744073709551615|" + to_text(run.hash) + "|violation|" +
             run.violation()->oracle + "|-|" + std::to_string(run.facts) + "|" + std::to_string(run.records) + "|250000|1"});
  CHECK(rows_of(database, "SELECT count(*) FROM facts WHERE run = 1") == Rows{std::to_string(run.trace.size())});
  CHECK(rows_of(database, "SELECT count(*) FROM verdicts") == Rows{std::to_string(run.verdicts.size())});
  Rows choices;
  for (const ChoiceMade& choice : run.deviations)
    choices.push_back(choice.deviation.site + "|" + choice.deviation.key + "|" +
                      value_text(*all_sites().find(choice.deviation.site), choice.deviation.value) + "|" +
                      std::to_string(choice.at.time_since_epoch().count()) + "|" + std::to_string(choice.before));
  CHECK(rows_of(database, "SELECT site, key, value, at_us, before_fact FROM choices") == choices);
  CHECK(rows_of(database, "SELECT table_name, items FROM tables_at_end") == Rows{"orders|3", "totals|2"});
  for (const auto& [probe, times] : run.reached)
    CHECK(rows_of(database, "SELECT reached FROM probes WHERE run = 1 AND probe = '" + std::string(probe) + "'") ==
          Rows{std::to_string(times)});
}

TEST_CASE("the violations a person queries are those of the verdicts, evidence and all", "[store]") {
  const Folder folder;
  const Run run = looked_at(Plan::calm());
  const Verdict* check = run.violation_of("few-totals");
  REQUIRE(check);
  CHECK(check->message == "item_key g0, version 1");
  Store::open(folder.file("a")).add_run(counted_orders(), Plan::calm(), run);
  CHECK(rows_of(reading(folder.file("a")),
                "SELECT v.message, i.image FROM violations v, json_each(v.evidence) e JOIN items i ON i.fact = e.value "
                "WHERE oracle = 'few-totals'") == Rows{R"(item_key g0, version 1|{"count":2,"group":"g0"})"});
}

TEST_CASE("a sweep leaves its sums and what it found first", "[store]") {
  const Folder folder;
  const Scenario scenario = counted_orders();
  const SweepResult result = sweep(scenario, counting(), {.runs = 40, .seed = Seed{7}, .jobs = 1});
  REQUIRE(result.state.violations == 40);
  CHECK(Store::open(folder.file("a")).add_sweep(scenario, Seed{7}, result) == 1);
  const Database database = reading(folder.file("a"));
  CHECK(rows_of(database,
                "SELECT scenario, variant, seed, runs, violations, unknown, hash, virtual_us, interrupted FROM sweeps") ==
        Rows{"counted-orders|broken|7|40|40|0|" + to_text(result.state.hash) + "|" +
             std::to_string(result.state.virtual_microseconds) + "|0"});
  const Found& found = result.state.found.at("few-totals");
  CHECK(rows_of(database, "SELECT run, seed, message, runs FROM findings WHERE oracle = 'few-totals'") ==
        Rows{"0|" + std::to_string(found.seed.value) + "|" + found.message + "|40"});
}

TEST_CASE("commands append one after the other, and a run that kept no trace adds none", "[store]") {
  const Folder folder;
  const std::string path = folder.file("a");
  const Run untraced = simulate(counted_orders(), Plan::calm(), counting());
  CHECK(Store::open(path).add_run(counted_orders(), Plan::calm(), looked_at(Plan::calm())) == 1);
  CHECK(Store::open(path).add_run(counted_orders(), Plan::calm(), untraced) == 2);
  CHECK(Store::open(path).add_run(counted_orders(), Plan::calm(), looked_at(Plan::calm())) == 3);
  const Database database = reading(path);
  CHECK(rows_of(database, "SELECT run, plan, seed, wall_us, traced FROM runs") ==
        Rows{"1|calm|-|-|1", "2|calm|-|-|0", "3|calm|-|-|1"});
  for (const std::string table : {"facts", "records", "deliveries", "settlements", "attempts", "batches", "items"}) {
    INFO(table);
    Rows first = rows_of(database, "SELECT * FROM " + table + " WHERE run = 1");
    CHECK_FALSE(first.empty());
    for (std::string& row : first) row[0] = '3';
    CHECK(rows_of(database, "SELECT * FROM " + table + " WHERE run = 3") == first);
    CHECK(rows_of(database, "SELECT count(*) FROM " + table + " WHERE run = 2") == Rows{"0"});
  }
}

TEST_CASE("a reader beside a writer sees whole runs only, and neither disturbs the other", "[store]") {
  const Folder folder;
  const std::string path = folder.file("a");
  const Run run = looked_at(Plan::calm());
  Store first = Store::open(path), second = Store::open(path);
  const Database reader = reading(path);
  for (int i = 1; i <= 4; ++i) {
    CHECK((i % 2 == 0 ? first : second).add_run(counted_orders(), Plan::calm(), run) == i);
    CHECK(rows_of(reader, "SELECT count(*) FROM facts GROUP BY run") ==
          Rows(static_cast<std::size_t>(i), std::to_string(run.trace.size())));
  }
  // A writer waits for a reader in the middle of its rows, who sees to its end what it began with.
  Statement rows(reader, "SELECT run FROM facts");
  REQUIRE(rows.step());
  std::thread writer([&] { first.add_run(counted_orders(), Plan::calm(), run); });
  std::size_t seen = 1;
  while (rows.step()) ++seen;
  CHECK(seen == 4 * run.trace.size());
  rows.reset();
  writer.join();
  CHECK(rows_of(reader, "SELECT count(*) FROM runs") == Rows{"5"});
  CHECK_FALSE(std::filesystem::exists(path + "-wal"));
  CHECK_FALSE(std::filesystem::exists(path + "-journal"));
}

TEST_CASE("what cannot be added whole is not added at all", "[store]") {
  const Folder folder;
  const std::string path = folder.file("a");
  Store store = Store::open(path);
  const Run run = looked_at(Plan::calm());
  store.add_run(counted_orders(), Plan::calm(), run);
  Database saboteur = Database::file(path);
  saboteur.run("CREATE TRIGGER no_room BEFORE INSERT ON items BEGIN SELECT raise(ABORT, 'no room for items'); END");
  CHECK_THROWS_WITH(store.add_run(counted_orders(), Plan::calm(), run), Catch::Matchers::Contains("no room for items"));
  CHECK(rows_of(saboteur, "SELECT count(*) FROM runs") == Rows{"1"});
  CHECK(rows_of(saboteur, "SELECT count(*) FROM facts WHERE run <> 1") == Rows{"0"});
  saboteur.run("DROP TRIGGER no_room");
  CHECK(store.add_run(counted_orders(), Plan::calm(), run) == 2);
}

TEST_CASE("a file that is none of ours is refused and left as it was", "[store]") {
  const Folder folder;
  const std::string text = folder.file("text");
  std::ofstream(text) << std::string(5000, 'x');
  CHECK(refusal(text) ==
        text + ": this file is no SQLite database; the path of a new file, or of one this version of weir made");
  CHECK(std::filesystem::file_size(text) == 5000);

  const std::string other = folder.file("other");
  Database::file(other).run("CREATE TABLE songs (title)");
  CHECK(refusal(other) ==
        other + ": this SQLite database is not weir's; the path of a new file, or of one this version of weir made");
  CHECK(rows_of(reading(other), "SELECT name FROM sqlite_schema") == Rows{"songs"});

  const std::string newer = folder.file("newer");
  Store::open(newer);
  Database::file(newer).run("PRAGMA user_version = 99");
  CHECK(refusal(newer) == newer + ": its tables are of version 99; version 3: name another file, or take this one away");

  CHECK(refusal(folder.file("")).find("this is a folder") != std::string::npos);
  const std::string below_a_file = text + "/weir.sqlite";
  CHECK(refusal(below_a_file) ==
        below_a_file + ": the file cannot be opened; a path in a folder that exists and can be written");
  std::ofstream(folder.file("empty")).flush();
  CHECK(refusal(folder.file("empty")) == "");
}

TEST_CASE("the schema explains every column of every table", "[store]") {
  const Folder folder;
  Store::open(folder.file("a"));
  const Database database = reading(folder.file("a"));
  const std::string schema(schema_text());
  for (const std::string& table : rows_of(database, "SELECT name FROM sqlite_schema WHERE type = 'table'"))
    CHECK(schema.find("CREATE TABLE " + table + " (") != std::string::npos);
  // The shell's .schema shows the same text.
  CHECK(rows_of(database, "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%-- %'") ==
        rows_of(database, "SELECT count(*) - 1 FROM sqlite_schema WHERE type = 'table'"));  // tables_at_end speaks for itself
}
