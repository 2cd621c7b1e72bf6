// What clients do in a scenario file by the number: workloads and loads.
#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "scenarios/format/scenario_parts.hpp"
#include "sim/base/bad_input.hpp"
#include "sim/data/utf8.hpp"

namespace weir {

namespace {

// "bytes:N" is the column bytes, of numbers.
std::string column_name(const std::string& column) { return column.substr(0, column.find(':')); }
Type column_type(std::string_view column) { return column.ends_with(":N") ? Type::N : Type::S; }

// A text with {column} in it names columns of the load.
void check_composition(const Node& node, const std::string& text, const std::vector<std::string>& columns) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t open = text.find_first_of("{}", at);
    if (open == std::string::npos) return;
    const std::size_t close = text.find('}', open);
    if (text[open] == '}' || close == std::string::npos)
      node.refuse(shown(node.json()) + " has a brace of its own", "a text with {column} in it, braces in pairs");
    const std::string column = text.substr(open + 1, close - open - 1);
    if (std::find(columns.begin(), columns.end(), column) == columns.end())
      node.refuse("no column is called " + in_quotes(column), one_of(columns) + did_you_mean(column, columns));
    at = close + 1;
  }
}

// What a workload writes must not be what it writes by: it would go elsewhere, or be refused all the way. "g0" is a sort key.
void check_own_attributes(const Members& members, const Workload& workload, const TableSettings& table) {
  const auto is_own = [](const std::string& name) { return name == "group" || name == "value" || name == "revision"; };
  const bool sorts_by_group = table.key.sort == "group" && table.key.sort_type == Type::S;
  if (is_own(table.key.partition))
    members.need("table").refuse(
        "the partition key " + in_quotes(table.key.partition) + " is an attribute that a workload writes",
        "a table with another key than \"group\", \"value\" or \"revision\"");
  if (is_own(table.key.sort) && !sorts_by_group)
    members.need("table").refuse("the sort key " + in_quotes(table.key.sort) + " is an attribute that a workload writes",
                                 "a table with another sort key than \"value\" or \"revision\", and \"group\" of type S");
  const bool of_key = table.ttl == table.key.partition || table.ttl == table.key.sort;
  if (workload.expires_in && (is_own(table.ttl) || of_key))
    members.need("expires_in")
        .refuse("the TTL attribute " + in_quotes(table.ttl) + " is " +
                    (of_key ? "a key of the table" : "an attribute that a workload writes"),
                "a TTL attribute outside the key that is none of \"group\", \"value\" and \"revision\"");
}

}  // namespace

Workload read_workload(const Node& node, const Scenario& so_far) {
  const Members members(
      node, {"table", "clients", "operations", "items", "groups", "values", "kinds", "pause", "expires_in", "sdk_retries"});
  Workload workload;
  const TableSettings& table = table_of(members.need("table"), so_far);
  workload.table = table.name;
  const auto number = [&](std::string_view name, int& value, int most) {
    if (const auto given = members.find(name)) value = given->small_integer(1, most);
  };
  number("clients", workload.clients, 1'000);
  number("operations", workload.operations, 1'000'000);
  number("items", workload.items, 65'536);
  number("groups", workload.groups, 256);
  number("values", workload.values, 1'000'000'000);
  if (const auto kinds = members.find("kinds")) {
    workload.kinds.clear();
    for (const Node& element : kinds->elements("an array of put, update, add and delete")) {
      const auto kind = static_cast<OperationKind>(1 + element.kind({"put", "update", "add", "delete"}));
      if (std::find(workload.kinds.begin(), workload.kinds.end(), kind) != workload.kinds.end())
        element.refuse(shown(element.json()) + " twice", "each kind once");
      workload.kinds.push_back(kind);
    }
    if (workload.kinds.empty()) kinds->refuse("no kinds", "at least one of put, update, add or delete");
  }
  if (const auto pause = members.find("pause")) workload.pause = pause->span(0s, longest_run);
  if (const auto expires = members.find("expires_in")) {
    workload.expires_in = expires->span(-longest_run, longest_run);
    if (table.ttl.empty())
      expires->refuse("the table " + in_quotes(table.name) + " has no TTL attribute", "a table with a \"ttl\" [TTL-1]");
  }
  workload.sdk_retries = read_sdk_retries(members);
  check_own_attributes(members, workload, table);
  if (table.key.partition_type == Type::B || (table.key.has_sort() && table.key.sort_type == Type::B))
    members.need("table").refuse("a key of type B",
                                 "a table whose key is of types S and N: a workload's items are \"i0\" or 0");
  return workload;
}

std::string wrong_with_row(const Load& load, const std::vector<std::string>& row) {
  if (row.size() != load.columns.size()) {
    const std::string fields = row.size() == 1 ? " field for " : " fields for ";
    return std::to_string(row.size()) + fields + std::to_string(load.columns.size()) + " columns";
  }
  for (std::size_t i = 0; i < row.size(); ++i) {
    const bool good = column_type(load.columns[i]) == Type::N ? bool(Number::parse(row[i])) : is_utf8(row[i]);
    if (!good) return in_quotes(row[i]) + " in the column " + in_quotes(column_name(load.columns[i]));
  }
  return "";
}

std::string columns_wanted(const Load& load) {
  std::string all;
  for (const std::string& column : load.columns) all += (all.empty() ? "" : ", ") + column;
  return "one field a column, of UTF-8, and a number of up to 38 digits where it says :N: " + all;
}

Load read_load(const Node& node, const Scenario& so_far) {
  const Members members(node, {"table", "columns", "compose", "file", "every", "rows", "sdk_retries"});
  Load load;
  const TableSettings& table = table_of(members.need("table"), so_far);
  load.table = table.name;
  std::map<std::string, Type> made;  // the attributes a row becomes
  std::vector<std::string> names;
  for (const Node& column : members.need("columns").elements("an array of column names")) {
    const std::string text = column.text("the name of a column");
    const std::size_t colon = text.find(':');
    if (colon == 0 || (colon != std::string::npos && text.substr(colon) != ":N" && text.substr(colon) != ":S"))
      column.refuse("a column's name, with \":N\" behind it for numbers");
    names.push_back(column_name(text));
    if (!made.emplace(names.back(), column_type(text)).second)
      column.refuse(in_quotes(names.back()) + " twice", "each column once");
    load.columns.push_back(text);
  }
  if (load.columns.empty()) members.need("columns").refuse("no columns", "at least one column");
  if (const auto compose = members.find("compose"))
    for (const auto& [attribute, text] : compose->entries("an object: attribute -> text with {column} in it")) {
      if (attribute.empty()) text.refuse("an attribute without a name", "the name of an attribute");
      load.compose[attribute] = text.text("a text with {column} in it");
      check_composition(text, load.compose[attribute], names);
      made[attribute] = Type::S;
    }
  const auto check_key = [&](const std::string& key, Type type) {
    const auto attribute = made.find(key);
    if (attribute == made.end())
      node.refuse("nothing makes the key attribute " + in_quotes(key), "a column or a \"compose\" of that name");
    if (attribute->second != type)
      node.refuse("the key attribute " + in_quotes(key) + " is made of type " + std::string(wire_name(attribute->second)),
                  "type " + std::string(wire_name(type)));
  };
  check_key(table.key.partition, table.key.partition_type);
  if (table.key.has_sort()) check_key(table.key.sort, table.key.sort_type);
  if (const auto file = members.find("file")) load.file = file->text("the path of a CSV file");
  if (const auto every = members.find("every")) load.every = every->span(1us, longest_run);
  load.sdk_retries = read_sdk_retries(members);
  if (const auto rows = members.find("rows"))
    for (const Node& row : rows->elements("an array of rows")) {
      std::vector<std::string> fields;
      for (const Node& field : row.elements("an array of texts")) fields.push_back(field.prose());
      if (const std::string wrong = wrong_with_row(load, fields); !wrong.empty()) row.refuse(wrong, columns_wanted(load));
      load.rows.push_back(std::move(fields));
    }
  if (!members.has("file") && !members.has("rows")) node.refuse("neither \"file\" nor \"rows\"", "one of them");
  return load;
}

}  // namespace weir
