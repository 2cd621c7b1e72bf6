// Arbitrary steps of clients, drawn inside a RapidCheck property.
#pragma once

#include <algorithm>
#include <vector>

#include "tests/scenarios/format/arbitrary_parts.hpp"

namespace weir::test {

// Sometimes with values to return; a transaction's actions return none.
template <class WriteStep>
WriteStep returning(WriteStep step, int kinds = 1) {
  if (maybe()) step.returns = static_cast<ReturnValues>(between(0, kinds));
  return step;
}

// Sometimes a condition of its own, with placeholders.
template <class WriteStep>
WriteStep guarded(WriteStep step) {
  if (maybe()) step.on_condition_failure = ReturnValuesOnConditionCheckFailure::all_old;
  if (maybe()) return step;
  step.condition = "#n <> :v OR NOT attribute_exists(#n.b[0])";
  step.placeholders.names["#n"] = one_of_these<std::string>({"a", "status", "with a space"});
  step.placeholders.values.emplace(":v", one_of_these<AttributeValue>({"text", 5, AttributeValue::binary("bytes")}));
  return step;
}

inline UpdateStep any_update(const TableSettings& table) {
  if (maybe()) return {table.name, any_key_of(table), any_attributes()};
  UpdateStep step{.table = table.name, .key = any_key_of(table)};
  step.update = "SET touched = if_not_exists(touched, :one) + :one REMOVE x.y";
  step.placeholders.values.emplace(":one", 1);
  return step;
}

inline TransactWriteStep any_transaction(const TableSettings& table) {
  TransactWriteStep step;
  const Item key = any_key_of(table);
  switch (between(0, 3)) {
    case 0:
      step.actions.emplace_back(guarded(PutStep{table.name, joined(key, any_attributes())}));
      break;
    case 1:
      step.actions.emplace_back(guarded(any_update(table)));
      break;
    case 2:
      step.actions.emplace_back(guarded(DeleteStep{table.name, key}));
      break;
    default:
      step.actions.emplace_back(CheckStep{table.name, key, "attribute_exists(a)"});
  }
  if (maybe()) step.token = one_of_these<std::string>({"t", "123456789012345678901234567890123456"});
  return step;
}

template <class Read>
Read projected(Read read) {
  if (maybe()) return read;
  read.projection = "#p[2].x, note";
  read.placeholders.names["#p"] = any_line();
  return read;
}

inline PagesAsked any_pages(const TableSettings& table, const IndexSettings* index) {
  PagesAsked asked = projected(PagesAsked{.table = table.name});
  if (index) asked.index = index->name;
  if (maybe()) {
    asked.filter = "#f > :least OR size(#f) < :least";
    asked.placeholders.names["#f"] = "x" + any_line();
    asked.placeholders.values.emplace(":least", between(0, 9));
  }
  if (maybe()) asked.select = static_cast<Select>(between(0, 3));
  if (maybe()) asked.limit = between(1, 1'000);
  if (maybe()) asked.exclusive_start_key = any_key_of(table);
  asked.consistent = maybe();
  asked.pages = between(1, 3);
  return asked;
}

inline QueryStep any_query(const TableSettings& table, const IndexSettings* index) {
  QueryStep step{any_pages(table, index), "#key = :key", maybe()};
  const KeySchema& keys = index ? index->key : table.key;
  step.asked.placeholders.names["#key"] = keys.partition;
  step.asked.placeholders.values.emplace(
      ":key", keys.partition_type == Type::N ? AttributeValue(between(0, 9)) : AttributeValue("k" + any_prose()));
  return step;
}

inline Act any_read(const TableSettings& table) {
  const IndexSettings* index = !table.indexes.empty() && maybe() ? &table.indexes[0] : nullptr;
  switch (between(0, 4)) {
    case 0:
      return projected(GetStep{table.name, any_key_of(table), maybe()});
    case 1:
      return BatchGetStep{{projected(BatchGetStep::Keys{table.name, {any_key_of(table)}, maybe()})}};
    case 2:
      return TransactGetStep{{projected(TransactGetStep::Get{table.name, any_key_of(table)})}};
    case 3:
      return any_query(table, index);
    default:
      const int total = between(0, 9);
      return ScanStep{any_pages(table, index), total > 0 ? between(0, total - 1) : 0, total};
  }
}

inline BatchWriteStep any_batch_write(const std::vector<TableSettings>& tables) {
  BatchWriteStep step;
  for (const TableSettings& table : tables) {
    const bool known = std::any_of(step.tables.begin(), step.tables.end(),
                                   [&](const BatchWriteStep::Writes& one) { return one.table == table.name; });
    if (known || (!step.tables.empty() && maybe())) continue;
    if (maybe())
      step.tables.push_back({table.name, {joined(any_key_of(table), any_attributes())}, {}});
    else
      step.tables.push_back({table.name, {}, {any_key_of(table)}});
  }
  return step;
}

}  // namespace weir::test
