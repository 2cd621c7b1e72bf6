// What readers are handed, which streams there are, and how often a batch is tried.
#include "tests/catch.hpp"
#include "tests/oracles/clean_trace.hpp"
#include "tests/planted/objects.hpp"

using namespace weir;
using weir::test::check_objects;
using weir::test::item;
using weir::test::TraceBuilder;

namespace {

const OracleSpec pages{"O-PAGES", {}}, arn{"O-ARN", {}},
    retry{"O-RETRY", {{"mapping", "mirror"}, {"retries", "1"}, {"age", "1min"}}};

// Four records in one shard; a reader with an iterator at the oldest; a mapping.
struct Read : TraceBuilder {
  TableId orders = table("orders");
  StreamId stream;
  ShardId root;
  MappingId mirror;
  Actor tail = Actor::of(ReaderId{0});
  std::vector<RecordId> records;
  std::vector<FactIndex> appends;
  FactIndex issued = 0;

  Read() {
    std::tie(stream, root) = TraceBuilder::stream(orders);
    mirror = mapping(stream, "mirror");
    at(1s);
    for (const char* id : {"A", "B", "C", "D"}) {
      records.push_back(append(put(orders, item(id)), root));
      appends.push_back(last());
    }
    issued = note(IteratorIssued{stream, root, IteratorType::trim_horizon, tail});
  }
  FactIndex page(std::vector<RecordId> held, bool at_end = false) {
    return note(PageRead{stream, root, list(std::move(held)), at_end, tail});
  }
  void fail(std::vector<RecordId> batch) {
    end(start(mirror, root, std::move(batch)), InvocationOutcome::threw);
    note(RetryScheduled{mirror, root, 0, 1, 1s});
  }
};

}  // namespace

TEST_CASE("O-PAGES objects to a page with a hole, inside it or before it", "[planted][O-PAGES][GREC-2]") {
  Read inside;
  const FactIndex holed = inside.page({inside.records[0], inside.records[2]});
  check_objects(test::judged(inside, pages), "passes over a record", {inside.issued, holed});

  Read before;
  const FactIndex first = before.page({before.records[0]}), second = before.page({before.records[2]});
  check_objects(test::judged(before, pages), "begins where no iterator of its reader stands", {first, second});

  Read twice;
  twice.page({twice.records[0], twice.records[1]});
  twice.page({twice.records[0]});  // an iterator may be used again
  CHECK(test::judged(twice, pages).is_ok());

  Read anywhere;
  anywhere.note(IteratorIssued{anywhere.stream, anywhere.root, IteratorType::after_sequence_number, anywhere.tail});
  anywhere.page({anywhere.records[2]});
  CHECK(test::judged(anywhere, pages).is_ok());
}

TEST_CASE("O-PAGES objects to an iterator of 15 minutes, and to none at all", "[planted][O-PAGES][ITER-2]") {
  Read young;
  young.at(15min);
  young.page({young.records[0]});
  CHECK(test::judged(young, pages).is_ok());

  Read old;
  old.at(15min + 1s);
  const FactIndex read = old.page({old.records[0]});
  check_objects(test::judged(old, pages), "with an iterator of 15 minutes or more", {old.issued, read});

  Read none;
  none.tail = Actor::of(ReaderId{1});
  const FactIndex page = none.page({});
  check_objects(test::judged(none, pages), "never asked for an iterator", {page});
}

TEST_CASE("O-PAGES objects to an end that is none", "[planted][O-PAGES][GREC-3]") {
  Read open;
  const FactIndex told = open.page({open.records[0], open.records[1], open.records[2], open.records[3]}, true);
  check_objects(test::judged(open, pages), "which has not been closed", {open.issued, told});

  Read early;
  early.note(ShardClosed{early.stream, early.root});
  const FactIndex page = early.page({early.records[0]}, true);
  check_objects(test::judged(early, pages), "which has more records", {early.issued, page});

  Read right;
  right.note(ShardClosed{right.stream, right.root});
  right.page({right.records[0], right.records[1], right.records[2], right.records[3]});
  right.page({}, true);
  CHECK(test::judged(right, pages).is_ok());
}

TEST_CASE("O-PAGES objects to records of another shard, and to more than a thousand", "[planted][O-PAGES][GREC-1]") {
  Read strange;
  const ShardId other = strange.shard(strange.stream);
  const RecordId foreign = strange.append(strange.put(strange.orders, item("E")), other);
  strange.page({foreign});
  check_objects(test::judged(strange, pages), "holds a record that is not of the shard");

  Read many;
  many.page(std::vector<RecordId>(1001, many.records[0]));
  check_objects(test::judged(many, pages), "more than 1,000");
}

TEST_CASE("O-ARN objects to an ARN that was another stream's", "[planted][O-ARN][STREAM-13]") {
  TraceBuilder trace;
  const TableId orders = trace.table("orders");
  const FactIndex first = trace.note(StreamEnabled{StreamId{0}, orders, StreamView::keys_only, "arn:a"});
  trace.note(StreamDisabled{StreamId{0}});
  trace.note(StreamEnabled{StreamId{1}, orders, StreamView::keys_only, "arn:b"});
  CHECK(test::judged(trace, arn).is_ok());
  const FactIndex again = trace.note(StreamEnabled{StreamId{2}, orders, StreamView::keys_only, "arn:a"});
  check_objects(test::judged(trace, arn), "bears the ARN of an earlier one, arn:a", {first, again});
}

TEST_CASE("O-ATOM objects to part of a transaction, and to any of one that was cancelled", "[planted][O-ATOM][TXN-2]") {
  const OracleSpec atom{"O-ATOM", {}};
  const Actor client = Actor::client(0);
  const auto written = [&](TraceBuilder& trace, TableId table, FactIndex by, const char* id) {
    const FactIndex write = trace.put(table, item(id));
    trace.facts[write].cause = by;
    return write;
  };
  TraceBuilder whole;
  const TableId orders = whole.table("orders");
  const FactIndex commit = whole.note(TransactionCommitted{2, 0, client});
  written(whole, orders, commit, "A");
  written(whole, orders, commit, "B");
  whole.put(orders, item("C"));
  CHECK(test::judged(whole, atom).is_ok());

  TraceBuilder part;
  const TableId lines = part.table("lines");
  const FactIndex half = part.note(TransactionCommitted{2, 1, client});
  written(part, lines, half, "A");
  part.put(lines, item("B"));
  check_objects(test::judged(part, atom), "did 1 of its 2 writes", {half});

  TraceBuilder more;
  const TableId parts = more.table("parts");
  const FactIndex one = more.note(TransactionCommitted{1, 0, client});
  written(more, parts, one, "A");
  const FactIndex second = written(more, parts, one, "B");
  check_objects(test::judged(more, atom), "did more than its 1 writes", {one, second});

  TraceBuilder none;
  const TableId rows = none.table("rows");
  const FactIndex canceled = none.note(TransactionCanceled{"[None, ConditionalCheckFailed]", client});
  const FactIndex write = written(none, rows, canceled, "A");
  check_objects(test::judged(none, atom), "was cancelled at 000:00:00.000000 wrote all the same", {canceled, write});
}

TEST_CASE("O-RETRY wants as many tries as the settings say", "[planted][O-RETRY][ESM-7][RETRY-2]") {
  Read right;
  right.fail({right.records[0]});
  right.end(right.start(right.mirror, right.root, {right.records[0]}), InvocationOutcome::threw);
  right.settle(right.mirror, right.root, {right.records[0]}, Settlement::retries_exhausted);
  CHECK(test::judged(right, retry).is_ok());

  Read few;
  few.end(few.start(few.mirror, few.root, {few.records[0]}), InvocationOutcome::threw);
  const FactIndex given_up = few.settle(few.mirror, few.root, {few.records[0]}, Settlement::retries_exhausted);
  check_objects(test::judged(few, retry), "after 1 failure, not 2", {few.appends[0], given_up});

  Read many;
  many.fail({many.records[0]});
  many.fail({many.records[0]});
  many.start(many.mirror, many.root, {many.records[0]});
  check_objects(test::judged(many, retry), "again at 000:00:01.000000 after 2 failures");
}

TEST_CASE("O-RETRY lets a mapping that is enabled anew count anew, and no other", "[planted][O-RETRY][ESM-7][ESM-25]") {
  for (const MappingState state : {MappingState::enabled, MappingState::disabling, MappingState::updating}) {
    Read paused;
    paused.fail({paused.records[0]});
    paused.fail({paused.records[0]});
    paused.note(MappingStateChanged{paused.mirror, state, "User action", ProcessingResult::function_failed});
    paused.fail({paused.records[0]});
    if (state != MappingState::enabled) {
      check_objects(test::judged(paused, retry), "again at 000:00:01.000000 after 2 failures");
      continue;
    }
    Read many = paused;
    paused.end(paused.start(paused.mirror, paused.root, {paused.records[0]}), InvocationOutcome::threw);
    paused.settle(paused.mirror, paused.root, {paused.records[0]}, Settlement::retries_exhausted);
    CHECK(test::judged(paused, retry).is_ok());
    many.fail({many.records[0]});
    many.start(many.mirror, many.root, {many.records[0]});
    check_objects(test::judged(many, retry), "again at 000:00:01.000000 after 2 failures");
  }
}

TEST_CASE("O-RETRY counts no failure that ended in a cut", "[planted][O-RETRY][RETRY-6]") {
  Read cut;
  cut.end(cut.start(cut.mirror, cut.root, {cut.records[0], cut.records[1]}), InvocationOutcome::threw);
  cut.note(Bisected{cut.mirror, cut.root, 0, 1, 1});
  cut.end(cut.start(cut.mirror, cut.root, {cut.records[0]}), InvocationOutcome::threw);
  const FactIndex given_up = cut.settle(cut.mirror, cut.root, {cut.records[0]}, Settlement::retries_exhausted);
  check_objects(test::judged(cut, retry), "after 1 failure, not 2", {cut.appends[0], given_up});
}

TEST_CASE("O-RETRY counts no failure that its mapping did nothing about, whatever throttle leads to a retry then",
          "[planted][O-RETRY][POLL-11][ESM-25]") {
  Read throttled;
  throttled.end(throttled.start(throttled.mirror, throttled.root, {throttled.records[0]}), InvocationOutcome::threw);
  throttled.note(MappingStateChanged{throttled.mirror, MappingState::enabled, "User action", ProcessingResult::ok});
  const FactIndex refused = throttled.note(InvocationThrottled{FunctionId{0}, throttled.mirror, throttled.root, 0, {}, -1});
  throttled.note(RetryScheduled{throttled.mirror, throttled.root, 0, 1, 1s}, refused);
  Read many = throttled, few = throttled;
  throttled.fail({throttled.records[0]});
  const FactIndex ended =
      throttled.end(throttled.start(throttled.mirror, throttled.root, {throttled.records[0]}), InvocationOutcome::threw);
  throttled.note(
      Settled{throttled.mirror, throttled.root, throttled.list({throttled.records[0]}), Settlement::retries_exhausted, false},
      ended);
  CHECK(test::judged(throttled, retry).is_ok());

  many.fail({many.records[0]});
  many.fail({many.records[0]});
  many.start(many.mirror, many.root, {many.records[0]});
  check_objects(test::judged(many, retry), "again at 000:00:01.000000 after 2 failures");

  few.fail({few.records[0]});
  few.note(RetryScheduled{few.mirror, few.root, 0, 1, 1s}, refused);
  const FactIndex given_up = few.settle(few.mirror, few.root, {few.records[0]}, Settlement::retries_exhausted);
  check_objects(test::judged(few, retry), "after 1 failure, not 2", {few.appends[0], given_up});
}

TEST_CASE("O-RETRY counts anew after a poller was lost, and not what befell its invocation",
          "[planted][O-RETRY][LOOP-12][OPEN-10]") {
  Read anew;
  anew.fail({anew.records[0]});
  const InvocationId unheard = anew.start(anew.mirror, anew.root, {anew.records[0]});
  anew.note(PollerLost{anew.mirror, anew.root, unheard, 1s});
  anew.end(unheard, InvocationOutcome::threw);
  Read cheap = anew;
  anew.fail({anew.records[0]});
  anew.end(anew.start(anew.mirror, anew.root, {anew.records[0]}), InvocationOutcome::threw);
  anew.settle(anew.mirror, anew.root, {anew.records[0]}, Settlement::retries_exhausted);
  CHECK(test::judged(anew, retry).is_ok());

  const FactIndex given_up = cheap.settle(cheap.mirror, cheap.root, {cheap.records[0]}, Settlement::retries_exhausted);
  check_objects(test::judged(cheap, retry), "after 1 failure, not 2", {cheap.appends[0], given_up});
}

TEST_CASE("O-RETRY counts anew what comes again", "[planted][O-RETRY][OPEN-10]") {
  Read anew;
  anew.fail({anew.records[0]});
  anew.fail({anew.records[0]});
  anew.settle(anew.mirror, anew.root, {anew.records[0]}, Settlement::retries_exhausted);
  anew.note(Replayed{anew.mirror, anew.root, anew.list({anew.records[0]})});
  anew.fail({anew.records[0]});
  Read cheap = anew;
  anew.end(anew.start(anew.mirror, anew.root, {anew.records[0]}), InvocationOutcome::threw);
  anew.settle(anew.mirror, anew.root, {anew.records[0]}, Settlement::retries_exhausted);
  CHECK(test::judged(anew, retry).is_ok());

  const FactIndex given_up = cheap.settle(cheap.mirror, cheap.root, {cheap.records[0]}, Settlement::retries_exhausted);
  check_objects(test::judged(cheap, retry), "after 1 failure, not 2", {cheap.appends[0], given_up});
}

TEST_CASE("O-RETRY objects to a try past the record's age, and to one given up before", "[planted][O-RETRY][ESM-8][RETRY-9]") {
  Read late;
  late.at(62s);
  const InvocationId tried = late.start(late.mirror, late.root, {late.records[0]});
  CHECK(tried.value == 0);
  check_objects(test::judged(late, retry), "that is older than 1min", {late.appends[0], late.last()});

  Read early;
  early.at(30s);
  early.start(early.mirror, early.root, {early.records[1]});
  const FactIndex settled = early.settle(early.mirror, early.root, {early.records[0]}, Settlement::age_exceeded);
  check_objects(test::judged(early, retry), "which it is not", {early.appends[0], settled});
}
