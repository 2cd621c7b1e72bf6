// Event source mappings of a scenario file.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "scenarios/format/scenario_parts.hpp"
#include "sim/trigger/filter.hpp"

namespace weir {

namespace {

// The service says no more than that it is none.                                              [FILTER-8]
void check_pattern(const Node& node, const std::string& pattern) {
  BadFilterPattern wrong;
  if (!parse_filter_pattern(pattern, &wrong))
    node.refuse(wrong.found + (wrong.at.empty() ? "" : " at " + wrong.at + " of the pattern"), wrong.accepted);
  if (const auto too_long = check({.filter_criteria = {pattern}}))
    node.refuse(too_long->substr(0, too_long->find(';')), "at most 4096 characters [ESM-12]");
}

IteratorType read_starting_position(const Node& node) {
  if (node.json() == "at_timestamp" || node.json() == "AT_TIMESTAMP")
    node.refuse("\"trim_horizon\" or \"latest\": a stream of DynamoDB's has no position by time [ESM-3]");
  return node.kind({"trim_horizon", "latest"}) == 0 ? IteratorType::trim_horizon : IteratorType::latest;
}

std::vector<std::string> read_filters(const Node& node) {
  std::vector<std::string> patterns;
  for (const Node& element : node.elements("an array of filter patterns, each a text")) {
    std::string pattern = element.text("a filter pattern as a text, such as \"{\\\"eventName\\\":[\\\"INSERT\\\"]}\"");
    check_pattern(element, pattern);
    patterns.push_back(std::move(pattern));
  }
  if (patterns.size() > most_filters) node.refuse(std::to_string(patterns.size()) + " filters", "at most 5 filters [ESM-12]");
  return patterns;
}

// A mapping's members. What is null in an update is not there: it is as by default from then on.
class Given {
 public:
  enum class Of : std::uint8_t { new_mapping, update };
  Given(const Members& members, Of of) : members_(members), of_(of) {}
  std::optional<Node> find(std::string_view name) const {
    std::optional<Node> node = members_.find(name);
    return node && is_default(*node) ? std::nullopt : node;
  }
  // In `patch` the defaults of what is null, in place of what it has.
  void take_defaults(MappingPatch& patch) const {
    each_changeable([&](const char* name, auto change, auto setting) {
      if (const auto node = members_.find(name); node && is_default(*node)) patch.*change = MappingSettings{}.*setting;
    });
    if (const auto shorter = members_.find("bisect_on_error"); shorter && is_default(*shorter))
      patch.bisect_batch_on_function_error = false;
  }
  Of of() const { return of_; }

 private:
  bool is_default(const Node& node) const { return of_ == Of::update && node.json().is_null(); }
  const Members& members_;
  Of of_;
};

// Nothing known of `on_failure`, as where an update does not name it: either kind of place may be meant.
std::string read_destination(const Node& node, const std::optional<Destination>& on_failure, const Scenario& so_far) {
  if (on_failure == Destination::none)
    node.refuse("a destination without \"on_failure\"", "\"on_failure\": \"sqs\", \"sns\" or \"s3\" beside it [ESM-13]");
  const std::vector<std::string> buckets = names_of(so_far.buckets);
  if (on_failure == Destination::s3) return node.known(buckets, "bucket");
  std::vector<std::string> places = names_of(so_far.queues);
  if (!on_failure) places.insert(places.end(), buckets.begin(), buckets.end());
  std::string name = node.known(places, on_failure ? "queue" : "queue or bucket");
  const bool may_be_bucket = !on_failure && std::find(buckets.begin(), buckets.end(), name) != buckets.end();
  for (const QueueSettings& queue : so_far.queues)
    if (queue.name == name && queue.kind == QueueKind::fifo && !may_be_bucket)
      node.refuse("the queue " + in_quotes(name) + " is a FIFO queue", "a standard queue [ESM-13]");
  return name;
}

void read_batches(const Given& given, MappingPatch& patch) {
  if (const auto size = given.find("batch_size")) patch.batch_size = size->integer(1, 10'000, "[ESM-4]");
  if (const auto window = given.find("maximum_batching_window")) {
    patch.maximum_batching_window = window->span(0s, 300s, "[ESM-5]");
    check_whole_seconds(*window, *patch.maximum_batching_window, "ESM-5");
  }
  if (const auto attempts = given.find("maximum_retry_attempts"))
    patch.maximum_retry_attempts = attempts->integer(-1, 10'000, "[ESM-7]");
  if (const auto age = given.find("maximum_record_age")) {
    patch.maximum_record_age = age->json() == -1 ? Duration(-1) : age->span(60s, 604'800s, "or -1 for none [ESM-8]");
    if (age->json() != -1) check_whole_seconds(*age, *patch.maximum_record_age, "ESM-8");
  }
  const auto bisect = given.find("bisect_batch_on_function_error"), shorter = given.find("bisect_on_error");
  if (bisect && shorter) shorter->refuse("a second name of bisect_batch_on_function_error", "one of the two");
  if (bisect) patch.bisect_batch_on_function_error = bisect->flag();
  if (shorter) patch.bisect_batch_on_function_error = shorter->flag();
  if (const auto report = given.find("report_batch_item_failures")) patch.report_batch_item_failures = report->flag();
}

void read_lanes_and_windows(const Given& given, MappingPatch& patch) {
  if (const auto factor = given.find("parallelization_factor"))
    patch.parallelization_factor = factor->integer(1, 10, "[ESM-6]");
  if (const auto window = given.find("tumbling_window")) {
    patch.tumbling_window = window->span(0s, 900s, "[ESM-11]");
    check_whole_seconds(*window, *patch.tumbling_window, "ESM-11");
    if (const std::int64_t lanes = patch.parallelization_factor.value_or(1); *patch.tumbling_window > 0s && lanes > 1)
      window->refuse("a tumbling window with " + std::to_string(lanes) + " lanes a shard", "one of the two [WIN-8]");
  }
}

// What no delivery depends on.                                                                 [ESM-15]
void read_extras(const Given& given, MappingPatch& patch) {
  if (const auto key = given.find("kms_key_arn")) {
    patch.kms_key_arn = key->text("the ARN of a key");
    if (!patch.kms_key_arn->starts_with("arn:")) key->refuse(in_quotes(*patch.kms_key_arn), accepted_kms_key);
  }
  if (const auto metrics = given.find("metrics_config")) {
    patch.metrics_config.emplace();
    for (const Node& each : metrics->elements("an array of names of metrics")) {
      each.kind({"EventCount"});
      if (!patch.metrics_config->empty()) each.refuse("\"EventCount\" twice", "each once");
      patch.metrics_config->emplace_back("EventCount");
    }
  }
  if (const auto level = given.find("system_log_level"))
    patch.system_log_level = log_levels[static_cast<std::size_t>(level->kind({"DEBUG", "INFO", "WARN"}))];
}

void read_tags(const Node& tags, MappingSettings& mapping) {
  for (const auto& [name, value] : tags.entries("an object: name -> text")) {
    mapping.tags[name] = value.prose();
    if (!is_tag(name, mapping.tags[name])) value.refuse("the tag " + in_quotes(name), accepted_tag);
  }
  if (mapping.tags.size() > most_tags) tags.refuse(std::to_string(mapping.tags.size()) + " tags", "at most 50");
}

// All but the function: the settings that an update can change too.
MappingPatch read_changeable(const Given& given, const Scenario& so_far) {
  MappingPatch patch;
  given.take_defaults(patch);
  read_batches(given, patch);
  if (const auto to = given.find("on_failure"))
    patch.on_failure = static_cast<Destination>(to->kind({"none", "sqs", "sns", "s3"}));
  if (!patch.on_failure && given.of() == Given::Of::new_mapping) patch.on_failure = Destination::none;
  if (const auto to = given.find("destination")) patch.destination = read_destination(*to, patch.on_failure, so_far);
  read_lanes_and_windows(given, patch);
  if (const auto filters = given.find("filter_criteria")) patch.filter_criteria = read_filters(*filters);
  read_extras(given, patch);
  return patch;
}

const std::vector<std::string> mapping_members{"name",
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
                                               "system_log_level"};
const std::vector<std::string> lasting_members{"name", "table", "starting_position", "enabled", "tags"};

}  // namespace

MappingSettings read_mapping(const Node& node, const Scenario& so_far, SourceStream stream) {
  const Members members(node, mapping_members);
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
  if (const auto start = members.find("starting_position")) mapping.starting_position = read_starting_position(*start);
  mapping = patched(mapping, read_changeable({members, Given::Of::new_mapping}, so_far));
  if (const auto enabled = members.find("enabled")) mapping.enabled = enabled->flag();
  if (const auto tags = members.find("tags")) read_tags(*tags, mapping);
  return mapping;
}

MappingPatch read_mapping_changes(const Node& node, const Scenario& so_far) {
  if (node.json().contains("enabled"))
    node.at("enabled").refuse("\"enabled\", which is a step of its own here",
                              "settings of the mapping; the steps enable_mapping and disable_mapping [ESM-14]");
  for (const std::string& lasting : lasting_members)
    if (node.json().contains(lasting))
      node.at(lasting).refuse(in_quotes(lasting) + ", which no update changes",
                              "settings that an update changes [ESM-1] [ESM-3]");
  std::vector<std::string> known{"mapping"};
  for (const std::string& member : mapping_members)
    if (std::find(lasting_members.begin(), lasting_members.end(), member) == lasting_members.end()) known.push_back(member);
  const Members members(node, known);
  MappingPatch patch = read_changeable({members, Given::Of::update}, so_far);
  if (const auto function = members.find("function")) patch.function = function->known(names_of(so_far.functions), "function");
  return patch;
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
