#include "sim/table/key_paths.hpp"

#include <string>

#include "sim/data/lasting_text.hpp"

namespace weir {

namespace {

// The first attribute of a key that is entered; empty: none is.
std::string_view entered_key(const KeySchema& key, const AttributeNames& entered) {
  if (entered.count(key.partition) != 0) return key.partition;
  return key.has_sort() && entered.count(key.sort) != 0 ? std::string_view(key.sort) : std::string_view();
}

Failed no_scalar(std::string_view what, std::string_view attribute) {
  return {ServiceError::validation, Certainty::surely_not_done,
          lasting("Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: " +
                  std::string(what) + ": " + std::string(attribute))};
}

}  // namespace

std::optional<Failed> flaw_of_entered(const TableSettings& table, const AttributeNames& entered) {
  if (const std::string_view key = entered_key(table.key, entered); !key.empty()) return no_scalar("Key", key);
  for (const IndexSettings& index : table.indexes)
    if (const std::string_view key = entered_key(index.key, entered); !key.empty()) return no_scalar("IndexKey", key);
  return std::nullopt;
}

}  // namespace weir
