#include "sim/access/policy.hpp"

#include <algorithm>

#include "sim/base/check.hpp"
#include "sim/data/arn.hpp"
#include "sim/data/lasting_text.hpp"

namespace weir {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string lowered(std::string_view text) {
  std::string all(text);
  std::transform(all.begin(), all.end(), all.begin(), lower);
  return all;
}

bool concerns(const PolicyStatement& statement, const std::string& action, std::string_view resource, const Asked& asked) {
  const auto names_action = [&](const std::string& pattern) { return matches(lowered(pattern), action); };
  const auto names_resource = [&](const std::string& pattern) { return matches(pattern, resource); };
  const auto holds = [&](const PolicyCondition& condition) { return condition.holds(asked); };
  return std::any_of(statement.actions.begin(), statement.actions.end(), names_action) &&
         std::any_of(statement.resources.begin(), statement.resources.end(), names_resource) &&
         std::all_of(statement.conditions.begin(), statement.conditions.end(), holds);
}

struct Matched {
  bool allowed = false, denied = false;
};

Matched judged(const Role& role, std::string_view action, std::string_view resource, const Asked& asked) {
  const std::string wanted = lowered(action);
  Matched matched;
  const auto judge = [&](const PolicyStatement& statement) {
    if (!concerns(statement, wanted, resource, asked)) return;
    (statement.effect == PolicyStatement::Effect::deny ? matched.denied : matched.allowed) = true;
  };
  for (const PolicyStatement& statement : role.statements) judge(statement);
  for (const ManagedPolicy& policy : managed_policies())
    if (std::find(role.managed.begin(), role.managed.end(), policy.name) != role.managed.end())
      for (const PolicyStatement& statement : policy.statements) judge(statement);
  return matched;
}

}  // namespace

const std::vector<ManagedPolicy>& managed_policies() {
  using Effect = PolicyStatement::Effect;
  static const std::vector<ManagedPolicy> all{
      {"AWSLambdaBasicExecutionRole",
       {{Effect::allow, {"logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"}, {"*"}}}},
      {"AWSLambdaDynamoDBExecutionRole",
       {{Effect::allow,
         {"dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams",
          "logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"},
         {"*"}}}},
      {"AWSLambdaInvocation-DynamoDB",
       {{Effect::allow, {"lambda:InvokeFunction"}, {"*"}},
        {Effect::allow,
         {"dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"},
         {"*"}}}},
  };
  return all;
}

// Where a '*' has been passed, the text may be taken up one character later there.
bool matches(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0, star = std::string_view::npos, taken = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      taken = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p, ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++taken;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

bool allows(const Role& role, std::string_view action, std::string_view resource, const Asked& asked) {
  const Matched matched = judged(role, action, resource, asked);
  return matched.allowed && !matched.denied;
}

bool denies(const Role& role, std::string_view action, std::string_view resource) {
  return judged(role, action, resource, {}).denied;
}

std::string wrong_with(const PolicyStatement& statement) {
  if (statement.actions.empty()) return "no actions";
  if (statement.resources.empty()) return "no resources";
  for (const std::string& action : statement.actions) {
    const std::size_t colon = action.find(':');
    const bool good = action == "*" || (colon != std::string::npos && colon > 0 && colon + 1 < action.size());
    if (!good) return "the action '" + action + "'";
  }
  for (const std::string& resource : statement.resources)
    if (resource != "*" && !resource.starts_with("arn:")) return "the resource '" + resource + "'";
  for (const PolicyCondition& condition : statement.conditions)
    if (condition.values.empty()) return "no values of " + std::string(wire_name(condition.key));
  return "";
}

const Role& Access::named(std::string_view role) const {
  const auto found = std::find_if(roles_.begin(), roles_.end(), [&](const Role& one) { return one.name == role; });
  SIM_CHECK(found != roles_.end(), "a role that is named exists");
  return *found;
}

bool Access::allows(std::string_view role, std::string_view action, std::string_view resource, const Asked& asked) const {
  return role.empty() || weir::allows(named(role), action, resource, asked);
}

bool Access::denies(std::string_view role, std::string_view action, std::string_view resource) const {
  return !role.empty() && weir::denies(named(role), action, resource);
}

void Access::set(const Role& role) {
  const auto found = std::find_if(roles_.begin(), roles_.end(), [&](const Role& one) { return one.name == role.name; });
  SIM_CHECK(found != roles_.end(), "a role that is changed exists");
  *found = role;
}

const std::vector<Permission>& permissions_to_poll() {
  static const std::vector<Permission> all{
      {"dynamodb:DescribeStream"}, {"dynamodb:GetRecords"}, {"dynamodb:GetShardIterator"}, {"dynamodb:ListStreams", false}};
  return all;
}

std::string_view denial(std::string_view role, std::string_view session, std::string_view action, std::string_view resource) {
  return lasting("User: arn:aws:sts::" + std::string(account_id) + ":assumed-role/" + std::string(role) + "/" +
                 std::string(session) + " is not authorized to perform: " + std::string(action) +
                 " on resource: " + std::string(resource));
}

}  // namespace weir
