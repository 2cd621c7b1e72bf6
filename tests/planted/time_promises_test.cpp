// What must not happen too early, too late, or on expired ground.
#include "tests/catch.hpp"
#include "tests/oracles/clean_trace.hpp"
#include "tests/planted/objects.hpp"

using namespace weir;
using weir::test::check_objects;
using weir::test::CleanTrace;
using weir::test::item;
using weir::test::TraceBuilder;

namespace {

const OracleSpec retention_spec{"O-RETENTION", {}}, ttl_spec{"O-TTL", {}};
const OracleSpec read_spec{"O-READ", {{"source", "sessions"}, {"effects", "served"}}};
const OracleSpec archive_spec{"O-ARCH", {{"source", "sessions"}, {"archive", "archive"}, {"incarnation", "life"}}};

struct Sessions : TraceBuilder {
  TableId sessions = table("sessions", "expires_at"), served = table("served"), archive = table("archive");
  StreamId stream;
  ShardId root;
  Sessions& at(Duration since_start) {
    TraceBuilder::at(since_start);
    return *this;
  }
  Sessions() { std::tie(stream, root) = TraceBuilder::stream(sessions); }

  Item session(std::int64_t expires_in, int life = 1) const {
    return item("S", {{"expires_at", unix_now() + expires_in}, {"life", life}});
  }
  FactIndex put_appended(const Item& session) {
    const FactIndex write = put(sessions, session);
    append(write, root);
    return write;
  }
  FactIndex expire() {
    const FactIndex write = ttl_remove(sessions, "S");
    append(write, root);
    return write;
  }
};
const Actor worker = Actor::of(InvocationId{77});

}  // namespace

TEST_CASE("O-RETENTION objects to a trim before 24 h and names the record", "[planted][O-RETENTION][STREAM-11]") {
  CleanTrace trace;
  trace.nth<Trimmed>(0).at = Instant(24h + 1s);  // the later record is from 2 s
  check_objects(test::judged(trace, retention_spec), "before its 24 hours are over",
                {trace.nth<Appended>(1).index, trace.nth<Trimmed>(0).index});
}

TEST_CASE("O-RETENTION objects to records read after their trim or past the longest slack",
          "[planted][O-RETENTION][STREAM-11]") {
  CleanTrace trimmed;
  trimmed.facts.pop_back();
  const FactIndex read =
      trimmed.note(PageRead{trimmed.stream, trimmed.root, TraceBuilder::list({trimmed.records[0]}), true, worker});
  check_objects(test::judged(trimmed, retention_spec), "is read at 030:00:00.000000 after it left the stream",
                {trimmed.nth<Appended>(0).index, trimmed.nth<Trimmed>(0).index, read});
  CleanTrace kept;
  kept.facts.pop_back();
  kept.at(50h + 1s).start(kept.mirror, kept.left, {kept.records[3]});
  check_objects(test::judged(kept, retention_spec), "past retention and the longest trim slack",
                {kept.nth<Appended>(3).index, kept.last()});
}

TEST_CASE("O-RETENTION objects to records that can be read for ever", "[planted][O-RETENTION][STREAM-11]") {
  CleanTrace trace;
  trace.facts.back().at = Instant(51h);
  check_objects(test::judged(trace, retention_spec), "can still be read at", {trace.nth<Appended>(2).index, trace.last()});
  trace.facts.pop_back();
  trace.note(StreamGone{trace.stream});
  trace.at(51h).finish();
  CHECK(test::judged(trace, retention_spec).is_ok());
}

TEST_CASE("O-TTL objects to a deletion before expiry, in milliseconds, of text, or of an item five years old",
          "[planted][O-TTL][TTL-1][TTL-2][TTL-3]") {
  const auto judged_deletion = [](const AttributeValue& expiry) {
    Sessions trace;
    trace.at(1h).put_appended(item("S", {{"expires_at", expiry}}));
    trace.at(2h).expire();
    return test::judged(trace, ttl_spec);
  };
  const std::int64_t now = test::epoch_unix + 7200;
  CHECK(judged_deletion(now - 1).is_ok());
  CHECK(judged_deletion(now + 1).is_ok());  // a clock that runs a second ahead
  check_objects(judged_deletion(now + 2), "too early");
  check_objects(judged_deletion(now * 1000), "too early");
  check_objects(judged_deletion(std::to_string(now - 1)), "carries no number as its expiry");
  check_objects(judged_deletion(now - std::int64_t{6} * 366 * 86'400), "more than five years ago");
}

TEST_CASE("O-TTL objects to a deletion of a renewed item", "[planted][O-TTL][TTL-7]") {
  Sessions trace;
  trace.put_appended(trace.session(60));
  const FactIndex renewal = trace.at(1h).put_appended(trace.session(7200));
  const FactIndex deletion = trace.at(2h).expire();
  check_objects(test::judged(trace, ttl_spec), "TTL acts on item S of sessions at 002:00:00", {renewal, deletion});
}

TEST_CASE("O-TTL objects to items deleted or still there past the window", "[planted][O-TTL][TTL-4]") {
  Sessions late;
  const FactIndex put = late.put_appended(late.session(60));
  Sessions kept = late;
  const FactIndex deletion = late.at(48h + 3min).expire();
  check_objects(test::judged(late, ttl_spec), "later than 48 h", {put, deletion});
  const FactIndex end = kept.at(48h + 3min).finish();
  check_objects(test::judged(kept, ttl_spec), "is still there at 048:03:00.000000, more than 48 h after it expired",
                {put, end});
}

TEST_CASE("O-TTL misses nothing while TTL is off, lets go for an hour what had expired, and objects to more",
          "[planted][O-TTL][TTL-12][TTL-16]") {
  Sessions trace;
  const auto declare = [&](const std::string& attribute) {
    trace.note(TableDeclared{trace.sessions, "sessions", "id", "", attribute});
  };
  const FactIndex put = trace.put_appended(trace.session(60));
  trace.at(1h);
  declare("");
  Sessions within = trace, late = trace, on_again = trace;
  trace.at(100h).finish();
  CHECK_FALSE(test::judged(trace, ttl_spec).is_violation());
  within.at(2h).expire();
  CHECK(test::judged(within, ttl_spec).is_ok());
  const FactIndex deletion = late.at(2h + 1s).expire();
  check_objects(test::judged(late, ttl_spec), "more than an hour after it was disabled at 001:00:00", {put, deletion});

  on_again.at(100h);
  on_again.note(TableDeclared{on_again.sessions, "sessions", "id", "", "expires_at"});
  on_again.at(147h).expire();  // within 48 h of that
  CHECK(test::judged(on_again, ttl_spec).is_ok());
}

TEST_CASE("O-TTL wants the service's identity on its own records and on no others", "[planted][O-TTL][TTL-8][REC-6]") {
  CleanTrace missing;
  missing.body<Appended>(3).by_ttl = false;
  check_objects(test::judged(missing, ttl_spec), "lacks the service's identity",
                {missing.body<Appended>(3).write, missing.nth<Appended>(3).index});
  CleanTrace borrowed;
  borrowed.body<Appended>(4).by_ttl = true;
  check_objects(test::judged(borrowed, ttl_spec), "carries the service's identity",
                {borrowed.body<Appended>(4).write, borrowed.nth<Appended>(4).index});
}

TEST_CASE("O-READ catches an effect that rests on an expired item", "[planted][O-READ][TTL-6]") {
  Sessions trace;
  const FactIndex put = trace.put_appended(trace.session(60));
  const ItemKey key(AttributeValue("S"));
  Sessions fresh = trace;
  const FactIndex read =
      trace.at(2min).note(ItemRead{trace.sessions, key, std::get<Written>(trace.facts[put].what).new_image, true, worker});
  const FactIndex effect = trace.at(2min + 5ms).put(trace.served, item("S"), worker);
  check_objects(test::judged(trace, read_spec), "rests on item S of sessions as it was at 000:02:00.000000",
                {put, read, effect});

  fresh.at(59s).note(ItemRead{fresh.sessions, key, std::get<Written>(fresh.facts[put].what).new_image, false, worker});
  fresh.at(2min).put(fresh.served, item("S"), worker);  // it expired after it was read
  CHECK(test::judged(fresh, read_spec).is_ok());
}

TEST_CASE("O-READ judges who did not read by the beginning of the invocation, or by the write", "[planted][O-READ][TTL-6]") {
  Sessions trace;
  const FactIndex put = trace.put_appended(trace.session(60));
  Sessions begun_fresh = trace;
  const FactIndex effect = trace.at(2min).put(trace.served, item("S"));
  check_objects(test::judged(trace, read_spec), "had passed by then", {put, effect});
  begun_fresh.at(59s).note(InvocationStarted{InvocationId{77}, {}, {}, {}, 0, 0, TraceBuilder::list({})});
  begun_fresh.at(62s).put(begun_fresh.served, item("S"), worker);
  CHECK(test::judged(begun_fresh, read_spec).is_ok());
}

TEST_CASE("O-ARCH catches an archive row for an item that a user deleted", "[planted][O-ARCH][TTL-8]") {
  Sessions trace;
  const FactIndex put = trace.put_appended(trace.session(60));
  const FactIndex deletion = trace.at(10s).remove(trace.sessions, "S");
  trace.append(deletion, trace.root);
  const FactIndex archived = trace.at(11s).put(trace.archive, item("S", {{"life", 1}}), worker);
  check_objects(test::judged(trace, archive_spec),
                "it was no expiry that ended that life of item S of sessions at 000:00:10.000000", {put, deletion, archived});
}

TEST_CASE("O-ARCH catches an archive row for a renewed item, and for its next life", "[planted][O-ARCH][TTL-7]") {
  Sessions alive;
  const FactIndex put = alive.put_appended(alive.session(60));
  const FactIndex archived = alive.at(2min).put(alive.archive, item("S", {{"life", 1}}), worker);
  check_objects(test::judged(alive, archive_spec), "item S of sessions is alive", {put, archived});

  Sessions again;
  again.put_appended(again.session(60, 1));
  again.at(1h).expire();
  again.put(again.archive, item("S", {{"life", 1}}), worker);
  again.at(2h).put_appended(again.session(60, 2));
  again.put(again.archive, item("S", {{"life", 2}}), worker);
  check_objects(test::judged(again, archive_spec), "is alive");
}

TEST_CASE("O-ARCH misses the row of an expired life at the end", "[planted][O-ARCH][TTL-8]") {
  Sessions trace;
  trace.put_appended(trace.session(60, 1));
  const FactIndex first_end = trace.at(1h).expire();
  trace.put(trace.archive, item("S", {{"life", 1}}), worker);
  trace.put_appended(trace.session(60, 2));
  trace.at(2h).expire();
  Sessions kept = trace;
  trace.put(trace.archive, item("S", {{"life", 2}}), worker);  // under the same key: the first life is overwritten
  const FactIndex end = trace.at(3h).finish();
  check_objects(test::judged(trace, archive_spec), "has no row of that life at the end", {first_end, end});
  kept.put(kept.archive, item("S2", {{"life", 2}}).with("id", "S"), worker);
  kept.facts.back().what = Written{
      kept.archive, ItemKey(AttributeValue("S"), AttributeValue(2)), ChangeKind::insert, Item(), item("S", {{"life", 2}}),
      worker};
  kept.at(3h).finish();
  CHECK(test::judged(kept, archive_spec).is_ok());
}

TEST_CASE("O-BOUND catches items that outlive their intended life and TTL's delay", "[planted][O-BOUND][TTL-3]") {
  const OracleSpec spec{"O-BOUND", {{"table", "sessions"}, {"lives", "1h"}}};
  Sessions trace;
  const FactIndex put = trace.put_appended(item("S", {{"expires_at", trace.unix_now() * 1000}}));
  Sessions early = trace;
  const FactIndex end = trace.at(50h).finish();
  check_objects(test::judged(trace, spec), "to live for 1h, is still there at 050:00:00.000000", {put, end});
  early.at(49h).finish();
  CHECK(test::judged(early, spec).kind == Verdict::Kind::unknown);  // it may still be on its way out
}

TEST_CASE("O-BOUND catches the item that is one too many", "[planted][O-BOUND]") {
  const OracleSpec spec{"O-BOUND", {{"table", "sessions"}, {"most", "2"}}};
  Sessions trace;
  for (const char* id : {"A", "B", "A"}) trace.put(trace.sessions, item(id, {{"n", static_cast<int>(trace.facts.size())}}));
  trace.remove(trace.sessions, "A");
  trace.put(trace.sessions, item("C"));
  CHECK(test::judged(trace, spec).is_ok());
  const FactIndex third = trace.put(trace.sessions, item("D"));
  check_objects(test::judged(trace, spec), "sessions holds 3 items", {third});
}
