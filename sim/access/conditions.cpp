#include "sim/access/conditions.hpp"

#include <algorithm>
#include <array>

#include "sim/access/policy.hpp"
#include "sim/base/check.hpp"

namespace weir {

namespace {

constexpr std::array<std::string_view, 2> key_names{"dynamodb:LeadingKeys", "dynamodb:Attributes"};
constexpr std::array<std::string_view, 2> set_names{"ForAllValues:", "ForAnyValue:"};
constexpr std::array<std::string_view, 4> match_names{"StringEquals", "StringNotEquals", "StringLike", "StringNotLike"};

bool fits(ConditionMatch match, const std::vector<std::string>& values, const std::string& text) {
  const bool by_pattern = match == ConditionMatch::like || match == ConditionMatch::not_like;
  const bool wanted = match == ConditionMatch::equals || match == ConditionMatch::like;
  const auto same = [&](const std::string& value) { return by_pattern ? matches(value, text) : value == text; };
  return std::any_of(values.begin(), values.end(), same) == wanted;
}

}  // namespace

bool PolicyCondition::holds(const Asked& asked) const {
  const std::vector<std::string>& texts = key == ConditionKey::leading_keys ? asked.leading_keys : asked.attributes;
  const auto fit = [&](const std::string& text) { return fits(match, values, text); };
  return set == ConditionSet::for_all_values ? std::all_of(texts.begin(), texts.end(), fit)
                                             : std::any_of(texts.begin(), texts.end(), fit);
}

std::string_view wire_name(ConditionKey key) { return key_names[static_cast<std::size_t>(key)]; }

std::string operator_name(const PolicyCondition& condition) {
  return std::string(set_names[static_cast<std::size_t>(condition.set)]) +
         std::string(match_names[static_cast<std::size_t>(condition.match)]);
}

std::vector<std::string> condition_operators() {
  std::vector<std::string> all;
  for (const std::string_view set : set_names)
    for (const std::string_view match : match_names) all.push_back(std::string(set) + std::string(match));
  return all;
}

std::vector<std::string> condition_keys() { return {key_names.begin(), key_names.end()}; }

PolicyCondition condition_of(std::string_view operation, std::string_view key, std::vector<std::string> values) {
  const std::vector<std::string> operators = condition_operators();
  const auto op = static_cast<std::size_t>(std::find(operators.begin(), operators.end(), operation) - operators.begin());
  const auto of = static_cast<std::size_t>(std::find(key_names.begin(), key_names.end(), key) - key_names.begin());
  SIM_CHECK(op < operators.size() && of < key_names.size(), "a condition's operator and key are known");
  return {static_cast<ConditionSet>(op / match_names.size()), static_cast<ConditionMatch>(op % match_names.size()),
          static_cast<ConditionKey>(of), std::move(values)};
}

}  // namespace weir
