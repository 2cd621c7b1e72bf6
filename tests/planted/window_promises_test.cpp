// The model's promise about windows that end, broken in a trace made by hand.
#include "tests/catch.hpp"
#include "tests/oracles/trace_builder.hpp"
#include "tests/planted/objects.hpp"

using namespace weir;
using weir::test::check_objects;
using weir::test::item;
using weir::test::TraceBuilder;

namespace {

// Two records of one shard: the first handled in a window, which ends.
struct EndedWindow : TraceBuilder {
  TableId orders = table("orders");
  StreamId stream;
  ShardId root;
  MappingId mirror;
  RecordId a, b;
  FactIndex ending = no_fact;
  EndedWindow() {
    std::tie(stream, root) = TraceBuilder::stream(orders);
    mirror = mapping(stream, "mirror");
    a = append(put(orders, item("A")), root);
    deliver(mirror, root, {a});
    b = append(put(orders, item("B")), root);
    ending = note(WindowEnding{mirror, root, 60, 120, false});
  }
  Verdict verdict() const { return test::judged(*this, {"O-DELIVERY", {}}); }
};

}  // namespace

TEST_CASE("O-DELIVERY wants nothing delivered before the final invocation of a window has ended well",
          "[planted][O-DELIVERY][WIN-5]") {
  EndedWindow well;
  well.end(well.start(well.mirror, well.root, {}), InvocationOutcome::threw);
  well.end(well.start(well.mirror, well.root, {}, 1));
  well.deliver(well.mirror, well.root, {well.b});
  well.finish();
  CHECK(well.verdict().is_ok());

  const std::string says = "though the final invocation of a window that ended has not ended well";
  EndedWindow untried;
  untried.start(untried.mirror, untried.root, {untried.b});
  check_objects(untried.verdict(), says, {untried.ending, untried.last()});

  EndedWindow failed;
  failed.end(failed.start(failed.mirror, failed.root, {}), InvocationOutcome::threw);
  failed.start(failed.mirror, failed.root, {failed.b});
  check_objects(failed.verdict(), says, {failed.ending, failed.last()});

  EndedWindow unheard;
  const InvocationId lost = unheard.start(unheard.mirror, unheard.root, {});
  unheard.note(PollerLost{unheard.mirror, unheard.root, lost, 1s});
  unheard.end(lost);
  unheard.start(unheard.mirror, unheard.root, {unheard.b});
  check_objects(unheard.verdict(), says, {unheard.ending, unheard.last()});
}

TEST_CASE("O-DELIVERY wants each window ended when nothing is unfinished", "[planted][O-DELIVERY][WIN-5]") {
  EndedWindow open;
  open.note(ShardStarted{open.mirror, open.root});
  open.end(open.start(open.mirror, open.root, {}), InvocationOutcome::threw);
  EndedWindow waiting = open, gone = open;
  const FactIndex end = open.finish();
  check_objects(open.verdict(), "leaves a window of shard 0 without a final invocation that ended well", {open.ending, end});
  waiting.finish(1);
  CHECK(waiting.verdict().is_ok());
  gone.note(MappingStateChanged{gone.mirror, MappingState::deleted, "User action", ProcessingResult::no_records});
  gone.finish();
  CHECK(gone.verdict().is_ok());
}

TEST_CASE("O-LIVE counts a window that is over and cannot end", "[planted][O-LIVE][WIN-5]") {
  const OracleSpec within{"O-LIVE", {{"mapping", "mirror"}, {"within", "10min"}}},
      wait{"O-LIVE", {{"mapping", "mirror"}, {"within", "10h"}, {"wait", "1h"}}};
  EndedWindow all;
  all.at(1min).end(all.start(all.mirror, all.root, {}), InvocationOutcome::threw);
  const FactIndex failed = all.last();

  EndedWindow stuck = all;
  stuck.settle(stuck.mirror, stuck.root, {stuck.b}, Settlement::expired);
  const FactIndex stuck_end = stuck.at(11min).finish(1);
  check_objects(test::judged(stuck, within),
                "mapping mirror has not ended the window of shard 0 that was over at 000:00:00.000000, after more than 10min, "
                "when the run "
                "ends at 000:11:00.000000; its last attempt failed at 000:01:00.000000: threw",
                {stuck.ending, failed, stuck_end});
  CHECK(test::judged(stuck, wait).is_ok());

  EndedWindow unheard = all;
  const InvocationId lost = unheard.start(unheard.mirror, unheard.root, {}, 1);
  unheard.note(PollerLost{unheard.mirror, unheard.root, lost, 1s});
  unheard.end(lost);
  unheard.settle(unheard.mirror, unheard.root, {unheard.b}, Settlement::expired);
  unheard.at(11min).finish(1);
  check_objects(test::judged(unheard, within), "has not ended the window of shard 0");

  EndedWindow deleted = stuck;
  deleted.facts.pop_back();
  deleted.note(MappingStateChanged{deleted.mirror, MappingState::deleted, "User action", ProcessingResult::no_records});
  deleted.finish();
  CHECK(test::judged(deleted, within).is_ok());

  EndedWindow disabled = all;
  disabled.settle(disabled.mirror, disabled.root, {disabled.b}, Settlement::expired);
  const FactIndex rests =
      disabled.note(MappingStateChanged{disabled.mirror, MappingState::disabled, "User action", ProcessingResult::ok});
  const FactIndex disabled_end = disabled.at(11min).finish(1);
  check_objects(test::judged(disabled, within),
                "when the run ends at 000:11:00.000000; the mapping is Disabled since 000:01:00.000000",
                {disabled.ending, rests, disabled_end});

  EndedWindow in_time = all;
  in_time.at(2min).end(in_time.start(in_time.mirror, in_time.root, {}, 1));
  in_time.deliver(in_time.mirror, in_time.root, {in_time.b});
  in_time.at(5h).finish();
  CHECK(test::judged(in_time, within).is_ok());
  CHECK(test::judged(in_time, wait).is_ok());

  EndedWindow late = all;
  late.settle(late.mirror, late.root, {late.b}, Settlement::expired);
  EndedWindow tried = late;
  const InvocationId last_try = late.at(50min).start(late.mirror, late.root, {}, 1);
  const FactIndex late_end = late.at(61min).end(last_try);
  check_objects(test::judged(late, wait),
                "the window of shard 0 that was over at 000:00:00.000000 ends only at 001:01:00.000000: longer than 1h",
                {late.ending, failed, late_end});
  tried.at(61min).start(tried.mirror, tried.root, {}, 1);
  check_objects(test::judged(tried, wait), "is still to end at 001:01:00.000000: longer than 1h",
                {tried.ending, failed, tried.last()});
}
