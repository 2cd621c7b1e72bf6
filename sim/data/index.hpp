// What a secondary index is: the settings a scenario gives and CreateTable would take.
//
//   global    a key of its own; hears of writes a while after them                                   [GSI-1]
//   local     the table's partition key with another sort key; always as its table is                [LSI-1]
//   shows     the items that have all of the index's key attributes, of these: the table's key, the index's key, and what it
//             projects                                                                               [GSI-2] [GSI-3]
//   made      with its table, or later while the table is in use; then it is read from once it is active      [GSI-8]
//   differs   a key has one or two attributes, not up to eight                                       [LIMIT-3]
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/data/capacity.hpp"
#include "sim/data/key.hpp"

namespace weir {

enum class IndexKind : std::uint8_t { global, local };
enum class ProjectionType : std::uint8_t { all, keys_only, include };

constexpr std::string_view to_text(IndexKind kind) { return kind == IndexKind::global ? "global" : "local"; }
constexpr std::string_view to_text(ProjectionType type) {
  switch (type) {
    case ProjectionType::all:
      return "all";
    case ProjectionType::keys_only:
      return "keys_only";
    case ProjectionType::include:
      return "include";
  }
  return "";
}

// Where an index stands that is made or dropped while its table is in use. AWS spells the first two CREATING, and says of the
// second that it is Backfilling; `gone` it does not show.                                               [GSI-8] [TABLE-3]
enum class IndexStatus : std::uint8_t { creating, backfilling, active, deleting, gone };
constexpr std::string_view to_text(IndexStatus status) {
  switch (status) {
    case IndexStatus::creating:
      return "creating";
    case IndexStatus::backfilling:
      return "backfilling";
    case IndexStatus::active:
      return "active";
    case IndexStatus::deleting:
      return "deleting";
    case IndexStatus::gone:
      return "gone";
  }
  return "";
}

struct IndexSettings {
  std::string name;  // as a table's, of this table alone                                          [TABLE-2]
  IndexKind kind = IndexKind::global;
  KeySchema key;
  ProjectionType projection = ProjectionType::all;
  std::vector<std::string> non_key_attributes = {};  // of ProjectionType::include; keys are shown whether named here or not
  std::optional<Throughput> provisioned = {};        // of a global one of a table whose throughput is provisioned  [TABLE-7]
  friend bool operator==(const IndexSettings&, const IndexSettings&) = default;
};

}  // namespace weir
