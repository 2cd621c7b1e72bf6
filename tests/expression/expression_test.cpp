#include "sim/expression/expression.hpp"

#include <stdexcept>

#include "sim/expression/reserved_words.hpp"
#include "tests/catch.hpp"
#include "tests/expression/naive.hpp"

using namespace weir;

namespace {

const KeySchema by_id{.partition = "id"};

// The message that refuses a condition; empty when it is taken.
std::string refusal(std::string_view text, ExpressionContext context = {}, ExpressionKind kind = ExpressionKind::condition) {
  Placeholders placeholders(std::move(context));
  const Result<Condition> parsed = parse_condition(kind, text, placeholders);
  if (parsed) return "";
  CHECK(parsed.failed_with(ServiceError::validation));
  CHECK_FALSE(parsed.maybe_done());
  return std::string(parsed.failure().message);
}
std::string update_refusal(std::string_view text, ExpressionContext context = {}) {
  Placeholders placeholders(std::move(context));
  const Result<Update> parsed = parse_update(text, placeholders);
  return parsed ? "" : std::string(parsed.failure().message);
}
std::string syntax_error(const std::string& token, const std::string& near) {
  return "Invalid ConditionExpression: Syntax error; token: \"" + token + "\", near: \"" + near + "\"";
}

ExpressionContext one(AttributeValue value) { return {.values = {{":v", std::move(value)}}}; }
ExpressionContext two(AttributeValue a, AttributeValue b) { return {.values = {{":a", std::move(a)}, {":b", std::move(b)}}}; }

const std::string invalid = "Invalid ConditionExpression: ";
const std::string wrong_type = invalid + "Incorrect operand type for operator or function; operator or function: ";

}  // namespace

TEST_CASE("a condition's text is the tree it says, or is refused with the tree's own flaw",
          "[property][EXPR-5][EXPR-6][EXPR-7][EXPR-9][EXPR-19]") {
  int taken = 0, refused = 0;
  WEIR_PROPERTY("for any condition", [&] {
    ExpressionContext context;
    const naive::Twin twin = draw::condition(3, context);
    RC_LOG() << twin.text << '\n';
    Placeholders placeholders(context);
    RC_ASSERT(placeholders.check().ok());
    const Result<Condition> parsed = parse_condition(ExpressionKind::condition, twin.text, placeholders);
    RC_ASSERT(parsed.ok() == twin.condition.flaw().empty());
    (parsed ? taken : refused) += 1;
    if (!parsed) {
      RC_ASSERT(parsed.failure().message == twin.condition.flaw());
      return;
    }
    RC_ASSERT(placeholders.check_all_used().ok());
    RC_ASSERT(parsed->to_text() == twin.condition.to_text());
    const AttributeMap attributes = draw::attributes();
    const auto unit = static_cast<SizeUnit>(draw::pick(0, 3));
    RC_ASSERT(parsed->holds(Item(attributes), unit) == twin.holds(attributes, unit));
  });
  CHECK(taken > 5);
  CHECK(refused > 5);
}

TEST_CASE("OR binds loosest, then AND, then NOT, then comparisons", "[EXPR-6]") {
  const auto text = [](std::string_view expression) {
    return condition(expression, {.values = {{":x", 1}, {":y", 2}}}).to_text();
  };
  CHECK(text("a = :x OR b = :x AND NOT c = :y AND d = :y") == "a = 1 OR b = 1 AND NOT c = 2 AND d = 2");
  CHECK(text("(a = :x OR b = :x) AND NOT (c = :y AND d = :y)") == "(a = 1 OR b = 1) AND NOT (c = 2 AND d = 2)");
  CHECK(text("a BETWEEN :x AND :y AND b = :x") == "a BETWEEN 1 AND 2 AND b = 1");
  CHECK(text("NOT NOT a IN (:x, :y)") == "NOT NOT a IN (1, 2)");
}

TEST_CASE("keywords have any case, functions their own", "[EXPR-8]") {
  CHECK(refusal("nOt a Between :a aNd :b oR a iN (:a)", two(1, 2)).empty());
  CHECK(refusal("Attribute_exists(a)") == invalid + "Invalid function name; function: Attribute_exists");
  CHECK(refusal("SIZE(a) = :v", one(1)) == invalid + "Invalid function name; function: SIZE");
  CHECK(update_refusal("set a = :a Remove b dELETE c :b", two(1, AttributeValue::string_set({"x"}))).empty());
}

TEST_CASE("words stand apart by any white space, or by none", "[EXPR-5]") {
  CHECK(condition("a=:v\tAND\r\n( b<>:v )", one(1)).to_text() == "a = 1 AND b <> 1");
  CHECK(refusal("a = :v\vAND b = :v", one(1)) == syntax_error("\v", ":v\vAND"));
}

TEST_CASE("one pair of parentheses is fine, two around the same thing are not", "[EXPR-8]") {
  const std::string redundant = invalid + "The expression has redundant parentheses;";
  CHECK(refusal("((a = :v))", one(1)) == redundant);
  CHECK(refusal("((a)) = :v", one(1)) == redundant);
  CHECK(refusal("((size(a))) = :v", one(1)) == redundant);
  CHECK(refusal("((a = :v)) AND ]", one(1)) == redundant);
  CHECK(refusal("(((a) = :v) AND (b = (:v)))", one(1)).empty());
  CHECK(refusal("((a = :v) OR (b = :v))", one(1)).empty());
  CHECK(update_refusal("SET a = ((b + :v))", one(1)) == "Invalid UpdateExpression: The expression has redundant parentheses;");
  CHECK(update_refusal("SET a = ((b) + (:v))", one(1)).empty());
}

TEST_CASE("a syntax error shows the token and its neighbours", "[EXPR-4][EXPR-5][errors]") {
  CHECK(refusal("foo") == syntax_error("<EOF>", "foo"));
  CHECK(refusal("attribute_exists(") == syntax_error("<EOF>", "("));
  CHECK(refusal("attribute_exists()") == syntax_error(")", "()"));
  CHECK(refusal("a = = :v") == syntax_error("=", "= = :v"));
  CHECK(refusal("a = :v AND AND b = :v") == syntax_error("AND", "AND AND b"));
  CHECK(refusal("a AND b = :v") == syntax_error("AND", "a AND b"));
  CHECK(refusal("NOT a") == syntax_error("<EOF>", "a"));
  CHECK(refusal("a != :v") == syntax_error("!", "a !="));
  CHECK(refusal("_a = :v") == syntax_error("_", "_a"));
  CHECK(refusal("a-b = :v") == syntax_error("-", "a-b"));
  CHECK(refusal("a[01] = :v") == syntax_error("1", "01]"));
  CHECK(refusal("a[-1] = :v") == syntax_error("-", "[-1"));
  CHECK(refusal("[0] = :v") == syntax_error("[", "[0"));
  CHECK(refusal("a. = :v") == syntax_error("=", ". = :v"));
  CHECK(refusal("a IN ()") == syntax_error(")", "()"));
  CHECK(refusal("a BETWEEN :v OR :v") == syntax_error("OR", ":v OR :v"));
  CHECK(refusal("(a = :v") == syntax_error("<EOF>", ":v"));
  CHECK(refusal("a = :v)") == syntax_error(")", ":v)"));
  CHECK(refusal("(a = :v) = :v") == syntax_error("=", ") = :v"));
  CHECK(refusal("a = :v b") == syntax_error("b", ":v b"));
  CHECK(refusal("a = 5") == syntax_error("5", "= 5"));
  CHECK(refusal("a = \"x\"") == syntax_error("\"", "= \"x"));
  CHECK(refusal("# = :v") == syntax_error("#", "# ="));
  CHECK(refusal("a = \xc3\xa9") == syntax_error("\xc3\xa9", "= \xc3\xa9"));
  CHECK(refusal("a = and") == syntax_error("and", "= and"));
  CHECK(refusal("") == invalid + "The expression can not be empty;");
  const std::string update_error = "Invalid UpdateExpression: Syntax error; token: ";
  CHECK(update_refusal("SET a = b + c + d") == update_error + "\"+\", near: \"c + d\"");
  CHECK(update_refusal("SET a :v") == update_error + "\":v\", near: \"a :v\"");
  CHECK(update_refusal("foo a") == update_error + "\"foo\", near: \"foo a\"");
  CHECK(update_refusal("ADD a b") == update_error + "\"b\", near: \"a b\"");
  CHECK(update_refusal("REMOVE a,") == update_error + "\"<EOF>\", near: \",\"");
  CHECK(update_refusal("SET a = (b + c) + d") == update_error + "\"+\", near: \") + d\"");
}

TEST_CASE("the 573 reserved words need a placeholder", "[EXPR-3][MSG-25]") {
  CHECK(is_reserved_word("status"));
  CHECK(is_reserved_word("ZONE"));
  CHECK(is_reserved_word("Abort"));
  CHECK_FALSE(is_reserved_word("id"));
  CHECK_FALSE(is_reserved_word(""));
  CHECK(refusal("Status = :v", one(1)) == invalid + "Attribute name is a reserved keyword; reserved keyword: Status");
  CHECK(refusal("a.name = :v", one(1), ExpressionKind::filter) ==
        "Invalid FilterExpression: Attribute name is a reserved keyword; reserved keyword: name");
  CHECK(update_refusal("SET #s = total", {.names = {{"#s", "status"}}}) ==
        "Invalid UpdateExpression: Attribute name is a reserved keyword; reserved keyword: total");
  CHECK(condition("#s = :v", {.names = {{"#s", "status"}}, .values = {{":v", 1}}}).holds(Item{{"status", 1}}));
}

TEST_CASE("a placeholder stands for one name, whatever is in it", "[EXPR-3][EXPR-4]") {
  const Item item{{"a.b", 1}, {"a", AttributeValue::map({{"b", 2}, {"x y", AttributeValue::list({3, 4})}})}};
  CHECK(condition("#n = :v", {.names = {{"#n", "a.b"}}, .values = {{":v", 1}}}).holds(item));
  CHECK(condition("a.b = :v", one(2)).holds(item));
  CHECK(condition("a . #n [ 1 ] = :v", {.names = {{"#n", "x y"}}, .values = {{":v", 4}}}).holds(item));
}

TEST_CASE("every placeholder is defined, and every one given is used", "[EXPR-3][MSG-23][MSG-24]") {
  CHECK(refusal("a = :v") == invalid + "An expression attribute value used in expression is not defined; attribute value: :v");
  CHECK(refusal("#n = :v", one(1)) ==
        invalid + "An expression attribute name used in the document path is not defined; attribute name: #n");
  Placeholders shared({.names = {{"#a", "a"}, {"#b", "b"}, {"#c", "c"}}, .values = {{":u", 1}, {":v", 2}}});
  CHECK(shared.check_all_used().failure().message == "ExpressionAttributeNames can only be specified when using expressions");
  REQUIRE(parse_update("SET #a = :u", shared).ok());
  CHECK(shared.check_all_used().failure().message ==
        "Value provided in ExpressionAttributeNames unused in expressions: keys: {#b, #c}");
  REQUIRE(parse_condition(ExpressionKind::condition, "#b = #c", shared).ok());
  CHECK(shared.check_all_used().failure().message ==
        "Value provided in ExpressionAttributeValues unused in expressions: keys: {:v}");
  REQUIRE(parse_condition(ExpressionKind::condition, "#b = :v", shared).ok());
  CHECK(shared.check_all_used().ok());
  CHECK(Placeholders().check_all_used().ok());
}

TEST_CASE("placeholders themselves are checked first", "[EXPR-1][EXPR-3][ITEM-6]") {
  const auto wrong = [](ExpressionContext context) {
    const Result<Done> checked = Placeholders(std::move(context)).check();
    return checked ? std::string() : std::string(checked.failure().message);
  };
  CHECK(wrong({.names = {{"a", "a"}}}) == "ExpressionAttributeNames contains invalid key: Syntax error; key: \"a\"");
  CHECK(wrong({.names = {{"#", "a"}}}) == "ExpressionAttributeNames contains invalid key: Syntax error; key: \"#\"");
  CHECK(wrong({.names = {{"#a-b", "a"}}}) == "ExpressionAttributeNames contains invalid key: Syntax error; key: \"#a-b\"");
  CHECK(wrong({.names = {{"#a", ""}}}) == "ExpressionAttributeNames contains invalid value: Empty attribute name for key #a");
  CHECK(wrong({.names = {{"#a", std::string(65'535, 'n')}}}).empty());  // [ITEM-6]
  CHECK(
      wrong({.names = {{"#a", std::string(65'536, 'n')}}}) ==
      "ExpressionAttributeNames contains invalid value: Attribute name is too large, must be less than 65536 bytes for key #a");
  CHECK(wrong({.values = {{"#v", 1}}}) == "ExpressionAttributeValues contains invalid key: Syntax error; key: \"#v\"");
  CHECK(
      wrong({.values = {{":v", AttributeValue::string_set({})}}}) ==
      "ExpressionAttributeValues contains invalid value: One or more parameter values were invalid: An string set  may not be "
      "empty for key :v");
  const std::string longest = "#" + std::string(254, 'n');
  CHECK(wrong({.names = {{longest, "a"}}}).empty());
  CHECK(wrong({.names = {{longest + "n", "a"}}}) ==
        "ExpressionAttributeNames contains invalid key: The expression attribute map contains a key that is too long; size of "
        "key: 256");
  const std::string half(1024 * 1024, 'x');
  CHECK(wrong({.values = {{":a", half}, {":b", half}}}).empty());
  CHECK(wrong({.values = {{":a", half}, {":b", half + "x"}}}) == "ExpressionAttributeValues exceeds max size");
}

TEST_CASE("a text has at most 4,096 bytes", "[EXPR-1][MSG-22]") {
  const std::string longest = "attribute_exists(" + std::string(4096 - 18, 'a') + ")";
  CHECK(refusal(longest).empty());
  CHECK(refusal(longest + " ") == invalid + "Expression size has exceeded the maximum allowed size; expression size: 4097");
  CHECK(update_refusal(std::string(5000, '(')) ==
        "Invalid UpdateExpression: Expression size has exceeded the maximum allowed size; expression size: 5000");
}

TEST_CASE("at most 300 operators and functions, and 100 operands of IN", "[EXPR-2]") {
  std::string many = "a<b";
  for (int i = 0; i < 149; ++i) many += " or a<b";
  const std::string too_many = invalid + "The expression contains too many operators; operator count: 301";
  CHECK(refusal(many).empty());  // 299
  CHECK(refusal("NOT " + many).empty());
  CHECK(refusal("NOT NOT " + many) == too_many);
  CHECK(refusal(many + " or a<b") == too_many);
  std::string list = ":v";
  for (int i = 1; i < 100; ++i) list += ",:v";
  CHECK(refusal("a IN (" + list + ")", one(1)).empty());
  CHECK(refusal("a IN (" + list + ",:v)", one(1)) ==
        invalid + "The IN operator is provided with too many operands; number of operands: 101");
  const std::string deep = std::string(64, '('), deeper = std::string(2000, '(');
  CHECK(refusal(deep).find("Syntax error") != std::string::npos);
  CHECK(refusal(deeper) == too_many);
  std::string nots = "a<b";
  for (int i = 0; i < 64; ++i) nots = "NOT " + nots;
  CHECK(refusal(nots).empty());
  CHECK(refusal("NOT " + nots) == too_many);  // differs, see syntax.hpp
}

TEST_CASE("a path has at most 32 steps, an index 31 bits", "[EXPR-4]") {
  std::string path = "a";
  for (int i = 1; i < 32; ++i) path += ".a";
  CHECK(refusal("attribute_exists(" + path + ")").empty());
  CHECK(refusal("attribute_exists(" + path + "[0])") ==
        invalid + "The document path has too many nesting levels; nesting levels: 33");
  CHECK(refusal("attribute_exists(a[2147483647])").empty());
  CHECK(refusal("attribute_exists(a[2147483648])") ==
        invalid + "List index is not within the allowable range; index: [2147483648]");
  CHECK(refusal("attribute_exists(a[99999999999999999999])").find("index: [99999999999999999999]") != std::string::npos);
}

TEST_CASE("functions stand where they may, with the operands they take", "[EXPR-5][EXPR-9][EXPR-11]") {
  const std::string misused = invalid + "The function is not allowed to be used this way in an expression; function: ";
  CHECK(refusal("size(a)") == misused + "size");
  CHECK(refusal("NOT (size(a))") == misused + "size");
  CHECK(refusal("contains(a, :v) = :v", one(true)) == misused + "contains");
  CHECK(refusal("size(contains(a, b)) = :v", one(1)) == misused + "contains");
  CHECK(refusal("if_not_exists(a, b) = :v", one(1)) ==
        invalid + "The function is not allowed in a condition expression; function: if_not_exists");
  CHECK(update_refusal("SET a = size(b)") ==
        "Invalid UpdateExpression: The function is not allowed in an update expression; function: size");
  CHECK(update_refusal("SET a = foo(b)") == "Invalid UpdateExpression: Invalid function name; function: foo");
  const std::string count = "Incorrect number of operands for operator or function; operator or function: ";
  CHECK(refusal("attribute_exists(a, b)") == invalid + count + "attribute_exists, number of operands: 2");
  CHECK(refusal("size(a, b) = :v", one(1)) == invalid + count + "size, number of operands: 2");
  CHECK(update_refusal("SET a = list_append(b)") ==
        "Invalid UpdateExpression: " + count + "list_append, number of operands: 1");
  const std::string wants_path = invalid + "Operator or function requires a document path; operator or function: ";
  CHECK(refusal("attribute_exists(:v)", one(1)) == wants_path + "attribute_exists");
  CHECK(refusal("attribute_type(size(a), :v)", one("N")) == wants_path + "attribute_type");
  CHECK(update_refusal("SET a = if_not_exists(:v, b)", one(1)) ==
        "Invalid UpdateExpression: Operator or function requires a document path; operator or function: if_not_exists");
  CHECK(refusal("size(size(a)) = :v", one(1)) == wrong_type + "size, operand type: N");
  CHECK(refusal("size(:v) = :v", one(1)) == wrong_type + "size, operand type: N");
  CHECK(refusal("begins_with(a, size(b))") == wrong_type + "begins_with, operand type: N");
  CHECK(condition("attribute_type(:v, :t)", {.values = {{":v", 1}, {":t", "N"}}}).holds(Item{}));
  CHECK_FALSE(condition("attribute_type(:v, :t)", {.values = {{":v", 1}, {":t", "S"}}}).holds(Item{}));
  CHECK(condition("attribute_type(:v, :t)", {.values = {{":v", 1}, {":t", "S"}}}).to_text() == "attribute_type(1, \"S\")");
  const std::string misused_in_update =
      "Invalid UpdateExpression: The function is not allowed to be used this way in an expression; function: ";
  CHECK(update_refusal("SET a = list_append(list_append(:v, b), c)", one(AttributeValue::list({1}))) ==
        misused_in_update + "list_append");
  CHECK(update_refusal("SET a = list_append(b, (list_append(:v, c)))") == misused_in_update + "list_append");
  CHECK(update_refusal("SET a = list_append(if_not_exists(a, :v), :v)", one(AttributeValue::list({1}))).empty());
  CHECK(condition("contains(:v, a)", one(AttributeValue::list({1, 2}))).holds(Item{{"a", 2}}));
  CHECK(condition("contains(a, size(b))").holds(Item{{"a", AttributeValue::number_set({3})}, {"b", "xyz"}}));
  CHECK(condition("size(:v) = size(a)", one("xyz")).holds(Item{{"a", AttributeValue::list({1, 2, 3})}}));
}

TEST_CASE("constants that can never fit are refused before any item is seen", "[EXPR-7][EXPR-19]") {
  CHECK(refusal("attribute_type(a, :v)", one("X")) ==
        invalid + "Invalid attribute type name found; type: X, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}");
  CHECK(refusal("attribute_type(a, :v)", one(1)) == wrong_type + "attribute_type, operand type: N");
  CHECK(refusal("attribute_type(a, size(b))") == wrong_type + "attribute_type, operand type: N");
  CHECK(refusal("attribute_type(a, b)") == wrong_type + "attribute_type, operand type: {NS,SS,L,BS,N,M,B,BOOL,NULL,S}");
  CHECK(refusal("a < :v", one(true)) == wrong_type + "<, operand type: BOOL");
  const std::string distinct =
      "The first operand must be distinct from the remaining operands for this operator or function; operator: ";
  CHECK(refusal("contains(a, #a)", {.names = {{"#a", "a"}}}) == invalid + distinct + "contains, first operand: [a]");
  CHECK(refusal("a[1].b = (a[1].b)") == invalid + distinct + "=, first operand: [a, [1], b]");
  CHECK(refusal("a IN (b, a)") == invalid + distinct + "IN, first operand: [a]");
  CHECK(refusal("a BETWEEN b AND a") == invalid + distinct + "BETWEEN, first operand: [a]");
  CHECK(refusal("begins_with(a, a)") == invalid + distinct + "begins_with, first operand: [a]");
  CHECK(update_refusal("SET a = if_not_exists(b, b)") ==
        "Invalid UpdateExpression: " + distinct + "if_not_exists, first operand: [b]");
  CHECK(refusal("a BETWEEN :a AND :b", two(2, 1), ExpressionKind::filter)
            .starts_with("Invalid FilterExpression: The BETWEEN operator requires upper bound to be greater than"));
}

TEST_CASE("an update's text is the update it says", "[EXPR-10][EXPR-11]") {
  const auto text = [](std::string_view expression) {
    return update(expression,
                  {.values = {{":n", 5}, {":l", AttributeValue::list({1})}, {":s", AttributeValue::string_set({"x"})}}})
        .to_text();
  };
  CHECK(text("ADD n :n DELETE t :s, m.u :s SET sum_of = (if_not_exists(sum_of, :n) + :n), l[1] = list_append(:l, l) REMOVE a, "
             "b[0]") ==
        "SET sum_of = if_not_exists(sum_of, 5) + 5, l[1] = list_append([1], l) REMOVE a, b[0] ADD n 5 DELETE t "
        "{\"$SS\":[\"x\"]}, m.u "
        "{\"$SS\":[\"x\"]}");
  CHECK(text("SET a = :n - b, c = if_not_exists(d, list_append(:l, e)) ADD t :s") ==
        "SET a = 5 - b, c = if_not_exists(d, list_append([1], e)) ADD t {\"$SS\":[\"x\"]}");
}

TEST_CASE("each clause stands once in an update", "[EXPR-10]") {
  CHECK(update_refusal("SET a = :v REMOVE b SET c = :v", one(1)) ==
        "Invalid UpdateExpression: The \"SET\" section can only be used once in an update expression;");
  CHECK(update_refusal("REMOVE a remove b") ==
        "Invalid UpdateExpression: The \"REMOVE\" section can only be used once in an update expression;");
}

TEST_CASE("what an update can never do is refused before any item is seen", "[EXPR-11][EXPR-13][EXPR-16][MSG-18]") {
  CHECK(update_refusal("SET a = :v REMOVE a", one(1)) ==
        "Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path "
        "one: [a], path two: [a]");
  CHECK(update_refusal("SET #a.b = :v, a[0] = :w", {.names = {{"#a", "a"}}})
            .starts_with("Invalid UpdateExpression: Two document paths conflict"));
  const std::string wrong = "Invalid UpdateExpression: Incorrect operand type for operator or function; operator";
  CHECK(update_refusal("SET a = b + :v", one("x")) == wrong + " or function: +, operand type: S");
  CHECK(update_refusal("SET a = list_append(b, c) - :v", one(1)) == wrong + " or function: -, operand type: L");
  CHECK(update_refusal("SET a = list_append(b, :v)", one(1)) == wrong + " or function: list_append, operand type: N");
  CHECK(update_refusal("ADD a :v", one("x")).starts_with(wrong + ": ADD, operand type: STRING"));
  CHECK(update_refusal("DELETE a :v", one(1)).starts_with(wrong + ": DELETE, operand type: NUMBER"));
}

TEST_CASE("a key attribute in an update's text is still refused by the table's schema", "[EXPR-17][MSG-17]") {
  const Update keyed = update("SET id = :v", one("B"));
  CHECK(keyed.check(by_id).failure().message ==
        "One or more parameter values were invalid: Cannot update attribute id. This attribute is part of the key");
}

TEST_CASE("a wrong text in C++ code is its author's mistake", "[errors]") {
  CHECK_THROWS_AS(condition("a = "), std::invalid_argument);
  CHECK_THROWS_AS(update("SET a = :v"), std::invalid_argument);
  CHECK_THROWS_AS(condition("a = b", one(1)), std::invalid_argument);
  CHECK_THROWS_AS(condition("a = b", {.names = {{"a", "a"}}}), std::invalid_argument);
  try {
    condition("a = b", one(1));
  } catch (const std::invalid_argument& wrong) {
    CHECK(std::string(wrong.what()) == "Value provided in ExpressionAttributeValues unused in expressions: keys: {:v}");
  }
}
