#include "sim/access/policy_document.hpp"

#include "sim/data/json.hpp"
#include "tests/catch.hpp"

using namespace weir;

namespace {

using Effect = PolicyStatement::Effect;

const Role worker{.name = "worker",
                  .managed = {"AWSLambdaBasicExecutionRole", "AWSLambdaDynamoDBExecutionRole"},
                  .statements = {{Effect::allow,
                                  {"dynamodb:GetItem", "dynamodb:Query"},
                                  {"arn:aws:dynamodb:*:*:table/orders"},
                                  {condition_of("ForAllValues:StringEquals", "dynamodb:LeadingKeys", {"a", "b"}),
                                   condition_of("ForAnyValue:StringNotLike", "dynamodb:Attributes", {"secret*"})}},
                                 {Effect::deny, {"*"}, {"*"}}}};

}  // namespace

TEST_CASE("a role's statements are told in IAM's own words", "[IAM-1]") {
  CHECK(to_plain_text(policy_document(worker)) ==
        R"({"Statement":[{"Action":["dynamodb:GetItem","dynamodb:Query"],"Condition":)"
        R"({"ForAllValues:StringEquals":{"dynamodb:LeadingKeys":["a","b"]},)"
        R"("ForAnyValue:StringNotLike":{"dynamodb:Attributes":["secret*"]}},)"
        R"("Effect":"Allow","Resource":["arn:aws:dynamodb:*:*:table/orders"]},)"
        R"({"Action":["*"],"Effect":"Deny","Resource":["*"]}]})");
  CHECK(managed_lines(worker) == "AWSLambdaBasicExecutionRole\nAWSLambdaDynamoDBExecutionRole");
}

TEST_CASE("a role read back from its document is the same role", "[IAM-1]") {
  CHECK(role_from("worker", managed_lines(worker), policy_document(worker)) == worker);
  const Role bare{.name = "bare"};
  CHECK(role_from("bare", managed_lines(bare), policy_document(bare)) == bare);
}

TEST_CASE("what is no policy document has no statements", "[IAM-1]") {
  const Role none{.name = "r"};
  CHECK(role_from("r", "", {}) == none);
  CHECK(role_from("r", "", Item{{"Statement", "all"}}) == none);
  const AttributeValue odd = AttributeValue::map({{"Effect", AttributeValue(3)}});
  CHECK(role_from("r", "", Item{{"Statement", AttributeValue::list({odd, AttributeValue("x")})}}) == none);
  const AttributeValue unknown = AttributeValue::map(
      {{"Effect", AttributeValue("Allow")},
       {"Condition", AttributeValue::map({{"Bool", AttributeValue::map({{"aws:x", AttributeValue("y")}})}})}});
  const Role read = role_from("r", "", Item{{"Statement", AttributeValue::list({unknown})}});
  REQUIRE(read.statements.size() == 1);
  CHECK(read.statements[0].conditions.empty());
}
