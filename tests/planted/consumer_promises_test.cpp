// What scenarios promise of views: convergence, effects once, order.
#include "tests/catch.hpp"
#include "tests/oracles/clean_trace.hpp"
#include "tests/planted/objects.hpp"

using namespace weir;
using weir::test::check_objects;
using weir::test::item;
using weir::test::TraceBuilder;

namespace {

const Actor worker = Actor::of(InvocationId{0});

OracleSpec spec(const std::string& oracle, std::map<std::string, std::string> with) {
  with.emplace("source", "orders");
  return {oracle, std::move(with)};
}
const OracleSpec copy = spec("O-CONV", {{"view", "views"}, {"fold", "copy"}, {"ignore", "seen, at"}, {"tombstone", "gone"}});
const OracleSpec order_spec = spec("O-ORDER", {{"view", "views"}, {"version", "revision"}});

struct Orders : TraceBuilder {
  TableId orders = table("orders"), views = table("views"), totals = table("totals");
  ShardId root = TraceBuilder::stream(orders).second;

  FactIndex order(std::string_view id, int value, std::string_view group = "g0", int revision = 1) {
    const FactIndex write = put(orders, item(id, {{"value", value}, {"group", group}, {"revision", revision}}));
    append(write, root);
    return write;
  }
  FactIndex drop(const std::string& id) {
    const FactIndex write = remove(orders, id);
    append(write, root);
    return write;
  }
  FactIndex view(const Item& row) { return put(views, row, worker); }
  FactIndex total(std::string_view group, int count, int sum = 0) {
    return put(totals, item(group, {{"count", count}, {"total", sum}}), worker);
  }
  const Item& image(FactIndex write) const { return std::get<Written>(facts[write].what).new_image; }
};

}  // namespace

TEST_CASE("O-CONV names the item that is missing, differs, or should be gone", "[planted][O-CONV]") {
  Orders trace;
  const FactIndex a = trace.order("A", 1), b = trace.order("B", 2);
  const FactIndex copy_a = trace.view(trace.image(a));
  Orders missing = trace, differs = trace, stays = trace;

  trace.view(trace.image(b).with("seen", true).with("at", 5));
  trace.finish();
  CHECK(test::judged(trace, copy).is_ok());

  const FactIndex end = missing.finish();
  check_objects(test::judged(missing, copy), "at the end item B of orders, written at 000:00:00.000000, is missing in views",
                {b, end});

  const FactIndex wrong = differs.view(differs.image(b).with("value", 3));
  differs.finish();
  check_objects(test::judged(differs, copy), "item B of orders", {b, wrong, differs.last()});

  stays.view(stays.image(b));
  const FactIndex removal = stays.drop("A");
  Orders buried = stays;
  stays.finish();
  check_objects(test::judged(stays, copy), "row A of views", {copy_a, removal, stays.last()});
  buried.view(buried.image(a).with("gone", true));
  buried.finish();
  CHECK(test::judged(buried, copy).is_ok());
}

TEST_CASE("O-CONV objects to what a deleted source has lost before, and is never content with a deleted source or view",
          "[planted][O-CONV][TABLE-5][OPEN-18]") {
  Orders trace;
  const FactIndex a = trace.order("A", 1);
  Orders copied = trace, lost = trace, uncaptured = trace;

  copied.view(copied.image(a));
  Orders without_view = copied;
  copied.note(TableDeleted{copied.orders, 1});
  copied.finish();
  const Verdict as_it_was = test::judged(copied, copy);  // the source is empty, the view is not: that is no convergence
  CHECK(as_it_was.kind == Verdict::Kind::unknown);
  CHECK(as_it_was.message == "orders was deleted at 000:00:00.000000, which no record tells: views shows what it held then");

  lost.note(TableDeleted{lost.orders, 1});
  lost.at(1h).finish();
  check_objects(test::judged(lost, copy), "item A of orders", {a, lost.last()});

  uncaptured.put(uncaptured.orders, item("B"));
  uncaptured.note(TableDeleted{uncaptured.orders, 2});
  uncaptured.at(1h).finish();
  const Verdict unsaid = test::judged(uncaptured, copy);
  CHECK(unsaid.kind == Verdict::Kind::unknown);
  CHECK(unsaid.message == "orders was deleted before all writes to it had a record");

  without_view.note(TableDeleted{without_view.views, 1});
  without_view.finish();
  CHECK(test::judged(without_view, copy).kind == Verdict::Kind::unknown);
  CHECK(test::judged(without_view, copy).message == "views was deleted at 000:00:00.000000");
}

TEST_CASE("O-CONV takes the view's key from a source attribute where told so", "[planted][O-CONV]") {
  const OracleSpec by_group = spec("O-CONV", {{"view", "views"}, {"fold", "copy"}, {"view_key", "group"}, {"ignore", "id"}});
  Orders trace;
  const FactIndex a = trace.order("A", 1, "g7");
  Orders missing = trace;
  trace.view(trace.image(a).with("id", "g7"));
  trace.finish();
  CHECK(test::judged(trace, by_group).is_ok());
  missing.view(missing.image(a));
  missing.finish();
  check_objects(test::judged(missing, by_group), "is missing in views");
}

TEST_CASE("O-CONV compares counts and sums of items, of records ever and of changes ever", "[planted][O-CONV]") {
  Orders trace;
  trace.order("A", 3);
  const FactIndex b = trace.order("B", 5);
  const FactIndex removal = trace.drop("B");
  const auto judged_with = [&](std::map<std::string, std::string> with, int count, int sum) {
    Orders ended = trace;
    ended.total("g0", count, sum);
    ended.finish();
    with.emplace("view", "totals");
    with.emplace("group", "group");
    return test::judged(ended, spec("O-CONV", with));
  };
  CHECK(judged_with({{"fold", "count"}}, 1, 0).is_ok());
  CHECK(judged_with({{"fold", "count"}, {"of", "records"}}, 2, 0).is_ok());
  CHECK(judged_with({{"fold", "count"}, {"of", "changes"}}, 3, 0).is_ok());
  CHECK(judged_with({{"fold", "sum"}, {"value", "value"}}, 0, 3).is_ok());
  CHECK(judged_with({{"fold", "sum"}, {"value", "value"}, {"of", "records"}}, 0, 8).is_ok());
  CHECK(judged_with({{"fold", "sum"}, {"value", "value"}, {"into", "count"}}, 3, 0).is_ok());
  const FactIndex view = trace.last() + 1;
  check_objects(judged_with({{"fold", "count"}}, 2, 0), "totals shows for g0 a count of 2, but orders adds up to 1",
                {b, removal, view, view + 1});
  check_objects(judged_with({{"fold", "sum"}, {"value", "value"}}, 0, 8), "a total of 8, but orders adds up to 3");
}

TEST_CASE("O-CONV wants a row for each group, and adds all rows up where no group is named", "[planted][O-CONV]") {
  Orders trace;
  trace.order("A", 1, "g0");
  trace.order("B", 1, "g1");
  trace.total("g0", 2);
  trace.finish();
  CHECK(test::judged(trace, spec("O-CONV", {{"view", "totals"}, {"fold", "count"}})).is_ok());
  check_objects(test::judged(trace, spec("O-CONV", {{"view", "totals"}, {"fold", "count"}, {"group", "group"}})),
                "a count of 2");
}

TEST_CASE("O-ONCE catches the second application at the write that makes it", "[planted][O-ONCE][POLL-8]") {
  const OracleSpec once = spec("O-ONCE", {{"view", "totals"}, {"fold", "count"}, {"group", "group"}, {"of", "records"}});
  Orders trace;
  const MappingId mirror = trace.mapping(StreamId{0}, "mirror");
  trace.order("A", 1);
  const FactIndex last_write = trace.order("B", 1);
  const InvocationId first = trace.start(mirror, trace.root, {RecordId{0}, RecordId{1}});
  trace.total("g0", 1);
  trace.end(first, InvocationOutcome::crashed);
  const InvocationId second = trace.start(mirror, trace.root, {RecordId{0}, RecordId{1}}, 1);
  const FactIndex delivery = trace.last();
  const Actor again = Actor::of(second);
  const FactIndex repeated = trace.put(trace.totals, item("g0", {{"count", 2}}), again);  // A once more, as if it were B
  CHECK(test::judged(trace, once).is_ok());
  const FactIndex caught = trace.at(5s).put(trace.totals, item("g0", {{"count", 3}}), again);
  check_objects(test::judged(trace, once), "row g0 of totals shows a count of 3 at 000:00:05.000000, more than the 2",
                {last_write, repeated, delivery, caught});
}

TEST_CASE("O-ONCE bounds sums from both sides, and lets others than consumers set the ground", "[planted][O-ONCE]") {
  const OracleSpec once = spec("O-ONCE", {{"view", "totals"}, {"fold", "sum"}, {"value", "value"}, {"group", "group"}});
  Orders trace;
  trace.put(trace.totals, item("g0", {{"total", 100}}));
  trace.order("A", 3);
  trace.total("g0", 0, 103);
  trace.order("A", 1);
  trace.total("g0", 0, 101);
  Orders below = trace, above = trace;
  CHECK(test::judged(trace, once).is_ok());
  below.total("g0", 0, 99);
  CHECK(test::judged(below, once).is_ok());  // -2 alone, applied first, would show as much: 98 is the least
  below.total("g0", 0, 97);
  check_objects(test::judged(below, once), "less than the 98");
  above.total("g0", 0, 104);
  check_objects(test::judged(above, once), "more than the 103");
}

TEST_CASE("O-ORDER names the newer and the older state of a row that went back", "[planted][O-ORDER][STREAM-3]") {
  Orders trace;
  const FactIndex first = trace.order("A", 1, "g0", 1), second = trace.order("A", 2, "g0", 2);
  const FactIndex newer = trace.view(trace.image(second));
  const FactIndex older = trace.view(trace.image(first));
  Orders repaired = trace;
  check_objects(test::judged(trace, order_spec), "row A of views goes back from revision 2", {first, second, newer, older});
  OracleSpec at_end = order_spec;
  at_end.with["when"] = "end";
  check_objects(test::judged(trace, at_end), "goes back from revision 2", {first, second, newer, older});
  repaired.view(repaired.image(second));
  CHECK(test::judged(repaired, at_end).is_ok());
}

TEST_CASE("O-ORDER remembers a row's version across its removal", "[planted][O-ORDER]") {
  Orders trace;
  const FactIndex first = trace.order("A", 1, "g0", 1), second = trace.order("A", 2, "g0", 2);
  trace.view(trace.image(second));
  trace.remove(trace.views, "A", worker);
  CHECK(test::judged(trace, order_spec).is_ok());
  trace.view(trace.image(first));
  check_objects(test::judged(trace, order_spec), "goes back from revision 2");
}
