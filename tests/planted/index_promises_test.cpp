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

namespace {

// Two orders, and then an index that is made later.
struct Later : TraceBuilder {
  TableId orders = table("orders");
  FactIndex first = put(orders, order(1));
  FactIndex second = put(orders, item("B", {{"value", 2}}));
  IndexId by_value = index(orders, "by_value", "value");
  FactIndex creating = becomes(IndexStatus::creating);

  FactIndex becomes(IndexStatus status) { return note(IndexStatusChanged{orders, by_value, status}); }
  FactIndex backfill() { return at(1min).becomes(IndexStatus::backfilling); }
  Later& at(Duration since_start) {
    TraceBuilder::at(since_start);
    return *this;
  }
  FactIndex read_in(FactIndex backfill, const char* id, int by, const Item& shown) {
    return note(IndexUpdated{orders, by_value, ItemKey(AttributeValue(id)), ItemKey(AttributeValue(by)), shown}, backfill);
  }
  FactIndex read(int by, const Item& shown) {
    return note(IndexRead{orders, by_value, key_of_a, ItemKey(AttributeValue(by)), shown, false, reader});
  }
  Verdict judged() const { return test::judged(*this, spec); }
};

const Item b = item("B", {{"value", 2}});

}  // namespace

TEST_CASE("O-INDEX is content with an index that is filled with what is there and told of what is written",
          "[O-INDEX][GSI-8]") {
  Later trace;
  trace.put(trace.orders, item("C", {{"value", "text"}}));  // violates its key
  trace.put(trace.orders, order(3));                        // while it is allocated
  const FactIndex backfill = trace.backfill();
  const FactIndex tracked = trace.at(2min).put(trace.orders, item("B", {{"value", 4}}));
  trace.heard(trace.by_value, tracked, 4, item("B", {{"value", 4}}));
  trace.read_in(backfill, "A", 3, order(3));
  const FactIndex moved = trace.put(trace.orders, order(5));
  trace.heard(trace.by_value, moved, 3, {});
  trace.becomes(IndexStatus::active);
  trace.heard(trace.by_value, moved, 5, order(5));
  trace.read(5, order(5));
  trace.becomes(IndexStatus::deleting);
  trace.put(trace.orders, order(6));  // nobody is to hear of it
  trace.becomes(IndexStatus::gone);
  trace.at(3h).finish();
  CHECK(trace.judged().is_ok());
}

TEST_CASE("O-INDEX objects to a backfill that leaves an item out", "[planted][O-INDEX][GSI-8]") {
  Later trace;
  trace.read_in(trace.backfill(), "A", 1, order(1));
  const FactIndex active = trace.becomes(IndexStatus::active);
  check_objects(trace.judged(), "index by_value is active without an item that its backfill found: item B",
                {trace.second, active});
}

TEST_CASE("O-INDEX objects to a backfill that misses a concurrent write", "[planted][O-INDEX][GSI-8]") {
  Later unheard;
  const FactIndex backfill = unheard.backfill();
  unheard.read_in(backfill, "A", 1, order(1));
  unheard.read_in(backfill, "B", 2, b);
  const FactIndex missed = unheard.put(unheard.orders, order(7));
  unheard.becomes(IndexStatus::active);
  const FactIndex end = unheard.at(1h).finish();
  check_objects(unheard.judged(), "never heard of a write", {missed, end});

  Later stale;
  const FactIndex began = stale.backfill();
  const FactIndex written = stale.put(stale.orders, order(7));
  const FactIndex old = stale.read_in(began, "A", 1, order(1));
  check_objects(stale.judged(), "was filled with what its backfill did not find", {written, began, old});
}

TEST_CASE("O-INDEX objects to what a backfill cannot have found", "[planted][O-INDEX][GSI-7][GSI-8]") {
  Later other;
  const FactIndex backfill = other.backfill();
  const FactIndex wrong = other.read_in(backfill, "A", 1, order(1, 9));
  check_objects(other.judged(), "was filled with what its backfill did not find", {other.first, backfill, wrong});

  Later twice;
  const FactIndex began = twice.backfill();
  twice.read_in(began, "B", 2, b);
  const FactIndex again = twice.read_in(began, "B", 2, b);
  check_objects(twice.judged(), "was filled with what its backfill did not find", {twice.second, began, again});
}

TEST_CASE("O-INDEX objects to an index that is read, or hears of something, when it is not there",
          "[planted][O-INDEX][GSI-8]") {
  Later early;
  const FactIndex allocated = early.read(1, order(1));
  check_objects(early.judged(), "was read although it is not active", {early.creating, allocated});

  Later filling;
  const FactIndex backfill = filling.backfill();
  filling.read_in(backfill, "A", 1, order(1));
  const FactIndex read = filling.read(1, order(1));
  check_objects(filling.judged(), "was read although it is not active", {backfill, read});

  Later dropped;
  dropped.read_in(dropped.backfill(), "A", 1, order(1));
  const FactIndex deleting = dropped.becomes(IndexStatus::deleting);
  const FactIndex late = dropped.read(1, order(1));
  check_objects(dropped.judged(), "was read although it is not active", {deleting, late});

  Later hearing;
  const FactIndex write = hearing.put(hearing.orders, order(2));
  const FactIndex heard = hearing.heard(hearing.by_value, write, 2, order(2));
  check_objects(hearing.judged(), "heard of something although it is not there", {hearing.creating, heard});
}

TEST_CASE("O-INDEX takes empty and oversized values for no keys of an index", "[O-INDEX][GSI-7][GSI-8][ITEM-5]") {
  Later trace;
  const IndexId by_text{7};
  trace.put(trace.orders, item("C", {{"text", ""}}));
  trace.put(trace.orders, item("D", {{"text", std::string(2049, 'x')}}));
  trace.put(trace.orders, item("E", {{"text", "fits"}}));
  trace.note(IndexDeclared{trace.orders, by_text, "by_text", IndexKind::global, "text", "", Type::S, Type::S,
                           ProjectionType::all, ""});
  trace.note(IndexStatusChanged{trace.orders, by_text, IndexStatus::creating});
  const FactIndex backfill = trace.note(IndexStatusChanged{trace.orders, by_text, IndexStatus::backfilling});
  trace.note(IndexUpdated{trace.orders, by_text, ItemKey(AttributeValue("E")), ItemKey(AttributeValue("fits")),
                          item("E", {{"text", "fits"}})},
             backfill);
  trace.note(IndexStatusChanged{trace.orders, by_text, IndexStatus::active});
  CHECK(trace.judged().is_ok());
}

TEST_CASE("O-INDEX knows what a table holds when an index is made, after however many writes", "[O-INDEX][GSI-8]") {
  for (const int writes : {1, 1023, 1024, 1025, 5000}) {
    TraceBuilder trace;
    const TableId orders = trace.table("orders"), others = trace.table("others");
    for (int i = 0; i < writes; ++i) {
      trace.put(orders, order(i));
      trace.put(others, item("A", {{"value", -1}}));
      trace.put(orders, item("B", {{"value", i}}));
      trace.remove(orders, "B");
    }
    const IndexId by_value = trace.index(orders, "by_value", "value");
    trace.note(IndexStatusChanged{orders, by_value, IndexStatus::creating});
    const FactIndex backfill = trace.note(IndexStatusChanged{orders, by_value, IndexStatus::backfilling});
    const auto read_in = [&](int value) {
      trace.note(IndexUpdated{orders, by_value, key_of_a, ItemKey(AttributeValue(value)), order(value)}, backfill);
      trace.note(IndexStatusChanged{orders, by_value, IndexStatus::active});
      return test::judged(trace, spec).is_ok();
    };
    CAPTURE(writes);
    CHECK(read_in(writes - 1));
    trace.facts.resize(trace.facts.size() - 2);
    CHECK_FALSE(read_in(writes - 2));
  }
}

TEST_CASE("O-INDEX judges indexes made with their table alike where none can be made or dropped later", "[planted][O-INDEX]") {
  Indexed trace;
  trace.heard(trace.by_value, trace.put(trace.orders, order(1)), 1, order(1));
  const auto judged = [&] {
    const auto oracle = make_oracle(spec);
    oracle->rule_out(mask_of<IndexStatusChanged>());
    return judge(trace.facts, *oracle);
  };
  CHECK(judged().is_ok());
  const FactIndex removed = trace.remove(trace.orders, "A");
  const FactIndex end = trace.at(1h).finish();
  check_objects(judged(), "index by_value never heard of a write: item A", {removed, end});
}
