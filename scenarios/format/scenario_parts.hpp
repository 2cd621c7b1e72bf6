// The parts of a scenario file, one reader each. What a part refers to is looked up in the scenario read so far, so the order
// of reading is the order below. Errors: BadInput, see json_reader.hpp.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "scenarios/format/json_reader.hpp"
#include "scenarios/format/scenario.hpp"
#include "sim/plan/site_text.hpp"

namespace weir {

// How the names of the user's code depend on the variant chosen.
struct CodeNames {
  std::string suffix;                 // "/broken", or "": names stay as they are
  bool patch_names_handlers = false;  // the patch lists the functions itself, so a handler given there is meant as given
  bool patch_names_readers = false;
};

template <class Part>
void refuse_second(const std::vector<Part>& earlier, const std::string& name, const Node& node, std::string_view what) {
  for (const Part& part : earlier)
    if (part.name == name) node.refuse(in_quotes(name) + " twice", "each " + std::string(what) + "'s name once");
}

template <class Part>
std::vector<std::string> names_of(const std::vector<Part>& parts) {
  std::vector<std::string> names;
  names.reserve(parts.size());
  for (const Part& part : parts) names.push_back(part.name);
  return names;
}
template <class Part, class Order>
std::vector<std::string> names_of(const std::map<std::string, Part, Order>& parts) {
  std::vector<std::string> names;
  names.reserve(parts.size());
  for (const auto& [name, part] : parts) names.push_back(name);
  return names;
}

void check_whole_seconds(const Node& node, Duration span, std::string_view rule);
std::string entity_name(const Node& node);            // 1 to 64 characters of a-z A-Z 0-9 _ -
SdkRetries read_sdk_retries(const Members& members);  // none where it is not there
// An attribute of a key: its name, or {"name": "id", "type": "N"}.
struct KeyAttribute {
  std::string name;
  Type type = Type::S;
};
KeyAttribute read_key(const Node& node);
void read_indexes(const Members& table_members, TableSettings& table);       // the table's keys are read already
IndexSettings read_new_index(const Node& node, const TableSettings& table);  // of a table as it is by then      [GSI-8]
Throughput read_throughput(const Node& node);
void read_capacity(const Members& table_members, TableSettings& table);  // its indexes are read already
void check_account_quota(const Node& tables_node, const std::vector<TableSettings>& tables);
UpdateCapacityStep read_update_capacity(const Members& members, const TableSettings& table);

std::vector<TableSettings> read_tables(const Node& node);
std::vector<FunctionSettings> read_functions(const Node& node, const Scenario& so_far, const CodeNames& code);
std::vector<MappingSettings> read_mappings(const Node& node, const Scenario& so_far);
enum class SourceStream : std::uint8_t { on_from_the_start, any };  // whether the mapping's table must have one at the start
MappingSettings read_mapping(const Node& node, const Scenario& so_far, SourceStream stream);
MappingPatch read_mapping_changes(const Node& node, const Scenario& so_far);  // null: as by default
std::vector<ReaderSettings> read_readers(const Node& node, const Scenario& so_far, const CodeNames& code);
std::vector<QueueSettings> read_queues(const Node& node);
std::vector<BucketSettings> read_buckets(const Node& node);
std::vector<Role> read_roles(const Node& node);
Role read_role(const Node& node);
std::string read_role_name(const Node& node, const Scenario& so_far);
const TableSettings& table_of(const Node& name, const Scenario& so_far);
std::vector<Step> read_steps(const Node& node, const Scenario& so_far);
Workload read_workload(const Node& node, const Scenario& so_far);
Load read_load(const Node& node, const Scenario& so_far);
std::vector<SiteRule> read_choices(const Node& node, const SiteBook& book, const Scenario& so_far);
std::vector<OracleSpec> read_oracles(const Node& node, const Scenario& so_far);
std::vector<SqlCheck> read_checks(const Node& node);
std::map<std::string, Expectation> read_expectations(const Node& node, const Scenario& so_far);

// The whole of it. `document` holds no variants any more.
Scenario scenario_from_node(const Node& document, const SiteBook& book, const CodeNames& code);

nlohmann::ordered_json capacity_to_json(const CapacitySettings& capacity);
void write_capacity(nlohmann::ordered_json& index_json, const IndexSettings& index);
nlohmann::ordered_json index_to_json(const IndexSettings& index);
nlohmann::ordered_json update_capacity_to_json(const UpdateCapacityStep& step);
nlohmann::ordered_json queue_to_json(const QueueSettings& queue);
nlohmann::ordered_json role_to_json(const Role& role);
nlohmann::ordered_json mapping_to_json(const MappingSettings& mapping);         // what is as by default is left out
void write_changes(nlohmann::ordered_json& json, const MappingPatch& changes);  // what becomes as by default as null
nlohmann::ordered_json choices_to_json(const std::vector<SiteRule>& rules, const SiteBook& book);
nlohmann::ordered_json scenario_to_json(const Scenario& scenario, const SiteBook& book);

// What is wrong with a row of a load, or "": it has as many fields as the load has columns, numbers where they say ":N".
std::string wrong_with_row(const Load& load, const std::vector<std::string>& row);
std::string columns_wanted(const Load& load);  // what would be accepted

inline constexpr std::int64_t most_concurrency = 1'000'000;
inline constexpr Duration longest_run = 87'600h;  // ten years

}  // namespace weir
