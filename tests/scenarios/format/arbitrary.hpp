// Arbitrary scenarios and failures that files can hold, drawn inside a RapidCheck property.
#pragma once

#include <rapidcheck.h>

#include <algorithm>
#include <string>
#include <vector>

#include "scenarios/format/client_steps.hpp"
#include "scenarios/format/failure_file.hpp"
#include "tests/scenarios/format/arbitrary_client_steps.hpp"
#include "tests/scenarios/format/book.hpp"

namespace weir::test {

// A small failure by the sites of book().
inline const Failure counted_twice{
    .scenario = "fm-03-counted-twice",
    .variant = "broken",
    .breaks = "O-ONCE",
    .message = "group g0 was counted twice",
    .deviations = {{"workload.op", "client 0 / op 0", ChoiceCodec<Operation>::encode({OperationKind::put, 0, 0, 1})},
                   {"function.outcome", "trigger mirror / shard 0 / batch 0 / attempt 0", pack_outcome({4, 0})}},
    .hash = "00112233445566778899aabbccddeeff",
    .version = "0.1.0",
};

inline Role any_role(const std::string& name) {
  Role role{.name = name, .managed = {}, .statements = {}};
  if (maybe()) role.managed = {"AWSLambdaDynamoDBExecutionRole"};
  const int statements = between(0, 2);
  for (int i = 0; i < statements; ++i)
    role.statements.push_back({maybe() ? PolicyStatement::Effect::allow : PolicyStatement::Effect::deny,
                               {one_of_these<std::string>({"*", "dynamodb:Get*", "sqs:SendMessage"}), "lambda:InvokeFunction"},
                               {one_of_these<std::string>({"*", "arn:aws:dynamodb:*:*:table/x"})}});
  for (PolicyStatement& statement : role.statements)
    if (maybe())
      statement.conditions = {condition_of(one_of_these(condition_operators()), one_of_these(condition_keys()), {"A", "B*"})};
  return role;
}

// Of mappings only those that exist at the start: what a step creates is named anew each time.
inline void add_operator_step(std::vector<Step>& steps, Duration at, const Scenario& scenario) {
  if (scenario.functions.empty()) return;
  const std::string function = one_of_these(scenario.functions).name;
  const auto some_limit = [] { return maybe() ? std::optional<std::int64_t>(between(0, 1000)) : std::nullopt; };
  if (maybe()) return steps.push_back({at, SetConcurrencyStep{function, some_limit()}});
  if (maybe()) return steps.push_back({at, SetConcurrencyStep{"", between(0, 1000)}});
  if (maybe())
    return steps.push_back({at, CreateMappingStep{{.name = "made" + std::to_string(steps.size()),
                                                   .table = one_of_these(scenario.tables).name,
                                                   .function = function,
                                                   .batch_size = between(1, 100),
                                                   .enabled = maybe()}}});
  if (scenario.mappings.empty()) return;
  const MappingSettings mapping = one_of_these(scenario.mappings);
  if (maybe()) return steps.push_back({at, EnableMappingStep{mapping.name}});
  if (maybe()) return steps.push_back({at, DisableMappingStep{mapping.name}});
  if (maybe()) return steps.push_back({at, DeleteMappingStep{mapping.name}});
  UpdateMappingStep update{mapping.name, {}};
  MappingPatch& to = update.changes;
  if (maybe()) to.function = function;
  if (maybe()) to.batch_size = between(1, 100);
  if (maybe()) to.maximum_record_age = Duration(-1);
  if (maybe()) to.bisect_batch_on_function_error = maybe();
  if (maybe()) to.on_failure = Destination::none, to.destination = "";
  steps.push_back({at, update});
}

inline SdkRetries any_retries() {
  return one_of_these<SdkRetries>({SdkRetries::none, SdkRetries::standard, SdkRetries::legacy});
}

inline std::vector<Step> any_steps(const Scenario& scenario) {
  std::vector<Step> steps;
  Duration at{};
  std::vector<bool> on;
  for (const TableSettings& table : scenario.tables) on.push_back(table.stream != StreamView::none);
  const int count = between(0, 6);
  for (int i = 0; i < count; ++i) {
    at = std::min(scenario.run_for, at + any_span(0s, 1h));
    const auto which = static_cast<std::size_t>(between(0, static_cast<int>(scenario.tables.size()) - 1));
    const TableSettings& table = scenario.tables[which];
    const int kind = between(0, 12);
    if (kind == 0) steps.push_back({at, returning(guarded(PutStep{table.name, joined(any_key_of(table), any_attributes())}))});
    if (kind == 1) steps.push_back({at, returning(guarded(any_update(table)), 4)});
    if (kind == 2) steps.push_back({at, returning(guarded(DeleteStep{table.name, any_key_of(table)}))});
    if (kind == 10 || kind == 11) steps.push_back({at, any_read(table)});
    if (kind == 12) steps.push_back({at, any_batch_write(scenario.tables)});
    if (kind == 3 && on[which])
      steps.push_back({at, SplitShardStep{table.name, one_of_these<std::string>({"", "0", "0.1", "12.0.3"}), between(1, 3)}});
    if (kind == 4 && !scenario.functions.empty())
      steps.push_back({at, FailInvocationsStep{scenario.functions[0].name, between(1, 9)}});
    if (kind == 6) steps.push_back({at, any_transaction(table)});
    if (kind == 7 && table.capacity) steps.push_back({at, UpdateCapacityStep{table.name, any_capacity_update(table)}});
    if (kind == 7 && !table.capacity) {
      const std::string name = "made" + std::to_string(i);
      steps.push_back(
          {at, CreateIndexStep{table.name, {.name = name, .key = {.partition = name, .sort = maybe() ? "m" : ""}}}});
      if (maybe()) steps.push_back({at, DeleteIndexStep{table.name, name}});
    }
    if (kind == 7 && maybe())
      steps.push_back({at, UpdateTimeToLiveStep{table.name, maybe() ? "expires_at" : "until", maybe()}});
    if (kind == 5 && on[which]) steps.push_back({at, DisableStreamStep{table.name}});
    if (kind == 5 && !on[which]) steps.push_back({at, EnableStreamStep{table.name, static_cast<StreamView>(between(1, 4))}});
    if (kind == 5) on[which] = !on[which];
    if (kind == 8 || kind == 9) add_operator_step(steps, at, scenario);
  }
  if (!scenario.roles.empty() && maybe()) steps.push_back({at, SetRoleStep{any_role("worker")}});
  if (maybe()) steps.push_back({at, DeleteTableStep{scenario.tables.back().name}});
  for (Step& step : steps)
    if (is_of_client(step.act)) step.sdk_retries = any_retries();
  return steps;
}

inline void add_queues_and_roles(Scenario& scenario) {
  if (maybe()) scenario.roles.push_back(any_role("worker"));
  if (maybe()) scenario.buckets.push_back({"failures"});
  const int queues = between(0, 2);
  for (int i = 0; i < queues; ++i)
    scenario.queues.push_back({"q" + std::to_string(i), i == 0 ? QueueKind::standard : QueueKind::fifo, 1s * between(0, 43'200),
                               1s * between(60, 1'209'600)});
}

inline void add_consumers(Scenario& scenario) {
  const int functions = between(0, 2);
  for (int i = 0; i < functions; ++i) {
    const std::string name = "f" + std::to_string(i);
    scenario.functions.push_back(
        {name, maybe() ? name : name + "/fixed", one_of_these<Duration>({1s, 3s, 900s}), any_retries()});
    if (!scenario.roles.empty() && maybe()) scenario.functions.back().role = "worker";
    if (maybe()) scenario.functions.back().reserved_concurrency = between(0, 9);
    for (const TableSettings& table : scenario.tables) {
      if (table.stream == StreamView::none || maybe()) continue;
      MappingSettings mapping{.name = "m" + std::to_string(scenario.mappings.size()), .table = table.name, .function = name};
      mapping.starting_position = one_of_these<IteratorType>({IteratorType::latest, IteratorType::trim_horizon});
      mapping.batch_size = between(1, 10'000);
      mapping.maximum_batching_window = 1s * between(0, 300);
      mapping.maximum_retry_attempts = between(-1, 10'000);
      if (maybe()) mapping.maximum_record_age = 1s * between(60, 604'800);
      mapping.bisect_batch_on_function_error = maybe();
      mapping.report_batch_item_failures = maybe();
      mapping.on_failure = static_cast<Destination>(between(0, 3));
      const bool to_queue = mapping.on_failure == Destination::sqs || mapping.on_failure == Destination::sns;
      if (to_queue && !scenario.queues.empty() && maybe()) mapping.destination = "q0";
      if (mapping.on_failure == Destination::s3 && !scenario.buckets.empty() && maybe()) mapping.destination = "failures";
      if (maybe())
        mapping.parallelization_factor = between(1, 10);
      else
        mapping.tumbling_window = 1s * between(0, 900);
      static const std::string pattern =
          R"({"eventName":["INSERT"],"dynamodb":{"Keys":{"id":{"S":[{"prefix":"\u00e9 \""}]}}}})";
      mapping.filter_criteria.assign(static_cast<std::size_t>(std::max(0, between(0, 5) - 2)), pattern);
      mapping.enabled = maybe();
      scenario.mappings.push_back(mapping);
    }
  }
  if (maybe())
    scenario.readers.push_back(
        {"tail", one_of_these<std::string>({"tail", "tail/broken"}), any_span(0s, scenario.run_for), "", any_retries()});
}

inline std::vector<SiteRule> any_choices() {
  std::vector<SiteRule> rules;
  if (maybe()) {
    SiteRule rule{"client.fault", 0, 2, 0, {}, maybe()};
    if (maybe()) rule.only = {2, 1};
    rules.push_back(rule);
  }
  if (maybe())
    rules.push_back(
        {"function.outcome", 0, pack_outcome({4, 4095}), one_of_these<std::int64_t>({0, pack_outcome({3, 7})}), {1, 3}, false});
  if (maybe()) {
    const std::int64_t low = between(-5, 500), high = low + between(0, 500);
    rules.push_back({"stream.latest_slack", low, high, between(static_cast<int>(low), static_cast<int>(high)), {}, maybe()});
  }
  if (maybe()) {
    const Duration high = any_span(1h, 48h);
    rules.push_back({"ttl.deletion_delay", 0, high.count(), any_span(0s, high).count(), {}, maybe()});
  }
  return rules;
}

inline Scenario any_scenario() {
  Scenario scenario;
  scenario.name = any_line();
  scenario.teaches = maybe() ? any_line() : "";
  if (maybe()) scenario.rules = {"POLL-5", "FM-01"};
  scenario.variant = one_of_these<std::string>({"", "broken"});
  scenario.epoch_unix = one_of_these<std::int64_t>({0, 951'782'399, 1'709'251'198, 4'102'444'800, scenario.epoch_unix});
  scenario.run_for = any_span(1us, 24h * 400);
  if (maybe()) scenario.heal_at = any_span(0s, scenario.run_for);
  scenario.tables = any_tables();
  add_queues_and_roles(scenario);
  add_consumers(scenario);
  scenario.steps = any_steps(scenario);
  const TableSettings& first = scenario.tables[0];
  const int workloads = between(0, 2);
  for (int i = 0; i < workloads; ++i) {
    Workload workload{.table = first.name, .clients = between(1, 9), .operations = between(1, 99), .items = between(1, 65'536)};
    workload.groups = between(1, 256), workload.values = between(1, 1'000'000'000);
    if (maybe()) workload.kinds = {OperationKind::add, OperationKind::put};
    workload.pause = any_span(0s, 24h);
    if (!first.ttl.empty() && maybe()) workload.expires_in = any_span(0s, 48h);
    workload.sdk_retries = any_retries();
    scenario.workloads.push_back(workload);
  }
  if (maybe()) {
    Load load{
        .table = first.name, .columns = {first.key.partition_type == Type::N ? "id:N" : "id", "host", "line"}, .compose = {}};
    if (first.key.sort_type == Type::N) load.columns[2] = "line:N";
    load.compose["extra"] = "host#{host}-{id}";
    load.file = one_of_these<std::string>({"", "rows.csv", "../other folder/rows.csv"});
    load.every = any_span(1us, 24h);
    load.sdk_retries = any_retries();
    const int rows = between(0, 3);
    for (int i = 0; i < rows; ++i) load.rows.push_back({std::to_string(i), any_prose(), "-5"});
    scenario.loads.push_back(load);
  }
  scenario.choices = any_choices();
  if (maybe()) {
    scenario.oracles = {{"O-CONV", {{"source", first.name}, {"view", scenario.tables.back().name}, {"fold", "copy"}}}};
    scenario.expect["O-CONV"] = static_cast<Expectation>(between(0, 2));
  }
  if (maybe()) {
    scenario.checks = {{"no row", "SELECT '" + any_prose() + "'"}};
    scenario.expect["no row"] = Expectation::ok;
  }
  return scenario;
}

inline std::int64_t any_value_of(const SiteInfo& site) {
  if (site.type == SiteType::outcome) {
    const auto kind = between(0, 4);
    return pack_outcome({kind, kind == 2 || kind == 3 ? between(0, 4095) : 0});
  }
  if (site.type == SiteType::operation) {
    const Operation operation{static_cast<OperationKind>(between(1, 4)), static_cast<std::uint16_t>(between(0, 65'535)),
                              static_cast<std::uint8_t>(between(0, 255)),
                              static_cast<std::uint32_t>(between(0, 1'000'000'000))};
    return ChoiceCodec<Operation>::encode(operation);
  }
  if (site.type == SiteType::duration) return any_span(Duration(site.low), Duration(site.high)).count();
  return between(static_cast<int>(site.low), static_cast<int>(site.high));
}

inline Failure any_failure() {
  Failure failure;
  failure.scenario = any_line();
  failure.variant = one_of_these<std::string>({"", "broken", "fixed"});
  failure.scenario_file = maybe() ? any_line() + ".json" : "";
  if (between(0, 3) == 0) {
    failure.embedded = any_scenario();
    failure.scenario = failure.embedded->name;
    failure.variant = failure.embedded->variant;
  }
  failure.breaks = one_of_these<std::string>({"O-CONV", "no row", "a check's \"name\""});
  failure.message = any_prose();
  failure.version = one_of_these<std::string>({"", "0.1.0"});
  failure.hash = one_of_these<std::string>({"", "00112233445566778899aabbccddeeff"});
  const int count = between(0, 8);
  for (int i = 0; i < count; ++i) {
    const SiteInfo site = one_of_these(book().sites());
    const std::string key =
        one_of_these<std::string>({"client 0 / op ", "trigger mirror / shard 0.1 / batch ", "item a b / put "});
    failure.deviations.push_back({std::string(site.name), key + std::to_string(i), any_value_of(site)});
  }
  return failure;
}

}  // namespace weir::test
