// Event source mappings of a scenario file.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "scenarios/format/scenario_parts.hpp"
#include "sim/trigger/filter.hpp"

namespace weir {

namespace {

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

// What no delivery depends on.                                                                 [ESM-15]
void read_extras(const Members& members, MappingSettings& mapping) {
  if (const auto key = members.find("kms_key_arn")) {
    mapping.kms_key_arn = key->text("the ARN of a key");
    if (!mapping.kms_key_arn.starts_with("arn:")) key->refuse(in_quotes(mapping.kms_key_arn), accepted_kms_key);
  }
  if (const auto metrics = members.find("metrics_config"))
    for (const Node& each : metrics->elements("an array of names of metrics")) {
      each.kind({"EventCount"});
      if (!mapping.metrics_config.empty()) each.refuse("\"EventCount\" twice", "each once");
      mapping.metrics_config.emplace_back("EventCount");
    }
  if (const auto tags = members.find("tags")) {
    for (const auto& [name, value] : tags->entries("an object: name -> text")) {
      mapping.tags[name] = value.prose();
      if (!is_tag(name, mapping.tags[name])) value.refuse("the tag " + in_quotes(name), accepted_tag);
    }
    if (mapping.tags.size() > most_tags) tags->refuse(std::to_string(mapping.tags.size()) + " tags", "at most 50");
  }
  if (const auto level = members.find("system_log_level"))
    mapping.system_log_level = log_levels[static_cast<std::size_t>(level->kind({"DEBUG", "INFO", "WARN"}))];
}

}  // namespace

MappingSettings read_mapping(const Node& node, const Scenario& so_far, SourceStream stream) {
  const Members members(node, {"name",
                               "table",
                               "function",
                               "starting_position",
                               "batch_size",
                               "maximum_batching_window",
                               "maximum_retry_attempts",
                               "maximum_record_age",
                               "bisect_batch_on_function_error",
                               "bisect_on_error",
                               "report_batch_item_failures",
                               "on_failure",
                               "destination",
                               "parallelization_factor",
                               "tumbling_window",
                               "filter_criteria",
                               "enabled",
                               "kms_key_arn",
                               "metrics_config",
                               "tags",
                               "system_log_level"});
  MappingSettings mapping;
  const Node table = members.need("table");
  mapping.table = table.known(names_of(so_far.tables), "table");
  const auto source = std::find_if(so_far.tables.begin(), so_far.tables.end(),
                                   [&](const TableSettings& one) { return one.name == mapping.table; });
  if (stream == SourceStream::on_from_the_start && source->stream == StreamView::none)
    table.refuse("the table " + in_quotes(mapping.table) + " has no stream", "a table with a \"stream\" [ESM-1]");
  if (stream == SourceStream::on_from_the_start && source->created_at > Duration{})
    table.refuse("the table " + in_quotes(mapping.table) + " is created later",
                 "a table that is there from the start, or a step that creates the mapping [TABLE-4]");
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
  if (const auto enabled = members.find("enabled")) mapping.enabled = enabled->flag();
  read_extras(members, mapping);
  return mapping;
}

std::vector<MappingSettings> read_mappings(const Node& node, const Scenario& so_far) {
  std::vector<MappingSettings> mappings;
  for (const Node& element : node.elements("an array of mappings")) {
    MappingSettings mapping = read_mapping(element, so_far, SourceStream::on_from_the_start);
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

}  // namespace weir
