// Tables, functions, mappings and readers of a scenario file.
#include "scenarios/format/scenario_parts.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include "sim/trigger/filter.hpp"

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

const std::vector<std::string> stream_views{"none", "keys_only", "new_image", "old_image", "new_and_old_images"};

TableSettings read_table(const Node& node) {
  const Members members(node,
                        {"name", "key", "sort", "ttl", "stream", "shards", "indexes", "item_collection_limit", "capacity"});
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
  if (const auto ttl = members.find("ttl")) {
    table.ttl = ttl->text("the name of an attribute");
    if (table.ttl == table.key.partition || table.ttl == table.key.sort)
      ttl->refuse(in_quotes(table.ttl) + " is a key attribute", "an attribute outside the key [TTL-1]");
  }
  if (const auto stream = members.find("stream")) table.stream = static_cast<StreamView>(stream->kind(stream_views));
  if (const auto shards = members.find("shards")) {
    table.shards = shards->small_integer(1, 1000, "[SHARD-7]");
    if (table.stream == StreamView::none) shards->refuse("shards of a table without a stream", "a \"stream\" too");
  }
  read_indexes(members, table);
  read_capacity(members, table);
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

void check_whole_seconds(const Node& node, Duration span, std::string_view rule) {
  if (span % 1s != Duration::zero()) node.refuse("whole seconds [" + std::string(rule) + "]");
}

std::vector<std::string> read_filters(const Node& node) {
  std::vector<std::string> patterns;
  for (const Node& element : node.elements("an array of filter patterns, each a text")) {
    std::string pattern = element.text("a filter pattern as a text, such as \"{\\\"eventName\\\":[\\\"INSERT\\\"]}\"");
    if (check({.filter_criteria = {pattern}}))
      element.refuse(std::string(bad_filter_pattern), "a JSON object of at most 4096 characters [FILTER-8] [ESM-12]");
    patterns.push_back(std::move(pattern));
  }
  if (patterns.size() > most_filters) node.refuse(std::to_string(patterns.size()) + " filters", "at most 5 filters [ESM-12]");
  return patterns;
}

std::string read_destination(const Node& node, const MappingSettings& mapping, const Scenario& so_far) {
  if (mapping.on_failure == Destination::none)
    node.refuse("a destination without \"on_failure\"", "\"on_failure\": \"sqs\", \"sns\" or \"s3\" beside it [ESM-13]");
  if (mapping.on_failure == Destination::s3) return node.known(names_of(so_far.buckets), "bucket");
  std::string name = node.known(names_of(so_far.queues), "queue");
  for (const QueueSettings& queue : so_far.queues)
    if (queue.name == name && queue.kind == QueueKind::fifo)
      node.refuse("the queue " + in_quotes(name) + " is a FIFO queue", "a standard queue [ESM-13]");
  return name;
}

MappingSettings read_mapping(const Node& node, const Scenario& so_far) {
  const Members members(node, {"name", "table", "function", "starting_position", "batch_size", "maximum_batching_window",
                               "maximum_retry_attempts", "maximum_record_age", "bisect_batch_on_function_error",
                               "bisect_on_error", "report_batch_item_failures", "on_failure", "destination",
                               "parallelization_factor", "tumbling_window", "filter_criteria"});
  MappingSettings mapping;
  const Node table = members.need("table");
  mapping.table = table.known(names_of(so_far.tables), "table");
  const auto source = std::find_if(so_far.tables.begin(), so_far.tables.end(),
                                   [&](const TableSettings& one) { return one.name == mapping.table; });
  if (source->stream == StreamView::none)
    table.refuse("the table " + in_quotes(mapping.table) + " has no stream", "a table with a \"stream\" [ESM-1]");
  mapping.function = members.need("function").known(names_of(so_far.functions), "function");
  mapping.name = mapping.function;
  if (const auto name = members.find("name")) mapping.name = entity_name(*name);
  if (const auto start = members.find("starting_position"))
    mapping.starting_position =
        start->kind({"trim_horizon", "latest"}) == 0 ? IteratorType::trim_horizon : IteratorType::latest;
  if (const auto size = members.find("batch_size")) mapping.batch_size = size->integer(1, 10'000, "[ESM-4]");
  if (const auto window = members.find("maximum_batching_window")) {
    mapping.maximum_batching_window = window->span(0s, 300s, "[ESM-5]");
    check_whole_seconds(*window, mapping.maximum_batching_window, "ESM-5");
  }
  if (const auto attempts = members.find("maximum_retry_attempts"))
    mapping.maximum_retry_attempts = attempts->integer(-1, 10'000, "[ESM-7]");
  if (const auto age = members.find("maximum_record_age"); age && age->json() != -1) {
    mapping.maximum_record_age = age->span(60s, 604'800s, "or -1 for none [ESM-8]");
    check_whole_seconds(*age, mapping.maximum_record_age, "ESM-8");
  }
  const auto bisect = members.find("bisect_batch_on_function_error"), shorter = members.find("bisect_on_error");
  if (bisect && shorter) shorter->refuse("a second name of bisect_batch_on_function_error", "one of the two");
  if (bisect) mapping.bisect_batch_on_function_error = bisect->flag();
  if (shorter) mapping.bisect_batch_on_function_error = shorter->flag();
  if (const auto report = members.find("report_batch_item_failures")) mapping.report_batch_item_failures = report->flag();
  if (const auto to = members.find("on_failure"))
    mapping.on_failure = static_cast<Destination>(to->kind({"none", "sqs", "sns", "s3"}));
  if (const auto to = members.find("destination")) mapping.destination = read_destination(*to, mapping, so_far);
  if (const auto factor = members.find("parallelization_factor"))
    mapping.parallelization_factor = factor->integer(1, 10, "[ESM-6]");
  if (const auto window = members.find("tumbling_window")) {
    mapping.tumbling_window = window->span(0s, 900s, "[ESM-11]");
    check_whole_seconds(*window, mapping.tumbling_window, "ESM-11");
    if (mapping.tumbling_window > 0s && mapping.parallelization_factor > 1)
      window->refuse("a tumbling window with " + std::to_string(mapping.parallelization_factor) + " lanes a shard",
                     "one of the two [WIN-8]");
  }
  if (const auto filters = members.find("filter_criteria")) mapping.filter_criteria = read_filters(*filters);
  return mapping;
}

}  // namespace

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
    refuse_second(tables, table.name, element.at("name"), "table");
    tables.push_back(std::move(table));
  }
  if (tables.empty()) node.refuse("no tables", "at least one table");
  check_account_quota(node, tables);
  return tables;
}

std::vector<FunctionSettings> read_functions(const Node& node, const Scenario& so_far, const CodeNames& code) {
  std::vector<FunctionSettings> functions;
  for (const Node& element : node.elements("an array of functions")) {
    const Members members(element, {"name", "handler", "timeout", "sdk_retries", "role"});
    FunctionSettings function;
    function.name = entity_name(members.need("name"));
    refuse_second(functions, function.name, members.need("name"), "function");
    function.handler = code_name(element, function.name, members.find("handler"), code.suffix, code.patch_names_handlers);
    if (const auto timeout = members.find("timeout")) {
      function.timeout = timeout->span(1s, 900s, "[INV-1]");
      check_whole_seconds(*timeout, function.timeout, "INV-1");
    }
    if (const auto retries = members.find("sdk_retries"))
      function.sdk_retries = static_cast<SdkRetries>(retries->kind({"none", "standard", "legacy"}));
    if (const auto role = members.find("role")) function.role = read_role_name(*role, so_far);
    functions.push_back(std::move(function));
  }
  return functions;
}

std::vector<MappingSettings> read_mappings(const Node& node, const Scenario& so_far) {
  std::vector<MappingSettings> mappings;
  for (const Node& element : node.elements("an array of mappings")) {
    MappingSettings mapping = read_mapping(element, so_far);
    for (const MappingSettings& earlier : mappings)
      if (earlier.table == mapping.table && earlier.function == mapping.function)
        element.refuse("a second mapping from " + in_quotes(mapping.table) + " to " + in_quotes(mapping.function),
                       "one mapping for each table and function [ESM-23]");
    if (!element.json().contains("name")) {
      for (const MappingSettings& earlier : mappings)
        if (earlier.name == mapping.name)
          element.refuse("a second mapping called " + in_quotes(mapping.name), "a \"name\" that tells it from the other");
    }
    refuse_second(mappings, mapping.name, element.at("name"), "mapping");
    mappings.push_back(std::move(mapping));
  }
  return mappings;
}

std::vector<ReaderSettings> read_readers(const Node& node, const Scenario& so_far, const CodeNames& code) {
  std::vector<ReaderSettings> readers;
  for (const Node& element : node.elements("an array of readers")) {
    const Members members(element, {"name", "reader", "start_at", "role"});
    ReaderSettings reader;
    reader.name = entity_name(members.need("name"));
    refuse_second(readers, reader.name, members.need("name"), "reader");
    reader.reader = code_name(element, reader.name, members.find("reader"), code.suffix, code.patch_names_readers);
    if (const auto start = members.find("start_at")) reader.start_at = start->span(0s, so_far.run_for);
    if (const auto role = members.find("role")) reader.role = read_role_name(*role, so_far);
    readers.push_back(std::move(reader));
  }
  return readers;
}

}  // namespace weir
