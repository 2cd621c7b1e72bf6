// What becomes of a mapping's records once a poller is lost.
#include "tests/catch.hpp"
#include "tests/planted/objects.hpp"
#include "tests/planted/three.hpp"

using namespace weir;
using weir::test::check_objects;
using weir::test::Three;

namespace {

const OracleSpec delivery{"O-DELIVERY", {}}, no_loss{"O-NOLOSS", {{"mapping", "mirror"}}},
    accounting{"O-ACCT", {{"mapping", "mirror"}}};

}  // namespace

TEST_CASE("O-DELIVERY lets a lost poller's invocation run on beside the next, and no other",
          "[planted][O-DELIVERY][POLL-3][OPEN-42]") {
  Three lost;
  const InvocationId unheard = lost.start(lost.mirror, lost.root, {lost.records[0]});
  const FactIndex started = lost.last();
  lost.note(PollerLost{lost.mirror, lost.root, unheard, 1s});
  const InvocationId next = lost.start(lost.mirror, lost.root, lost.records);
  Three third = lost, twice = lost, claimed = lost;
  lost.end(unheard, InvocationOutcome::ok);
  lost.end(next, InvocationOutcome::ok);
  lost.settle(lost.mirror, lost.root, lost.records);
  lost.finish();
  CHECK(test::judged(lost, delivery).is_ok());

  const FactIndex second = third.last();
  third.start(third.mirror, third.root, {third.records[0]});
  check_objects(test::judged(third, delivery), "has two batches of shard 0 in flight", {second, third.last()});

  const FactIndex again = twice.note(PollerLost{twice.mirror, twice.root, next, 1s});
  check_objects(test::judged(twice, delivery), "while an invocation that another one lost is still in flight",
                {started, again});

  claimed.end(unheard, InvocationOutcome::ok);
  claimed.settle(claimed.mirror, claimed.root, {claimed.records[0]});
  check_objects(test::judged(claimed, delivery), "though no invocation with it ended well");
}

TEST_CASE("O-DELIVERY lets a lost poller's invocation keep its items from no lane", "[planted][O-DELIVERY][POLL-4][OPEN-42]") {
  Three lost(2, 0, {"A", "A", "B"});
  const InvocationId unheard = lost.start(lost.mirror, lost.root, {lost.records[0]});
  lost.note(PollerLost{lost.mirror, lost.root, unheard, 1s});
  const InvocationId next = lost.start(lost.mirror, lost.root, {lost.records[0]});
  const FactIndex started = lost.last();
  Three claimed = lost;
  lost.end(next, InvocationOutcome::ok);
  lost.settle(lost.mirror, lost.root, {lost.records[0]});
  lost.end(unheard, InvocationOutcome::ok);
  lost.deliver(lost.mirror, lost.root, {lost.records[1], lost.records[2]});
  lost.finish();
  CHECK(test::judged(lost, delivery).is_ok());

  claimed.end(unheard, InvocationOutcome::ok);  // which lets go of nothing that the next has in hand
  claimed.start(claimed.mirror, claimed.root, {claimed.records[1]});
  check_objects(test::judged(claimed, delivery), "has two batches with one item of shard 0 in flight",
                {started, claimed.last()});
}

TEST_CASE("O-DELIVERY lets a shard's new poller go back, to what is settled past the checkpoint, and to all of an item",
          "[planted][O-DELIVERY][OPEN-10][LOOP-12]") {
  Three lost(2, 0, {"A", "B", "B", "B"});
  Three kept = lost;
  const InvocationId unheard = lost.start(lost.mirror, lost.root, {lost.records[0]});
  lost.deliver(lost.mirror, lost.root, {lost.records[1]});
  lost.deliver(lost.mirror, lost.root, {lost.records[2]});
  const FactIndex settled = lost.last();
  lost.note(PollerLost{lost.mirror, lost.root, unheard, 1s});
  lost.end(unheard, InvocationOutcome::ok);
  Three all = lost, last = lost, first = lost, early = lost, foreign = lost, behind = lost, claimed = lost;

  all.note(Replayed{all.mirror, all.root, all.list({all.records[1], all.records[2]})});
  Three owed = all;
  all.deliver(all.mirror, all.root, {all.records[1], all.records[2]});
  all.deliver(all.mirror, all.root, {all.records[0]});
  all.deliver(all.mirror, all.root, {all.records[3]});
  all.finish();
  CHECK(test::judged(all, delivery).is_ok());

  last.note(Replayed{last.mirror, last.root, last.list({last.records[2]})});
  last.deliver(last.mirror, last.root, {last.records[2]});
  CHECK(test::judged(last, delivery).is_ok());

  owed.deliver(owed.mirror, owed.root, {owed.records[0]});
  owed.deliver(owed.mirror, owed.root, {owed.records[1]});
  const FactIndex end = owed.finish();
  check_objects(test::judged(owed, delivery), "leaves 2 records of shard 0 unsettled", {owed.declared, end});

  const FactIndex partly = first.note(Replayed{first.mirror, first.root, first.list({first.records[1]})});
  check_objects(test::judged(first, delivery), "but not to a later record of the same item", {settled, partly});

  const FactIndex unsettled = early.note(Replayed{early.mirror, early.root, early.list({early.records[3]})});
  check_objects(test::judged(early, delivery), "that is not settled", {unsettled});

  const FactIndex elsewhere = foreign.note(Replayed{foreign.mirror, foreign.root, foreign.list({RecordId{99}})});
  check_objects(test::judged(foreign, delivery), "goes back to a record that shard 0 does not hold", {elsewhere});

  behind.deliver(behind.mirror, behind.root, {behind.records[0]});
  const FactIndex passed =
      behind.note(Replayed{behind.mirror, behind.root, behind.list({behind.records[1], behind.records[2]})});
  const Verdict too_far = test::judged(behind, delivery);
  check_objects(too_far, "that lies behind its checkpoint");
  CHECK(too_far.evidence.back() == passed);

  claimed.note(Replayed{claimed.mirror, claimed.root, claimed.list({claimed.records[1], claimed.records[2]})});
  claimed.end(claimed.start(claimed.mirror, claimed.root, {claimed.records[1]}), InvocationOutcome::threw);
  const FactIndex wrongly = claimed.settle(claimed.mirror, claimed.root, {claimed.records[1]});
  check_objects(test::judged(claimed, delivery), "though no invocation with it ended well", {wrongly});

  kept.deliver(kept.mirror, kept.root, {kept.records[1]});
  const FactIndex back = kept.note(Replayed{kept.mirror, kept.root, kept.list({kept.records[1]})});
  check_objects(test::judged(kept, delivery), "though it lost no poller of it", {back});
}

TEST_CASE("O-DELIVERY lets a new poller leave out what was filtered out, and nothing else of an item",
          "[planted][O-DELIVERY][OPEN-10][FILTER-5]") {
  Three lost(2, 1, {"A", "B", "B", "B"});
  const InvocationId unheard = lost.start(lost.mirror, lost.root, {lost.records[0]});
  lost.deliver(lost.mirror, lost.root, {lost.records[1]});
  lost.settle(lost.mirror, lost.root, {lost.records[2]}, Settlement::filtered);
  lost.note(PollerLost{lost.mirror, lost.root, unheard, 1s});
  lost.end(unheard, InvocationOutcome::ok);
  Three handled = lost;
  lost.note(Replayed{lost.mirror, lost.root, lost.list({lost.records[1]})});
  lost.deliver(lost.mirror, lost.root, {lost.records[1]});
  lost.deliver(lost.mirror, lost.root, {lost.records[0]});
  lost.deliver(lost.mirror, lost.root, {lost.records[3]});
  lost.finish();
  CHECK(test::judged(lost, delivery).is_ok());

  // Handled this time, though it was not to come again: what follows it in its item must come with it.
  handled.deliver(handled.mirror, handled.root, {handled.records[3]});
  const FactIndex settled = handled.last();
  const FactIndex back = handled.note(Replayed{handled.mirror, handled.root, handled.list({handled.records[1]})});
  check_objects(test::judged(handled, delivery), "but not to a later record of the same item", {settled, back});
}

TEST_CASE("O-DELIVERY lets what was settled undelivered be delivered when it comes again, in the order of its item",
          "[planted][O-DELIVERY][OPEN-10][POLL-9][RETRY-10]") {
  for (const std::uint32_t lanes : {1U, 2U}) {
    CAPTURE(lanes);
    Three lost(lanes, 1, {"A", "B", "B"});
    const InvocationId unheard = lost.start(lost.mirror, lost.root, {lost.records[0]});
    lost.settle(lost.mirror, lost.root, {lost.records[1]}, Settlement::age_exceeded);
    lost.note(PollerLost{lost.mirror, lost.root, unheard, 1s});
    lost.end(unheard, InvocationOutcome::ok);
    lost.deliver(lost.mirror, lost.root, {lost.records[2]});
    lost.note(Replayed{lost.mirror, lost.root, lost.list({lost.records[1], lost.records[2]})});
    Three overtaken = lost;
    lost.deliver(lost.mirror, lost.root, {lost.records[1]});
    lost.deliver(lost.mirror, lost.root, {lost.records[2]});
    lost.deliver(lost.mirror, lost.root, {lost.records[0]});
    lost.finish();
    CHECK(test::judged(lost, delivery).is_ok());

    overtaken.deliver(overtaken.mirror, overtaken.root, {overtaken.records[2]});
    overtaken.start(overtaken.mirror, overtaken.root, {overtaken.records[1]});
    check_objects(test::judged(overtaken, delivery), "delivers a record for the first time", {overtaken.last()});
  }
}

TEST_CASE("O-NOLOSS and O-ACCT take a record that was handled once as handled, though it came again and was given up",
          "[planted][O-NOLOSS][O-ACCT][OPEN-10]") {
  Three handled;
  handled.deliver(handled.mirror, handled.root, {handled.records[0]});
  handled.note(Replayed{handled.mirror, handled.root, handled.list({handled.records[0]})});
  handled.fail({handled.records[0], handled.records[1]});
  Three both = handled;
  handled.settle(handled.mirror, handled.root, {handled.records[0]}, Settlement::retries_exhausted);
  CHECK(test::judged(handled, no_loss).is_ok());
  CHECK(test::judged(handled, accounting).is_ok());

  const FactIndex lost = both.settle(both.mirror, both.root, {both.records[0], both.records[1]}, Settlement::retries_exhausted);
  check_objects(test::judged(both, no_loss), "and no destination heard of it", {both.writes[1], both.appends[1], lost});
  check_objects(test::judged(both, accounting), "disposed of 1 record", {both.writes[1], both.appends[1], lost});

  Three saved;  // given up with a word to a queue; handled when it came again
  saved.fail({saved.records[0]});
  saved.settle(saved.mirror, saved.root, {saved.records[0]}, Settlement::retries_exhausted, true);
  saved.send({saved.records[0]}, false);
  Three given_up = saved;
  saved.note(Replayed{saved.mirror, saved.root, saved.list({saved.records[0]})});
  saved.deliver(saved.mirror, saved.root, {saved.records[0]});
  CHECK(test::judged(saved, no_loss).is_ok());
  check_objects(test::judged(given_up, no_loss), "and the destination got its address, not its content");
}
