// What queues promise, and what an address in one is worth.
#include "tests/catch.hpp"
#include "tests/oracles/clean_trace.hpp"
#include "tests/planted/objects.hpp"

using namespace weir;
using weir::test::check_objects;
using weir::test::item;
using weir::test::TraceBuilder;

namespace {

const OracleSpec queue_order{"O-QUEUE", {{"queue", "q"}}};
const OracleSpec read_back{"O-NOLOSS", {{"mapping", "mirror"}, {"destination", "read"}}};

// A FIFO queue with two messages of a group and one of another.
struct Queued : TraceBuilder {
  const QueueId q{0};
  const Actor reader = Actor::of(ReaderId{0});
  std::vector<FactIndex> sends;

  explicit Queued(QueueKind kind = QueueKind::fifo) {
    note(QueueDeclared{q, "q", kind, 30s, 1h});
    at(1s);
    sends = {send(0, "a", "1"), send(1, "a", "2"), send(2, "b", "3")};
  }
  FactIndex send(std::uint64_t message, const std::string& group, const std::string& id, bool repeats = false) {
    return note(MessageSent{q, MessageId{message}, "body", group, id, repeats});
  }
  FactIndex receive(std::uint64_t message, std::uint32_t receives = 1) {
    return note(MessageReceived{q, MessageId{message}, receives, reader});
  }
  FactIndex remove(std::uint64_t message) { return note(MessageGone{q, MessageId{message}, MessageEnd::removed}); }
  Verdict judged() {
    finish();
    return test::judged(*this, queue_order);
  }
};

// A record that a mapping gives up, with an address in a destination.
struct GivenUp : TraceBuilder {
  ShardId root;
  StreamId stream;
  RecordId record;
  FactIndex written = 0, appended = 0, settled = 0;
  GivenUp() {
    const TableId orders = table("orders");
    std::tie(stream, root) = TraceBuilder::stream(orders);
    const MappingId mirror = mapping(stream, "mirror");
    written = put(orders, item("A"));
    record = append(written, root);
    appended = last();
    note(DestinationSent{mirror, root, list({record}), false, "{}"});
    settled = note(Settled{mirror, root, list({record}), Settlement::retries_exhausted, true});
  }
};

}  // namespace

TEST_CASE("O-QUEUE is content with a queue that keeps its order, and unknown when nothing was received", "[planted][O-QUEUE]") {
  CHECK(Queued().judged().kind == Verdict::Kind::unknown);
  Queued trace;
  trace.at(2s).note(MessageReceived{trace.q, MessageId{0}, 1, trace.reader});
  trace.receive(1);
  trace.receive(2);
  trace.at(40s).note(MessageReceived{trace.q, MessageId{0}, 2, trace.reader});
  trace.remove(0);
  trace.receive(1, 2);
  trace.send(3, "a", "1", true);
  trace.at(10min).note(MessageSent{trace.q, MessageId{4}, "body", "a", "1", false});
  CHECK(trace.judged().is_ok());
}

TEST_CASE("O-QUEUE objects to a message that was never sent, is gone, or too old", "[planted][O-QUEUE]") {
  SECTION("never sent") {
    Queued trace;
    const FactIndex received = trace.receive(9);
    check_objects(trace.judged(), "message 9 of queue q is received and was never sent", {received});
  }
  SECTION("gone") {
    Queued trace;
    trace.remove(0);
    const FactIndex received = trace.receive(0);
    check_objects(trace.judged(), "is received after it was gone", {trace.sends[0], received});
  }
  SECTION("too old") {
    Queued trace(QueueKind::standard);
    trace.at(2h);
    const FactIndex received = trace.receive(0);
    check_objects(trace.judged(), "is received after its retention period", {trace.sends[0], received});
  }
}

TEST_CASE("O-QUEUE objects to a FIFO queue that repeats, shows what is out, or overtakes", "[planted][O-QUEUE]") {
  SECTION("a repetition within five minutes") {
    Queued trace;
    trace.at(4min);
    const FactIndex again = trace.send(3, "a", "1");
    check_objects(trace.judged(), "takes 1 a second time", {trace.sends[0], again});
  }
  SECTION("what is out") {
    Queued trace;
    const FactIndex first = trace.receive(0);
    trace.at(10s);
    const FactIndex second = trace.receive(0, 2);
    check_objects(trace.judged(), "again within its visibility timeout", {first, second});
  }
  SECTION("a later message of the group first") {
    Queued trace;
    const FactIndex received = trace.receive(1);
    check_objects(trace.judged(), "before message 0 of its group a is done with", {trace.sends[0], trace.sends[1], received});
  }
  SECTION("a standard queue may do all of it") {
    Queued trace(QueueKind::standard);
    trace.send(3, "", "");
    trace.receive(1);
    trace.receive(0);
    trace.at(2s).note(MessageReceived{trace.q, MessageId{0}, 2, trace.reader});
    CHECK(trace.judged().is_ok());
  }
}

TEST_CASE("O-NOLOSS takes an address for as much as somebody made of it", "[planted][O-NOLOSS][DEST-1]") {
  SECTION("nobody read it") {
    GivenUp trace;
    trace.finish();
    check_objects(test::judged(trace, read_back), "and nobody read it with the address that the destination got",
                  {trace.written, trace.appended, trace.settled});
  }
  SECTION("a consumer read the record back") {
    GivenUp trace;
    trace.note(PageRead{trace.stream, trace.root, TraceBuilder::list({trace.record}), false, Actor::of(ReaderId{0})});
    trace.finish();
    CHECK(test::judged(trace, read_back).is_ok());
  }
}
