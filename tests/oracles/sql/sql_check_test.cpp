#include "oracles/sql/sql_check.hpp"

#include "sim/base/bad_input.hpp"
#include "tests/catch.hpp"
#include "tests/oracles/sql/bed.hpp"

using namespace weir;
using Evidence = std::vector<FactIndex>;

namespace {

Verdict check(const std::vector<Fact>& facts, const std::string& sql) {
  const auto oracle = make_sql_oracle("my-check", sql);
  return judge(facts, *oracle);
}

// A was put twice by one invocation each: the planted bug.
TraceBed written_twice() {
  TraceBed bed;
  bed.append(RecordId{0}, "A", ChangeKind::insert, {}, Item{{"id", "A"}});
  for (const std::uint64_t invocation : {0, 1}) {
    bed.start(invocation, 0, static_cast<std::uint32_t>(invocation), {0});
    bed.write(TableId{1}, "A", invocation == 0 ? ChangeKind::insert : ChangeKind::modify, {}, Item{{"id", "A"}},
              Actor::of(InvocationId{invocation}));
    bed.end(invocation, InvocationOutcome::ok);
  }
  return bed;
}

const std::string twice =
    "SELECT item_key, count(*) AS writes, json_group_array(fact) AS evidence FROM items "
    "WHERE table_name = 'views' GROUP BY item_key HAVING count(*) > 1";

}  // namespace

TEST_CASE("a check objects to each row, and shows the facts that prove it", "[sql][planted]") {
  const TraceBed bed = written_twice();
  const Verdict verdict = check(bed.facts(), twice);
  CHECK(verdict.oracle == "my-check");
  REQUIRE(verdict.is_violation());
  CHECK(verdict.message == "item_key A, writes 2");
  REQUIRE(verdict.evidence.size() == 2);
  for (const FactIndex index : verdict.evidence) {
    const Written* written = bed.facts()[index].as<Written>();
    REQUIRE(written);
    CHECK(written->table == TableId{1});
  }
}

TEST_CASE("a check may ask what an operator would have seen", "[sql][METRIC-2][FM-21]") {
  TraceBed bed = written_twice();
  const std::string late = "SELECT minute, maximum FROM metrics WHERE metric = 'IteratorAge' AND maximum > 3600000";
  bed.note(IteratorAge{MappingId{0}, ShardId{0}, 1h, 1h});
  CHECK(check(bed.facts(), late).is_ok());
  bed.now += 2min;
  bed.note(IteratorAge{MappingId{0}, ShardId{0}, 1h + 1s, 1h});
  bed.note(Logged{Actor::of(InvocationId{1}), "late"});
  for (int again = 0; again < 2; ++again) {
    CHECK(check(bed.facts(), late).message == "minute 2, maximum 3601000");
    CHECK(check(bed.facts(), "SELECT line, fact FROM logs").message == "late");
    CHECK(check(bed.facts(), "SELECT how, records FROM accounts").message == "how not settled, records 1");
  }
}

TEST_CASE("a check sees the metrics that a stored run has, row by row", "[sql][METRIC-2]") {
  TraceBed bed;
  for (std::uint64_t i = 0; i < 3; ++i) {
    bed.now += 70s * i;
    bed.start(i, i, 0, {i, i + 1});
    bed.now += 20ms * (i + 1);
    bed.end(i, i == 1 ? InvocationOutcome::threw : InvocationOutcome::ok);
    bed.note(IteratorAge{MappingId{0}, ShardId{0}, 1h * i, 2h * i});
  }
  const Database stored = tables_of(bed.facts());
  const auto same = [&](const std::string& rest) {
    INFO(rest);
    const std::string query =
        "SELECT json_array(run, service, metric, dimension, minute, samples, sum, minimum, maximum, unit)"
        " AS row FROM metrics " +
        rest;
    const std::vector<std::string> rows = rows_of(stored, query);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const std::string one = query + " LIMIT 1 OFFSET " + std::to_string(i);
      const Verdict verdict = check(bed.facts(), one);
      CHECK(verdict.message == rows[i]);
    }
    CHECK(check(bed.facts(), query + " LIMIT 1 OFFSET " + std::to_string(rows.size())).is_ok());
    return rows.size();
  };
  CHECK(same("") > 15);
  CHECK(same("ORDER BY rowid DESC") > 15);
  CHECK(same("WHERE metric = 'Duration'") == 3);
  CHECK(same("WHERE metric = 'duration' COLLATE NOCASE") == 3);
  CHECK(same("WHERE metric = 'No such metric'") == 0);
  CHECK(same("WHERE metric = 5") == 0);
  CHECK(same("WHERE metric = NULL OR minute = NULL") == 0);
  CHECK(same("WHERE metric IN ('Duration', 'Errors') OR metric = 'IteratorAge' ORDER BY metric, minute") == 7);
  CHECK(same("WHERE minute = 1") > 5);
  CHECK(same("WHERE minute = '1'") == same("WHERE minute = 1.0"));
  CHECK(same("WHERE metric = 'Duration' AND minute = 3") == 1);
  CHECK(same("WHERE minute = 2") == 0);
  CHECK(same("m WHERE metric = 'Errors' AND EXISTS (SELECT 1 FROM metrics o WHERE o.minute > m.minute)") == 1);
  CHECK(check(bed.facts(),
              "SELECT a.minute, a.maximum, b.maximum AS age FROM metrics a JOIN metrics b USING (minute) "
              "WHERE a.metric = 'Duration' AND b.metric = 'IteratorAge' ORDER BY minute DESC LIMIT 1")
            .message == "minute 3, maximum 60, age 7200000");
}

TEST_CASE("a check whose query returns nothing is content", "[sql]") {
  TraceBed bed;
  bed.append(RecordId{0}, "A", ChangeKind::insert, {}, Item{{"id", "A"}});
  CHECK(check(bed.facts(), twice).is_ok());
  CHECK(check(bed.facts(), "SELECT * FROM violations").is_ok());
}

TEST_CASE("a row of one column is told by its value, more rows by their number", "[sql]") {
  const TraceBed bed = written_twice();
  CHECK(check(bed.facts(), "SELECT 'views got ' || item_key || ' twice', fact FROM items WHERE version = 1").message ==
        "views got A twice");
  CHECK(check(bed.facts(), "SELECT NULL FROM attempts WHERE batch = 0 LIMIT 1").message == "the query returned a row of NULL");
  CHECK(check(bed.facts(), "SELECT batch, NULL AS there, fact AS a_fact FROM attempts").message ==
        "batch 0, there none (the first of 2 rows)");
  CHECK(check(bed.facts(), "SELECT fact FROM records").message == "the query returned a row");
  CHECK(check(bed.facts(), "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 5000) SELECT i FROM n")
            .message == "1 (the first of 1000 rows or more)");
  CHECK(check(bed.facts(), "SELECT printf('%.*c', 1000, 'x')").message == std::string(400, 'x') + "...");
}

TEST_CASE("evidence is any column of facts, in any spelling, within the trace", "[sql]") {
  const TraceBed bed = written_twice();
  CHECK(check(bed.facts(), "SELECT 'x', 3 AS fact, '[2, 3, 99999]' AS evidence, 1 AS write_fact, NULL AS end_fact FROM facts")
            .evidence == Evidence{1, 2, 3});
}

TEST_CASE("a query that cannot be carried out over this run is unknown, and so is a run without facts", "[sql]") {
  const TraceBed bed = written_twice();
  const Verdict broken = check(bed.facts(), "SELECT json_extract(item_key, '$.a') FROM items");
  CHECK(broken.kind == Verdict::Kind::unknown);
  CHECK(broken.message == "the query could not be carried out: malformed JSON");
  const Verdict nothing = check({}, "SELECT 1");
  CHECK(nothing.kind == Verdict::Kind::unknown);
  CHECK(nothing.message == "the run left no fact to look at");
}

TEST_CASE("a check is the same the first time and the hundredth", "[sql]") {
  const TraceBed bad = written_twice();
  const TraceBed good;
  for (int i = 0; i < 100; ++i) {
    CHECK(check(bad.facts(), twice).message == "item_key A, writes 2");
    CHECK(check(good.facts(), twice).is_ok());
  }
  // Two at once do not share their tables.
  const auto first = make_sql_oracle("first", twice), second = make_sql_oracle("second", twice);
  for (const Fact& fact : bad.facts()) first->observe(fact);
  CHECK(judge(good.facts(), *second).is_ok());
  first->conclude();
  CHECK(first->violated());
}

TEST_CASE("a check asks for the facts of its tables only", "[sql]") {
  const FactMask items = make_sql_oracle("a", "SELECT * FROM items")->interests();
  CHECK((items & mask_of<Written>()) != 0);
  CHECK((items & mask_of<Appended, Settled, InvocationStarted>()) == 0);
  CHECK(make_sql_oracle("b", "SELECT * FROM items, facts")->interests() == all_facts);
  const FactMask accounts = make_sql_oracle("c", "SELECT * FROM accounts")->interests();
  CHECK((accounts & mask_of<Settled, Replayed>()) == mask_of<Settled, Replayed>());
  CHECK((accounts & mask_of<Written, Logged>()) == 0);
}

TEST_CASE("what is wrong with a query is told in its author's words", "[sql]") {
  const auto wrong = [](const std::string& sql) { return wrong_with_sql(sql); };
  CHECK(wrong(twice) == "");
  CHECK(wrong("-- first\n ; SELECT fact FROM facts; -- end\n") == "");
  CHECK(wrong("WITH a AS (SELECT record FROM records) SELECT * FROM a, json_each('[1]') WHERE record LIKE '1%'") == "");
  CHECK(wrong("") == "there is no statement in it");
  CHECK(wrong(" -- nothing\n") == "there is no statement in it");
  CHECK(wrong("SELEC 1") == "near \"SELEC\": syntax error");
  CHECK(wrong("SELECT (1") == "incomplete input");
  const std::string columns =
      " (items has run, fact, at_us, table_name, item_key, version, kind, image, actor, invocation, expires_unix, "
      "replaced_at_us, latest, present)";
  CHECK(wrong("SELECT colour FROM items") == "no such column: colour" + columns);
  CHECK(wrong("SELECT i.item_kye FROM items i") == "no such column: i.item_kye (did you mean 'item_key'?)");
  CHECK(wrong("SELECT * FROM record") == "no such table: record (did you mean 'records'?)");
  CHECK(wrong("SELECT * FROM alarms_of_yesterday") ==
        "no such table: alarms_of_yesterday (there are accounts, attempts, batches, deliveries, facts, items, logs, metrics, "
        "records, settlements, violations)");
  CHECK(wrong("SELECT * FROM metric") == "no such table: metric (did you mean 'metrics'?)");
  CHECK(wrong("SELECT \"misspelt\" FROM items") == "no such column: misspelt" + columns);
  CHECK(wrong("SELECT 1; SELECT 2") == "more than one statement");
  CHECK(wrong("SELECT 1 WHERE :x") == "it has a parameter (?, :name), and nobody would fill it");
  CHECK(wrong("EXPLAIN SELECT 1") == "EXPLAIN shows no rows of a run; a SELECT does");
  CHECK(wrong(std::string("SELECT 1\0", 9)) == "it holds a zero byte");
}

TEST_CASE("a check reads a run and nothing else", "[sql]") {
  for (const std::string sql :
       {"DELETE FROM facts", "INSERT INTO facts SELECT * FROM facts", "UPDATE items SET version = 0", "DROP TABLE items",
        "CREATE TABLE t (a)", "PRAGMA user_version", "PRAGMA journal_mode = WAL", "ATTACH 'other.sqlite' AS other", "BEGIN",
        "COMMIT", "VACUUM INTO 'other.sqlite'", "DETACH main", "SAVEPOINT s", "ANALYZE", "REINDEX",
        "WITH a AS (SELECT 1) DELETE FROM facts", "DELETE FROM facts RETURNING fact"}) {
    INFO(sql);
    CHECK(wrong_with_sql(sql) == "it does more than read");
    CHECK_THROWS_AS(make_sql_oracle("bad", sql), BadInput);
  }
  CHECK(wrong_with_sql("SELECT * FROM sqlite_schema") == "the table sqlite_master is none of a run's");
  CHECK(wrong_with_sql("SELECT * FROM pragma_database_list") != "");
}

TEST_CASE("a check that could differ between two plays is refused", "[sql]") {
  for (const std::string sql :
       {"SELECT random()", "SELECT hex(randomblob(4))", "SELECT * FROM facts ORDER BY RANDOM() LIMIT 1",
        "SELECT datetime('now')", "SELECT unixepoch()", "SELECT strftime('%s')", "SELECT CURRENT_TIMESTAMP",
        "SELECT julianday('now')", "SELECT date()", "SELECT time()", "SELECT sqlite_version()", "SELECT total_changes()",
        "SELECT changes()", "SELECT last_insert_rowid()"}) {
    INFO(sql);
    CHECK(wrong_with_sql(sql).find("may answer differently each time") != std::string::npos);
  }
}

TEST_CASE("a query without end is given up", "[sql]") {
  const TraceBed bed = written_twice();
  const std::string endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i % 7 + 1 FROM n) SELECT count(*) FROM n";
  const Verdict verdict = check(bed.facts(), endless);
  CHECK(verdict.kind == Verdict::Kind::unknown);
  CHECK(verdict.message == "the query took more than 500 million steps");
  CHECK(check(bed.facts(), twice).is_violation());
}
