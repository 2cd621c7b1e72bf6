// What an index may not show, forget or confuse.
#include "tests/catch.hpp"
#include "tests/oracles/trace_builder.hpp"
#include "tests/planted/objects.hpp"

using namespace weir;
using weir::test::check_objects;
using weir::test::item;
using weir::test::TraceBuilder;

namespace {

const OracleSpec spec{"O-INDEX", {}};
const Actor reader = Actor::of(InvocationId{7});

Item order(int value, int other = 0) { return item("A", {{"value", value}, {"shown", other}, {"hidden", other}}); }
const ItemKey key_of_a{AttributeValue("A")};

struct Indexed : TraceBuilder {
  TableId orders = table("orders");
  IndexId by_value;
  explicit Indexed(IndexKind scope = IndexKind::global, ProjectionType projection = ProjectionType::all)
      : by_value(index(orders, "by_value", "value", scope, projection)) {}
  Indexed& at(Duration since_start) {
    TraceBuilder::at(since_start);
    return *this;
  }
  FactIndex read(int by, const Item& shown, IndexKind scope = IndexKind::global) {
    const AttributeValue number(by);
    const ItemKey entry = scope == IndexKind::local ? ItemKey("A", number) : ItemKey(number);
    return note(IndexRead{orders, by_value, key_of_a, entry, shown, false, reader});
  }
  Verdict judged() const { return test::judged(*this, spec); }
};

}  // namespace

TEST_CASE("O-INDEX is content with an index that follows its table, halves of a change in either order",
          "[O-INDEX][GSI-1][GSI-9]") {
  Indexed trace;
  const FactIndex first = trace.put(trace.orders, order(1));
  trace.heard(trace.by_value, first, 1, order(1));
  trace.read(1, order(1));
  const FactIndex second = trace.at(1s).put(trace.orders, order(2));
  const FactIndex third = trace.put(trace.orders, order(3));
  trace.at(2s).heard(trace.by_value, second, 2, order(2));
  trace.read(1, order(1));  // both are there
  trace.read(2, order(2));
  trace.heard(trace.by_value, second, 1, {});
  trace.at(3s).heard(trace.by_value, third, 2, {});
  trace.heard(trace.by_value, third, 3, order(3));
  const FactIndex gone = trace.at(4s).remove(trace.orders, "A");
  trace.heard(trace.by_value, gone, 3, {});
  trace.put(trace.orders, item("A"));  // without the key: nothing to hear of
  trace.put(trace.orders, item("A", {{"value", "text"}}));
  trace.at(1h).finish();
  CHECK(trace.judged().is_ok());
}

TEST_CASE("O-INDEX objects to a removal that an index forgot", "[planted][O-INDEX][GSI-2]") {
  Indexed trace;
  trace.heard(trace.by_value, trace.put(trace.orders, order(1)), 1, order(1));
  const FactIndex removed = trace.remove(trace.orders, "A");
  const FactIndex end = trace.at(5min + 11s).finish();
  check_objects(trace.judged(), "index by_value never heard of a write: item A", {removed, end});
  trace.facts.back().at = Instant(5min + 10s);
  CHECK(trace.judged().is_ok());
}

TEST_CASE("O-INDEX objects to half a change of the key", "[planted][O-INDEX][GSI-5]") {
  Indexed trace;
  trace.heard(trace.by_value, trace.put(trace.orders, order(1)), 1, order(1));
  const FactIndex moved = trace.put(trace.orders, order(2));
  trace.heard(trace.by_value, moved, 2, order(2));
  const FactIndex end = trace.at(1h).finish();
  check_objects(trace.judged(), "never heard of a write", {moved, end});
}

TEST_CASE("O-INDEX objects to news that come too late", "[planted][O-INDEX][OPEN-33]") {
  Indexed trace;
  const FactIndex write = trace.put(trace.orders, order(1));
  const FactIndex heard = trace.at(5min + 11s).heard(trace.by_value, write, 1, order(1));
  check_objects(trace.judged(), "heard of a write later than an index may", {write, heard});
}

TEST_CASE("O-INDEX objects to changes of one item out of order, and twice", "[planted][O-INDEX][OPEN-33]") {
  Indexed trace;
  const FactIndex first = trace.put(trace.orders, order(1, 0));
  const FactIndex second = trace.put(trace.orders, order(1, 5));
  const FactIndex early = trace.heard(trace.by_value, second, 1, order(1, 5));
  check_objects(trace.judged(), "heard of a later write before an earlier one", {first, second, early});

  Indexed twice;
  const FactIndex write = twice.put(twice.orders, order(1));
  twice.heard(twice.by_value, write, 1, order(1));
  const FactIndex again = twice.heard(twice.by_value, write, 1, order(1));
  check_objects(twice.judged(), "heard of a write that it has nothing to hear of", {write, again});
}

TEST_CASE("O-INDEX objects to entries that the write did not make or take", "[planted][O-INDEX][GSI-3]") {
  const auto objects = [](int by, const Item& shown, const char* words) {
    Indexed trace(IndexKind::global, ProjectionType::include);
    trace.heard(trace.by_value, trace.put(trace.orders, order(1)), 1, order(1).without("hidden"));
    const FactIndex write = trace.put(trace.orders, order(2));
    const FactIndex heard = trace.heard(trace.by_value, write, by, shown);
    check_objects(trace.judged(), words, {write, heard});
  };
  const char* made = "got an entry that the write did not make";
  objects(2, order(2), made);                                        // more than it projects
  objects(2, order(2).without("hidden").without("shown"), made);     // less
  objects(1, order(2).without("hidden"), made);                      // under its old key
  objects(2, {}, "lost an entry that the write did not take away");  // the new one
}

TEST_CASE("O-INDEX objects to a reader who is shown what the index does not hold", "[planted][O-INDEX][GSI-1]") {
  Indexed unheard;
  const FactIndex write = unheard.put(unheard.orders, order(1));
  const FactIndex early = unheard.read(1, order(1));
  check_objects(unheard.judged(), "showed an entry that it does not hold", {write, early});

  Indexed other;
  const FactIndex heard = other.heard(other.by_value, other.put(other.orders, order(1)), 1, order(1));
  const FactIndex read = other.read(1, order(1, 9));
  check_objects(other.judged(), "showed an entry that it does not hold", {heard, read});
}

TEST_CASE("O-INDEX objects to a local index that is not as its table is", "[planted][O-INDEX][LSI-1]") {
  Indexed trace(IndexKind::local, ProjectionType::keys_only);
  trace.put(trace.orders, order(1));
  trace.read(1, item("A", {{"value", 1}}), IndexKind::local);
  trace.read(1, order(1), IndexKind::local);  // fetched from the table
  const FactIndex write = trace.at(1s).put(trace.orders, order(2));
  trace.at(11s).read(1, item("A", {{"value", 1}}), IndexKind::local);  // a stale read
  CHECK(trace.judged().is_ok());
  trace.at(12s);
  const FactIndex read = trace.read(1, item("A", {{"value", 1}}), IndexKind::local);
  check_objects(trace.judged(), "showed what the table does not hold", {write, read});
}

TEST_CASE("O-INDEX asks nothing of the indexes of a deleted table", "[O-INDEX][TABLE-5]") {
  Indexed trace;
  trace.heard(trace.by_value, trace.put(trace.orders, order(1)), 1, order(1));
  trace.put(trace.orders, order(2));
  trace.note(TableDeleted{trace.orders, 1});
  trace.at(1h).finish();
  CHECK(trace.judged().is_ok());
}
