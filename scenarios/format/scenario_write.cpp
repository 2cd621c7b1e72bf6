// Scenarios as JSON: what is as by default is left out.
#include <array>
#include <nlohmann/json.hpp>

#include "scenarios/format/client_steps.hpp"
#include "scenarios/format/json_layout.hpp"
#include "scenarios/format/operator_steps.hpp"
#include "scenarios/format/scenario_file.hpp"
#include "scenarios/format/scenario_parts.hpp"
#include "scenarios/format/value_json.hpp"

namespace weir {

namespace {
using nlohmann::ordered_json;

ordered_json span(Duration duration) { return to_text(duration); }
ordered_json name(std::string_view text) { return std::string(text); }

void write_sdk_retries(ordered_json& json, SdkRetries retries) {
  if (retries != SdkRetries::none) json["sdk_retries"] = retries == SdkRetries::standard ? "standard" : "legacy";
}

ordered_json key_json(const std::string& attribute, Type type) {
  if (type == Type::S) return attribute;
  ordered_json key;
  key["name"] = attribute;
  key["type"] = name(wire_name(type));
  return key;
}

}  // namespace

ordered_json index_to_json(const IndexSettings& index) {
  ordered_json json;
  json["name"] = index.name;
  if (index.kind == IndexKind::local)
    json["kind"] = "local";
  else
    json["key"] = key_json(index.key.partition, index.key.partition_type);
  if (index.key.has_sort()) json["sort"] = key_json(index.key.sort, index.key.sort_type);
  if (index.projection == ProjectionType::keys_only) json["projection"] = "keys_only";
  if (index.projection == ProjectionType::include) json["projection"] = index.non_key_attributes;
  write_capacity(json, index);
  return json;
}

namespace {

ordered_json table_json(const TableSettings& table) {
  ordered_json json;
  json["name"] = table.name;
  json["key"] = key_json(table.key.partition, table.key.partition_type);
  if (table.key.has_sort()) json["sort"] = key_json(table.key.sort, table.key.sort_type);
  if (!table.ttl.empty()) json["ttl"] = table.ttl;
  if (table.stream != StreamView::none) json["stream"] = name(to_text(table.stream));
  if (table.shards != TableSettings{}.shards) json["shards"] = table.shards;
  for (const IndexSettings& index : table.indexes) json["indexes"].push_back(index_to_json(index));
  if (table.item_collection_limit != item_collection_bytes) json["item_collection_limit"] = table.item_collection_limit;
  if (table.capacity) json["capacity"] = capacity_to_json(*table.capacity);
  if (table.created_at != Duration{}) json["created_at"] = span(table.created_at);
  return json;
}

ordered_json function_json(const FunctionSettings& function) {
  ordered_json json;
  json["name"] = function.name;
  if (function.handler != function.name) json["handler"] = function.handler;
  if (function.timeout != FunctionSettings{}.timeout) json["timeout"] = span(function.timeout);
  write_sdk_retries(json, function.sdk_retries);
  if (!function.role.empty()) json["role"] = function.role;
  if (function.reserved_concurrency) json["reserved_concurrency"] = *function.reserved_concurrency;
  return json;
}

}  // namespace

ordered_json mapping_to_json(const MappingSettings& mapping) {
  const MappingSettings usual;
  constexpr std::array<std::string_view, 4> destinations{"none", "sqs", "sns", "s3"};
  ordered_json json;
  if (mapping.name != mapping.function) json["name"] = mapping.name;
  json["table"] = mapping.table;
  json["function"] = mapping.function;
  if (mapping.starting_position != usual.starting_position) json["starting_position"] = "latest";
  if (mapping.batch_size != usual.batch_size) json["batch_size"] = mapping.batch_size;
  if (mapping.maximum_batching_window != usual.maximum_batching_window)
    json["maximum_batching_window"] = span(mapping.maximum_batching_window);
  if (mapping.maximum_retry_attempts != usual.maximum_retry_attempts)
    json["maximum_retry_attempts"] = mapping.maximum_retry_attempts;
  if (mapping.maximum_record_age != usual.maximum_record_age) json["maximum_record_age"] = span(mapping.maximum_record_age);
  if (mapping.bisect_batch_on_function_error) json["bisect_batch_on_function_error"] = true;
  if (mapping.report_batch_item_failures) json["report_batch_item_failures"] = true;
  if (mapping.on_failure != Destination::none)
    json["on_failure"] = name(destinations[static_cast<std::size_t>(mapping.on_failure)]);
  if (!mapping.destination.empty()) json["destination"] = mapping.destination;
  if (mapping.parallelization_factor != 1) json["parallelization_factor"] = mapping.parallelization_factor;
  if (mapping.tumbling_window != Duration::zero()) json["tumbling_window"] = span(mapping.tumbling_window);
  if (!mapping.filter_criteria.empty()) json["filter_criteria"] = mapping.filter_criteria;
  if (!mapping.enabled) json["enabled"] = false;
  if (!mapping.kms_key_arn.empty()) json["kms_key_arn"] = mapping.kms_key_arn;
  if (!mapping.metrics_config.empty()) json["metrics_config"] = mapping.metrics_config;
  if (!mapping.tags.empty()) json["tags"] = mapping.tags;
  if (!mapping.system_log_level.empty()) json["system_log_level"] = mapping.system_log_level;
  return json;
}

void write_changes(ordered_json& json, const MappingPatch& changes) {
  const ordered_json values = mapping_to_json(patched({}, changes));
  each_changeable([&](const char* name, auto change, auto) {
    if (changes.*change) json[name] = values.contains(name) ? values[name] : ordered_json();
  });
}

namespace {

ordered_json reader_json(const ReaderSettings& reader) {
  ordered_json json;
  json["name"] = reader.name;
  if (reader.reader != reader.name) json["reader"] = reader.reader;
  if (reader.start_at != Duration::zero()) json["start_at"] = span(reader.start_at);
  if (!reader.role.empty()) json["role"] = reader.role;
  write_sdk_retries(json, reader.sdk_retries);
  return json;
}

struct ActWriter : ClientStepWriter, OperatorStepWriter {
  using ClientStepWriter::operator();
  using OperatorStepWriter::operator();
  ordered_json operator()(const SplitShardStep& step) const {
    ordered_json json;
    json["table"] = step.table;
    if (!step.shard.empty()) json["shard"] = step.shard;
    if (step.children != SplitShardStep{}.children) json["children"] = step.children;
    return json;
  }
  ordered_json operator()(const FailInvocationsStep& step) const {
    ordered_json json;
    json["function"] = step.function;
    if (step.count != FailInvocationsStep{}.count) json["count"] = step.count;
    return json;
  }
  ordered_json operator()(const DisableStreamStep& step) const {
    ordered_json json;
    json["table"] = step.table;
    return json;
  }
  ordered_json operator()(const DeleteTableStep& step) const {
    ordered_json json;
    json["table"] = step.table;
    return json;
  }
  ordered_json operator()(const UpdateCapacityStep& step) const { return update_capacity_to_json(step); }
  ordered_json operator()(const SetRoleStep& step) const { return role_to_json(step.role); }
  ordered_json operator()(const EnableStreamStep& step) const {
    ordered_json json;
    json["table"] = step.table;
    if (step.view != EnableStreamStep{}.view) json["view"] = name(to_text(step.view));
    return json;
  }
};

ordered_json step_json(const Step& step) {
  ordered_json json;
  json["at"] = span(step.at);
  json[std::string(act_name(step.act))] = std::visit(ActWriter(), step.act);
  write_sdk_retries(json, step.sdk_retries);
  return json;
}

ordered_json workload_json(const Workload& workload) {
  const Workload usual;
  ordered_json json;
  json["table"] = workload.table;
  if (workload.clients != usual.clients) json["clients"] = workload.clients;
  if (workload.operations != usual.operations) json["operations"] = workload.operations;
  if (workload.items != usual.items) json["items"] = workload.items;
  if (workload.groups != usual.groups) json["groups"] = workload.groups;
  if (workload.values != usual.values) json["values"] = workload.values;
  if (workload.kinds != usual.kinds)
    for (const OperationKind kind : workload.kinds)
      json["kinds"].push_back(name(operation_kind_names[static_cast<std::size_t>(kind)]));
  if (workload.pause != usual.pause) json["pause"] = span(workload.pause);
  if (workload.expires_in) json["expires_in"] = span(*workload.expires_in);
  write_sdk_retries(json, workload.sdk_retries);
  return json;
}

ordered_json load_json(const Load& load) {
  ordered_json json;
  json["table"] = load.table;
  json["columns"] = load.columns;
  if (!load.compose.empty()) json["compose"] = load.compose;
  if (!load.file.empty()) json["file"] = load.file;
  if (load.every != Load{}.every) json["every"] = span(load.every);
  write_sdk_retries(json, load.sdk_retries);
  if (!load.rows.empty() || load.file.empty()) json["rows"] = load.rows;
  return json;
}

ordered_json oracle_json(const OracleSpec& spec) {
  if (spec.with.empty()) return spec.oracle;
  ordered_json json;
  json["oracle"] = spec.oracle;
  for (const auto& [parameter, value] : spec.with) json[parameter] = value;
  return json;
}

ordered_json check_json(const SqlCheck& check) {
  ordered_json json;
  json["name"] = check.name;
  json["sql"] = check.sql;
  return json;
}

std::string epoch_text(std::int64_t unix_seconds) {
  const std::chrono::sys_seconds at{std::chrono::seconds(unix_seconds)};
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{at - day};
  const auto padded = [](std::int64_t number, std::size_t width) {
    const std::string text = std::to_string(number);
    return text.size() < width ? std::string(width - text.size(), '0') + text : text;
  };
  return padded(static_cast<int>(date.year()), 4) + "-" + padded(static_cast<unsigned>(date.month()), 2) + "-" +
         padded(static_cast<unsigned>(date.day()), 2) + "T" + padded(time.hours().count(), 2) + ":" +
         padded(time.minutes().count(), 2) + ":" + padded(time.seconds().count(), 2) + "Z";
}

template <class Parts, class Write>
void add(ordered_json& json, std::string_view member, const Parts& parts, Write&& write) {
  for (const auto& part : parts) json[std::string(member)].push_back(write(part));
}

}  // namespace

ordered_json scenario_to_json(const Scenario& scenario, const SiteBook& book) {
  constexpr std::array<std::string_view, 3> expectations{"ok", "violation", "unknown"};
  ordered_json json;
  json["name"] = scenario.name;
  if (!scenario.teaches.empty()) json["teaches"] = scenario.teaches;
  if (!scenario.rules.empty()) json["rules"] = scenario.rules;
  if (!scenario.variant.empty()) json["variant"] = scenario.variant;
  if (scenario.epoch_unix != Scenario{}.epoch_unix) json["epoch"] = epoch_text(scenario.epoch_unix);
  add(json, "tables", scenario.tables, table_json);
  add(json, "queues", scenario.queues, queue_to_json);
  add(json, "buckets", scenario.buckets, [](const BucketSettings& bucket) { return ordered_json(bucket.name); });
  add(json, "roles", scenario.roles, role_to_json);
  add(json, "functions", scenario.functions, function_json);
  add(json, "mappings", scenario.mappings, mapping_to_json);
  add(json, "readers", scenario.readers, reader_json);
  if (scenario.account_concurrency != Scenario{}.account_concurrency)
    json["account_concurrency"] = scenario.account_concurrency;
  add(json, "steps", scenario.steps, step_json);
  add(json, "workloads", scenario.workloads, workload_json);
  add(json, "loads", scenario.loads, load_json);
  if (!scenario.choices.empty()) json["choices"] = choices_to_json(scenario.choices, book);
  if (scenario.run_for != Scenario{}.run_for) json["run_for"] = span(scenario.run_for);
  if (scenario.heal_at) json["heal_at"] = span(*scenario.heal_at);
  add(json, "oracles", scenario.oracles, oracle_json);
  add(json, "checks", scenario.checks, check_json);
  for (const auto& [oracle, expectation] : scenario.expect)
    json["expect"][oracle] = name(expectations[static_cast<std::size_t>(expectation)]);
  return json;
}

std::string to_json_text(const Scenario& scenario, const SiteBook& book) { return laid_out(scenario_to_json(scenario, book)); }

}  // namespace weir
