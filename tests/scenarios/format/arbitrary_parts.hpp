// Arbitrary values, items and tables, drawn inside a RapidCheck property.
#pragma once

#include <rapidcheck.h>

#include <algorithm>
#include <string>
#include <vector>

#include "scenarios/format/scenario.hpp"

namespace weir::test {

inline int between(int low, int high) { return *rc::gen::inRange(low, high + 1); }
inline bool maybe() { return between(0, 1) == 1; }
template <class T>
T one_of_these(std::vector<T> all) {
  return all[static_cast<std::size_t>(between(0, static_cast<int>(all.size()) - 1))];
}

// Quotes, backslashes, braces, letters of two and four bytes: what writers of JSON stumble over.
inline std::string any_prose() {
  std::string text;
  const int length = between(0, 12);
  for (int i = 0; i < length; ++i)
    text += one_of_these<std::string>({"a", "B", " ", "\"", "\\", "/", "{", "}", "\n", "\t", "\x01", "é", "😀", "0", ",", ":"});
  return text;
}
inline std::string any_line() {
  std::string text = one_of_these<std::string>({"a", "order", "\"x\"", "é", "a/b", "~"});
  const int length = between(0, 5);
  for (int i = 0; i < length; ++i) text += one_of_these<std::string>({"a", " ", "\"", "\\", "😀", "0", "/", "~1"});
  return text;
}
inline Duration any_span(Duration low, Duration high) {
  const Duration span =
      one_of_these<Duration>({1us, 1ms, 1s, 1min, 1h}) * between(0, 999) + Duration(one_of_these<int>({0, 0, 1, 17}));
  return std::clamp(span, low, high);
}

inline AttributeValue any_value(int depth = 0) {
  switch (between(0, depth > 2 ? 4 : 9)) {
    case 0:
      return any_prose();
    case 1:
      return std::int64_t{between(-1000, 1000)};
    case 2:
      return *Number::parse(one_of_these<std::string>({"0.1", "1.50", "-7e-20", "12345678901234567890", "1e125", "-0.001"}));
    case 3:
      return maybe();
    case 4:
      return AttributeValue::null();
    case 5:
      return AttributeValue::binary(any_prose());
    case 6:
      return AttributeValue::string_set({any_prose() + "1", any_prose() + "2"});
    case 7:
      return AttributeValue::number_set({Number(between(0, 5)), *Number::parse("2.5")});
    case 8:
      return AttributeValue::list({any_value(depth + 1), any_value(depth + 1)});
    default:
      return AttributeValue::map({{one_of_these<std::string>({"$S", "$N", "$M", "a", "b/c"}), any_value(depth + 1)}});
  }
}

inline Item any_attributes() {
  AttributeMap attributes;
  const int count = between(1, 3);
  for (int i = 0; i < count; ++i) attributes.insert_or_assign("x" + any_line(), any_value());
  return Item(attributes);
}

inline std::vector<IndexSettings> any_indexes(const KeySchema& table) {
  std::vector<IndexSettings> indexes;
  const int count = between(0, 3);
  for (int i = 0; i < count; ++i) {
    IndexSettings index;
    index.name = one_of_these<std::string>({"by_group", "GSI", "a.b-c"}) + std::to_string(i);
    if (table.has_sort() && maybe()) index.kind = IndexKind::local;
    index.key = {"g" + any_line(), Type::S};
    if (index.kind == IndexKind::local) index.key.partition = table.partition, index.key.partition_type = table.partition_type;
    if (index.kind == IndexKind::local || maybe()) index.key.sort = "at", index.key.sort_type = Type::N;
    index.projection = static_cast<ProjectionType>(between(0, 2));
    if (index.projection == ProjectionType::include) index.non_key_attributes = {"v" + any_line(), "w"};
    indexes.push_back(index);
  }
  return indexes;
}

inline Throughput any_throughput() { return {between(1, 3'000), between(1, 1'000)}; }

inline void add_capacity(TableSettings& table) {
  CapacitySettings capacity;
  if (maybe()) {
    capacity.billing = BillingMode::provisioned;
    capacity.provisioned = any_throughput();
    for (IndexSettings& index : table.indexes)
      if (index.kind == IndexKind::global) index.provisioned = any_throughput();
  } else {
    if (maybe()) capacity.warm = any_throughput();
    if (maybe()) capacity.most = any_throughput();
  }
  if (maybe()) capacity.per_partition = any_throughput();
  if (maybe()) capacity.partition_bytes = static_cast<std::uint64_t>(between(1, 1'000'000));
  if (maybe()) capacity.partitions = between(1, 1'000);
  table.capacity = capacity;
}

inline CapacityUpdate any_capacity_update(const TableSettings& table) {
  CapacityUpdate update;
  if (maybe()) {
    update.billing = BillingMode::on_demand;
    return update;
  }
  if (maybe()) update.billing = BillingMode::provisioned;
  update.provisioned = any_throughput();
  for (const IndexSettings& index : table.indexes)
    if (index.kind == IndexKind::global && maybe()) update.indexes[index.name] = any_throughput();
  return update;
}

inline std::vector<TableSettings> any_tables() {
  std::vector<TableSettings> tables;
  const int count = between(1, 3);
  for (int i = 0; i < count; ++i) {
    TableSettings table;
    table.name = one_of_these<std::string>({"orders", "a.b-c_D", "x_"}) + std::to_string(i);
    table.key = {"id", one_of_these<Type>({Type::S, Type::N})};
    if (maybe()) table.key.sort = "line", table.key.sort_type = one_of_these<Type>({Type::S, Type::N});
    if (maybe()) table.ttl = "expires_at";
    table.stream = static_cast<StreamView>(between(0, 4));
    if (table.stream != StreamView::none) table.shards = between(1, 9);
    table.indexes = any_indexes(table.key);
    const bool local = std::any_of(table.indexes.begin(), table.indexes.end(),
                                   [](const IndexSettings& index) { return index.kind == IndexKind::local; });
    if (local && maybe()) table.item_collection_limit = 1'000'000;
    if (maybe()) add_capacity(table);
    if (table.stream == StreamView::none && maybe()) table.created_at = any_span(0s, 1h);
    tables.push_back(table);
  }
  return tables;
}

inline Item any_key_of(const TableSettings& table) {
  const auto of_type = [](Type type) {
    return type == Type::N ? AttributeValue(between(0, 9)) : AttributeValue("k" + any_prose());
  };
  Item key{{table.key.partition, of_type(table.key.partition_type)}};
  return table.key.has_sort() ? key.with(table.key.sort, of_type(table.key.sort_type)) : key;
}

inline Item joined(const Item& a, const Item& b) {
  Item all = a;
  for (const auto& [name, value] : b.attributes()) all = all.with(name, value);
  return all;
}

}  // namespace weir::test
