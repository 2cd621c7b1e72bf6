// What becomes of records under a mapping.
#include "tests/catch.hpp"
#include "tests/oracles/clean_trace.hpp"
#include "tests/planted/objects.hpp"
#include "tests/planted/three.hpp"

using namespace weir;
using weir::test::check_objects;
using weir::test::CleanTrace;
using weir::test::item;
using weir::test::Three;
using weir::test::TraceBuilder;

namespace {

const OracleSpec delivery{"O-DELIVERY", {}}, no_loss{"O-NOLOSS", {{"mapping", "mirror"}}},
    any_message{"O-NOLOSS", {{"mapping", "mirror"}, {"destination", "any"}}}, accounting{"O-ACCT", {{"mapping", "mirror"}}},
    live{"O-LIVE", {{"mapping", "mirror"}, {"within", "10min"}}},
    waits{"O-LIVE", {{"mapping", "mirror"}, {"within", "10min"}, {"wait", "6h"}}};

}  // namespace

TEST_CASE("O-DELIVERY wants one settlement for each record", "[planted][O-DELIVERY][RETRY-3]") {
  Three twice;
  twice.deliver(twice.mirror, twice.root, {twice.records[0]});
  const FactIndex first = twice.last(), second = twice.settle(twice.mirror, twice.root, {twice.records[0]});
  check_objects(test::judged(twice, delivery), "which was settled before", {first, second});

  Three passed_over;
  passed_over.end(passed_over.start(passed_over.mirror, passed_over.root, passed_over.records));
  const FactIndex settled =
      passed_over.settle(passed_over.mirror, passed_over.root, {passed_over.records[0], passed_over.records[2]});
  check_objects(test::judged(passed_over, delivery), "passes over a record of shard 0", {settled});

  Three left;
  left.deliver(left.mirror, left.root, {left.records[0]});
  Three unfinished = left;
  const FactIndex end = left.finish();
  check_objects(test::judged(left, delivery), "leaves 2 records of shard 0 unsettled", {left.declared, end});
  unfinished.finish(2);
  CHECK(test::judged(unfinished, delivery).is_ok());
}

TEST_CASE("O-DELIVERY wants a reason for each settlement", "[planted][O-DELIVERY][RETRY-2]") {
  const auto judged_as = [](Settlement how, InvocationOutcome outcome, bool trimmed = false) {
    Three trace;
    trace.end(trace.start(trace.mirror, trace.root, trace.records), outcome);
    if (trimmed) trace.at(25h).note(Trimmed{trace.stream, trace.root, 3, trace.records[2]});
    trace.settle(trace.mirror, trace.root, trace.records, how);
    return test::judged(trace, delivery);
  };
  CHECK(judged_as(Settlement::handled, InvocationOutcome::ok).is_ok());
  CHECK(judged_as(Settlement::retries_exhausted, InvocationOutcome::threw).is_ok());
  CHECK(judged_as(Settlement::expired, InvocationOutcome::threw, true).is_ok());
  for (const auto outcome : {InvocationOutcome::threw, InvocationOutcome::answer_lost, InvocationOutcome::timed_out,
                             InvocationOutcome::crashed, InvocationOutcome::bad_response})
    check_objects(judged_as(Settlement::handled, outcome), "though no invocation with it ended well");
  check_objects(judged_as(Settlement::expired, InvocationOutcome::threw), "though it is still in the stream");
  check_objects(judged_as(Settlement::skipped, InvocationOutcome::threw), "though the mapping starts at the oldest record");

  Three old;  // not trimmed yet, but no longer promised either
  old.end(old.start(old.mirror, old.root, old.records), InvocationOutcome::threw);
  old.at(25h).settle(old.mirror, old.root, old.records, Settlement::expired);
  CHECK(test::judged(old, delivery).is_ok());

  Three overdue;  // its 24 h are over, though nothing was trimmed yet
  overdue.at(24h + 1s).settle(overdue.mirror, overdue.root, overdue.records, Settlement::expired);
  CHECK(test::judged(overdue, delivery).is_ok());

  Three untried;
  untried.settle(untried.mirror, untried.root, untried.records, Settlement::retries_exhausted);
  check_objects(test::judged(untried, delivery), "though it was never delivered");
}

TEST_CASE("O-DELIVERY wants one batch of one shard in flight, in order", "[planted][O-DELIVERY][POLL-3][POLL-6][POLL-9]") {
  Three two;
  const InvocationId first = two.start(two.mirror, two.root, {two.records[0]});
  const FactIndex started = two.last();
  two.start(two.mirror, two.root, {two.records[1]});
  check_objects(test::judged(two, delivery), "has two batches of shard 0 in flight", {started, two.last()});
  static_cast<void>(first);

  CleanTrace mixed;
  mixed.body<InvocationStarted>(2).records = TraceBuilder::list({mixed.records[1], mixed.records[2]});
  check_objects(test::judged(mixed, delivery), "delivers a record that shard 1 does not hold",
                {mixed.nth<InvocationStarted>(2).index});

  Three backwards;
  backwards.start(backwards.mirror, backwards.root, {backwards.records[1], backwards.records[0]});
  check_objects(test::judged(backwards, delivery), "out of the order of its shard", {backwards.last()});

  Three late;
  late.fail({late.records[1]});
  late.start(late.mirror, late.root, {late.records[0], late.records[1]});
  check_objects(test::judged(late, delivery), "delivers a record for the first time at", {late.last()});
}

TEST_CASE("O-DELIVERY lets lanes run side by side, one batch in each", "[planted][O-DELIVERY][POLL-4]") {
  Three trace(2);
  const InvocationId first = trace.start(trace.mirror, trace.root, {trace.records[1]});
  const FactIndex started = trace.last();
  const InvocationId second = trace.start(trace.mirror, trace.root, {trace.records[0]});  // another item's turn
  Three third = trace;
  trace.end(second, InvocationOutcome::ok);
  trace.end(first, InvocationOutcome::ok);
  trace.settle(trace.mirror, trace.root, {trace.records[1]});
  trace.settle(trace.mirror, trace.root, {trace.records[0]});
  trace.deliver(trace.mirror, trace.root, {trace.records[2]});
  trace.finish();
  CHECK(test::judged(trace, delivery).is_ok());

  third.start(third.mirror, third.root, {third.records[2]});
  check_objects(test::judged(third, delivery), "has 3 batches of shard 0 in flight", {started, third.last()});
}

TEST_CASE("O-DELIVERY wants an item in one lane at a time, and in order", "[planted][O-DELIVERY][POLL-4][STREAM-3]") {
  Three together(4, 0, {"A", "A", "B"});
  together.start(together.mirror, together.root, {together.records[0]});
  const FactIndex started = together.last();
  together.start(together.mirror, together.root, {together.records[1]});
  check_objects(test::judged(together, delivery), "has two batches with one item of shard 0 in flight",
                {started, together.last()});

  Three shuffled(4, 0, {"A", "A", "B"});
  shuffled.fail({shuffled.records[1]});
  shuffled.start(shuffled.mirror, shuffled.root, {shuffled.records[0]});
  check_objects(test::judged(shuffled, delivery), "after later records of its item in shard 0", {shuffled.last()});

  Three left(4);  // whatever the other lanes have settled
  left.deliver(left.mirror, left.root, {left.records[2]});
  left.deliver(left.mirror, left.root, {left.records[0]});
  const FactIndex end = left.finish();
  check_objects(test::judged(left, delivery), "leaves 1 record of shard 0 unsettled", {left.declared, end});
}

TEST_CASE("O-DELIVERY lets filters settle what was not delivered, and nobody else", "[planted][O-DELIVERY][FILTER-5]") {
  Three ahead(1, 1);
  ahead.settle(ahead.mirror, ahead.root, {ahead.records[1]}, Settlement::filtered);
  Three again = ahead;
  ahead.deliver(ahead.mirror, ahead.root, {ahead.records[0], ahead.records[2]});
  ahead.finish();
  CHECK(test::judged(ahead, delivery).is_ok());

  const FactIndex filtered = again.last();
  again.start(again.mirror, again.root, again.records);
  check_objects(test::judged(again, delivery), "that was settled before", {filtered, again.last()});

  Three without;
  const FactIndex none = without.settle(without.mirror, without.root, {without.records[0]}, Settlement::filtered);
  check_objects(test::judged(without, delivery), "though the mapping has no filters", {none});

  Three tried(1, 1);
  tried.fail({tried.records[0]});
  const FactIndex after = tried.settle(tried.mirror, tried.root, {tried.records[0]}, Settlement::filtered);
  check_objects(test::judged(tried, delivery), "though it was delivered", {after});
}

TEST_CASE("O-DELIVERY lets an update to other lanes, or to filters where there were none, begin anew with what is not settled",
          "[planted][O-DELIVERY][FILTER-10][ESM-25][POLL-9]") {
  Three fresh;
  fresh.fail({fresh.records[0], fresh.records[1]});
  fresh.note(LanesDeclared{fresh.mirror, 1, false, 1});
  Three delivered = fresh, more = fresh;
  fresh.settle(fresh.mirror, fresh.root, {fresh.records[0]}, Settlement::filtered);
  fresh.deliver(fresh.mirror, fresh.root, {fresh.records[1], fresh.records[2]});
  fresh.finish();
  CHECK(test::judged(fresh, delivery).is_ok());

  delivered.fail({delivered.records[0]});
  const FactIndex after = delivered.settle(delivered.mirror, delivered.root, {delivered.records[0]}, Settlement::filtered);
  check_objects(test::judged(delivered, delivery), "though it was delivered", {after});

  more.fail({more.records[0]});
  more.note(LanesDeclared{more.mirror, 1, false, 2});  // other filters: what has passed them once stays
  const FactIndex passed = more.settle(more.mirror, more.root, {more.records[0]}, Settlement::filtered);
  check_objects(test::judged(more, delivery), "though it was delivered", {passed});

  Three handled;
  handled.end(handled.start(handled.mirror, handled.root, {handled.records[0]}));
  handled.note(LanesDeclared{handled.mirror, 2, false, 0});
  const FactIndex before = handled.settle(handled.mirror, handled.root, {handled.records[0]});
  check_objects(test::judged(handled, delivery), "though no invocation with it ended well", {before});

  Three fewer(4);
  fewer.fail({fewer.records[2]});
  fewer.note(LanesDeclared{fewer.mirror, 1, false, 0});
  Three shuffled = fewer;
  for (const RecordId record : fewer.records) fewer.deliver(fewer.mirror, fewer.root, {record});
  fewer.finish();
  CHECK(test::judged(fewer, delivery).is_ok());

  shuffled.fail({shuffled.records[1]});
  shuffled.start(shuffled.mirror, shuffled.root, {shuffled.records[0]});
  check_objects(test::judged(shuffled, delivery), "after later records of shard 0", {shuffled.last()});

  Three other(4, 0, {"A", "A", "B"});
  other.fail({other.records[0]});
  other.note(LanesDeclared{other.mirror, 2, false, 0});
  other.fail({other.records[1]});
  other.start(other.mirror, other.root, {other.records[0]});
  check_objects(test::judged(other, delivery), "after later records of its item in shard 0", {other.last()});
}

TEST_CASE("O-DELIVERY lets only a repeat look back, and never past a settlement", "[planted][O-DELIVERY][POLL-9]") {
  Three trace;
  trace.fail(trace.records);
  trace.fail({trace.records[0]});  // bisected: the first half again
  trace.deliver(trace.mirror, trace.root, {trace.records[0]});
  const FactIndex settled = trace.last();
  Three again = trace;
  trace.deliver(trace.mirror, trace.root, {trace.records[1], trace.records[2]});
  trace.finish();
  CHECK(test::judged(trace, delivery).is_ok());
  again.start(again.mirror, again.root, again.records);
  check_objects(test::judged(again, delivery), "that was settled before", {settled, again.last()});
}

TEST_CASE("O-NOLOSS and O-ACCT catch records given up without a word", "[planted][O-NOLOSS][O-ACCT][RETRY-3]") {
  for (const Settlement how : {Settlement::retries_exhausted, Settlement::age_exceeded, Settlement::expired}) {
    Three trace;
    trace.fail(trace.records);
    const FactIndex settled = trace.settle(trace.mirror, trace.root, trace.records, how);
    check_objects(test::judged(trace, no_loss), "the change of item A of orders appended at 000:00:01.000000 is lost",
                  {trace.writes[0], trace.appends[0], settled});
    check_objects(test::judged(trace, accounting), "disposed of 3 records", {trace.writes[0], trace.appends[0], settled});
  }
}

TEST_CASE("O-NOLOSS wants content at the destination, or any message where told so", "[planted][O-NOLOSS][DEST-1]") {
  Three trace;
  trace.fail(trace.records);
  const FactIndex settled = trace.settle(trace.mirror, trace.root, trace.records, Settlement::retries_exhausted, true);
  Three whole = trace, unsent = trace;
  trace.send(trace.records, false);
  check_objects(test::judged(trace, no_loss), "got its address, not its content", {trace.writes[0], trace.appends[0], settled});
  CHECK(test::judged(trace, any_message).is_ok());
  CHECK(test::judged(trace, accounting).is_ok());
  whole.send(whole.records, true);
  CHECK(test::judged(whole, no_loss).is_ok());
  check_objects(test::judged(unsent, any_message), "the destination never got its message",
                {trace.writes[0], trace.appends[0], settled});
}

TEST_CASE("O-NOLOSS with a view catches a record that was acknowledged without an effect", "[planted][O-NOLOSS][RETRY-2]") {
  const OracleSpec effects{"O-NOLOSS", {{"mapping", "mirror"}, {"view", "view"}}};
  Three trace;
  const TableId view = trace.table("view");
  const InvocationId failed = trace.start(trace.mirror, trace.root, trace.records);
  trace.put(view, item("A"), Actor::of(failed));  // its effect stays, though it comes again
  trace.end(failed, InvocationOutcome::threw);
  const InvocationId again = trace.start(trace.mirror, trace.root, trace.records, 1);
  trace.put(view, item("B"), Actor::client(0));  // somebody else's
  Three refused = trace, ignored = trace;
  trace.end(again);
  const FactIndex settled = trace.settle(trace.mirror, trace.root, trace.records);
  check_objects(test::judged(trace, effects), "the change of item B of orders appended at 000:00:01.000000 is lost",
                {trace.writes[1], trace.appends[1], settled});
  CHECK(test::judged(trace, no_loss).is_ok());

  // A write that its own condition refuses, or that changes nothing, says that the effect is there.
  const ItemKey b{AttributeValue("B")}, c{AttributeValue("C")};
  refused.note(WriteRefused{view, b, ServiceError::condition_failed, Actor::of(again)});
  refused.note(WriteIgnored{view, c, Actor::of(again)});
  refused.end(again);
  refused.settle(refused.mirror, refused.root, refused.records);
  CHECK(test::judged(refused, effects).is_ok());
  ignored.note(WriteIgnored{view, b, Actor::of(again)});
  ignored.note(WriteRefused{view, c, ServiceError::throughput_exceeded, Actor::of(again)});
  ignored.end(again);
  ignored.settle(ignored.mirror, ignored.root, ignored.records);
  check_objects(test::judged(ignored, effects), "the change of item C of orders");
}

TEST_CASE("O-NOLOSS with a view catches a change that is acknowledged and never written",
          "[planted][O-NOLOSS][FM-05][FM-07][FM-10]") {
  const OracleSpec with_view{"O-NOLOSS", {{"mapping", "mirror"}, {"view", "views"}}};
  Three trace;
  const TableId views = trace.table("views");
  const ItemKey c(AttributeValue("C"));
  const InvocationId first = trace.start(trace.mirror, trace.root, trace.records);
  trace.put(views, item("A"), Actor::of(first));
  trace.note(WriteRefused{views, c, ServiceError::throttling, Actor::of(first)});
  trace.end(first, InvocationOutcome::crashed);
  const InvocationId second = trace.start(trace.mirror, trace.root, trace.records, 1);
  trace.note(WriteIgnored{views, ItemKey(AttributeValue("B")), Actor::of(second)});
  Three newer = trace;
  trace.end(second);
  const FactIndex settled = trace.settle(trace.mirror, trace.root, trace.records);
  check_objects(test::judged(trace, with_view), "item C of orders appended at 000:00:01.000000 is lost",
                {trace.writes[2], trace.appends[2], settled});
  newer.note(WriteRefused{views, c, ServiceError::condition_failed, Actor::of(second)});  // the view has a later state
  newer.end(second);
  newer.settle(newer.mirror, newer.root, newer.records);
  CHECK(test::judged(newer, with_view).is_ok());
}

TEST_CASE("O-NOLOSS is not put to the test by records that a filter left out", "[planted][O-NOLOSS][FILTER-1]") {
  Three trace;
  trace.settle(trace.mirror, trace.root, {trace.records[0]}, Settlement::filtered);
  CHECK(test::judged(trace, no_loss).kind == Verdict::Kind::unknown);
  trace.settle(trace.mirror, trace.root, {trace.records[1]});
  CHECK(test::judged(trace, no_loss).is_ok());
}

TEST_CASE("a deleted mapping owes nothing, and only it leaves records behind", "[planted][O-DELIVERY][O-LIVE][ESM-25]") {
  Three alive;
  alive.settle(alive.mirror, alive.root, {alive.records[0]}, Settlement::left_behind);
  check_objects(test::judged(alive, delivery), "though the mapping is not deleted");

  Three gone;
  gone.note(MappingStateChanged{gone.mirror, MappingState::deleted, "User action", ProcessingResult::ok});
  gone.settle(gone.mirror, gone.root, {gone.records[0]}, Settlement::left_behind);
  gone.at(1h).finish();
  CHECK(test::judged(gone, delivery).is_ok());
  CHECK(test::judged(gone, live).is_ok());
}

TEST_CASE("O-DELIVERY objects to an invocation that a mapping at rest begins", "[planted][O-DELIVERY][ESM-25]") {
  for (const MappingState state :
       {MappingState::creating, MappingState::enabling, MappingState::disabled, MappingState::deleted}) {
    Three trace;
    const FactIndex since = trace.note(MappingStateChanged{trace.mirror, state, "User action", ProcessingResult::ok});
    // An update or a deletion on top of it changes nothing.
    Three updating = trace;
    const FactIndex later =
        updating.note(MappingStateChanged{updating.mirror, MappingState::updating, "User action", ProcessingResult::ok});
    trace.deliver(trace.mirror, trace.root, trace.records);
    updating.deliver(updating.mirror, updating.root, updating.records);
    check_objects(test::judged(trace, delivery), ", though it is " + std::string(to_text(state)), {since, since + 1});
    check_objects(test::judged(updating, delivery), ", though it is Updating", {later, later + 1});
  }
  for (const MappingState state :
       {MappingState::enabled, MappingState::disabling, MappingState::updating, MappingState::deleting}) {
    Three trace;
    trace.note(MappingStateChanged{trace.mirror, state, "User action", ProcessingResult::ok});
    trace.deliver(trace.mirror, trace.root, trace.records);
    CHECK(test::judged(trace, delivery).is_ok());
  }
  Three in_flight;
  const auto begun = in_flight.start(in_flight.mirror, in_flight.root, in_flight.records);
  in_flight.note(MappingStateChanged{in_flight.mirror, MappingState::disabled, "User action", ProcessingResult::ok});
  in_flight.end(begun, InvocationOutcome::ok);
  in_flight.settle(in_flight.mirror, in_flight.root, in_flight.records);
  CHECK(test::judged(in_flight, delivery).is_ok());
}

TEST_CASE("O-ACCT wants the message that a settlement claims", "[planted][O-ACCT][DEST-7]") {
  Three trace;
  trace.fail(trace.records);
  const FactIndex settled = trace.settle(trace.mirror, trace.root, trace.records, Settlement::age_exceeded, true);
  trace.send({trace.records[0], trace.records[1]}, false);
  Three soon = trace;
  const FactIndex end = trace.at(1h).finish();
  check_objects(test::judged(trace, accounting), "no message about it ever reached the destination",
                {trace.writes[2], trace.appends[2], settled, end});
  soon.at(1min).finish();
  CHECK(test::judged(soon, accounting).is_ok());
}

TEST_CASE("O-ACCT wants a record told of as often as it is given up, alone or with others, and no oftener",
          "[planted][O-ACCT][RETRY-8][OPEN-10]") {
  Three trace;  // told of before and after its settlement, as without and with a delay
  trace.fail(trace.records);
  const FactIndex first = trace.send({trace.records[0], trace.records[1]}, false);
  trace.settle(trace.mirror, trace.root, {trace.records[0]}, Settlement::retries_exhausted, true);
  const FactIndex settled =
      trace.settle(trace.mirror, trace.root, {trace.records[1], trace.records[2]}, Settlement::retries_exhausted, true);
  Three twice = trace, again = trace, within = trace;
  trace.send({trace.records[2]}, false);
  trace.at(1h).finish();
  CHECK(test::judged(trace, accounting).is_ok());

  const FactIndex second = twice.send({twice.records[1], twice.records[2]}, false);
  twice.finish();
  check_objects(test::judged(twice, accounting),
                "told its destination 2 times of the change of item B of orders, which it gave up with a message 1 time",
                {twice.writes[1], twice.appends[1], first, settled, second});

  within.send({within.records[2], within.records[2]}, false);
  within.finish();
  check_objects(test::judged(within, accounting), "told its destination 2 times of the change of item C");

  // After a lost poller it comes again, and what is given up then is told of then, too.
  again.note(Replayed{again.mirror, again.root, again.list({again.records[1]})});
  again.fail({again.records[1]});
  again.settle(again.mirror, again.root, {again.records[1]}, Settlement::retries_exhausted, true);
  again.send({again.records[1], again.records[2]}, false);
  Three thrice = again;
  again.finish();
  CHECK(test::judged(again, accounting).is_ok());
  thrice.send({thrice.records[1]}, true);
  thrice.finish();
  check_objects(test::judged(thrice, accounting),
                "3 times of the change of item B of orders, which it gave up with a message 2");
}

TEST_CASE("O-ACCT wants nobody told of a record that was handled", "[planted][O-ACCT][DEST-8]") {
  Three trace;
  trace.deliver(trace.mirror, trace.root, trace.records);
  const FactIndex handled = trace.last(), sent = trace.send({trace.records[2]}, false);
  trace.finish();
  check_objects(test::judged(trace, accounting),
                "told its destination 1 time of record 2, which it gave up with a message 0 times",
                {trace.writes[2], trace.appends[2], handled, sent});

  Three unheard_of;
  unheard_of.send({RecordId{77}}, false);
  unheard_of.finish();
  check_objects(test::judged(unheard_of, accounting),
                "told its destination 1 time of record 77, which it gave up with a message 0 times");
}

TEST_CASE("O-LIVE catches a backlog at the end", "[planted][O-LIVE][RETRY-4]") {
  Three trace;
  trace.deliver(trace.mirror, trace.root, {trace.records[0]});
  trace.fail({trace.records[1], trace.records[2]});
  const FactIndex failed = trace.fail({trace.records[1], trace.records[2]});
  Three soon = trace;
  const FactIndex end = trace.at(1h).finish(2);
  check_objects(test::judged(trace, live), "still has 2 records unsettled after more than 10min",
                {trace.writes[1], trace.appends[1], failed, end});
  check_objects(test::judged(trace, live), "; its last attempt failed at 000:00:0");
  CHECK_THAT(test::judged(trace, live).message, Catch::Matchers::EndsWith(": threw"));
  soon.at(5min).finish(2);
  CHECK(test::judged(soon, live).is_ok());
}

TEST_CASE("O-LIVE with a wait catches a blocked shard while it is blocked", "[planted][O-LIVE][RETRY-4]") {
  Three trace;
  trace.fail(trace.records);
  trace.at(7h).fail(trace.records);
  check_objects(test::judged(trace, waits), "is still being delivered at 007:00:00.000000");
}

TEST_CASE("O-LIVE with a wait catches records that are settled too late", "[planted][O-LIVE][RETRY-4]") {
  Three trace;
  const FactIndex failed = trace.fail(trace.records);
  trace.at(25h).note(Trimmed{trace.stream, trace.root, 3, trace.records[2]});
  const FactIndex settled = trace.settle(trace.mirror, trace.root, trace.records, Settlement::expired);
  trace.finish();
  check_objects(test::judged(trace, waits), "is settled only at 025:00:00.000000: longer than 6h",
                {trace.writes[0], trace.appends[0], failed, settled});
  CHECK(test::judged(trace, live).is_ok());
}
