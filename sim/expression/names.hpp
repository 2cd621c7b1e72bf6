// Which top-level attributes the expressions of a request speak of, whatever they say of them: what IAM knows as
// dynamodb:Attributes; and which of them a path leads into, as "a.b" and "a[0]" do into "a".                [IAM-1]
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

// Cheap: known of each but a projection since it was made.
bool has_nested_paths(const Condition& condition);
bool has_nested_paths(const Projection& projection);
inline bool has_nested_paths(const Update& update) { return update.has_nested_paths(); }

void add_entered(const Path& path, AttributeNames& names);
void add_entered(const Condition& condition, AttributeNames& names);
void add_entered(const Projection& projection, AttributeNames& names);
void add_entered(const Update& update, AttributeNames& names);

}  // namespace weir
