#include "sim/table/entry.hpp"

#include <algorithm>
#include <string>

#include "sim/data/key_limits.hpp"
#include "sim/data/lasting_text.hpp"

namespace weir {

namespace {

Failed invalid(std::string_view message) { return {ServiceError::validation, Certainty::surely_not_done, message}; }

// The names of both keys, each once.
std::vector<std::string_view> key_names(const KeySchema& index, const KeySchema& table) {
  std::vector<std::string_view> names;
  for (const std::string* name : {&index.partition, &index.sort, &table.partition, &table.sort})
    if (!name->empty() && std::find(names.begin(), names.end(), *name) == names.end()) names.push_back(*name);
  return names;
}

Item shown_of(const IndexSettings& index, const KeySchema& table, const Item& item) {
  if (index.projection == ProjectionType::all) return item;
  std::vector<std::string_view> names = key_names(index.key, table);
  if (index.projection == ProjectionType::include)
    names.insert(names.end(), index.non_key_attributes.begin(), index.non_key_attributes.end());
  return item.project(names);
}

std::string_view type_mismatch(const IndexSettings& index, std::string_view attribute, Type expected, Type actual) {
  return lasting("One or more parameter values were invalid: Type mismatch for Index Key " + std::string(attribute) +
                 " Expected: " + std::string(wire_name(expected)) + " Actual: " + std::string(wire_name(actual)) +
                 " IndexName: " + index.name);
}

std::string empty_value(std::string_view subject, Type type) {
  return "One or more parameter values are not valid. " + std::string(subject) +
         " The AttributeValue for a key attribute cannot contain an empty " + (type == Type::B ? "binary" : "string") +
         " value.";
}

std::string_view empty_key(const IndexSettings& index, std::string_view attribute, Type type, WriteKind write) {
  if (write == WriteKind::update)
    return lasting(
        empty_value("The update expression attempted to update a secondary index key to a value that is not supported.", type));
  return lasting(empty_value("A value specified for a secondary index key is not supported.", type) +
                 " IndexName: " + index.name + ", IndexKey: " + std::string(attribute));
}

std::string_view too_large(bool partition, WriteKind write) {
  if (write == WriteKind::update)
    return "The update expression attempted to update the secondary index key beyond allowed size limits";
  return partition ? partition_key_too_large : sort_key_too_large;
}

Result<Done> check_attribute(const IndexSettings& index, const Item& item, bool partition, WriteKind write) {
  const std::string& name = partition ? index.key.partition : index.key.sort;
  const Type expected = partition ? index.key.partition_type : index.key.sort_type;
  const std::string_view value = item.find_encoded(name);
  if (value.empty()) return Done{};
  const Type actual = encoded_type(value);
  if (actual != expected)
    return invalid(write == WriteKind::update
                       ? "The update expression attempted to update the secondary index key to unsupported type"
                       : type_mismatch(index, name, expected, actual));
  if (actual == Type::N) return Done{};
  const std::size_t bytes = encoded_text(value).size();
  if (bytes == 0) return invalid(empty_key(index, name, actual, write));
  if (bytes > (partition ? max_partition_key_bytes : max_sort_key_bytes)) return invalid(too_large(partition, write));
  return Done{};
}

Result<Done> check_attribute(const IndexSettings& index, const Update& update, bool partition) {
  const std::string& name = partition ? index.key.partition : index.key.sort;
  const Type expected = partition ? index.key.partition_type : index.key.sort_type;
  const std::optional<Update::Given> given = update.given(name);
  if (!given) return Done{};
  if (given->type != expected) return invalid(type_mismatch(index, name, expected, given->type));
  if (given->constant.empty() || given->type == Type::N || !encoded_text(given->constant).empty()) return Done{};
  return invalid(empty_key(index, name, given->type, WriteKind::update));
}

}  // namespace

std::optional<Entry> entry_of(const IndexSettings& index, const KeySchema& table, const ItemKey& key, const Item& item) {
  const bool complete = item.find_type(index.key.partition) == index.key.partition_type &&
                        (!index.key.has_sort() || item.find_type(index.key.sort) == index.key.sort_type);
  if (!complete) return std::nullopt;
  Result<ItemKey> by = ItemKey::of(index.key, item);
  if (!by) return std::nullopt;
  return Entry{{*std::move(by), key}, shown_of(index, table, item)};
}

Item key_attributes(const EntryKey& key, const IndexSettings& index, const KeySchema& table) {
  ItemBuilder builder;
  for (const Item& part : {key.by.attributes(index.key), key.item.attributes(table)})
    part.each([&](std::string_view name, std::string_view value) { builder.encoded(name, value); });
  return builder.finish();
}

Result<EntryKey> entry_key_of(const IndexSettings& index, const KeySchema& table, const Item& attributes) {
  const std::vector<std::string_view> names = key_names(index.key, table);
  const auto part = [&](const KeySchema& schema) {
    return ItemKey::of_key(schema, schema.has_sort() ? attributes.project({schema.partition, schema.sort})
                                                     : attributes.project({std::string_view(schema.partition)}));
  };
  const Result<ItemKey> by = part(index.key);
  if (!by) return by.failure();
  const Result<ItemKey> item = part(table);
  if (!item) return item.failure();
  if (attributes.count() != names.size()) return invalid("The provided key element does not match the schema");
  return EntryKey{*by, *item};
}

bool projects(const IndexSettings& index, const KeySchema& table, std::string_view attribute) {
  if (index.projection == ProjectionType::all) return true;
  const std::vector<std::string_view> names = key_names(index.key, table);
  if (std::find(names.begin(), names.end(), attribute) != names.end()) return true;
  const std::vector<std::string>& more = index.non_key_attributes;
  return index.projection == ProjectionType::include && std::find(more.begin(), more.end(), attribute) != more.end();
}

Result<Done> check_for_index(const IndexSettings& index, const Item& item, WriteKind write) {
  if (const Result<Done> fits = check_attribute(index, item, true, write); !fits || !index.key.has_sort()) return fits;
  return check_attribute(index, item, false, write);
}

Result<Done> check_for_index(const IndexSettings& index, const Update& update) {
  if (const Result<Done> fits = check_attribute(index, update, true); !fits || !index.key.has_sort()) return fits;
  return check_attribute(index, update, false);
}

}  // namespace weir
