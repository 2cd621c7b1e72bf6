// The condition block of a policy statement: which rows and columns of a table it is about.             [IAM-1]
//
//   keys       dynamodb:LeadingKeys, the partition keys that a call asks for; dynamodb:Attributes, the top-level attributes it
//              names. A call may have none: a Scan has no leading keys, a read without a projection only those of its key
//   sets       ForAllValues holds if each value of the call does, so of none too; ForAnyValue if at least one does
//   matching   StringEquals and StringLike ('*' and '?') take any one of the values given, their Not forms none of them; case
//              matters
//   blocks     a statement's conditions must all hold
//   differs    other keys (dynamodb:Select, aws:*) and operators, and policy variables, are refused when a scenario is read
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

// What a call asks for, as conditions see it.
struct Asked {
  std::vector<std::string> leading_keys = {};  // text, numbers as they are written, binaries in base64
  std::vector<std::string> attributes = {};
};

enum class ConditionKey : std::uint8_t { leading_keys, attributes };
enum class ConditionSet : std::uint8_t { for_all_values, for_any_value };
enum class ConditionMatch : std::uint8_t { equals, not_equals, like, not_like };

struct PolicyCondition {
  ConditionSet set = ConditionSet::for_all_values;
  ConditionMatch match = ConditionMatch::equals;
  ConditionKey key = ConditionKey::leading_keys;
  std::vector<std::string> values;
  bool holds(const Asked& asked) const;
  friend bool operator==(const PolicyCondition&, const PolicyCondition&) = default;
};

std::string_view wire_name(ConditionKey key);                 // "dynamodb:LeadingKeys", "dynamodb:Attributes"
std::string operator_name(const PolicyCondition& condition);  // "ForAllValues:StringEquals"
std::vector<std::string> condition_operators();               // all that there are here
std::vector<std::string> condition_keys();

// Both names are known ones.
PolicyCondition condition_of(std::string_view operation, std::string_view key, std::vector<std::string> values);

}  // namespace weir
