#include "sim/expression/key_condition.hpp"

#include "sim/expression/expression.hpp"
#include "tests/catch.hpp"
#include "tests/expression/naive.hpp"

using namespace weir;

namespace {

const KeySchema by_id{.partition = "id"};
const KeySchema by_id_and_at{.partition = "id", .sort = "sent", .sort_type = Type::N};
const KeySchema by_id_and_path{.partition = "id", .sort = "route"};

const ExpressionValues values{{":i", "A"}, {":n", 5}, {":m", 7}, {":s", "b"}, {":e", ""}};

Result<KeyCondition> parse(std::string_view text, const KeySchema& schema = by_id_and_at) {
  Placeholders placeholders({.values = values});
  return parse_key_condition(text, schema, placeholders);
}
std::string refusal(std::string_view text, const KeySchema& schema = by_id_and_at) {
  const Result<KeyCondition> parsed = parse(text, schema);
  return parsed ? "" : std::string(parsed.failure().message);
}
KeyCondition of(SortCondition sort) { return {.partition = "A", .sort = std::move(sort)}; }

}  // namespace

TEST_CASE("a key condition names the partition and at most one range of sort keys", "[QRY-1]") {
  using Kind = SortCondition::Kind;
  CHECK(*parse("id = :i") == KeyCondition{.partition = "A"});
  CHECK(*parse("id = :i AND sent = :n") == of({.kind = Kind::equal, .low = 5}));
  CHECK(*parse("sent < :n and (:i = (id))") == of({.kind = Kind::less, .low = 5}));
  CHECK(*parse("(id = :i) AND (sent <= :n)") == of({.kind = Kind::less_equal, .low = 5}));
  CHECK(*parse("id = :i AND :n < sent") == of({.kind = Kind::greater, .low = 5}));
  CHECK(*parse("id = :i AND :n <= sent") == of({.kind = Kind::greater_equal, .low = 5}));
  CHECK(*parse("id = :i AND :n > sent") == of({.kind = Kind::less, .low = 5}));
  CHECK(*parse("id = :i AND :n >= sent") == of({.kind = Kind::less_equal, .low = 5}));
  CHECK(*parse("id = :i AND sent BETWEEN :n AND :m") == of({.kind = Kind::between, .low = 5, .high = 7}));
  CHECK(*parse("begins_with(route, :s) AND id = :i", by_id_and_path) == of({.kind = Kind::begins_with, .low = "b"}));
}

TEST_CASE("a key condition's values are no larger than a key", "[ITEM-5][QRY-1][MSG-9][MSG-10]") {
  const auto refused = [](std::string_view text, std::size_t partition, std::size_t sort) {
    const ExpressionValues sized{{":i", std::string(partition, 'x')}, {":s", std::string(sort, 'x')}, {":a", "a"}};
    Placeholders placeholders({.values = sized});
    const Result<KeyCondition> parsed = parse_key_condition(text, by_id_and_path, placeholders);
    return parsed ? "" : std::string(parsed.failure().message);
  };
  const std::string hash_key =
      "One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes";
  const std::string range_key =
      "One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit of 1024 bytes";
  CHECK(refused("id = :i AND route = :s", 2048, 1024).empty());
  CHECK(refused("id = :i AND route = :s", 2049, 1) == hash_key);
  CHECK(refused("id = :i AND route = :s", 65'536, 1) == hash_key);
  CHECK(refused("id = :i AND begins_with(route, :s)", 1, 1025) == range_key);
  CHECK(refused("id = :i AND route BETWEEN :a AND :s", 1, 1025) == range_key);
}

TEST_CASE("what a Query cannot go by is refused in the service's words", "[QRY-1][MSG-26]") {
  CHECK(refusal("sent = :n") == "Query condition missed key schema element: id");
  CHECK(refusal("id = :i AND foo = :n") == "Query condition missed key schema element: sent");
  CHECK(refusal("id = :i AND foo = :n", by_id) == "Query key condition not supported");
  CHECK(refusal("id < :i") == "Query key condition not supported");
  CHECK(refusal("id = :i AND sent = :n AND foo = :n") == "Query key condition not supported");
  CHECK(refusal("id = :i AND sent > :n AND sent < :m") == "KeyConditionExpressions must only contain one condition per key");
  const std::string foreign = "Invalid operator used in KeyConditionExpression: ";
  CHECK(refusal("id = :i OR sent = :n") == foreign + "OR");
  CHECK(refusal("NOT sent = :n AND id = :i") == foreign + "NOT");
  CHECK(refusal("id = :i AND sent IN (:n)") == foreign + "IN");
  CHECK(refusal("id = :i AND sent <> :n") == foreign + "<>");
  CHECK(refusal("id = :i AND attribute_exists(sent)") == foreign + "attribute_exists");
  CHECK(refusal("id = :i AND size(sent) = :n") == "KeyConditionExpressions cannot contain nested operations");
  CHECK(refusal("id = :i AND sent.x = :n") == "KeyConditionExpressions cannot have conditions on nested attributes");
  const std::string wrong = "Invalid condition in KeyConditionExpression: ";
  CHECK(refusal("id = sent") == wrong + "Multiple attribute names used in one condition");
  CHECK(refusal(":i = :s") == wrong + "No key attribute specified");
  CHECK(refusal("id = :i AND :n BETWEEN sent AND :m") ==
        wrong + "BETWEEN operator must have the key attribute as its first operand");
  CHECK(refusal("begins_with(:s, route) AND id = :i", by_id_and_path) ==
        wrong + "begins_with operator must have the key attribute as its first operand");
  CHECK(refusal("id = :n") == "One or more parameter values were invalid: Condition parameter type does not match schema type");
  CHECK(refusal("id = :i AND sent = :s") ==
        "One or more parameter values were invalid: Condition parameter type does not match schema type");
  CHECK(refusal("id = :e") ==
        "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string "
        "value. "
        "Key: id");
}

TEST_CASE("a key condition is refused like any condition, by its own name", "[QRY-1][EXPR-3][EXPR-8]") {
  const std::string invalid = "Invalid KeyConditionExpression: ";
  CHECK(refusal("") == invalid + "The expression can not be empty;");
  CHECK(refusal("((id = :i))") == invalid + "The expression has redundant parentheses;");
  CHECK(refusal("id = :x").starts_with(invalid + "An expression attribute value used in expression is not defined"));
  CHECK(refusal("id = :i AND begins_with(sent, :n)") ==
        invalid + "Incorrect operand type for operator or function; operator or function: begins_with, operand type: N");
  CHECK(refusal("id = :i AND sent BETWEEN :m AND :n").starts_with(invalid + "The BETWEEN operator requires upper bound"));
}

TEST_CASE("a key condition says of every key what the same condition says of the item", "[property][QRY-1]") {
  int inside = 0;
  WEIR_PROPERTY("for any key and sort condition", [&] {
    using Kind = SortCondition::Kind;
    const bool text = *rc::gen::arbitrary<bool>();
    const auto one = [&]() -> AttributeValue {
      std::string drawn = draw::text();
      return text ? AttributeValue(drawn.empty() ? "a" : drawn) : AttributeValue(draw::number());
    };
    const KeySchema schema{.partition = "id", .sort = "sent", .sort_type = text ? Type::S : Type::N};
    const AttributeValue low = one(), high = one(), sent = one();
    const auto kind = static_cast<Kind>(draw::pick(0, text ? 7 : 6));
    constexpr std::string_view texts[]{
        "sent = :l", "sent < :l", "sent <= :l", "sent > :l", "sent >= :l", "sent BETWEEN :l AND :h", "begins_with(sent, :l)"};
    RC_PRE(kind != Kind::between || *compare_scalars(low, high) <= 0);
    const std::string whole = "id = :i AND " + std::string(texts[static_cast<std::size_t>(kind)]);
    const ExpressionContext context{.values = {{":i", "A"}, {":l", low}, {":h", high}}};
    Placeholders for_key(context), for_item(context);
    const Result<KeyCondition> key_condition = parse_key_condition(whole, schema, for_key);
    const Result<Condition> condition = parse_condition(ExpressionKind::condition, whole, for_item);
    RC_ASSERT(key_condition.ok());
    RC_ASSERT(condition.ok());
    const std::string id = *rc::gen::element<std::string>("A", "B");
    const bool holds = condition->holds(Item{{"id", id}, {"sent", sent}});
    RC_ASSERT(key_condition->allows(ItemKey(id, sent)) == holds);
    RC_ASSERT(!holds || key_condition->side_of(sent) == KeyCondition::Side::inside);
    inside += holds;

    const AttributeValue later = one();  // no key that lies after is followed by one that does not
    if (*compare_scalars(sent, later) <= 0) RC_ASSERT(key_condition->side_of(sent) <= key_condition->side_of(later));
  });
  CHECK(inside > 5);
}

TEST_CASE("a Query's filter leaves the keys alone", "[QRY-4]") {
  const auto refused = [](std::string_view text) {
    const Result<Done> checked = check_query_filter(condition(text), by_id_and_at);
    return checked ? std::string() : std::string(checked.failure().message);
  };
  const std::string wrong = "Filter Expression can only contain non-primary key attributes: Primary key attribute: ";
  CHECK(refused("attribute_exists(x) AND NOT contains(y, id)") == wrong + "id");
  CHECK(refused("x IN (y, sent)") == wrong + "sent");
  CHECK(refused("size(sent) = x") == wrong + "sent");
  CHECK(refused("attribute_exists(x.id) OR x = y").empty());
}
