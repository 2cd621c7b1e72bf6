// A role's own statements as a policy document, in IAM's words, and back: how a trace tells of them.          [IAM-1]
//
//   document  {"Statement": [{"Effect": "Allow", "Action": [...], "Resource": [...], "Condition": {operator: {key: [...]}}}]};
//             AWS's own policies are told by name, beside it
//   back      total: what is no statement of ours is left out, so that a trace from elsewhere cannot break a reader
#pragma once

#include <string>
#include <string_view>

#include "sim/access/policy.hpp"
#include "sim/data/item.hpp"

namespace weir {

Item policy_document(const Role& role);
std::string managed_lines(const Role& role);  // the names of AWS's own policies, one a line
Role role_from(std::string_view name, std::string_view managed_lines, const Item& policy_document);

}  // namespace weir
