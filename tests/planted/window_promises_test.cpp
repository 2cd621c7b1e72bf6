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
