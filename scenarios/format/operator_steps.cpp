#include "scenarios/format/operator_steps.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "scenarios/format/scenario_parts.hpp"

namespace weir {

namespace {

using nlohmann::ordered_json;

ordered_json naming(const std::string& mapping) {
  ordered_json json;
  json["mapping"] = mapping;
  return json;
}

}  // namespace

OperatorStepReader::OperatorStepReader(const Scenario& so_far)
    : so_far_(so_far), mappings_(names_of(so_far.mappings)), taken_(mappings_) {
  for (const TableSettings& table : so_far.tables) indexes_[table.name] = {table.indexes, table.indexes};
}

std::string OperatorStepReader::mapping_of(const Node& node) const { return node.known(mappings_, "mapping"); }

std::optional<Act> OperatorStepReader::read(const std::string& act, const Node& node) {
  const auto named = [&] { return mapping_of(Members(node, {"mapping"}).need("mapping")); };
  if (act == "create_mapping") return create(node);
  if (act == "update_mapping") return update(node);
  if (act == "enable_mapping") return EnableMappingStep{named()};
  if (act == "disable_mapping") return DisableMappingStep{named()};
  if (act == "delete_mapping") return remove(named());
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
  table.indexes = indexes_.at(table.name).maybe;
  return table;
}

Act OperatorStepReader::create_index(const Node& node) {
  const Members members(node, {"table", "index"});
  TableSettings table = table_of(members.need("table"), so_far_);
  OfTable& indexes = indexes_[table.name];
  table.indexes = indexes.surely;
  IndexSettings index = read_new_index(members.need("index"), table);
  std::erase_if(indexes.maybe, [&](const IndexSettings& one) { return one.name == index.name; });
  indexes.maybe.push_back(index);
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
  std::erase_if(indexes_[table.name].surely, is_it);
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
  if (std::find(taken_.begin(), taken_.end(), mapping.name) != taken_.end())
    node.refuse("a second mapping called " + in_quotes(mapping.name), "a \"name\" that no mapping has had");
  if (std::find(mappings_.begin(), mappings_.end(), mapping.name) == mappings_.end()) mappings_.push_back(mapping.name);
  return CreateMappingStep{std::move(mapping)};
}

Act OperatorStepReader::remove(const std::string& mapping) {
  taken_.push_back(mapping);
  return DeleteMappingStep{mapping};
}

Act OperatorStepReader::update(const Node& node) const {
  if (!node.json().is_object() || !node.json().contains("mapping"))
    node.refuse("an object: \"mapping\" and the settings that change");
  return UpdateMappingStep{mapping_of(node.at("mapping")), read_mapping_changes(node, so_far_)};
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

ordered_json OperatorStepWriter::operator()(const CreateMappingStep& step) const { return mapping_to_json(step.mapping); }

ordered_json OperatorStepWriter::operator()(const UpdateMappingStep& step) const {
  ordered_json json = naming(step.mapping);
  write_changes(json, step.changes);
  return json;
}

ordered_json OperatorStepWriter::operator()(const EnableMappingStep& step) const { return naming(step.mapping); }
ordered_json OperatorStepWriter::operator()(const DisableMappingStep& step) const { return naming(step.mapping); }
ordered_json OperatorStepWriter::operator()(const DeleteMappingStep& step) const { return naming(step.mapping); }

ordered_json OperatorStepWriter::operator()(const SetConcurrencyStep& step) const {
  ordered_json json = ordered_json::object();
  if (!step.function.empty()) json["function"] = step.function;
  if (step.limit) json["limit"] = *step.limit;
  return json;
}

ordered_json OperatorStepWriter::operator()(const CreateIndexStep& step) const {
  ordered_json json;
  json["table"] = step.table;
  json["index"] = index_to_json(step.index);
  return json;
}

ordered_json OperatorStepWriter::operator()(const DeleteIndexStep& step) const {
  ordered_json json;
  json["table"] = step.table;
  json["index"] = step.index;
  return json;
}

ordered_json OperatorStepWriter::operator()(const UpdateTimeToLiveStep& step) const {
  ordered_json json;
  json["table"] = step.table;
  json["attribute"] = step.attribute;
  if (!step.enabled) json["enabled"] = false;
  return json;
}

}  // namespace weir
