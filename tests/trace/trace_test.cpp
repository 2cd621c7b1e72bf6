#include "sim/trace/trace.hpp"

#include "sim/trace/text.hpp"
#include "tests/catch.hpp"

using namespace weir;

namespace {

Trace two_writes(std::int64_t second_value) {
  Trace trace;
  trace.keep(true);
  trace.note(Instant{}, no_fact, TableDeclared{TableId{0}, "orders", "id", "", ""});
  const FactIndex issued = trace.note(Instant(1s), no_fact, OperationIssued{0, 0, TableId{0}, "put"});
  for (const std::int64_t value : {std::int64_t{1}, second_value})
    trace.note(Instant(1s), issued,
               Written{TableId{0},
                       ItemKey(AttributeValue("A")),
                       ChangeKind::insert,
                       {},
                       Item{{"id", "A"}, {"n", value}},
                       Actor::client(0)});
  return trace;
}

struct Counter : FactObserver {
  int seen = 0;
  void observe(const Fact&) override { ++seen; }
};

}  // namespace

TEST_CASE("the same facts have the same hash, kept or not; any field makes another", "[trace]") {
  CHECK(two_writes(2).hash() == two_writes(2).hash());
  CHECK(two_writes(2).hash() != two_writes(3).hash());
  Trace unkept;
  const Trace kept = two_writes(2);
  for (const Fact& fact : kept.facts()) unkept.note(fact.at, fact.cause, fact.what);
  CHECK(unkept.hash() == kept.hash());
  CHECK(unkept.facts().empty());
}

TEST_CASE("the hash is a constant of the format: a change of it is a change of every golden trace and token", "[trace]") {
  CHECK(to_text(two_writes(2).hash()) == "ac6e1d4d735f6dfe1985afb3cbbbe293");
}

TEST_CASE("observers see the kinds they asked for", "[trace]") {
  Trace trace;
  Counter writes, all;
  trace.subscribe(writes, mask_of<Written>());
  trace.subscribe(all, all_facts);
  const Trace source = two_writes(2);
  for (const Fact& fact : source.facts()) trace.note(fact.at, fact.cause, fact.what);
  CHECK(writes.seen == 2);
  CHECK(all.seen == 4);
}

TEST_CASE("a fact reads as one line with names", "[trace]") {
  const Trace trace = two_writes(2);
  CHECK(lines_of(trace.facts())[2] ==
        "000:00:01.000000  #2 <- 1  written  table=orders key=A kind=insert new_image={\"id\":\"A\",\"n\":1} actor=client 0");
  Trace talk;
  talk.keep(true);
  talk.note(Instant{}, no_fact, Logged{Actor::client(0), "two\nlines"});
  CHECK(lines_of(talk.facts()) == std::vector<std::string>{"000:00:00.000000  #0  logged  actor=client 0 line=two\\nlines"});
}

TEST_CASE("the first difference of two traces is named with both lines", "[trace]") {
  const Trace left = two_writes(2), right = two_writes(3);
  CHECK_FALSE(first_difference(left.facts(), left.facts()).has_value());
  const auto difference = first_difference(left.facts(), right.facts());
  REQUIRE(difference.has_value());
  CHECK(difference->index == 3);
  CHECK(difference->left.find("\"n\":2") != std::string::npos);
  CHECK(difference->right.find("\"n\":3") != std::string::npos);
  std::vector<Fact> shorter(left.facts().begin(), left.facts().end() - 1);
  CHECK(first_difference(shorter, left.facts())->left == "(end)");
}
