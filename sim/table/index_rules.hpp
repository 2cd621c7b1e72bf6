// What CreateTable refuses in a table's indexes.                                            [TABLE-2] [LIMIT-2] [LSI-1]
// [TABLE-6]
//
//   names       as a table's, each once
//   numbers     20 global and 5 local indexes; 100 projected attributes over all of them, each once an index, none of a key
//   keys        one type for an attribute in all keys of the table and its indexes; a local index has the table's partition
//   key,
//               and the table a sort key
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sim/table/settings.hpp"

namespace weir {

inline constexpr std::size_t most_global_indexes = 20, most_local_indexes = 5, most_projected_attributes = 100;

struct IndexFlaw {
  std::size_t index = 0;
  std::string member;  // of a scenario file's index: "name", "key", "sort", "projection"; empty: the index as a whole
  std::string found, accepted;
};
// Whether an attribute of the key has another type than this one.                                        [TABLE-6]
bool has_other_type(const KeySchema& key, std::string_view attribute, Type type);

std::optional<IndexFlaw> flaw_of_indexes(const TableSettings& table);

}  // namespace weir
