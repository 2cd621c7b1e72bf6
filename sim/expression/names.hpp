// Which top-level attributes the expressions of a request speak of, whatever they say of them: what IAM knows as
// dynamodb:Attributes.                                                                                  [IAM-1]
#pragma once

#include <set>
#include <string>

#include "sim/expression/condition.hpp"
#include "sim/expression/projection.hpp"
#include "sim/expression/update.hpp"

namespace weir {

using AttributeNames = std::set<std::string, std::less<>>;

void add_names(const Path& path, AttributeNames& names);
void add_names(const Condition& condition, AttributeNames& names);
void add_names(const Projection& projection, AttributeNames& names);
void add_names(const Update& update, AttributeNames& names);  // targets and what is read

}  // namespace weir
