#include "scenarios/format/operator_steps.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "scenarios/format/scenario_parts.hpp"

namespace weir {

namespace {

using nlohmann::ordered_json;

std::map<std::string, MappingSettings> by_name(const std::vector<MappingSettings>& mappings) {
  std::map<std::string, MappingSettings> named;
  for (const MappingSettings& mapping : mappings) named.emplace(mapping.name, mapping);
  return named;
}

ordered_json naming(const std::string& mapping) {
  ordered_json json;
  json["mapping"] = mapping;
  return json;
}

}  // namespace

OperatorStepReader::OperatorStepReader(const Scenario& so_far) : so_far_(so_far), mappings_(by_name(so_far.mappings)) {
  for (const TableSettings& table : so_far.tables) indexes_[table.name] = {table.indexes, table.indexes};
}

std::string OperatorStepReader::mapping_of(const Node& node) const { return node.known(names_of(mappings_), "mapping"); }

std::optional<Act> OperatorStepReader::read(const std::string& act, const Node& node) {
  const auto named = [&] { return mapping_of(Members(node, {"mapping"}).need("mapping")); };
  if (act == "create_mapping") return create(node);
  if (act == "update_mapping") return update(node);
  if (act == "enable_mapping") return EnableMappingStep{named()};
  if (act == "disable_mapping") return DisableMappingStep{named()};
  if (act == "delete_mapping") return DeleteMappingStep{named()};
  if (act == "set_concurrency") return set_concurrency(node);
  return std::nullopt;
}

std::optional<Act> OperatorStepReader::read_of_table(const std::string& act, const Node& node) {
  if (act == "create_index") return create_index(node);
  if (act == "delete_index") return delete_index(node);
  if (act == "update_time_to_live") return update_time_to_live(node);
  return std::nullopt;
}

TableSettings OperatorStepReader::table_now(const Node& name) const {
  TableSettings table = table_of(name, so_far_);
  table.indexes = indexes_.at(table.name).ever;
  return table;
}

Act OperatorStepReader::create_index(const Node& node) {
  const Members members(node, {"table", "index"});
  TableSettings table = table_of(members.need("table"), so_far_);
  OfTable& indexes = indexes_[table.name];
  table.indexes = indexes.present;
  IndexSettings index = read_new_index(members.need("index"), table);
  indexes.present.push_back(index);
  std::erase_if(indexes.ever, [&](const IndexSettings& one) { return one.name == index.name; });
  indexes.ever.push_back(index);
  return CreateIndexStep{table.name, std::move(index)};
}

Act OperatorStepReader::delete_index(const Node& node) {
  const Members members(node, {"table", "index"});
  const TableSettings table = table_now(members.need("table"));
  const Node named = members.need("index");
  if (table.indexes.empty())
    named.refuse("the table " + in_quotes(table.name) + " has no index at this step", "a table with one");
  const std::string name = named.known(names_of(table.indexes), "index");
  const auto is_it = [&](const IndexSettings& one) { return one.name == name; };
  if (std::find_if(table.indexes.begin(), table.indexes.end(), is_it)->kind == IndexKind::local)
    named.refuse("the local index " + in_quotes(name), "a global one: local ones go with their table [LSI-1]");
  std::erase_if(indexes_[table.name].present, is_it);
  return DeleteIndexStep{table.name, name};
}

Act OperatorStepReader::update_time_to_live(const Node& node) const {
  const Members members(node, {"table", "attribute", "enabled"});
  UpdateTimeToLiveStep step{table_of(members.need("table"), so_far_).name,
                            members.need("attribute").text("an attribute's name")};
  if (const auto enabled = members.find("enabled")) step.enabled = enabled->flag();
  return step;
}

Act OperatorStepReader::create(const Node& node) {
  MappingSettings mapping = read_mapping(node, so_far_, SourceStream::any);
  if (!mappings_.emplace(mapping.name, mapping).second)
    node.refuse("a second mapping called " + in_quotes(mapping.name), "a \"name\" that no mapping has had");
  return CreateMappingStep{std::move(mapping)};
}

Act OperatorStepReader::update(const Node& node) {
  if (!node.json().is_object() || !node.json().contains("mapping"))
    node.refuse("an object: \"mapping\" and the settings that change");
  for (const char* lasting : {"name", "table", "starting_position", "enabled", "tags"})
    if (node.json().contains(lasting))
      node.at(lasting).refuse(in_quotes(lasting) + ", which no update changes",
                              "settings that an update changes [ESM-1] [ESM-3]");
  const MappingSettings before = mappings_.at(mapping_of(node.at("mapping")));
  nlohmann::json patch = node.json();
  patch.erase("mapping");
  nlohmann::json merged(mapping_to_json(before));
  if (patch.contains("bisect_on_error")) merged.erase("bisect_batch_on_function_error");
  merged["name"] = before.name;
  merged.merge_patch(patch);
  MappingSettings after = read_mapping(node.with(merged), so_far_, SourceStream::any);
  mappings_[after.name] = after;
  return UpdateMappingStep{std::move(after)};
}

Act OperatorStepReader::set_concurrency(const Node& node) const {
  const Members members(node, {"function", "limit"});
  SetConcurrencyStep step;
  if (const auto function = members.find("function")) {
    std::vector<std::string> names;
    for (const FunctionSettings& one : so_far_.functions) names.push_back(one.name);
    step.function = function->known(names, "function");
  }
  if (const auto limit = members.find("limit")) step.limit = limit->integer(0, most_concurrency, "[POLL-12]");
  if (step.function.empty() && !step.limit) node.refuse("neither \"function\" nor \"limit\"", "a \"limit\" of the account");
  return step;
}

OperatorStepWriter::OperatorStepWriter(const std::vector<MappingSettings>& mappings) : mappings_(by_name(mappings)) {}

ordered_json OperatorStepWriter::operator()(const CreateMappingStep& step) {
  mappings_.emplace(step.mapping.name, step.mapping);
  return mapping_to_json(step.mapping);
}

ordered_json OperatorStepWriter::operator()(const UpdateMappingStep& step) {
  MappingSettings& so_far = mappings_[step.mapping.name];
  const ordered_json before = mapping_to_json(so_far), after = mapping_to_json(step.mapping);
  ordered_json json = naming(step.mapping.name);
  for (const auto& [member, value] : after.items())
    if (member != "name" && (!before.contains(member) || before[member] != value)) json[member] = value;
  for (const auto& [member, value] : before.items())
    if (member != "name" && !after.contains(member)) json[member] = nullptr;
  so_far = step.mapping;
  return json;
}

ordered_json OperatorStepWriter::operator()(const EnableMappingStep& step) { return naming(step.mapping); }
ordered_json OperatorStepWriter::operator()(const DisableMappingStep& step) { return naming(step.mapping); }
ordered_json OperatorStepWriter::operator()(const DeleteMappingStep& step) { return naming(step.mapping); }

ordered_json OperatorStepWriter::operator()(const SetConcurrencyStep& step) {
  ordered_json json = ordered_json::object();
  if (!step.function.empty()) json["function"] = step.function;
  if (step.limit) json["limit"] = *step.limit;
  return json;
}

ordered_json OperatorStepWriter::operator()(const CreateIndexStep& step) {
  ordered_json json;
  json["table"] = step.table;
  json["index"] = index_to_json(step.index);
  return json;
}

ordered_json OperatorStepWriter::operator()(const DeleteIndexStep& step) {
  ordered_json json;
  json["table"] = step.table;
  json["index"] = step.index;
  return json;
}

ordered_json OperatorStepWriter::operator()(const UpdateTimeToLiveStep& step) {
  ordered_json json;
  json["table"] = step.table;
  json["attribute"] = step.attribute;
  if (!step.enabled) json["enabled"] = false;
  return json;
}

}  // namespace weir
