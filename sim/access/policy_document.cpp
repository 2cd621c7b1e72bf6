#include "sim/access/policy_document.hpp"

#include <algorithm>

#include "sim/data/lines.hpp"

namespace weir {

namespace {

constexpr std::string_view allow = "Allow", deny = "Deny";

AttributeValue listed(const std::vector<std::string>& texts) {
  AttributeList list;
  for (const std::string& text : texts) list.emplace_back(text);
  return AttributeValue::list(std::move(list));
}

std::vector<std::string> texts_in(const AttributeMap& map, std::string_view name) {
  std::vector<std::string> texts;
  const auto found = map.find(name);
  const AttributeList* const list = found == map.end() ? nullptr : found->second.as_list();
  for (const AttributeValue& value : list ? *list : AttributeList())
    if (const std::string* text = value.as_string()) texts.push_back(*text);
  return texts;
}

bool has(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

AttributeValue statement_value(const PolicyStatement& statement) {
  AttributeMap map;
  map.emplace("Effect", statement.effect == PolicyStatement::Effect::deny ? deny : allow);
  map.emplace("Action", listed(statement.actions));
  map.emplace("Resource", listed(statement.resources));
  AttributeMap conditions;
  for (const PolicyCondition& condition : statement.conditions) {
    AttributeValue& keys = conditions.try_emplace(operator_name(condition), AttributeValue::map()).first->second;
    keys.as_map()->insert_or_assign(std::string(wire_name(condition.key)), listed(condition.values));
  }
  if (!conditions.empty()) map.emplace("Condition", AttributeValue::map(std::move(conditions)));
  return AttributeValue::map(std::move(map));
}

std::vector<PolicyCondition> conditions_in(const AttributeMap& operators) {
  const std::vector<std::string> known = condition_operators(), known_keys = condition_keys();
  std::vector<PolicyCondition> conditions;
  for (const auto& [operation, keys] : operators)
    for (const auto& [key, values] : keys.as_map() && has(known, operation) ? *keys.as_map() : AttributeMap())
      if (has(known_keys, key)) conditions.push_back(condition_of(operation, key, texts_in(*keys.as_map(), key)));
  return conditions;
}

}  // namespace

Item policy_document(const Role& role) {
  AttributeList statements;
  for (const PolicyStatement& statement : role.statements) statements.push_back(statement_value(statement));
  return Item{{"Statement", AttributeValue::list(std::move(statements))}};
}

std::string managed_lines(const Role& role) { return joined_lines(role.managed); }

Role role_from(std::string_view name, std::string_view managed_lines, const Item& policy_document) {
  Role role{.name = std::string(name)};
  each_line(managed_lines, [&](std::string_view one) { role.managed.emplace_back(one); });
  const std::optional<AttributeValue> statements = policy_document.get("Statement");
  const AttributeList* const list = statements ? statements->as_list() : nullptr;
  for (const AttributeValue& value : list ? *list : AttributeList()) {
    const AttributeMap* const map = value.as_map();
    const auto effect = map ? map->find("Effect") : AttributeMap::const_iterator();
    if (!map || effect == map->end() || !effect->second.as_string()) continue;
    PolicyStatement statement{
        .effect = *effect->second.as_string() == deny ? PolicyStatement::Effect::deny : PolicyStatement::Effect::allow,
        .actions = texts_in(*map, "Action"),
        .resources = texts_in(*map, "Resource")};
    const auto condition = map->find("Condition");
    if (condition != map->end() && condition->second.as_map())
      statement.conditions = conditions_in(*condition->second.as_map());
    role.statements.push_back(std::move(statement));
  }
  return role;
}

}  // namespace weir
