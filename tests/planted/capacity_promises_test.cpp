// What a table's capacity may not serve, refuse or forget.
#include "tests/catch.hpp"
#include "tests/oracles/trace_builder.hpp"
#include "tests/planted/objects.hpp"

using namespace weir;
using weir::test::check_objects;
using weir::test::item;
using weir::test::TraceBuilder;

namespace {

const OracleSpec spec{"O-CAPACITY", {}};
const Actor client = Actor::client(0);

// Two read and two write units a second, of which two seconds' worth is kept; partitions that serve three.
struct Metered : TraceBuilder {
  TableId orders = table("orders");
  FactIndex set = no_fact;
  explicit Metered(bool adaptive = true, Duration burst = 2s)
      : set(note(CapacitySet{orders, "", BillingMode::provisioned, 2, 2, 3, 3, 2, burst, adaptive})) {}
  Metered& at(Duration since_start) {
    TraceBuilder::at(since_start);
    return *this;
  }
  FactIndex ask(std::int64_t units, CapacityAnswer answer = CapacityAnswer::served, const std::string& partition = "0",
                CapacityUse use = CapacityUse::write, const Actor& actor = client) {
    return note(CapacityAsked{orders, "", partition, use, 2 * units, answer, actor});
  }
  FactIndex written(std::int64_t units) {
    ask(units);
    return put(orders, item("A", {{"n", static_cast<int>(facts.size())}}));
  }
  Verdict judged() const { return test::judged(*this, spec); }
};

constexpr CapacityAnswer used_up = CapacityAnswer::provisioned_exceeded, too_hot = CapacityAnswer::key_range_exceeded;

}  // namespace

TEST_CASE("O-CAPACITY is content with bursts, debts, throttles and what follows them", "[O-CAPACITY][CAP-3][CAP-8]") {
  Metered trace;
  trace.written(2);
  const FactIndex throttled = trace.ask(1, used_up);
  trace.note(WriteRefused{trace.orders, ItemKey{AttributeValue("A")}, ServiceError::throughput_exceeded, client}, throttled);
  trace.at(10s).written(3);
  trace.ask(1, too_hot);
  trace.ask(1, CapacityAnswer::served, "1");
  trace.note(WriteIgnored{trace.orders, ItemKey{AttributeValue("B")}, client});
  trace.at(11s).ask(9, CapacityAnswer::served, "0", CapacityUse::read);
  trace.ask(1, used_up, "0", CapacityUse::read);
  trace.at(20s).note(PartitionSplit{trace.orders, "0", SplitReason::size});
  trace.ask(3, CapacityAnswer::served, "0.0");
  trace.ask(1, CapacityAnswer::served, "0.1");
  trace.at(1h).remove(trace.table("others"), "A");  // without settings
  trace.finish();
  CHECK(trace.judged().is_ok());
}

TEST_CASE("O-CAPACITY objects to a table that serves more than is provisioned", "[planted][O-CAPACITY][CAP-3]") {
  Metered trace;
  trace.written(2);
  const FactIndex more = trace.ask(1);
  check_objects(trace.judged(), "although all that is provisioned is used up", {trace.set, more});
}

TEST_CASE("O-CAPACITY takes both writes of an entry that moves for one, and objects to the next",
          "[planted][O-CAPACITY][GSI-5][GSI-6]") {
  Metered trace;
  const FactIndex set = trace.note(CapacitySet{trace.orders, "by_group", BillingMode::provisioned, 1, 1, 9, 9, 1, 1s, true});
  const auto ask = [&] {
    return trace.note(CapacityAsked{trace.orders, "by_group", "0", CapacityUse::write, 2, CapacityAnswer::served, client});
  };
  trace.ask(1);
  ask();
  ask();
  CHECK(trace.judged().is_ok());
  trace.ask(1);
  CHECK(trace.judged().is_ok());
  const FactIndex more = ask();
  check_objects(trace.judged(), "index by_group of orders serves a write", {set, more});
}

TEST_CASE("O-CAPACITY takes a local index's writes for those of one request to its table, and objects to more of them",
          "[planted][O-CAPACITY][LSI-1][GSI-5]") {
  Metered trace;
  trace.index(trace.orders, "by_n", "n", IndexKind::local);
  trace.ask(2);
  trace.ask(1);
  trace.put(trace.orders, item("A", {{"n", 1}}));
  trace.at(1min).ask(4);
  trace.ask(1);
  trace.ask(1);
  CHECK(trace.judged().is_ok());
  Metered third = trace;
  const FactIndex one_more = third.ask(1);  // its key changes: that is two
  check_objects(third.judged(), "used up", {third.set, one_more});
  trace.put(trace.orders, item("A", {{"n", 2}}));
  const FactIndex next = trace.ask(1);
  check_objects(trace.judged(), "used up", {trace.set, next});
}

TEST_CASE("O-CAPACITY is content with a transaction on a table with a local index, and objects to a write it does not charge",
          "[planted][O-CAPACITY][LSI-1][OP-5]") {
  Metered trace;
  trace.index(trace.orders, "by_n", "n", IndexKind::local);
  const auto write = [](Metered& to, const char* id, FactIndex cause) {
    const Item done = item(id);
    return to.note(Written{to.orders, ItemKey{AttributeValue(id)}, ChangeKind::insert, {}, done, client}, cause);
  };
  for (int i = 0; i < 4; ++i) trace.ask(1, CapacityAnswer::served, i < 2 ? "0" : "1");  // two actions, two entries
  const FactIndex committed = trace.note(TransactionCommitted{2, 0, client});
  write(trace, "A", committed);
  write(trace, "B", committed);
  CHECK(trace.judged().is_ok());

  Metered free;
  free.index(free.orders, "by_n", "n", IndexKind::local);
  free.ask(1);
  free.ask(1);
  write(free, "A", no_fact);
  CHECK(free.judged().is_ok());
  const FactIndex uncharged = write(free, "B", no_fact);
  check_objects(free.judged(), "uses no capacity", {free.set, uncharged});
}

TEST_CASE("O-CAPACITY begins anew with an index that is made anew", "[O-CAPACITY][GSI-8]") {
  for (const bool anew : {true, false}) {
    Metered trace;
    const auto made = [&] {
      trace.index(trace.orders, "by_group", "group");
      trace.note(CapacitySet{trace.orders, "by_group", BillingMode::provisioned, 1, 1, 9, 9, 1, 1s, true});
    };
    const auto ask = [&](std::int64_t units) {
      trace.note(CapacityAsked{trace.orders, "by_group", "0", CapacityUse::write, 2 * units, CapacityAnswer::served, client});
    };
    made();
    ask(8);
    trace.at(1s);
    if (anew) made();
    trace.ask(1);  // of another write
    ask(1);
    CHECK(trace.judged().is_ok() == anew);
  }
}

TEST_CASE("O-CAPACITY objects to unused capacity that is kept for too long", "[planted][O-CAPACITY][CAP-3]") {
  Metered trace;
  trace.at(1h).written(3);
  trace.ask(1, CapacityAnswer::served, "1");
  const FactIndex more = trace.ask(1, CapacityAnswer::served, "1");
  check_objects(trace.judged(), "used up", {trace.set, more});

  Metered longer(true, 301s);
  check_objects(longer.judged(), "5min1s", {longer.set});
}

TEST_CASE("O-CAPACITY objects to a partition that serves more than one can, or than its share",
          "[planted][O-CAPACITY][CAP-2][CAP-4]") {
  Metered trace;
  trace.at(10s).written(3);
  const FactIndex more = trace.ask(1);
  check_objects(trace.judged(), "partition 0 of orders serves a write", {trace.set, more});

  Metered shares(false);
  shares.written(1);
  const FactIndex other = shares.ask(1);
  check_objects(shares.judged(), "more than it can", {shares.set, other});
}

TEST_CASE("O-CAPACITY objects to a throttle while there is capacity left", "[planted][O-CAPACITY][CAP-8]") {
  for (const CapacityAnswer answer : {used_up, too_hot}) {
    Metered trace;
    trace.written(1);
    const FactIndex refused = trace.ask(1, answer);
    check_objects(trace.judged(), "although there is capacity left", {trace.set, refused});
  }
}

TEST_CASE("O-CAPACITY objects to a throttled write that is done", "[planted][O-CAPACITY][CAP-8]") {
  Metered trace;
  trace.written(2);
  const FactIndex refused = trace.ask(1, used_up);
  const Item done = item("B");
  const FactIndex write =
      trace.note(Written{trace.orders, ItemKey{AttributeValue("B")}, ChangeKind::insert, {}, done, client}, refused);
  check_objects(trace.judged(), "throttled and done", {refused, write});
}

TEST_CASE("O-CAPACITY objects to what is not charged, be it a condition that failed", "[planted][O-CAPACITY][OP-5]") {
  Metered trace;
  const FactIndex free = trace.put(trace.orders, item("A"));
  check_objects(trace.judged(), "uses no capacity", {trace.set, free});

  Metered failing;
  failing.written(1);
  const FactIndex failed =
      failing.at(1s).note(WriteRefused{failing.orders, ItemKey{AttributeValue("A")}, ServiceError::condition_failed, client});
  check_objects(failing.judged(), "uses no capacity", {failing.set, failed});
}

TEST_CASE("O-CAPACITY objects to a deletion of TTL that is charged, and to a count without settings",
          "[planted][O-CAPACITY][TTL-10]") {
  Metered trace;
  const FactIndex charged = trace.ask(1, CapacityAnswer::served, "0", CapacityUse::write, Actor::ttl());
  check_objects(trace.judged(), "deletion of TTL", {charged});

  TraceBuilder bare;
  const FactIndex counted =
      bare.note(CapacityAsked{bare.table("plain"), "", "0", CapacityUse::read, 1, CapacityAnswer::served, client});
  check_objects(test::judged(bare, spec), "without any settings", {counted});
}

TEST_CASE("O-CAPACITY leaves a partition's share what it saved or owes, over a change and a split",
          "[planted][O-CAPACITY][CAP-4][CAP-5][CAP-9]") {
  const auto provision = [](Metered& trace, std::int64_t units) {
    return trace.note(CapacitySet{trace.orders, "", BillingMode::provisioned, units, units, 3, 3, 2, 10s, false});
  };
  for (const bool splits : {false, true}) {
    Metered saved(false, 10s);
    saved.at(100s);
    if (splits)
      saved.note(PartitionSplit{saved.orders, "0", SplitReason::size});
    else
      provision(saved, 1);
    for (int i = 0; i < 3; ++i) saved.ask(1, CapacityAnswer::served, splits ? "0.1" : "0");
    CHECK(saved.judged().is_ok());

    Metered owes(false, 10s);
    owes.ask(5);
    if (splits)
      owes.note(PartitionSplit{owes.orders, "0", SplitReason::size});
    else
      owes.set = provision(owes, 4);
    const FactIndex more = owes.at(splits ? 3s : 2s).ask(1, CapacityAnswer::served, splits ? "0.0" : "0");
    check_objects(owes.judged(), "more than it can", {owes.set, more});
  }
}

TEST_CASE("O-CAPACITY follows changes of what is provisioned", "[O-CAPACITY][CAP-9]") {
  Metered trace;
  trace.written(2);
  trace.note(CapacitySet{trace.orders, "", BillingMode::provisioned, 1, 1, 3, 3, 2, 2s, true});
  const FactIndex early = trace.at(1s).written(1);
  (void)early;
  const FactIndex more = trace.ask(1);
  CHECK(trace.judged().is_violation());
  trace.facts.pop_back();
  CHECK(more == trace.facts.size());
  CHECK(trace.judged().is_ok());
  trace.note(CapacitySet{trace.orders, "", BillingMode::on_demand, 100, 100, 3, 3, 2, 0s, true});
  trace.ask(1);
  CHECK(trace.judged().is_ok());
}
