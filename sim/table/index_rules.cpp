#include "sim/table/index_rules.hpp"

#include <algorithm>

#include "sim/data/arn.hpp"

namespace weir {

namespace {

constexpr std::size_t max_key_name = 255;

std::string quoted(const std::string& text) { return "'" + text + "'"; }

struct Flaws {
  const TableSettings& table;
  std::optional<IndexFlaw> found = std::nullopt;
  std::size_t at = 0, global = 0, local = 0, projected = 0;

  void refuse(std::string member, std::string what, std::string accepted) {
    if (!found) found = IndexFlaw{at, std::move(member), std::move(what), std::move(accepted)};
  }

  void look_at_name(const IndexSettings& index) {
    if (!is_table_name(index.name)) refuse("name", quoted(index.name), "3 to 255 characters of a-z A-Z 0-9 _ . - [TABLE-2]");
    for (std::size_t earlier = 0; earlier < at; ++earlier)
      if (table.indexes[earlier].name == index.name) refuse("name", quoted(index.name) + " twice", "each index's name once");
  }

  void look_at_numbers(const IndexSettings& index) {
    (index.kind == IndexKind::global ? global : local) += 1;
    if (global > most_global_indexes) refuse("", std::to_string(global) + " global indexes", "at most 20 [LIMIT-2]");
    if (local > most_local_indexes) refuse("", std::to_string(local) + " local indexes", "at most 5 [LIMIT-2]");
  }

  void look_at_keys(const IndexSettings& index) {
    look_at_attribute("key", index.key.partition, index.key.partition_type);
    if (index.key.has_sort()) look_at_attribute("sort", index.key.sort, index.key.sort_type);
    if (index.key.has_sort() && index.key.sort == index.key.partition)
      refuse("sort", quoted(index.key.sort) + " is the index's partition key too", "two attributes [TABLE-1]");
    if (index.kind == IndexKind::global) return;
    if (!table.key.has_sort())
      refuse("", "a local index of a table without a sort key", "a table with a \"sort\", or a global index [LSI-1]");
    if (index.key.partition != table.key.partition)
      refuse("key", quoted(index.key.partition) + " as the key of a local index",
             "the table's, " + quoted(table.key.partition) + " [LSI-1]");
    if (!index.key.has_sort()) refuse("", "a local index without a \"sort\"", "an attribute to sort by [LSI-1]");
  }

  void look_at_attribute(const char* member, const std::string& name, Type type) {
    if (name.empty() || name.size() > max_key_name) refuse(member, quoted(name), "an attribute name of 1 to 255 bytes");
    if (type != Type::S && type != Type::N && type != Type::B)
      refuse(member, quoted(std::string(wire_name(type))) + " as the type of " + quoted(name), "S, N or B");
    agree(member, name, type, table.key);
    for (std::size_t earlier = 0; earlier < at; ++earlier) agree(member, name, type, table.indexes[earlier].key);
  }
  void agree(const char* member, const std::string& name, Type type, const KeySchema& other) {
    if (has_other_type(other, name, type))
      refuse(member, quoted(name) + " with type " + std::string(wire_name(type)) + ", and with another in another key",
             "one type for an attribute [TABLE-6]");
  }

  // Despite their name, NonKeyAttributes may list key attributes: they count, and change nothing.             [GSI-3]
  void look_at_projection(const IndexSettings& index) {
    const std::vector<std::string>& names = index.non_key_attributes;
    if ((index.projection == ProjectionType::include) != !names.empty())
      refuse("projection", names.empty() ? "no attributes" : "attributes that are not asked for",
             "\"all\", \"keys_only\", or a list of attributes [GSI-3]");
    projected += names.size();
    if (projected > most_projected_attributes)
      refuse("projection", std::to_string(projected) + " projected attributes over all indexes", "at most 100 [LIMIT-2]");
    for (auto name = names.begin(); name != names.end(); ++name) {
      if (name->empty() || name->size() > max_key_name)
        refuse("projection", quoted(*name), "an attribute name of 1 to 255 bytes");
      if (std::find(names.begin(), name, *name) != name) refuse("projection", quoted(*name) + " twice", "each attribute once");
    }
  }
};

}  // namespace

bool has_other_type(const KeySchema& key, std::string_view attribute, Type type) {
  return (attribute == key.partition && type != key.partition_type) ||
         (key.has_sort() && attribute == key.sort && type != key.sort_type);
}

std::optional<IndexFlaw> flaw_of_indexes(const TableSettings& table) {
  Flaws flaws{table};
  for (; flaws.at < table.indexes.size() && !flaws.found; ++flaws.at) {
    const IndexSettings& index = table.indexes[flaws.at];
    flaws.look_at_name(index);
    flaws.look_at_numbers(index);
    flaws.look_at_keys(index);
    flaws.look_at_projection(index);
  }
  return std::move(flaws.found);
}

}  // namespace weir
