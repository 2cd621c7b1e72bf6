// The indexes of a table of a scenario file, and one that a step makes.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "scenarios/format/scenario_parts.hpp"
#include "sim/table/index_rules.hpp"

namespace weir {

namespace {

// "all", "keys_only", or the list of attributes that an AWS projection of type INCLUDE names.
void read_projection(const Node& node, IndexSettings& index) {
  if (!node.json().is_array()) {
    const std::string text = node.json().is_string() ? node.json().get<std::string>() : "";
    if (text != "all" && text != "keys_only") node.refuse("\"all\", \"keys_only\", or a list of attributes [GSI-3]");
    index.projection = text == "all" ? ProjectionType::all : ProjectionType::keys_only;
    return;
  }
  index.projection = ProjectionType::include;
  for (const Node& element : node.elements()) index.non_key_attributes.push_back(element.text("the name of an attribute"));
}

IndexSettings read_index(const Node& node, const KeySchema& table) {
  const Members members(node, {"name", "kind", "key", "sort", "projection", "capacity"});
  IndexSettings index;
  index.name = members.need("name").text("a name");
  if (const auto kind = members.find("kind"))
    index.kind = kind->kind({"global", "local"}) == 0 ? IndexKind::global : IndexKind::local;
  const bool has_tables_key = index.kind == IndexKind::local && !members.has("key");
  const KeyAttribute partition =
      has_tables_key ? KeyAttribute{table.partition, table.partition_type} : read_key(members.need("key"));
  index.key.partition = partition.name;
  index.key.partition_type = partition.type;
  if (const auto sort = members.find("sort")) {
    const KeyAttribute attribute = read_key(*sort);
    index.key.sort = attribute.name;
    index.key.sort_type = attribute.type;
  }
  if (const auto projection = members.find("projection")) read_projection(*projection, index);
  return index;
}

}  // namespace

// Its throughput is compared with the table's when the step is taken: by then the table may be billed in another way.
IndexSettings read_new_index(const Node& node, const TableSettings& table) {
  TableSettings with_it = table;
  with_it.indexes.push_back(read_index(node, table.key));
  IndexSettings& index = with_it.indexes.back();
  if (index.kind == IndexKind::local)
    node.at("kind").refuse("a local index of a table that is there already",
                           "a global one: local ones are made with it [LSI-1]");
  if (node.json().contains("capacity")) {
    if (!table.capacity)
      node.at("capacity").refuse("capacity of an index of a table without", "a \"capacity\" of the table too [TABLE-7]");
    index.provisioned = read_throughput(node.at("capacity"));
  }
  if (const std::optional<IndexFlaw> flaw = flaw_of_indexes(with_it)) {
    const bool written = !flaw->member.empty() && node.json().contains(flaw->member);
    (written ? node.at(flaw->member) : node).refuse(flaw->found, flaw->accepted);
  }
  return index;
}

void read_indexes(const Members& table_members, TableSettings& table) {
  const auto indexes = table_members.find("indexes");
  if (indexes) {
    for (const Node& element : indexes->elements("an array of indexes"))
      table.indexes.push_back(read_index(element, table.key));
    if (const std::optional<IndexFlaw> flaw = flaw_of_indexes(table)) {
      const Node element = indexes->at(flaw->index);
      const bool written = !flaw->member.empty() && element.json().contains(flaw->member);
      (written ? element.at(flaw->member) : element).refuse(flaw->found, flaw->accepted);
    }
  }
  if (const auto limit = table_members.find("item_collection_limit")) {
    table.item_collection_limit =
        static_cast<std::uint64_t>(limit->integer(1, static_cast<std::int64_t>(item_collection_bytes), "bytes [LSI-2]"));
    const auto local = [](const IndexSettings& index) { return index.kind == IndexKind::local; };
    if (std::none_of(table.indexes.begin(), table.indexes.end(), local))
      limit->refuse("a limit of item collections without a local index", "a local index too [LSI-2]");
  }
}

}  // namespace weir
