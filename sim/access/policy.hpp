// Policies: who may do what, as data, judged as IAM judges identity policies.                     [IAM-1] [IAM-2]
//
//   nobody     code without a role may do everything, at no cost: a scenario without roles never gets here
//   verdict    a matching deny wins; else a matching allow; else denied
//   actions    "dynamodb:GetRecords", case does not matter; '*' stands for any characters, '?' for one
//   resources  ARNs, case matters; '*' and '?' as above. Where a call names no resource it asks for "*"
//   managed    AWS's own policies by name, beside the role's own statements                       [ESM-29]
//   invoking   a mapping invokes its function in the Lambda service's own name: its role needs the stream's actions, as in
//              AWSLambdaDynamoDBExecutionRole, and no lambda:InvokeFunction. What a deny of that in the role would stop on AWS
//              is not documented; here it stops the mapping's invocations, since somebody meant to     [ESM-29]
//   rows       conditions.hpp: a statement may be about some keys or attributes only. What is asked for without a call, such as
//              what a mapping may do, is asked with none                                      [IAM-1]
//   elsewhere  boundaries and resource policies are not modelled. Changes take effect at once
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/access/conditions.hpp"

namespace weir {

struct PolicyStatement {
  enum class Effect : bool { allow, deny };
  Effect effect = Effect::allow;
  std::vector<std::string> actions;
  std::vector<std::string> resources;
  std::vector<PolicyCondition> conditions = {};
  friend bool operator==(const PolicyStatement&, const PolicyStatement&) = default;
};

struct Role {
  std::string name;
  std::vector<std::string> managed = {};  // of managed_policies()
  std::vector<PolicyStatement> statements = {};
  friend bool operator==(const Role&, const Role&) = default;
};

struct ManagedPolicy {
  std::string_view name;
  std::vector<PolicyStatement> statements;
};
const std::vector<ManagedPolicy>& managed_policies();

bool matches(std::string_view pattern, std::string_view text);  // '*' and '?'
bool allows(const Role& role, std::string_view action, std::string_view resource, const Asked& asked = {});
bool denies(const Role& role, std::string_view action, std::string_view resource);  // a deny matches, whatever is allowed

// What is wrong with a statement by itself, or "": "no actions", "the action 'GetRecords'", ...
std::string wrong_with(const PolicyStatement& statement);

// The roles of one account. A role is looked up by name; "" is allowed everything.
class Access {
 public:
  explicit Access(std::vector<Role> roles = {}) : roles_(std::move(roles)) {}

  bool empty() const { return roles_.empty(); }
  bool allows(std::string_view role, std::string_view action, std::string_view resource, const Asked& asked = {}) const;
  bool denies(std::string_view role, std::string_view action, std::string_view resource) const;
  void set(const Role& role);  // in place of the one of that name

 private:
  const Role& named(std::string_view role) const;

  std::vector<Role> roles_;
};

// What a mapping's role must allow before the mapping can read its stream.                      [ESM-29] [IAM-2]
struct Permission {
  std::string_view action;
  bool of_stream = true;  // asked of the stream's ARN; otherwise of "*"
};
const std::vector<Permission>& permissions_to_poll();

// "User: <arn> is not authorized to perform: dynamodb:PutItem on resource: <arn>"; lasting text. [IAM-1]
std::string_view denial(std::string_view role, std::string_view session, std::string_view action, std::string_view resource);

}  // namespace weir
