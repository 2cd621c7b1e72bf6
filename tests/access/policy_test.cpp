#include "sim/access/policy.hpp"

#include "tests/catch.hpp"

using namespace weir;

namespace {

using Effect = PolicyStatement::Effect;

Role role_of(std::vector<PolicyStatement> statements) {
  return {.name = "worker", .managed = {}, .statements = std::move(statements)};
}

const std::string table = "arn:aws:dynamodb:us-east-1:123456789012:table/orders";

// The slow, obvious matcher: tries every way to read the pattern.
bool reads(const std::string& pattern, const std::string& text) {
  if (pattern.empty()) return text.empty();
  const std::string rest = pattern.substr(1);
  if (pattern[0] == '*') {
    for (std::size_t taken = 0; taken <= text.size(); ++taken)
      if (reads(rest, text.substr(taken))) return true;
    return false;
  }
  if (text.empty() || (pattern[0] != '?' && pattern[0] != text[0])) return false;
  return reads(rest, text.substr(1));
}

std::string in_lower_case(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return text;
}

std::string any_text(const std::vector<std::string>& pieces, int most) {
  std::string text;
  const int length = *rc::gen::inRange(0, most + 1);
  for (int i = 0; i < length; ++i) text += pieces[*rc::gen::inRange<std::size_t>(0, pieces.size())];
  return text;
}

}  // namespace

TEST_CASE("a role without statements allows nothing, and code without a role everything", "[IAM-1]") {
  CHECK_FALSE(allows(role_of({}), "dynamodb:GetItem", table));
  const Access access({role_of({})});
  CHECK(access.allows("", "dynamodb:GetItem", table));
  CHECK_FALSE(access.allows("worker", "dynamodb:GetItem", table));
}

TEST_CASE("an allow counts for its actions, in any case of letters, and for its resources", "[IAM-1]") {
  const Role role = role_of({{Effect::allow, {"dynamodb:Get*", "DynamoDB:putitem"}, {table}}});
  CHECK(allows(role, "dynamodb:GetItem", table));
  CHECK(allows(role, "dynamodb:PutItem", table));
  CHECK_FALSE(allows(role, "dynamodb:UpdateItem", table));
  CHECK_FALSE(allows(role, "dynamodb:GetItem", table + "2"));
  CHECK_FALSE(allows(role, "dynamodb:GetItem", "arn:aws:dynamodb:us-east-1:123456789012:table/Orders"));
}

TEST_CASE("a deny wins over every allow, wherever it stands", "[IAM-1]") {
  const PolicyStatement all{Effect::allow, {"*"}, {"*"}}, no_writes{Effect::deny, {"dynamodb:PutItem"}, {"*"}};
  for (const std::vector<PolicyStatement>& order : {std::vector{all, no_writes}, std::vector{no_writes, all}}) {
    CHECK(allows(role_of(order), "dynamodb:GetItem", table));
    CHECK_FALSE(allows(role_of(order), "dynamodb:PutItem", table));
  }
}

TEST_CASE("denied is more than not allowed", "[IAM-1][ESM-29]") {
  const PolicyStatement all{Effect::allow, {"*"}, {"*"}}, no_writes{Effect::deny, {"dynamodb:Put*"}, {table}};
  const Role role = role_of({all, no_writes});
  CHECK(denies(role, "dynamodb:PutItem", table));
  CHECK_FALSE(denies(role, "dynamodb:PutItem", table + "2"));
  CHECK_FALSE(denies(role, "dynamodb:GetItem", table));
  CHECK_FALSE(denies(role_of({}), "dynamodb:PutItem", table));
  const Access access({role});
  CHECK(access.denies("worker", "dynamodb:PutItem", table));
  CHECK_FALSE(access.denies("", "dynamodb:PutItem", table));
}

TEST_CASE("AWS's own policy for stream functions allows what a mapping needs to poll, and no invocation", "[ESM-29][IAM-2]") {
  const Role role{.name = "worker", .managed = {"AWSLambdaDynamoDBExecutionRole"}, .statements = {}};
  CHECK(permissions_to_poll().size() == 4);
  for (const Permission& permission : permissions_to_poll())
    CHECK(allows(role, permission.action, permission.of_stream ? table + "/stream/2026-01-01T00:00:00.000" : "*"));
  CHECK_FALSE(allows(role, "lambda:InvokeFunction", "arn:aws:lambda:us-east-1:123456789012:function:f"));
  CHECK_FALSE(allows(role, "dynamodb:PutItem", table));
}

TEST_CASE("streams are allowed by their own ARN; to list them takes the star", "[IAM-2]") {
  const Role role = role_of({{Effect::allow, {"dynamodb:GetRecords", "dynamodb:ListStreams"}, {table + "/stream/*"}}});
  CHECK(allows(role, "dynamodb:GetRecords", table + "/stream/2026-01-01T00:00:00.000"));
  CHECK_FALSE(allows(role, "dynamodb:GetRecords", table));
  CHECK_FALSE(allows(role, "dynamodb:ListStreams", "*"));
}

TEST_CASE("a role that is set anew allows what it says now", "[IAM-2]") {
  Access access({role_of({})});
  access.set(role_of({{Effect::allow, {"dynamodb:*"}, {"*"}}}));
  CHECK(access.allows("worker", "dynamodb:GetRecords", table));
}

TEST_CASE("a refusal names the caller, the action and the resource in the service's words", "[IAM-1]") {
  CHECK(denial("worker", "f", "dynamodb:PutItem", table) ==
        "User: arn:aws:sts::123456789012:assumed-role/worker/f is not authorized to perform: dynamodb:PutItem on resource: " +
            table);
}

TEST_CASE("a statement that can mean nothing is told", "[IAM-1][bad-input]") {
  CHECK(wrong_with({Effect::allow, {}, {"*"}}) == "no actions");
  CHECK(wrong_with({Effect::allow, {"*"}, {}}) == "no resources");
  CHECK(wrong_with({Effect::allow, {"GetRecords"}, {"*"}}) == "the action 'GetRecords'");
  CHECK(wrong_with({Effect::allow, {"dynamodb:"}, {"*"}}) == "the action 'dynamodb:'");
  CHECK(wrong_with({Effect::allow, {"*"}, {"orders"}}) == "the resource 'orders'");
  CHECK(wrong_with({Effect::deny, {"dynamodb:GetItem"}, {table}}).empty());
}

TEST_CASE("patterns match as the slow reading of them does", "[property][IAM-1]") {
  WEIR_PROPERTY("for any pattern and text", [] {
    const std::string pattern = any_text({"a", "b", "*", "?", "ab"}, 6), text = any_text({"a", "b", "ab"}, 6);
    RC_ASSERT(matches(pattern, text) == reads(pattern, text));
  });
}

TEST_CASE("a role allows exactly what some allow and no deny concerns", "[property][IAM-1]") {
  WEIR_PROPERTY("for any statements", [] {
    std::vector<PolicyStatement> statements;
    const int count = *rc::gen::inRange(0, 4);
    for (int i = 0; i < count; ++i) {
      PolicyStatement one{*rc::gen::element(Effect::allow, Effect::deny), {}, {}};
      const int actions = *rc::gen::inRange(1, 3);
      for (int k = 0; k < actions; ++k) one.actions.push_back("s:" + any_text({"A", "a", "*", "?"}, 3));
      one.resources.push_back(any_text({"r", "R", "*", "?"}, 3));
      statements.push_back(one);
    }
    const std::string action = "s:" + any_text({"a", "A"}, 3), resource = any_text({"r", "R"}, 3);
    bool allowed = false, denied = false;
    for (const PolicyStatement& one : statements)
      for (const std::string& pattern : one.actions)
        if (reads(in_lower_case(pattern), in_lower_case(action)) && reads(one.resources[0], resource))
          (one.effect == Effect::deny ? denied : allowed) = true;
    RC_ASSERT(allows(role_of(statements), action, resource) == (allowed && !denied));
  });
}
