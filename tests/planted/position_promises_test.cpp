// What a mapping owes by where it takes up its position: records from before, and those that are gone by then.
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "tests/catch.hpp"
#include "tests/oracles/trace_builder.hpp"
#include "tests/planted/objects.hpp"

using namespace weir;
using weir::test::check_objects;
using weir::test::item;
using weir::test::TraceBuilder;

namespace {

const OracleSpec delivery{"O-DELIVERY", {}}, live{"O-LIVE", {{"mapping", "mirror"}, {"within", "10min"}}};

}  // namespace

TEST_CASE("O-NOLOSS since the creation counts what is written before a LATEST is taken up",
          "[planted][O-NOLOSS][FM-22][ESM-3]") {
  const OracleSpec since_creation{"O-NOLOSS", {{"mapping", "late"}, {"since", "creation"}}};
  TraceBuilder trace;
  const TableId orders = trace.table("orders");
  const auto [stream, root] = trace.stream(orders);
  const RecordId before = trace.append(trace.put(orders, item("A")), root);
  const MappingId late = trace.mapping(stream, "late", IteratorType::latest);
  const FactIndex declared = trace.last();
  trace.settle(late, root, {before}, Settlement::skipped);
  const Verdict untested = test::judged(trace, since_creation);  // what was there before the mapping is not owed
  CHECK(untested.kind == Verdict::Kind::unknown);
  CHECK(untested.message == "mapping late handled no record and gave none up");
  const FactIndex write = trace.put(orders, item("B"));
  const RecordId between = trace.append(write, root);
  const FactIndex appended = trace.last();
  const FactIndex settled = trace.settle(late, root, {between}, Settlement::skipped);
  check_objects(test::judged(trace, since_creation), "had been created before, and took up its position after it",
                {declared, write, appended, settled});
  CHECK(test::judged(trace, {"O-NOLOSS", {{"mapping", "late"}}}).kind == Verdict::Kind::unknown);  // nor what it skips
}

TEST_CASE("O-NOLOSS since the creation counts what the stream lets go of before the mapping takes up its position",
          "[planted][O-NOLOSS][ESM-3][OPEN-45]") {
  const OracleSpec since_creation{"O-NOLOSS", {{"mapping", "late"}, {"since", "creation"}}};
  enum class Going { trimmed, shard_gone, stream_gone };
  for (const Going going : {Going::trimmed, Going::shard_gone, Going::stream_gone}) {
    CAPTURE(static_cast<int>(going));
    TraceBuilder trace;
    const TableId orders = trace.table("orders");
    const auto [stream, root] = trace.stream(orders);
    const ShardId other = trace.shard(stream);
    trace.append(trace.put(orders, item("A")), root);
    const MappingId late = trace.mapping(stream, "late");
    const FactIndex declared = trace.last();
    TraceBuilder owed = trace;
    const FactIndex write = trace.put(orders, item("B"));
    const RecordId record = trace.append(write, root);
    const FactIndex appended = trace.last();
    TraceBuilder deleted = trace, begun = trace;
    const auto let_go = [&, of = stream, shard = root](TraceBuilder& of_trace, RecordId through) {
      if (going == Going::trimmed) return of_trace.note(Trimmed{of, shard, through.value + 1, through});
      if (going == Going::shard_gone) return of_trace.note(ShardGone{of, shard});
      return of_trace.note(StreamGone{of});
    };
    const FactIndex gone = let_go(trace, record);
    check_objects(test::judged(trace, since_creation), "and the stream let it go at", {declared, write, appended, gone});
    CHECK(test::judged(trace, {"O-NOLOSS", {{"mapping", "late"}}}).kind == Verdict::Kind::unknown);

    let_go(owed, RecordId{0});  // was written before the mapping was created
    owed.note(ShardStarted{late, other});
    owed.deliver(late, other, {owed.append(owed.put(orders, item("C")), other)});
    CHECK(test::judged(owed, since_creation).is_ok());

    deleted.note(MappingStateChanged{late, MappingState::deleted, "User action", ProcessingResult::no_records});
    let_go(deleted, record);
    CHECK(test::judged(deleted, since_creation).kind == Verdict::Kind::unknown);

    begun.note(ShardStarted{late, root});  // from here on it is settled, as expired or otherwise
    let_go(begun, record);
    CHECK(test::judged(begun, since_creation).kind == Verdict::Kind::unknown);
  }
}

TEST_CASE("a mapping owes nothing that was gone when it took up its position", "[O-LIVE][O-DELIVERY][ESM-3][OPEN-45]") {
  for (const bool whole_shard : {false, true}) {
    CAPTURE(whole_shard);
    TraceBuilder trace;
    const TableId orders = trace.table("orders");
    const auto [stream, root] = trace.stream(orders);
    const ShardId other = trace.shard(stream);
    const RecordId gone = trace.append(trace.put(orders, item("A")), root);
    const MappingId mirror = trace.mapping(stream, "mirror");
    TraceBuilder stays = trace;
    trace.at(25h).note(Trimmed{stream, root, 1, gone});
    if (whole_shard) trace.note(ShardGone{stream, root});
    TraceBuilder nowhere = trace, later = trace;
    if (!whole_shard) trace.at(26h).note(ShardStarted{mirror, root});
    trace.note(ShardStarted{mirror, other});
    trace.deliver(mirror, other, {trace.append(trace.put(orders, item("B")), other)});
    trace.at(30h).finish();
    CHECK(test::judged(trace, live).is_ok());
    CHECK(test::judged(trace, delivery).is_ok());

    nowhere.at(30h).finish(1);  // it never did
    check_objects(test::judged(nowhere, live), "still has 1 record unsettled");

    stays.at(24h).note(ShardStarted{mirror, root});
    stays.at(25h).note(Trimmed{stream, root, 1, gone});
    stays.at(30h).finish(1);  // gone since
    check_objects(test::judged(stays, live), "still has 1 record unsettled");

    later.at(26h).note(ShardStarted{mirror, other});
    later.append(later.put(orders, item("C")), other);
    later.at(30h).finish(1);
    check_objects(test::judged(later, live), "still has 1 record unsettled after more than 10min when the run ends");
    check_objects(test::judged(later, live), "item C");
  }
}

TEST_CASE("a LATEST mapping owes nothing to records from before it began", "[O-LIVE][O-DELIVERY][ESM-3]") {
  TraceBuilder trace;
  const TableId orders = trace.table("orders");
  const auto [stream, root] = trace.stream(orders);
  const MappingId mirror = trace.mapping(stream, "mirror", IteratorType::latest);
  trace.append(trace.put(orders, item("A")), root);
  trace.note(ShardStarted{mirror, root});
  trace.deliver(mirror, root, {trace.append(trace.put(orders, item("B")), root)});
  trace.at(1h).finish();
  CHECK(test::judged(trace, live).is_ok());
  CHECK(test::judged(trace, delivery).is_ok());
}

namespace {

// LATEST takes up its position past A and handles B; C comes during an update.
struct UpdatedLate : TraceBuilder {
  TableId orders = table("orders");
  StreamId stream;
  ShardId root;
  MappingId late;
  RecordId a, b, c;
  FactIndex declared = no_fact, write = no_fact, appended = no_fact, updated = no_fact;
  UpdatedLate() {
    std::tie(stream, root) = TraceBuilder::stream(orders);
    a = append(put(orders, item("A")), root);
    late = mapping(stream, "late", IteratorType::latest);
    declared = last();
    settle(late, root, {a}, Settlement::skipped);
    note(ShardStarted{late, root});
    b = append(put(orders, item("B")), root);
    deliver(late, root, {b});
    at(1min);
    state(MappingState::updating);
    at(90s);
    write = put(orders, item("C"));
    c = append(write, root);
    appended = last();
    at(2min);
    updated = note(MappingUpdated{late, FunctionId{0}, "late", false});
  }
  FactIndex state(MappingState to) { return note(MappingStateChanged{late, to, "User action", ProcessingResult::ok}); }
  FactIndex skip(std::vector<RecordId> records, FactIndex cause) {
    return note(Settled{late, root, list(std::move(records)), Settlement::skipped, false}, cause);
  }
  Verdict by(const char* oracle, std::map<std::string, std::string> more = {}) const {
    if (oracle != std::string("O-DELIVERY")) more["mapping"] = "late";
    return test::judged(*this, {oracle, more});
  }
};

}  // namespace

TEST_CASE("what a LATEST mapping skips after it took up its position is lost, and told to nobody",
          "[planted][O-NOLOSS][O-ACCT][ESM-3][OPEN-25]") {
  UpdatedLate handled;
  handled.deliver(handled.late, handled.root, {handled.c});
  for (const char* oracle : {"O-NOLOSS", "O-ACCT", "O-DELIVERY"}) CHECK(handled.by(oracle).is_ok());

  UpdatedLate skipped;
  const FactIndex settled = skipped.skip({skipped.c}, skipped.updated);
  CHECK(skipped.by("O-DELIVERY").is_ok());  // AWS may do so
  const std::string says =
      "mapping late had taken up its position before, and took it up anew at 000:02:00.000000, after the change";
  const std::vector<FactIndex> proof{skipped.declared, skipped.write, skipped.appended, settled};
  check_objects(skipped.by("O-NOLOSS"), says, proof);
  check_objects(skipped.by("O-NOLOSS", {{"since", "creation"}}), says, proof);
  check_objects(
      skipped.by("O-ACCT"),
      "disposed of 1 record at 000:02:00.000000 (skipped by the starting position) and told nobody; the first is the change of "
      "item C of orders",
      {skipped.write, skipped.appended, settled});
}

TEST_CASE("O-DELIVERY wants records skipped only as a LATEST takes up its position, or an update brings it anew",
          "[planted][O-DELIVERY][ESM-3][ESM-25][OPEN-25]") {
  UpdatedLate enabled;
  const FactIndex cause = enabled.state(MappingState::enabled), settled = enabled.skip({enabled.c}, cause);
  check_objects(enabled.by("O-DELIVERY"), "though the mapping had taken up its position before", {settled});

  UpdatedLate opened;  // a shard that opens later is read from its beginning
  const ShardId child = opened.shard(opened.stream, opened.root);
  const RecordId first = opened.append(opened.put(opened.orders, item("D")), child);
  const FactIndex left_out = opened.settle(opened.late, child, {first}, Settlement::skipped);
  check_objects(opened.by("O-DELIVERY"), "though the mapping had taken up its position before", {left_out});

  UpdatedLate early;
  early.at(3min);
  early.state(MappingState::enabled);
  early.deliver(early.late, early.root, {early.c});
  const RecordId before = early.append(early.put(early.orders, item("E")), early.root);
  early.at(4min);
  early.state(MappingState::updating);
  const FactIndex updated = early.at(5min).note(MappingUpdated{early.late, FunctionId{0}, "late", false});
  const FactIndex taken = early.skip({before}, updated);
  check_objects(early.by("O-DELIVERY"), "though it came before the update began", {taken});
}
