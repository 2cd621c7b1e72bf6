// The capacity of a table of a scenario file, and the steps that change it.                        [TABLE-7] [CAP-7] [CAP-9]
#include <algorithm>
#include <nlohmann/json.hpp>

#include "scenarios/format/scenario_parts.hpp"
#include "sim/table/capacity.hpp"

namespace weir {

namespace {

using nlohmann::ordered_json;

constexpr std::string_view on_demand_numbers =
    "One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when "
    "BillingMode is PAY_PER_REQUEST";  // MSG-32
constexpr std::string_view provisioned_instead = "no numbers, or \"billing\": \"provisioned\" [TABLE-7]";

constexpr std::int64_t least_partition_bytes = 1, most_partitions = 1000;

std::int64_t units(const Node& node, std::int64_t most, std::string_view note) { return node.integer(1, most, note); }

// Both of a pair, or neither; nothing is left as it is.
void read_pair(const Members& members, std::string_view read, std::string_view write, const Throughput& most,
               std::string_view note, Throughput& into) {
  if (members.has(read) != members.has(write))
    members.node().refuse(std::string(members.has(read) ? read : write) + " alone",
                          "both " + std::string(read) + " and " + std::string(write));
  if (!members.has(read)) return;
  into = {units(members.need(read), most.read, note), units(members.need(write), most.write, note)};
}

void refuse_member(const Members& members, std::initializer_list<std::string_view> names, const std::string& found,
                   std::string_view accepted) {
  for (const std::string_view name : names)
    if (const auto member = members.find(name)) member->refuse(found, std::string(accepted));
}

CapacitySettings read_settings(const Node& node) {
  const Members members(node, {"billing", "read", "write", "warm_read", "warm_write", "most_read", "most_write",
                               "partition_read", "partition_write", "partition_bytes", "partitions"});
  CapacitySettings capacity;
  capacity.billing =
      members.need("billing").kind({"on_demand", "provisioned"}) == 0 ? BillingMode::on_demand : BillingMode::provisioned;
  if (capacity.billing == BillingMode::on_demand) {
    refuse_member(members, {"read", "write"}, std::string(on_demand_numbers), provisioned_instead);
    read_pair(members, "warm_read", "warm_write", table_quota, "[CAP-6]", capacity.warm);
    read_pair(members, "most_read", "most_write", table_quota, "[CAP-8]", capacity.most);
  } else {
    refuse_member(members, {"warm_read", "warm_write", "most_read", "most_write"}, "a limit of a table on demand",
                  "\"read\" and \"write\" of a table that is provisioned [TABLE-7]");
    if (!members.has("read") && !members.has("write"))
      node.refuse("provisioned throughput without numbers", "\"read\" and \"write\", in units a second [TABLE-7]");
    read_pair(members, "read", "write", table_quota, "[CAP-7]", capacity.provisioned);
  }
  read_pair(members, "partition_read", "partition_write", partition_throughput, "[CAP-2]", capacity.per_partition);
  if (const auto bytes = members.find("partition_bytes"))
    capacity.partition_bytes = static_cast<std::uint64_t>(
        bytes->integer(least_partition_bytes, static_cast<std::int64_t>(partition_size), "bytes [CAP-5]"));
  if (const auto partitions = members.find("partitions"))
    capacity.partitions = partitions->small_integer(1, most_partitions, "[CAP-5]");
  return capacity;
}

ordered_json throughput_json(const Throughput& throughput) {
  ordered_json json;
  json["read"] = throughput.read;
  json["write"] = throughput.write;
  return json;
}

void write_pair(ordered_json& json, const std::string& read, const std::string& write, const Throughput& throughput,
                const Throughput& usual) {
  if (throughput == usual) return;
  json[read] = throughput.read;
  json[write] = throughput.write;
}

}  // namespace

Throughput read_throughput(const Node& node) {
  const Members members(node, {"read", "write"});
  return {units(members.need("read"), table_quota.read, "[CAP-7]"), units(members.need("write"), table_quota.write, "[CAP-7]")};
}

void read_capacity(const Members& table_members, TableSettings& table) {
  const auto given = table_members.find("capacity");
  if (given) table.capacity = read_settings(*given);
  const bool provisioned = table.capacity && table.capacity->billing == BillingMode::provisioned;
  for (std::size_t i = 0; i < table.indexes.size(); ++i) {
    IndexSettings& index = table.indexes[i];
    const Node node = table_members.need("indexes").at(i);
    if (node.json().contains("capacity")) {
      const Node own = node.at("capacity");
      if (index.kind == IndexKind::local) own.refuse("capacity of a local index", "none: it uses its table's [LSI-1]");
      if (!provisioned && table.capacity) own.refuse(std::string(on_demand_numbers), std::string(provisioned_instead));
      if (!provisioned) own.refuse("capacity of an index of a table without", "a \"capacity\" of the table too [TABLE-7]");
      index.provisioned = read_throughput(own);
    } else if (provisioned && index.kind == IndexKind::global) {
      node.refuse("a global index without capacity", "a \"capacity\" with \"read\" and \"write\", as its table has [TABLE-7]");
    }
  }
}

void check_account_quota(const Node& tables_node, const std::vector<TableSettings>& tables) {
  Throughput all;
  for (std::size_t i = 0; i < tables.size(); ++i) {
    const Throughput more = provisioned_in_all(tables[i]);
    all = {all.read + more.read, all.write + more.write};
    if (all.read <= account_quota.read && all.write <= account_quota.write) continue;
    tables_node.at(i)
        .at("capacity")
        .refuse("a total of " + std::to_string(all.read) + " read and " + std::to_string(all.write) + " write units",
                "at most " + std::to_string(account_quota.read) + " of each in all tables and indexes [CAP-7]");
  }
}

UpdateCapacityStep read_update_capacity(const Members& members, const TableSettings& table) {
  if (!table.capacity)
    members.need("table").refuse("the table " + in_quotes(table.name) + " has no capacity settings",
                                 "a table with a \"capacity\"");
  UpdateCapacityStep step{table.name, {}};
  if (const auto billing = members.find("billing"))
    step.update.billing = billing->kind({"on_demand", "provisioned"}) == 0 ? BillingMode::on_demand : BillingMode::provisioned;
  if (step.update.billing == BillingMode::on_demand)
    refuse_member(members, {"read", "write", "indexes"}, std::string(on_demand_numbers), provisioned_instead);
  Throughput provisioned;
  read_pair(members, "read", "write", table_quota, "[CAP-7]", provisioned);
  if (members.has("read")) step.update.provisioned = provisioned;
  if (const auto indexes = members.find("indexes"))
    for (const auto& [name, numbers] : indexes->entries("an object: global index -> \"read\" and \"write\"")) {
      const auto global = [&name = name](const IndexSettings& index) {
        return index.name == name && index.kind == IndexKind::global;
      };
      if (std::none_of(table.indexes.begin(), table.indexes.end(), global))
        numbers.refuse("no global index is called " + in_quotes(name), "a global index of " + in_quotes(table.name));
      step.update.indexes[name] = read_throughput(numbers);
    }
  if (step.update == CapacityUpdate{})
    members.node().refuse("no change", "\"billing\", \"read\" and \"write\", or \"indexes\"");
  return step;
}

void write_capacity(ordered_json& index_json, const IndexSettings& index) {
  if (index.provisioned) index_json["capacity"] = throughput_json(*index.provisioned);
}

ordered_json capacity_to_json(const CapacitySettings& capacity) {
  const CapacitySettings usual;
  ordered_json json;
  json["billing"] = std::string(to_text(capacity.billing));
  if (capacity.billing == BillingMode::provisioned) write_pair(json, "read", "write", capacity.provisioned, {});
  if (capacity.billing == BillingMode::on_demand) {
    write_pair(json, "warm_read", "warm_write", capacity.warm, usual.warm);
    write_pair(json, "most_read", "most_write", capacity.most, usual.most);
  }
  write_pair(json, "partition_read", "partition_write", capacity.per_partition, usual.per_partition);
  if (capacity.partition_bytes != usual.partition_bytes) json["partition_bytes"] = capacity.partition_bytes;
  if (capacity.partitions != usual.partitions) json["partitions"] = capacity.partitions;
  return json;
}

ordered_json update_capacity_to_json(const UpdateCapacityStep& step) {
  ordered_json json;
  json["table"] = step.table;
  if (step.update.billing) json["billing"] = std::string(to_text(*step.update.billing));
  if (step.update.provisioned) json.update(throughput_json(*step.update.provisioned));
  for (const auto& [index, throughput] : step.update.indexes) json["indexes"][index] = throughput_json(throughput);
  return json;
}

}  // namespace weir
