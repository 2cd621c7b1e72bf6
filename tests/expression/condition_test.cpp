#include "sim/expression/condition.hpp"

#include "sim/base/bad_input.hpp"
#include "tests/catch.hpp"
#include "tests/expression/naive.hpp"

using namespace weir;

namespace {

const Item order{{"id", "A"},
                 {"revision", 7},
                 {"open", true},
                 {"tags", AttributeValue::string_set({"red", "blue"})},
                 {"sizes", AttributeValue::number_set({1, 2})},
                 {"lines", AttributeValue::list({"first", 2, AttributeValue::map({{"sku", "X"}})})},
                 {"address", AttributeValue::map({{"city", "Rome"}, {"zip", "00100"}})}};

Condition is(Path path, Comparator comparator, AttributeValue value) {
  return compare(std::move(path), comparator, std::move(value));
}

}  // namespace

TEST_CASE("conditions say what a naive evaluator on decoded values says", "[property][EXPR-5][EXPR-7][EXPR-9][OPEN-46]") {
  int held = 0, failed = 0;
  WEIR_PROPERTY("for any item and condition", [&] {
    const AttributeMap attributes = draw::attributes();
    ExpressionContext context;
    const naive::Twin twin = draw::condition(2, context);
    const auto unit = static_cast<SizeUnit>(draw::pick(0, 3));
    const bool expected = twin.holds(attributes, unit);
    RC_LOG() << twin.condition.to_text() << '\n';
    RC_ASSERT(twin.condition.holds(Item(attributes), unit) == expected);
    (expected ? held : failed) += 1;
  });
  CHECK(held > 10);
  CHECK(failed > 10);
}

TEST_CASE("a missing attribute makes every comparison false but <>", "[EXPR-7]") {
  for (const Comparator c :
       {Comparator::equal, Comparator::less, Comparator::less_equal, Comparator::greater, Comparator::greater_equal}) {
    CHECK_FALSE(is("nothing", c, 7).holds(order));
    CHECK_FALSE(compare(Path("nothing"), c, Path("nobody")).holds(order));
  }
  CHECK(is("nothing", Comparator::not_equal, 7).holds(order));
  CHECK(compare(Path("nothing"), Comparator::not_equal, Path("nobody")).holds(order));
}

TEST_CASE("values of two types are unequal and have no order", "[EXPR-7]") {
  CHECK_FALSE(is("revision", Comparator::equal, "7").holds(order));
  CHECK(is("revision", Comparator::not_equal, "7").holds(order));
  CHECK_FALSE(is("revision", Comparator::less, "8").holds(order));
  CHECK_FALSE(is("revision", Comparator::greater_equal, "0").holds(order));
}

TEST_CASE("numbers compare by value, strings by bytes", "[ITEM-11][NUM-4]") {
  CHECK(is("revision", Comparator::equal, *Number::parse("7.0")).holds(order));
  CHECK(is("revision", Comparator::less, 10).holds(order));
  CHECK(is("id", Comparator::less, "a").holds(order));
  CHECK_FALSE(is("id", Comparator::greater, "\xc3\xa9").holds(order));
}

TEST_CASE("paths lead into maps and lists", "[EXPR-4]") {
  CHECK(is("address.city", Comparator::equal, "Rome").holds(order));
  CHECK(is("lines[2].sku", Comparator::equal, "X").holds(order));
  CHECK(attribute_not_exists("lines[3]").holds(order));
  CHECK(attribute_not_exists("id.city").holds(order));
  CHECK(Path("lines[2].sku").to_text() == "lines[2].sku");
  CHECK(Path("lines[2].sku").to_message() == "[lines, [2], sku]");
  CHECK(Path::attribute("a.b").steps.size() == 1);
}

TEST_CASE("a text that is no path is refused and shown", "[EXPR-4][errors]") {
  std::string deep = "a";
  for (int i = 0; i < 32; ++i) deep += ".a";
  for (const std::string& text : {std::string(), std::string("a."), std::string(".a"), std::string("[1]"), std::string("a[x]"),
                                  std::string("a[1"), std::string("a[1]b"), std::string("a[]"), std::string("a[-1]"), deep})
    CHECK_THROWS_AS(Path(text), BadInput);
  try {
    (void)Path("a..b");
    FAIL("refused");
  } catch (const BadInput& error) {
    CHECK(std::string(error.what()) == "document path: 'a..b'; a path such as a, a.b or a[2].c, of at most 32 steps");
  }
}

TEST_CASE("size counts bytes of S and elements of the rest", "[EXPR-9][OPEN-46]") {
  const auto size_is = [](const char* path, int size) {
    return compare(SizeOf{path}, Comparator::equal, AttributeValue(size));
  };
  CHECK(size_is("address.city", 4).holds(order));
  CHECK(size_is("tags", 2).holds(order));
  CHECK(size_is("lines", 3).holds(order));
  CHECK(size_is("address", 2).holds(order));
  const Item smile{{"name", "\xc3\xa9\xf0\x9f\x99\x82"}};
  CHECK(size_is("name", 6).holds(smile));
  CHECK(size_is("name", 3).holds(smile, SizeUnit::utf16_units));
  CHECK(size_is("name", 2).holds(smile, SizeUnit::characters));
  CHECK(size_is("name", 2).asks_size());
  CHECK((attribute_exists("a") && !size_is("name", 2)).asks_size());
  CHECK((size_is("name", 2) || attribute_exists("a")).asks_size());
  CHECK_FALSE(attribute_exists("size").asks_size());
  CHECK_FALSE(compare(SizeOf{"revision"}, Comparator::not_equal, AttributeValue(1)).holds(order));
  CHECK_FALSE(compare(SizeOf{"open"}, Comparator::greater_equal, AttributeValue(0)).holds(order));
}

TEST_CASE("contains looks into strings, sets and lists", "[EXPR-5]") {
  CHECK(contains("tags", "red").holds(order));
  CHECK_FALSE(contains("tags", "re").holds(order));
  CHECK(contains("sizes", 2).holds(order));
  CHECK_FALSE(contains("sizes", "2").holds(order));
  CHECK(contains("address.city", "om").holds(order));
  CHECK(contains("lines", AttributeValue::map({{"sku", "X"}})).holds(order));
  CHECK(begins_with("address.zip", "001").holds(order));
}

TEST_CASE("what the service refuses before it looks at an item is a flaw", "[EXPR-7][EXPR-19]") {
  const std::string invalid = "Invalid ConditionExpression: ";
  CHECK(is("a", Comparator::less, true).flaw() ==
        invalid + "Incorrect operand type for operator or function; operator or function: <, operand type: BOOL");
  CHECK(is("a", Comparator::equal, true).flaw().empty());
  CHECK(contains("a.b", Path("a.b")).flaw() == invalid +
                                                   "The first operand must be distinct from the remaining operands for this "
                                                   "operator or function; operator: contains, first operand: [a, b]");
  CHECK(between(Path("a"), AttributeValue(2), AttributeValue(1)).flaw() ==
        invalid +
            "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: "
            "AttributeValue: {N:2}, upper bound operand: AttributeValue: {N:1}");
  CHECK(between(Path("a"), AttributeValue(2), AttributeValue("x"))
            .flaw()
            .starts_with(invalid + "The BETWEEN operator requires same data type for lower and upper bounds"));
  CHECK(between(Path("a"), AttributeValue(1), AttributeValue(1)).flaw().empty());
  CHECK(begins_with("a", 1).flaw() ==
        invalid + "Incorrect operand type for operator or function; operator or function: begins_with, operand type: N");
  CHECK(is("a", Comparator::equal, AttributeValue::string_set({})).flaw() ==
        "One or more parameter values were invalid: An string set  may not be empty");
  CHECK_FALSE((attribute_exists("a") && !is("a", Comparator::less, AttributeValue::null())).flaw().empty());
}

TEST_CASE("a tree holds no more than text may: 300 operators and functions, 100 candidates of IN", "[EXPR-2]") {
  const std::string too_many = "Invalid ConditionExpression: The expression contains too many operators; operator count: 301";
  Condition many = is("a", Comparator::less, 1);
  for (int i = 1; i < 150; ++i) many = std::move(many) || is("a", Comparator::less, 1);
  CHECK(many.flaw().empty());  // 299
  CHECK((!many).flaw().empty());
  CHECK((!!many).flaw() == too_many);
  CHECK((many || compare(SizeOf{"a"}, Comparator::less, 1)).flaw() == too_many);  // size is one, and so is what it stands in
  CHECK((many && attribute_exists("a")).flaw() == too_many);
  std::vector<Operand> candidates(100, Operand(1));
  CHECK(in(Path("a"), candidates).flaw().empty());
  candidates.emplace_back(2);
  CHECK(in(Path("a"), candidates).flaw() ==
        "Invalid ConditionExpression: The IN operator is provided with too many operands; number of operands: 101");
}

TEST_CASE("the constants of a tree have 2 MB together, each counted once", "[EXPR-1]") {
  const std::string half(1024 * 1024, 'x'), other(1024 * 1024, 'y');
  const Condition two = is("a", Comparator::equal, half) || is("b", Comparator::equal, other);
  CHECK(two.flaw().empty());
  CHECK((two || is("c", Comparator::equal, half)).flaw().empty());  // one placeholder would do for both
  CHECK((two || is("c", Comparator::equal, "z")).flaw() == "ExpressionAttributeValues exceeds max size");
}

TEST_CASE("if_older lets only a newer revision through", "[O-CONV]") {
  const auto incoming = [](int revision) { return Item{{"id", "A"}, {"revision", revision}}; };
  CHECK(if_older("revision", incoming(8)).holds(order));
  CHECK_FALSE(if_older("revision", incoming(7)).holds(order));
  CHECK_FALSE(if_older("revision", incoming(6)).holds(order));
  CHECK(if_older("revision", incoming(1)).holds(Item{}));
  CHECK_FALSE(if_older("revision", Item{{"id", "A"}}).holds(order));
  CHECK(if_older("revision", Item{{"id", "A"}, {"revision", true}}).flaw().ends_with("function: <, operand type: BOOL"));
  CHECK(if_older("revision", Item{{"id", "A"}}).holds(Item{}));
}

TEST_CASE("a condition reads as expression text", "[EXPR-6]") {
  const Condition either = is("a", Comparator::less, 5) || attribute_not_exists("a.b[1]");
  CHECK(either.to_text() == "a < 5 OR attribute_not_exists(a.b[1])");
  CHECK((either && !in(Path("c"), {AttributeValue("x"), Path("d")})).to_text() ==
        "(a < 5 OR attribute_not_exists(a.b[1])) AND NOT c IN (\"x\", d)");
  CHECK((!either).to_text() == "NOT (a < 5 OR attribute_not_exists(a.b[1]))");
  CHECK(between(SizeOf{"s"}, AttributeValue(1), AttributeValue(2)).to_text() == "size(s) BETWEEN 1 AND 2");
  CHECK(Condition().to_text().empty());
}

TEST_CASE("the empty condition always holds, and joins without a trace", "[EXPR-5]") {
  const Condition seven = is("revision", Comparator::equal, 7);
  CHECK(Condition().holds(Item{}));
  CHECK((Condition() && seven).root() == seven.root());
  CHECK((Condition() || seven).empty());
  CHECK_FALSE((!Condition()).holds(order));
}

TEST_CASE("the exact texts of two conditions are the same only if the conditions are", "[TXN-3]") {
  const Path dotted = Path::attribute("a.b"), five = Path::attribute("5"), quoted = Path::attribute("\"x\"");
  CHECK(attribute_not_exists(dotted).to_text() == attribute_not_exists("a.b").to_text());
  CHECK(attribute_not_exists(dotted).exact_text() != attribute_not_exists("a.b").exact_text());
  CHECK(is("a", Comparator::less, 5).exact_text() != compare(Path("a"), Comparator::less, five).exact_text());
  CHECK(is("a", Comparator::less, "x").exact_text() != compare(Path("a"), Comparator::less, quoted).exact_text());
  CHECK(compare(SizeOf{five}, Comparator::less, 1).exact_text() != compare(SizeOf{{}, "5"}, Comparator::less, 1).exact_text());
  CHECK(attribute_exists(Path::attribute("a) AND attribute_exists(b")).exact_text() !=
        (attribute_exists("a") && attribute_exists("b")).exact_text());
  CHECK(is("a", Comparator::less, 5).exact_text() == is("a", Comparator::less, 5).exact_text());
  CHECK(Condition().exact_text().empty());
}

TEST_CASE("a condition knows how large its constants are", "[TXN-1]") {
  CHECK(attribute_exists("a").constant_bytes() == 0);
  CHECK((is("a", Comparator::equal, "123") && !in(Path("c"), {AttributeValue("x"), Path("d"), AttributeValue("yz")}))
            .constant_bytes() == 6);
  CHECK(Condition().constant_bytes() == 0);
}
