// The model's own promises about streams, each broken in a trace that is clean otherwise.
#include "tests/catch.hpp"
#include "tests/oracles/clean_trace.hpp"
#include "tests/planted/objects.hpp"

using namespace weir;
using weir::test::check_objects;
using weir::test::CleanTrace;
using weir::test::item;
using weir::test::TraceBuilder;

namespace {

Verdict judged(const TraceBuilder& trace, const std::string& oracle) { return test::judged(trace, {oracle, {}}); }

// A table with a stream and one open shard.
struct OneShard : TraceBuilder {
  TableId orders = table("orders");
  StreamId stream;
  ShardId root;
  OneShard() { std::tie(stream, root) = TraceBuilder::stream(orders); }
};

}  // namespace

TEST_CASE("O-STREAM names the write and both records when a change appears twice", "[planted][O-STREAM][STREAM-2]") {
  CleanTrace trace;
  const FactIndex first = trace.nth<Appended>(0).index;
  trace.nth<Appended>(1).what = trace.nth<Appended>(0).what;
  check_objects(judged(trace, "O-STREAM"), "a write that has a record already",
                {trace.first_write, first, trace.nth<Appended>(1).index});
}

TEST_CASE("O-STREAM misses a write without a record once the longest delay is over", "[planted][O-STREAM][STREAM-2]") {
  OneShard trace;
  const FactIndex lost = trace.at(1s).put(trace.orders, item("A"));
  trace.append(trace.put(trace.orders, item("B")), trace.root);
  trace.at(1min).finish();
  CHECK(judged(trace, "O-STREAM").is_ok());
  trace.facts.pop_back();
  const FactIndex end = trace.at(1h).finish();
  check_objects(judged(trace, "O-STREAM"), "write to orders at 000:00:01.000000 has no record", {lost, end});
}

TEST_CASE("O-STREAM accepts no record of a write that changed nothing or came before the stream",
          "[planted][O-STREAM][STREAM-6]") {
  OneShard trace;
  trace.put(trace.orders, item("A"));
  const FactIndex repeat = trace.put(trace.orders, item("A"));
  CHECK(judged(trace, "O-STREAM").evidence == std::vector<FactIndex>{repeat});

  TraceBuilder early;
  const TableId orders = early.table("orders");
  const FactIndex before = early.put(orders, item("A"));
  const ShardId root = early.stream(orders).second;
  early.append(before, root);
  check_objects(judged(early, "O-STREAM"), "shows no change that was committed while the stream was enabled",
                {before, early.last()});
}

TEST_CASE("O-STREAM compares a record with its write", "[planted][O-STREAM][STREAM-2]") {
  CleanTrace other_image;
  other_image.body<Appended>(0).new_image = item("A", {{"value", 99}});
  CHECK(judged(other_image, "O-STREAM").message.find("shows another new image than its write") != std::string::npos);
  CleanTrace other_kind;
  other_kind.body<Appended>(0).event_name = EventName::remove;
  CHECK(judged(other_kind, "O-STREAM").message.find("another kind of change") != std::string::npos);
  CleanTrace other_item;
  other_item.body<Appended>(0).key = ItemKey(AttributeValue("Z"));
  CHECK(judged(other_item, "O-STREAM").message.find("another item") != std::string::npos);
}

TEST_CASE("O-STREAM lets writes around a disabling go uncaptured, but no item's stream has a hole",
          "[planted][O-STREAM][OPEN-18]") {
  OneShard trace;
  trace.append(trace.put(trace.orders, item("B")), trace.root);
  trace.at(10s);
  const FactIndex lost = trace.put(trace.orders, item("A", {{"revision", 1}}));
  const FactIndex later = trace.put(trace.orders, item("A", {{"revision", 2}}));
  trace.note(StreamDisabled{trace.stream});
  OneShard holed = trace;
  trace.at(1h).finish();
  CHECK(judged(trace, "O-STREAM").is_ok());
  holed.append(later, holed.root);
  holed.at(1h).finish();
  check_objects(judged(holed, "O-STREAM"), "but a later one of the same item has", {lost, later});
}

TEST_CASE("O-STREAM lets writes go uncaptured while a stream is ENABLING, and none once it is ENABLED",
          "[planted][O-STREAM][OPEN-18][STREAM-10][STREAM-12]") {
  TraceBuilder enabling;
  const TableId orders = enabling.table("orders");
  const StreamId stream{0};
  enabling.at(1min).note(StreamEnabled{stream, orders, StreamView::new_and_old_images, "arn:0", true});
  const ShardId root = enabling.shard(stream);
  enabling.put(orders, item("A"));
  enabling.append(enabling.put(orders, item("B")), root);
  TraceBuilder for_ever = enabling;
  for_ever.at(1h).finish();
  CHECK(judged(for_ever, "O-STREAM").is_ok());
  enabling.at(3min).note(StreamActive{stream});
  TraceBuilder enabled = enabling;
  enabling.at(1h).finish();
  CHECK(judged(enabling, "O-STREAM").is_ok());
  const FactIndex lost = enabled.put(orders, item("C"));
  const FactIndex end = enabled.at(1h).finish();
  check_objects(judged(enabled, "O-STREAM"), "write to orders at 000:03:00.000000 has no record", {lost, end});

  TraceBuilder at_once;  // one that is not ENABLING misses nothing, though its table was there before
  const TableId others = at_once.table("others");
  const ShardId shard = at_once.at(1min).stream(others).second;
  const FactIndex missed = at_once.put(others, item("A"));
  at_once.append(at_once.put(others, item("B")), shard);
  const FactIndex last = at_once.at(1h).finish();
  check_objects(judged(at_once, "O-STREAM"), "has no record", {missed, last});
}

TEST_CASE("O-STREAM lets no write go uncaptured after a captured one of its item, ENABLING or not",
          "[planted][O-STREAM][OPEN-18][STREAM-12]") {
  TraceBuilder trace;
  const TableId orders = trace.table("orders");
  const StreamId stream{0};
  trace.at(1min).note(StreamEnabled{stream, orders, StreamView::new_and_old_images, "arn:0", true});
  const ShardId root = trace.shard(stream);
  trace.put(orders, item("A", {{"revision", 1}}));  // of these two the first may be cut off, but not the second alone
  const FactIndex captured = trace.put(orders, item("A", {{"revision", 2}}));
  trace.append(captured, root);
  trace.put(orders, item("B"));
  trace.at(2min);
  TraceBuilder holed = trace, ended_soon = trace;
  trace.note(StreamActive{stream});
  trace.at(2h).finish();
  CHECK(judged(trace, "O-STREAM").is_ok());

  const FactIndex lost = holed.put(orders, item("A", {{"revision", 3}}));
  holed.note(StreamActive{stream});
  TraceBuilder much_later = holed;
  holed.at(2h).finish();
  check_objects(judged(holed, "O-STREAM"), "but an earlier one of the same item has", {captured, lost});
  much_later.at(30h).append(much_later.put(orders, item("C")), root);  // the hole is long forgotten by now
  much_later.at(31h).finish();
  check_objects(judged(much_later, "O-STREAM"), "but an earlier one of the same item has", {captured, lost});

  ended_soon.put(orders, item("A", {{"revision", 3}}));  // within the cut of a disabling that comes at once
  ended_soon.note(StreamActive{stream});
  ended_soon.at(125s).note(StreamDisabled{stream});
  ended_soon.at(2h).finish();
  CHECK(judged(ended_soon, "O-STREAM").is_ok());
}

TEST_CASE("O-ORDER-STREAM names two records of one item that were swapped", "[planted][O-ORDER-STREAM][STREAM-3]") {
  OneShard trace;
  const FactIndex first = trace.put(trace.orders, item("A", {{"revision", 1}}));
  const FactIndex second = trace.put(trace.orders, item("A", {{"revision", 2}}));
  trace.append(second, trace.root);
  const FactIndex early = trace.last();
  trace.append(first, trace.root);
  check_objects(judged(trace, "O-ORDER-STREAM"), "shows an older write", {first, second, early, trace.last()});
}

TEST_CASE("O-ORDER-STREAM wants growing numbers, open shards and one lineage",
          "[planted][O-ORDER-STREAM][REC-7][SHARD-1][SHARD-6]") {
  CleanTrace numbers;
  numbers.body<Appended>(1).sequence_number = numbers.body<Appended>(0).sequence_number;
  check_objects(judged(numbers, "O-ORDER-STREAM"), "sequence number no greater",
                {numbers.nth<Appended>(0).index, numbers.nth<Appended>(1).index});
  CleanTrace closed;
  closed.body<Appended>(2).shard = closed.root;
  check_objects(judged(closed, "O-ORDER-STREAM"), "which had been closed",
                {closed.nth<ShardClosed>(0).index, closed.nth<Appended>(2).index});
  CleanTrace unknown_shard;
  unknown_shard.body<Appended>(0).shard = ShardId{9};
  CHECK(judged(unknown_shard, "O-ORDER-STREAM").message.find("never opened") != std::string::npos);
  CleanTrace strayed;  // A went left before
  strayed.body<Appended>(3).shard = strayed.right;
  CHECK(judged(strayed, "O-ORDER-STREAM").message.find("does not descend from shard 1") != std::string::npos);
}

TEST_CASE("O-IMAGES wants each old image to be the new image before it", "[planted][O-IMAGES][STREAM-8][STREAM-9]") {
  CleanTrace broken_chain;
  broken_chain.body<Appended>(2).old_image = item("A", {{"value", 99}});
  check_objects(
      judged(broken_chain, "O-IMAGES"), "the MODIFY record of item A of orders",
      {broken_chain.body<Appended>(2).write, broken_chain.nth<Appended>(0).index, broken_chain.nth<Appended>(2).index});
  CleanTrace insert_with_old;
  insert_with_old.body<Appended>(0).old_image = item("A");
  CHECK(judged(insert_with_old, "O-IMAGES").message.find("an old image that it cannot have") != std::string::npos);
  CleanTrace remove_without_old;
  remove_without_old.body<Appended>(3).old_image = Item();
  CHECK(judged(remove_without_old, "O-IMAGES").message.find("lacks its old image") != std::string::npos);
  CleanTrace second_insert;
  second_insert.body<Appended>(2).event_name = EventName::insert;
  second_insert.body<Appended>(2).old_image = Item();
  CHECK(judged(second_insert, "O-IMAGES").message.find("is an INSERT, though the item was there") != std::string::npos);
}

TEST_CASE("O-IMAGES holds every view to what it shows", "[planted][O-IMAGES][STREAM-1]") {
  for (const StreamView view : {StreamView::keys_only, StreamView::new_image, StreamView::old_image}) {
    CleanTrace trace;
    trace.body<StreamEnabled>(0).view = view;
    CHECK(judged(trace, "O-IMAGES").is_violation());
    for (std::size_t n = 0; n < trace.records.size(); ++n) {
      if (!shows_old_image(view)) trace.body<Appended>(n).old_image = Item();
      if (!shows_new_image(view)) trace.body<Appended>(n).new_image = Item();
    }
    CHECK(judged(trace, "O-IMAGES").is_ok());
    CHECK(judged(trace, "O-STREAM").is_ok());
  }
}

TEST_CASE("O-LIN objects to a mapping that begins a child before it has finished the parent", "[planted][O-LIN][POLL-5]") {
  CleanTrace trace;
  std::swap(trace.nth<ShardFinished>(0).what, trace.nth<ShardStarted>(1).what);
  check_objects(judged(trace, "O-LIN"),
                "mapping mirror begins shard 1 at 000:00:10.000000 before it has finished its parent, shard 0",
                {trace.nth<ShardStarted>(0).index, trace.nth<ShardOpened>(1).index, trace.nth<ShardStarted>(1).index});
}

TEST_CASE("O-LIN objects to batches of a shard that was not begun, or was finished", "[planted][O-LIN][POLL-5]") {
  CleanTrace unbegun;
  unbegun.body<ShardStarted>(2).shard = unbegun.left;
  CHECK(judged(unbegun, "O-LIN").message.find("without having begun it") != std::string::npos);
  CleanTrace finished;
  finished.note(
      InvocationStarted{InvocationId{99}, FunctionId{0}, finished.mirror, finished.root, 0, 0, TraceBuilder::list({})});
  CHECK(judged(finished, "O-LIN").message.find("after having finished it") != std::string::npos);
}

TEST_CASE("O-LIN asks a LATEST mapping for nothing from before it began", "[O-LIN][POLL-5]") {
  OneShard trace;
  trace.note(ShardClosed{trace.stream, trace.root});
  const ShardId child = trace.shard(trace.stream, trace.root);
  const MappingId late = trace.mapping(trace.stream, "late", IteratorType::latest);
  trace.note(ShardStarted{late, child});
  CHECK(judged(trace, "O-LIN").is_ok());
  std::get<MappingDeclared>(trace.facts[trace.last() - 1].what).starting_position = IteratorType::trim_horizon;
  CHECK(judged(trace, "O-LIN").is_violation());
}

TEST_CASE("O-LIN catches a reader that is handed a child's records before the parent's end", "[planted][O-LIN][SHARD-3]") {
  OneShard trace;
  const OracleSpec spec{"O-LIN", {{"reader", "tail"}}};
  const ReaderId reader{3};
  trace.note(ReaderStarted{reader, "tail"});
  const RecordId old = trace.append(trace.put(trace.orders, item("A", {{"revision", 1}})), trace.root);
  trace.note(ShardClosed{trace.stream, trace.root});
  const ShardId child = trace.shard(trace.stream, trace.root);
  const FactIndex opened = trace.last();
  const RecordId recent = trace.append(trace.put(trace.orders, item("A", {{"revision", 2}})), child);
  const auto read = [&](TraceBuilder& into, ShardId shard, RecordId record, bool at_end) {
    return into.note(PageRead{trace.stream, shard, TraceBuilder::list({record}), at_end, Actor::of(reader)});
  };
  OneShard right = trace;
  read(right, trace.root, old, true);
  read(right, child, recent, false);
  CHECK(test::judged(right, spec).is_ok());

  OneShard gone = trace;
  gone.note(ShardGone{trace.stream, trace.root});
  read(gone, child, recent, false);
  CHECK(test::judged(gone, spec).is_ok());

  read(trace, trace.root, old, false);
  const FactIndex wrong = read(trace, child, recent, false);
  check_objects(test::judged(trace, spec), "reader tail is handed records of shard 1", {opened, wrong});
  CHECK(test::judged(trace, {"O-LIN", {{"reader", "other"}}}).kind == Verdict::Kind::unknown);
}
