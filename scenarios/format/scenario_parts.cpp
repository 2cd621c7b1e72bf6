// Tables, functions and readers of a scenario file.
#include "scenarios/format/scenario_parts.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/table/tables.hpp"

namespace weir {

namespace {

bool in_charset(std::string_view text, std::string_view punctuation) {
  return std::all_of(text.begin(), text.end(), [punctuation](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           punctuation.find(c) != std::string_view::npos;
  });
}

// Names become parts of keys and of file names, so all of them keep to AWS's characters.
std::string name_of(const Node& node, std::size_t least, std::size_t most, std::string_view punctuation,
                    std::string_view rule) {
  std::string name = node.text("a name");
  if (name.size() < least || name.size() > most || !in_charset(name, punctuation)) {
    std::string accepted = std::to_string(least) + " to " + std::to_string(most) + " characters of a-z A-Z 0-9";
    for (const char c : punctuation) accepted += std::string(" ") + c;
    node.refuse(rule.empty() ? accepted : accepted + " [" + std::string(rule) + "]");
  }
  return name;
}

const std::vector<std::string> stream_views{"none", "keys_only", "new_image", "old_image", "new_and_old_images"};

TableSettings read_table(const Node& node) {
  const Members members(
      node, {"name", "key", "sort", "ttl", "stream", "shards", "indexes", "item_collection_limit", "capacity", "created_at"});
  TableSettings table;
  table.name = name_of(members.need("name"), 3, 255, "_.-", "TABLE-2");
  const KeyAttribute partition = read_key(members.need("key"));
  table.key.partition = partition.name;
  table.key.partition_type = partition.type;
  if (const auto sort = members.find("sort")) {
    const KeyAttribute attribute = read_key(*sort);
    if (attribute.name == partition.name)
      sort->refuse(in_quotes(attribute.name) + " is the partition key too", "two attributes [TABLE-1]");
    table.key.sort = attribute.name;
    table.key.sort_type = attribute.type;
  }
  if (const auto ttl = members.find("ttl")) table.ttl = ttl->text("the name of an attribute");  // it may be a key   [TTL-11]
  if (const auto stream = members.find("stream")) table.stream = static_cast<StreamView>(stream->kind(stream_views));
  if (const auto shards = members.find("shards")) {
    table.shards = shards->small_integer(1, 1000, "[SHARD-7]");
    if (table.stream == StreamView::none) shards->refuse("shards of a table without a stream", "a \"stream\" too");
  }
  read_indexes(members, table);
  read_capacity(members, table);
  if (const auto created = members.find("created_at")) table.created_at = created->span(0s, 24h * 366, "[TABLE-4]");
  return table;
}

std::string code_name(const Node& node, const std::string& name, const std::optional<Node>& given, const std::string& suffix,
                      bool patch_names_it) {
  std::string code = given ? given->text("the name of the code") : name;
  if (code.find('/') != std::string::npos || (given && patch_names_it)) return code;
  code += suffix;
  if (code.size() > 255) node.refuse(in_quotes(code), "a name of at most 255 characters");
  return code;
}

}  // namespace

void check_whole_seconds(const Node& node, Duration span, std::string_view rule) {
  if (span % 1s != Duration::zero()) node.refuse("whole seconds [" + std::string(rule) + "]");
}

SdkRetries read_sdk_retries(const Members& members) {
  const auto retries = members.find("sdk_retries");
  return retries ? static_cast<SdkRetries>(retries->kind({"none", "standard", "legacy"})) : SdkRetries::none;
}

std::string entity_name(const Node& node) { return name_of(node, 1, 64, "_-", ""); }
KeyAttribute read_key(const Node& node) {
  if (node.json().is_string()) return {node.text("the name of an attribute"), Type::S};
  if (!node.json().is_object()) node.refuse("an attribute's name, or {\"name\":\"id\",\"type\":\"N\"}");
  const Members members(node, {"name", "type"});
  KeyAttribute key{members.need("name").text("the name of an attribute"), Type::S};
  if (const auto type = members.find("type")) key.type = std::array{Type::S, Type::N, Type::B}[type->kind({"S", "N", "B"})];
  return key;
}

std::vector<TableSettings> read_tables(const Node& node) {
  std::vector<TableSettings> tables;
  for (const Node& element : node.elements("an array of tables")) {
    TableSettings table = read_table(element);
    for (const TableSettings& earlier : tables)
      if (earlier.name == table.name) element.at("name").refuse(table_exists(table.name), "each table's name once [MSG-3]");
    tables.push_back(std::move(table));
  }
  if (tables.empty()) node.refuse("no tables", "at least one table");
  check_account_quota(node, tables);
  return tables;
}

std::vector<FunctionSettings> read_functions(const Node& node, const Scenario& so_far, const CodeNames& code) {
  std::vector<FunctionSettings> functions;
  std::int64_t to_reserve =
      std::max<std::int64_t>(0, so_far.account_concurrency - least_unreserved(so_far.account_concurrency));
  for (const Node& element : node.elements("an array of functions")) {
    const Members members(element, {"name", "handler", "timeout", "sdk_retries", "role", "reserved_concurrency"});
    FunctionSettings function;
    function.name = entity_name(members.need("name"));
    refuse_second(functions, function.name, members.need("name"), "function");
    function.handler = code_name(element, function.name, members.find("handler"), code.suffix, code.patch_names_handlers);
    if (const auto timeout = members.find("timeout")) {
      function.timeout = timeout->span(1s, 900s, "[INV-1]");
      check_whole_seconds(*timeout, function.timeout, "INV-1");
    }
    function.sdk_retries = read_sdk_retries(members);
    if (const auto role = members.find("role")) function.role = read_role_name(*role, so_far);
    if (const auto reserved = members.find("reserved_concurrency"))
      to_reserve -= *(
          function.reserved_concurrency = reserved->integer(
              0, to_reserve, "so that 100 of the account's, or all of a lower account_concurrency, stay unreserved [POLL-12]"));
    functions.push_back(std::move(function));
  }
  return functions;
}

std::vector<ReaderSettings> read_readers(const Node& node, const Scenario& so_far, const CodeNames& code) {
  std::vector<ReaderSettings> readers;
  for (const Node& element : node.elements("an array of readers")) {
    const Members members(element, {"name", "reader", "start_at", "role", "sdk_retries"});
    ReaderSettings reader;
    reader.name = entity_name(members.need("name"));
    refuse_second(readers, reader.name, members.need("name"), "reader");
    reader.reader = code_name(element, reader.name, members.find("reader"), code.suffix, code.patch_names_readers);
    if (const auto start = members.find("start_at")) reader.start_at = start->span(0s, so_far.run_for);
    if (const auto role = members.find("role")) reader.role = read_role_name(*role, so_far);
    reader.sdk_retries = read_sdk_retries(members);
    readers.push_back(std::move(reader));
  }
  return readers;
}

const TableSettings& table_of(const Node& node, const Scenario& so_far) {
  const std::string name = node.known(names_of(so_far.tables), "table");
  return *std::find_if(so_far.tables.begin(), so_far.tables.end(), [&](const TableSettings& one) { return one.name == name; });
}

}  // namespace weir
