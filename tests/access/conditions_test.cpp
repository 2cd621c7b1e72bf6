#include "sim/access/conditions.hpp"

#include "sim/access/policy.hpp"
#include "tests/catch.hpp"

using namespace weir;

namespace {

using Effect = PolicyStatement::Effect;
using Texts = std::vector<std::string>;

const std::string table = "arn:aws:dynamodb:us-east-1:123456789012:table/orders";

bool holds(const char* operation, const char* key, Texts values, const Asked& asked) {
  return condition_of(operation, key, std::move(values)).holds(asked);
}
bool of_keys(const char* operation, Texts values, Texts keys) {
  return holds(operation, "dynamodb:LeadingKeys", std::move(values), {.leading_keys = std::move(keys), .attributes = {"x"}});
}

}  // namespace

TEST_CASE("for all values: each one that is asked for must be among those given, so none at all passes", "[IAM-1]") {
  CHECK(of_keys("ForAllValues:StringEquals", {"A", "B"}, {"A"}));
  CHECK(of_keys("ForAllValues:StringEquals", {"A", "B"}, {"B", "A"}));
  CHECK_FALSE(of_keys("ForAllValues:StringEquals", {"A", "B"}, {"A", "C"}));
  CHECK_FALSE(of_keys("ForAllValues:StringEquals", {"A"}, {"a"}));
  CHECK(of_keys("ForAllValues:StringEquals", {"A"}, {}));
}

TEST_CASE("for any value: one that is asked for suffices, none at all does not", "[IAM-1]") {
  CHECK(of_keys("ForAnyValue:StringEquals", {"A"}, {"C", "A"}));
  CHECK_FALSE(of_keys("ForAnyValue:StringEquals", {"A"}, {"C"}));
  CHECK_FALSE(of_keys("ForAnyValue:StringEquals", {"A"}, {}));
}

TEST_CASE("patterns are patterns in the Like forms alone, and the Not forms want none of the values", "[IAM-1]") {
  CHECK(of_keys("ForAllValues:StringLike", {"user-*"}, {"user-1", "user-2"}));
  CHECK_FALSE(of_keys("ForAllValues:StringEquals", {"user-*"}, {"user-1"}));
  CHECK(of_keys("ForAllValues:StringNotEquals", {"A", "B"}, {"C"}));
  CHECK_FALSE(of_keys("ForAllValues:StringNotEquals", {"A", "B"}, {"C", "B"}));
  CHECK(of_keys("ForAnyValue:StringNotLike", {"user-*"}, {"user-1", "guest"}));
  CHECK_FALSE(of_keys("ForAnyValue:StringNotLike", {"user-*"}, {"user-1"}));
}

TEST_CASE("each key looks at values of its own", "[IAM-1]") {
  const Asked asked{.leading_keys = {"A"}, .attributes = {"id", "total"}};
  CHECK(holds("ForAllValues:StringEquals", "dynamodb:Attributes", {"total", "id"}, asked));
  CHECK_FALSE(holds("ForAllValues:StringEquals", "dynamodb:Attributes", {"A"}, asked));
  CHECK_FALSE(holds("ForAllValues:StringEquals", "dynamodb:LeadingKeys", {"total", "id"}, asked));
}

TEST_CASE("a statement concerns what all its conditions hold of, an allow and a deny alike", "[IAM-1]") {
  const PolicyCondition own_rows = condition_of("ForAllValues:StringEquals", "dynamodb:LeadingKeys", {"A"});
  const PolicyCondition few_columns = condition_of("ForAllValues:StringEquals", "dynamodb:Attributes", {"id", "total"});
  const Role role{
      .name = "worker", .managed = {}, .statements = {{Effect::allow, {"dynamodb:*"}, {table}, {own_rows, few_columns}}}};
  CHECK(allows(role, "dynamodb:GetItem", table, {{"A"}, {"id"}}));
  CHECK_FALSE(allows(role, "dynamodb:GetItem", table, {{"B"}, {"id"}}));
  CHECK_FALSE(allows(role, "dynamodb:GetItem", table, {{"A"}, {"id", "secret"}}));

  const PolicyCondition secrets = condition_of("ForAnyValue:StringEquals", "dynamodb:Attributes", {"secret"});
  const Role all_but{
      .name = "worker", .managed = {}, .statements = {{Effect::allow, {"*"}, {"*"}}, {Effect::deny, {"*"}, {"*"}, {secrets}}}};
  CHECK(allows(all_but, "dynamodb:GetItem", table, {{"A"}, {"id"}}));
  CHECK(allows(all_but, "dynamodb:GetItem", table));
  CHECK_FALSE(allows(all_but, "dynamodb:GetItem", table, {{"A"}, {"id", "secret"}}));
}

TEST_CASE("names of operators and keys are IAM's, and lead back", "[IAM-1]") {
  CHECK(condition_operators() == Texts{"ForAllValues:StringEquals", "ForAllValues:StringNotEquals", "ForAllValues:StringLike",
                                       "ForAllValues:StringNotLike", "ForAnyValue:StringEquals", "ForAnyValue:StringNotEquals",
                                       "ForAnyValue:StringLike", "ForAnyValue:StringNotLike"});
  CHECK(condition_keys() == Texts{"dynamodb:LeadingKeys", "dynamodb:Attributes"});
  for (const std::string& operation : condition_operators()) {
    for (const std::string& key : condition_keys()) {
      const PolicyCondition condition = condition_of(operation, key, {"A"});
      CHECK(operator_name(condition) == operation);
      CHECK(wire_name(condition.key) == key);
    }
  }
}

TEST_CASE("a condition without values can mean nothing", "[IAM-1][bad-input]") {
  const PolicyCondition none = condition_of("ForAllValues:StringEquals", "dynamodb:LeadingKeys", {});
  CHECK(wrong_with({Effect::allow, {"*"}, {"*"}, {none}}) == "no values of dynamodb:LeadingKeys");
}

TEST_CASE("a condition holds exactly where counting says so", "[property][IAM-1]") {
  WEIR_PROPERTY("for any values and keys", [] {
    const auto any_texts = [](int most) {
      Texts texts;
      const int count = *rc::gen::inRange(0, most + 1);
      for (int i = 0; i < count; ++i) texts.push_back(*rc::gen::element<std::string>("a", "b", "ab", "a*", "?"));
      return texts;
    };
    const std::string operation = *rc::gen::elementOf(condition_operators());
    const Texts values = any_texts(3), keys = any_texts(3);
    const bool by_pattern = operation.find("Like") != std::string::npos, negated = operation.find("Not") != std::string::npos;
    std::size_t good = 0;
    for (const std::string& key : keys) {
      std::size_t alike = 0;
      for (const std::string& value : values) alike += by_pattern ? matches(value, key) : value == key;
      good += negated ? alike == 0 : alike > 0;
    }
    const bool expected = operation.starts_with("ForAll") ? good == keys.size() : good > 0;
    RC_ASSERT(of_keys(operation.c_str(), values, keys) == expected);
  });
}
