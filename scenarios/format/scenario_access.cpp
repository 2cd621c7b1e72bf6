// Queues and roles of a scenario file, read and written.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "scenarios/format/scenario_parts.hpp"

namespace weir {

namespace {

using nlohmann::ordered_json;

Duration read_seconds(const Node& node, Duration low, Duration high) {
  const Duration span = node.span(low, high);
  if (span % 1s != Duration::zero()) node.refuse("whole seconds");
  return span;
}

std::vector<std::string> read_texts(const Node& node, std::string_view what) {
  std::vector<std::string> texts;
  for (const Node& element : node.elements(what)) texts.push_back(element.text());
  return texts;
}

// Resources, or values to compare with: AWS puts other texts in the place of what begins with "${".                [IAM-1]
std::vector<std::string> read_literals(const Node& node, std::string_view what) {
  for (const Node& element : node.elements(what))
    if (element.text().find("${") != std::string::npos)
      element.refuse(shown(element.json()) + " has a policy variable",
                     "a text without \"${\": variables are not modelled [IAM-1]");
  return read_texts(node, what);
}

// {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["a"]}}, as IAM has it.
std::vector<PolicyCondition> read_conditions(const Node& node) {
  std::vector<PolicyCondition> conditions;
  const Members operators(node, condition_operators());
  for (const auto& [operation, keys] : node.entries("an object of operators")) {
    const Members known(keys, condition_keys());
    for (const auto& [key, values] : keys.entries("an object of condition keys"))
      conditions.push_back(condition_of(operation, key, read_literals(values, "an array of values")));
  }
  return conditions;
}

PolicyStatement read_statement(const Node& node) {
  const Members members(node, {"effect", "actions", "resources", "condition"});
  PolicyStatement statement;
  if (const auto effect = members.find("effect"))
    statement.effect = static_cast<PolicyStatement::Effect>(effect->kind({"allow", "deny"}) == 1);
  statement.actions = read_texts(members.need("actions"), "an array of actions");
  statement.resources = {"*"};
  if (const auto resources = members.find("resources"))
    statement.resources = read_literals(*resources, "an array of resources");
  if (const auto condition = members.find("condition")) statement.conditions = read_conditions(*condition);
  if (const std::string wrong = wrong_with(statement); !wrong.empty())
    node.refuse(wrong, "actions such as \"dynamodb:GetRecords\" and resources such as \"arn:aws:dynamodb:*\" or \"*\" [IAM-1]");
  return statement;
}

}  // namespace

std::vector<QueueSettings> read_queues(const Node& node) {
  std::vector<QueueSettings> queues;
  for (const Node& element : node.elements("an array of queues")) {
    const Members members(element, {"name", "kind", "visibility_timeout", "retention_period"});
    QueueSettings queue;
    queue.name = entity_name(members.need("name"));
    for (const QueueSettings& earlier : queues)
      if (earlier.name == queue.name) members.need("name").refuse(in_quotes(queue.name) + " twice", "each queue's name once");
    if (const auto kind = members.find("kind")) queue.kind = static_cast<QueueKind>(kind->kind({"standard", "fifo"}));
    if (const auto hidden = members.find("visibility_timeout")) queue.visibility_timeout = read_seconds(*hidden, 0s, 12h);
    if (const auto kept = members.find("retention_period")) queue.retention_period = read_seconds(*kept, 1min, 336h);
    queues.push_back(std::move(queue));
  }
  return queues;
}

std::vector<BucketSettings> read_buckets(const Node& node) {
  std::vector<BucketSettings> buckets;
  for (const Node& element : node.elements("an array of buckets' names")) {
    BucketSettings bucket{entity_name(element)};
    if (std::find(buckets.begin(), buckets.end(), bucket) != buckets.end())
      element.refuse(in_quotes(bucket.name) + " twice", "each bucket's name once");
    buckets.push_back(std::move(bucket));
  }
  return buckets;
}

Role read_role(const Node& node) {
  const Members members(node, {"name", "managed", "statements"});
  Role role;
  role.name = entity_name(members.need("name"));
  std::vector<std::string> known;
  for (const ManagedPolicy& policy : managed_policies()) known.emplace_back(policy.name);
  if (const auto managed = members.find("managed"))
    for (const Node& element : managed->elements("an array of names of AWS's own policies"))
      role.managed.push_back(element.known(known, "managed policy"));
  if (const auto statements = members.find("statements"))
    for (const Node& element : statements->elements("an array of statements"))
      role.statements.push_back(read_statement(element));
  return role;
}

std::vector<Role> read_roles(const Node& node) {
  std::vector<Role> roles;
  for (const Node& element : node.elements("an array of roles")) {
    roles.push_back(read_role(element));
    const auto same = [&](const Role& earlier) { return earlier.name == roles.back().name; };
    if (std::count_if(roles.begin(), roles.end(), same) > 1)
      element.at("name").refuse(in_quotes(roles.back().name) + " twice", "each role's name once");
  }
  return roles;
}

std::string read_role_name(const Node& node, const Scenario& so_far) {
  std::vector<std::string> names;
  for (const Role& role : so_far.roles) names.push_back(role.name);
  return node.known(names, "role");
}

ordered_json queue_to_json(const QueueSettings& queue) {
  const QueueSettings usual;
  ordered_json json;
  json["name"] = queue.name;
  if (queue.kind == QueueKind::fifo) json["kind"] = "fifo";
  if (queue.visibility_timeout != usual.visibility_timeout) json["visibility_timeout"] = to_text(queue.visibility_timeout);
  if (queue.retention_period != usual.retention_period) json["retention_period"] = to_text(queue.retention_period);
  return json;
}

ordered_json role_to_json(const Role& role) {
  ordered_json json;
  json["name"] = role.name;
  if (!role.managed.empty()) json["managed"] = role.managed;
  for (const PolicyStatement& statement : role.statements) {
    ordered_json one;
    if (statement.effect == PolicyStatement::Effect::deny) one["effect"] = "deny";
    one["actions"] = statement.actions;
    if (statement.resources != std::vector<std::string>{"*"}) one["resources"] = statement.resources;
    for (const PolicyCondition& condition : statement.conditions)
      one["condition"][operator_name(condition)][std::string(wire_name(condition.key))] = condition.values;
    json["statements"].push_back(std::move(one));
  }
  return json;
}

}  // namespace weir
