#include "tests/catch.hpp"

#include <algorithm>
#include <map>

#include "oracles/sql/trace_tables.hpp"
#include "sim/data/json.hpp"
#include "tests/oracles/sql/bed.hpp"

using namespace weir;
using Rows = std::vector<std::string>;

namespace {

Item order(std::int64_t revision) { return Item{{"id", "A"}, {"revision", revision}}; }

// Two writes to A; a batch of both fails once, is cut by its answer, and ends half handled, half given up.
TraceBed retried() {
  TraceBed bed;
  bed.now = Instant(1s);
  bed.append(RecordId{0}, "A", ChangeKind::insert, {}, order(1));
  bed.now = Instant(2s);
  bed.append(RecordId{1}, "A", ChangeKind::modify, order(1), order(2));
  bed.now = Instant(3s);
  bed.start(0, 0, 0, {0, 1});
  bed.now = Instant(4s);
  bed.end(0, InvocationOutcome::threw, "no 'luck'");
  bed.now = Instant(5s);
  bed.start(1, 0, 1, {0, 1});
  bed.write(TableId{1}, "A", ChangeKind::insert, {}, order(1), Actor::of(InvocationId{1}));
  bed.now = Instant(6s);
  bed.end(1, InvocationOutcome::ok);
  bed.settle({0}, Settlement::handled);
  bed.now = Instant(7s);
  bed.settle({1}, Settlement::retries_exhausted);
  bed.start(2, 5, 0, {});
  return bed;
}

}  // namespace

TEST_CASE("records show each appended fact with its write, images and times", "[sql][REC-1]") {
  const Database tables = tables_of(retried().facts());
  CHECK(
      rows_of(tables,
              "SELECT run, record, table_name, stream, shard, sequence_number, event_name, item_key, old_image, "
              "new_image, written_at_us, appended_at_us, created_unix, by_ttl FROM records") ==
      Rows{
          R"(1|0|orders|0|0|100000000000000000007|INSERT|A|-|{"id":"A","revision":1}|1000000|1000000|1001|0)",
          R"(1|1|orders|0|0|100000000000000000008|MODIFY|A|{"id":"A","revision":1}|{"id":"A","revision":2}|2000000|2000000|1001|0)"});
  CHECK(rows_of(tables,
                "SELECT r.record, f.kind, f.fields->>'$.new_image.revision' FROM records r "
                "JOIN facts f ON f.fact = r.write_fact AND f.run = r.run") == Rows{"0|written|1", "1|written|2"});
}

TEST_CASE("attempts and batches tell of tries, their ends, and what became of the records", "[sql][RETRY-1][POLL-2]") {
  const Database tables = tables_of(retried().facts());
  CHECK(rows_of(tables,
                "SELECT invocation, mapping, function, shard, batch, attempt, records, first_record, last_record, "
                "started_at_us, ended_at_us, outcome, calls, failures, message FROM attempts") ==
        Rows{"0|mirror|copy|0|0|0|2|0|1|3000000|4000000|threw|2|0|no 'luck'",
             "1|mirror|copy|0|0|1|2|0|1|5000000|6000000|ok|2|0|", "2|mirror|copy|0|5|0|0|-|-|7000000|-|-|-|-|-"});
  CHECK(rows_of(tables,
                "SELECT mapping, shard, batch, records, first_record, last_record, attempts, started_at_us, ended_at_us, "
                "last_outcome, settled, settled_how, settled_at_us FROM batches") ==
        Rows{"mirror|0|0|2|0|1|2|3000000|6000000|ok|2|handled 1, retries exhausted 1|7000000",
             "mirror|0|5|0|-|-|1|7000000|-|-|0|-|-"});
  CHECK(rows_of(tables, "SELECT record, consumer, invocation, batch, attempt FROM deliveries") ==
        Rows{"0|mirror|0|0|0", "1|mirror|0|0|0", "0|mirror|1|0|1", "1|mirror|1|0|1"});
  CHECK(rows_of(tables, "SELECT record, how, at_us, sent FROM settlements") ==
        Rows{"0|handled|6000000|0", "1|retries exhausted|7000000|0"});
}

TEST_CASE("a window's final call is no attempt at the batch that comes after it", "[sql][WIN-5]") {
  TraceBed bed = retried();
  bed.now = Instant(8s);
  bed.end(2, InvocationOutcome::threw, "no");
  bed.now = Instant(9s);
  bed.start(3, 5, 1, {});
  bed.end(3, InvocationOutcome::ok);
  bed.start(4, 5, 2, {7});
  bed.end(4, InvocationOutcome::ok);
  bed.settle({7}, Settlement::handled);
  const Database tables = tables_of(bed.facts());
  CHECK(
      rows_of(tables, "SELECT batch, ends_window, records, attempts, last_outcome, settled_how FROM batches WHERE batch = 5") ==
      Rows{"5|1|0|2|ok|-", "5|0|1|1|ok|handled"});
  CHECK(rows_of(tables, "SELECT invocation FROM attempts WHERE ends_window") == Rows{"2", "3"});
}

TEST_CASE("a batch has the records of all its attempts", "[sql][ESM-25][RETRY-6]") {
  TraceBed bed;
  bed.start(0, 3, 0, {3});
  bed.end(0, InvocationOutcome::threw);
  bed.start(1, 3, 1, {3, 4, 5});  // formed anew
  bed.end(1, InvocationOutcome::ok);
  bed.settle({3, 4, 5}, Settlement::handled);
  const Database tables = tables_of(bed.facts());
  CHECK(rows_of(tables, "SELECT batch, records, first_record, last_record, attempts, settled, settled_how FROM batches") ==
        Rows{"3|3|3|5|2|3|handled"});
}

TEST_CASE("a record that comes again is of its batch as it is of its account: by what became of it then", "[sql][OPEN-10]") {
  TraceBed bed;
  bed.note(LanesDeclared{MappingId{0}, 2});
  for (const std::uint64_t record : {0, 1, 2}) bed.append(RecordId{record}, "A", ChangeKind::insert, {}, {{"id", "A"}});
  bed.start(0, 0, 0, {0, 1, 2});
  bed.end(0, InvocationOutcome::ok);
  bed.settle({0, 1, 2}, Settlement::handled);
  bed.note(Replayed{MappingId{0}, ShardId{0}, TraceBed::list({1, 2})});
  bed.now = Instant(5s);
  bed.settle({1}, Settlement::retries_exhausted);
  const auto agree = [&](const Rows& accounts, const std::string& settled) {
    const Database tables = tables_of(bed.facts());
    CHECK(rows_of(tables, "SELECT how, records FROM accounts ORDER BY 1") == accounts);
    CHECK(rows_of(tables, "SELECT settled, settled_how, settled_at_us FROM batches") == Rows{settled});
    const Database one = tables_of(bed.facts(), batches_table);
    CHECK(rows_of(one, "SELECT settled, settled_how, settled_at_us FROM batches") == Rows{settled});
  };
  agree({"handled|1", "not settled|1", "retries exhausted|1"}, "2|handled 1, retries exhausted 1|5000000");
  bed.now = Instant(6s);
  bed.settle({2}, Settlement::retries_exhausted);
  agree({"handled|1", "retries exhausted|2"}, "3|handled 1, retries exhausted 2|6000000");
}

TEST_CASE("items keep every version of an item, who made it, when it expires, and whether it is there", "[sql][TTL-1]") {
  TraceBed bed;
  const Item first{{"id", "A"}, {"expires_at", 2'000}}, second{{"id", "A"}, {"expires_at", "soon"}};
  bed.now = Instant(1s);
  bed.write(TableId{0}, "A", ChangeKind::insert, {}, first, Actor::client(3));
  bed.write(TableId{0}, "B", ChangeKind::insert, {}, first, Actor::loader());
  bed.now = Instant(2s);
  bed.write(TableId{0}, "A", ChangeKind::modify, first, second, Actor::of(InvocationId{9}));
  bed.now = Instant(3s);
  bed.write(TableId{0}, "A", ChangeKind::remove, second, {}, Actor::ttl());
  const Database tables = tables_of(bed.facts());
  CHECK(rows_of(tables,
                "SELECT item_key, version, kind, actor, invocation, expires_unix, at_us, replaced_at_us, latest, present "
                "FROM items") == Rows{"A|0|insert|client 3|-|2000|1000000|2000000|0|0",
                                      "B|0|insert|loader|-|2000|1000000|-|1|1",
                                      "A|1|modify|invocation 9|9|-|2000000|3000000|0|0", "A|2|remove|ttl|-|-|3000000|-|1|0"});
  CHECK(rows_of(tables, "SELECT image FROM items WHERE present") == Rows{to_plain_text(first)});
  bed.note(TableDeleted{TableId{0}, 1});  // what it held is gone with it, though no write says so              [TABLE-5]
  CHECK(rows_of(tables_of(bed.facts()), "SELECT count(*), sum(latest) FROM items WHERE NOT present") == Rows{"4|2"});
}

TEST_CASE("a reader's pages are deliveries too", "[sql][GREC-3]") {
  TraceBed bed;
  bed.note(ReaderStarted{ReaderId{4}, "audit"});
  bed.note(PageRead{StreamId{0}, ShardId{0}, TraceBed::list({2, 3}), false, Actor::of(ReaderId{4})});
  CHECK(rows_of(tables_of(bed.facts()), "SELECT record, consumer, invocation, batch FROM deliveries") ==
        Rows{"2|audit|-|-", "3|audit|-|-"});
}

TEST_CASE("facts hold every fact with its fields as JSON that SQLite reads", "[sql]") {
  const TraceBed bed = retried();
  const Database tables = tables_of(bed.facts());
  const Rows rows = rows_of(tables, "SELECT fact, at_us, cause, kind, json_valid(fields) FROM facts");
  REQUIRE(rows.size() == bed.facts().size());
  for (const Fact& fact : bed.facts())
    CHECK(rows[fact.index] == std::to_string(fact.index) + "|" + std::to_string(fact.at.time_since_epoch().count()) + "|" +
                                  (fact.cause == no_fact ? "-" : std::to_string(fact.cause)) + "|" + std::string(fact.name()) +
                                  "|1");
}

TEST_CASE("metrics, accounts and logs are there as an operator would see them", "[sql][METRIC-2][RETRY-3]") {
  TraceBed bed = retried();
  bed.note(IteratorAge{MappingId{0}, ShardId{0}, 90s, 91s});
  bed.note(Logged{Actor::of(InvocationId{2}), "no 'luck'"});
  const Database tables = tables_of(bed.facts());
  CHECK(rows_of(tables, "SELECT * FROM metrics WHERE metric = 'IteratorAge'") ==
        Rows{"1|AWS/Lambda|IteratorAge|FunctionName=copy|0|1|90000|90000|90000|Milliseconds"});
  CHECK(rows_of(tables, "SELECT * FROM accounts") == Rows{"1|mirror|handled|1|0", "1|mirror|retries exhausted|1|0"});
  CHECK(rows_of(tables, "SELECT actor, invocation, line FROM logs") == Rows{"invocation 2|2|no 'luck'"});
}

TEST_CASE("a writer that is asked for one table writes what it writes when asked for all", "[sql]") {
  const TraceBed bed = retried();
  const Database all = tables_of(bed.facts());
  for (const std::string name :
       {"facts", "records", "deliveries", "settlements", "attempts", "batches", "items", "metrics", "accounts"}) {
    INFO(name);
    const Database one = tables_of(bed.facts(), trace_table_named(name));
    CHECK(rows_of(one, "SELECT * FROM " + name) == rows_of(all, "SELECT * FROM " + name));
    CHECK_FALSE(rows_of(one, "SELECT * FROM " + name).empty());
  }
  CHECK(trace_table_named("violations") == no_trace_tables);
}

TEST_CASE("a writer that is used again knows nothing of the run before", "[sql]") {
  Database tables = Database::in_memory();
  tables.run(std::string(trace_schema));
  TraceWriter writer(tables);
  const TraceBed bed = retried();
  for (const std::int64_t run : {1, 2}) {
    writer.begin(run);
    for (const Fact& fact : bed.facts()) writer.observe(fact);
    writer.finish();
  }
  for (const std::string name :
       {"facts", "records", "deliveries", "settlements", "attempts", "batches", "items", "metrics", "accounts"}) {
    Rows first = rows_of(tables, "SELECT * FROM " + name + " WHERE run = 1");
    for (std::string& row : first) row[0] = '2';
    CHECK(rows_of(tables, "SELECT * FROM " + name + " WHERE run = 2") == first);
  }
}

TEST_CASE("a trace that makes no sense makes odd rows, never an error", "[sql]") {
  WEIR_PROPERTY("for facts in any order", [](const std::vector<std::uint8_t>& picks) {
    const TraceBed bed = retried();
    std::vector<Fact> facts;
    for (const std::uint8_t pick : picks) facts.push_back(bed.facts()[pick % bed.facts().size()]);
    facts.push_back({.index = no_fact, .cause = 5, .what = Settled{}});
    facts.push_back({.index = 3, .what = InvocationEnded{}});
    facts.push_back({.index = no_fact, .what = InvocationStarted{}});
    facts.push_back({.index = 1, .what = PageRead{}});
    const Database tables = tables_of(facts);
    RC_ASSERT(rows_of(tables, "SELECT count(*) FROM facts") == Rows{std::to_string(facts.size())});
  });
}

// The obvious second model: what the last write of each key left.
TEST_CASE("present items are what the writes leave behind", "[sql]") {
  WEIR_PROPERTY("for any writes", [](const std::vector<std::pair<std::uint8_t, std::uint8_t>>& writes) {
    TraceBed bed;
    std::map<std::string, std::int64_t> left;
    std::int64_t revision = 0;
    for (const auto& [key_number, what] : writes) {
      const std::string key = "k" + std::to_string(key_number % 4);
      const bool was = left.count(key) > 0;
      bed.now += std::chrono::seconds(what % 3);
      if (what % 4 == 0 && was) {
        bed.write(TableId{0}, key, ChangeKind::remove, order(left[key]), {}, Actor::client(0));
        left.erase(key);
      } else {
        bed.write(TableId{0}, key, was ? ChangeKind::modify : ChangeKind::insert, was ? order(left[key]) : Item{},
                  order(++revision), Actor::client(0));
        left[key] = revision;
      }
    }
    Rows expected;
    for (const auto& [key, value] : left) expected.push_back(key + "|" + std::to_string(value));
    const Database tables = tables_of(bed.facts(), items_table);
    RC_ASSERT(rows_of(tables, "SELECT item_key, image->>'$.revision' FROM items WHERE present ORDER BY item_key") == expected);
    RC_ASSERT(rows_of(tables, "SELECT count(*) FROM items") == Rows{std::to_string(writes.size())});
    RC_ASSERT(
        rows_of(tables, "SELECT count(*) FROM (SELECT item_key FROM items WHERE latest GROUP BY 1 HAVING count(*) <> 1)") ==
        Rows{"0"});
  });
}
