// Clients' reads, read from a scenario file and written back.
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "scenarios/format/client_steps.hpp"
#include "scenarios/format/scenario_parts.hpp"
#include "scenarios/format/step_parts.hpp"

namespace weir {

namespace {

using nlohmann::ordered_json;

// In the order of Select.                                                                                       [QRY-6]
constexpr std::array<const char*, 4> select_names{"all_attributes", "specific_attributes", "count", "all_projected_attributes"};
constexpr std::int64_t most_segments = 1'000'000;  // [QRY-5]
constexpr int most_pages = 1'000;                  // a line of the trace each

// The projection of a read by key.
template <class Read>
void read_projection(const Members& members, const TableSettings& table, Read& read) {
  read.projection = text_of(members, "projection");
  read.placeholders = read_placeholders(members);
  check_expressions(members, read.placeholders, table.key);
}

bool read_flag(const Members& members, std::string_view name) {
  const auto node = members.find(name);
  return node && node->flag();
}

GetStep read_get(const Node& node, const Scenario& so_far) {
  const Members members(node, {"table", "key", "consistent", "projection", "names"});
  const TableSettings& table = table_of(members.need("table"), so_far);
  GetStep get{table.name, read_item_key(members.need("key"), table), read_flag(members, "consistent")};
  read_projection(members, table, get);
  return get;
}

BatchGetStep read_batch_get(const Node& node, const Scenario& so_far) {
  const Members members(node, {"tables"});
  const Node tables = members.need("tables");
  BatchGetStep step;
  ItemsOnce items;
  for (const Node& element : tables.elements("an array of tables with their keys")) {
    const Members part(element, {"table", "keys", "consistent", "projection", "names"});
    const TableSettings& table = table_of(part.need("table"), so_far);
    refuse_second_table(step.tables, table.name, part.need("table"));
    BatchGetStep::Keys wanted{table.name, {}, read_flag(part, "consistent")};
    for (const Node& key : part.need("keys").elements("an array of keys")) {
      wanted.keys.push_back(read_item_key(key, table));
      items.add(key, table.name, *ItemKey::of_key(table.key, wanted.keys.back()), "[BOP-4]");
    }
    if (wanted.keys.empty()) part.need("keys").refuse("no keys", "at least one");
    read_projection(part, table, wanted);
    step.tables.push_back(std::move(wanted));
  }
  if (items.size() < 1 || items.size() > 100) tables.refuse(std::to_string(items.size()) + " keys", "1 to 100 [BOP-4]");
  return step;
}

TransactGetStep read_transact_get(const Node& node, const Scenario& so_far) {
  const Members members(node, {"gets"});
  TransactGetStep step;
  ItemsOnce items;
  for (const Node& element : members.need("gets").elements("an array of gets")) {
    const Members part(element, {"table", "key", "projection", "names"});
    const TableSettings& table = table_of(part.need("table"), so_far);
    TransactGetStep::Get get{table.name, read_item_key(part.need("key"), table)};
    read_projection(part, table, get);
    items.add(element, table.name, *ItemKey::of_key(table.key, get.key), "[TXN-1]");
    step.gets.push_back(std::move(get));
  }
  if (items.size() < 1 || items.size() > 100)
    members.need("gets").refuse(std::to_string(items.size()) + " gets", "1 to 100 [TXN-1]");
  return step;
}

// --- Query and Scan -----------------------------------------------------------------------------------------------------

std::vector<std::string> members_of_pages(std::vector<std::string> own) {
  std::vector<std::string> all{"table", "index"};
  all.insert(all.end(), own.begin(), own.end());
  all.insert(all.end(),
             {"filter", "projection", "names", "values", "select", "limit", "exclusive_start_key", "consistent", "pages"});
  return all;
}

const KeySchema& keys_of(const Members& members, const TableSettings& table) {
  const auto named = members.find("index");
  if (!named) return table.key;
  if (table.indexes.empty()) named->refuse("the table " + in_quotes(table.name) + " has no index at this step", "no \"index\"");
  const std::string name = named->known(names_of(table.indexes), "index");
  return std::find_if(table.indexes.begin(), table.indexes.end(), [&](const IndexSettings& one) { return one.name == name; })
      ->key;
}

PagesAsked read_pages(const Members& members, const TableSettings& table) {
  PagesAsked asked{.table = table.name};
  asked.index = text_of(members, "index");
  asked.filter = text_of(members, "filter");
  asked.projection = text_of(members, "projection");
  const KeySchema& keys = keys_of(members, table);
  asked.placeholders = read_placeholders(members);
  check_expressions(members, asked.placeholders, keys);
  if (const auto select = members.find("select"))
    asked.select = static_cast<Select>(select->kind({select_names.begin(), select_names.end()}));
  if (const auto limit = members.find("limit")) asked.limit = limit->integer(1, INT32_MAX, "[QRY-2]");
  if (const auto start = members.find("exclusive_start_key")) {
    asked.exclusive_start_key = start->item();
    if (asked.exclusive_start_key.empty()) start->refuse("no attributes", "the key of an item");
  }
  asked.consistent = read_flag(members, "consistent");
  if (const auto pages = members.find("pages")) asked.pages = pages->small_integer(1, most_pages);
  return asked;
}

QueryStep read_query(const Node& node, const OperatorStepReader& operators) {
  const Members members(node, members_of_pages({"key_condition", "reverse"}));
  const TableSettings table = operators.table_now(members.need("table"));
  (void)members.need("key_condition");
  return {read_pages(members, table), text_of(members, "key_condition"), read_flag(members, "reverse")};
}

ScanStep read_scan(const Node& node, const OperatorStepReader& operators) {
  const Members members(node, members_of_pages({"segment", "total_segments"}));
  const TableSettings table = operators.table_now(members.need("table"));
  ScanStep scan{read_pages(members, table)};
  if (members.has("segment") != members.has("total_segments"))
    node.refuse(members.has("segment") ? "a segment without total_segments" : "total_segments without a segment",
                "both or neither [QRY-5]");
  if (const auto total = members.find("total_segments")) {
    scan.total_segments = total->integer(1, most_segments, "[QRY-5]");
    scan.segment = members.need("segment").integer(0, scan.total_segments - 1, "below total_segments [QRY-5]");
  }
  return scan;
}

// --- writing ------------------------------------------------------------------------------------------------------------

template <class Read>
void write_projection(ordered_json& json, const Read& read) {
  write_text(json, "projection", read.projection);
  write_placeholders(json, read.placeholders);
}

void write_pages(ordered_json& json, const PagesAsked& asked) {
  write_text(json, "filter", asked.filter);
  write_projection(json, asked);
  if (asked.select) json["select"] = select_names[static_cast<std::size_t>(*asked.select)];
  if (asked.limit) json["limit"] = *asked.limit;
  if (!asked.exclusive_start_key.empty()) json["exclusive_start_key"] = item_to_json(asked.exclusive_start_key);
  if (asked.consistent) json["consistent"] = true;
  if (asked.pages != 1) json["pages"] = asked.pages;
}

ordered_json of_source(const PagesAsked& asked) {
  ordered_json json;
  json["table"] = asked.table;
  write_text(json, "index", asked.index);
  return json;
}

}  // namespace

std::optional<Act> read_read_step(const std::string& act, const Node& node, const Scenario& so_far,
                                  const OperatorStepReader& operators) {
  if (act == "get") return read_get(node, so_far);
  if (act == "batch_get") return read_batch_get(node, so_far);
  if (act == "transact_get") return read_transact_get(node, so_far);
  if (act == "query") return read_query(node, operators);
  if (act == "scan") return read_scan(node, operators);
  return std::nullopt;
}

ordered_json ClientStepWriter::operator()(const GetStep& step) const {
  ordered_json json;
  json["table"] = step.table;
  json["key"] = item_to_json(step.key);
  if (step.consistent) json["consistent"] = true;
  write_projection(json, step);
  return json;
}

ordered_json ClientStepWriter::operator()(const BatchGetStep& step) const {
  ordered_json json;
  json["tables"] = ordered_json::array();
  for (const BatchGetStep::Keys& wanted : step.tables) {
    ordered_json part;
    part["table"] = wanted.table;
    for (const Item& key : wanted.keys) part["keys"].push_back(item_to_json(key));
    if (wanted.consistent) part["consistent"] = true;
    write_projection(part, wanted);
    json["tables"].push_back(std::move(part));
  }
  return json;
}

ordered_json ClientStepWriter::operator()(const TransactGetStep& step) const {
  ordered_json json;
  json["gets"] = ordered_json::array();
  for (const TransactGetStep::Get& get : step.gets) {
    ordered_json part;
    part["table"] = get.table;
    part["key"] = item_to_json(get.key);
    write_projection(part, get);
    json["gets"].push_back(std::move(part));
  }
  return json;
}

ordered_json ClientStepWriter::operator()(const QueryStep& step) const {
  ordered_json json = of_source(step.asked);
  json["key_condition"] = step.key_condition;
  write_pages(json, step.asked);
  if (step.reverse) json["reverse"] = true;
  return json;
}

ordered_json ClientStepWriter::operator()(const ScanStep& step) const {
  ordered_json json = of_source(step.asked);
  write_pages(json, step.asked);
  if (step.total_segments > 0) {
    json["segment"] = step.segment;
    json["total_segments"] = step.total_segments;
  }
  return json;
}

}  // namespace weir
