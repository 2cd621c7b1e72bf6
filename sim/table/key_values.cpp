// What a transaction refuses outright of its keys and of those of indexes: values that no key may have, empty or too large. The
// request alone shows them. A type that does not fit is left to flaw_of.                 [TXN-4] [ITEM-4] [ITEM-5] [GSI-7]
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/table/table.hpp"

namespace weir {

namespace {

bool fits(const KeySchema& schema, const Item& item) {
  return item.find_type(schema.partition) == schema.partition_type &&
         (!schema.has_sort() || item.find_type(schema.sort) == schema.sort_type);
}

// Calls look(name, type) for each attribute of a key of an index.
template <class Look>
void each_key(const std::vector<IndexSettings>& indexes, Look look) {
  for (const IndexSettings& index : indexes) {
    look(index.key.partition, index.key.partition_type);
    if (index.key.has_sort()) look(index.key.sort, index.key.sort_type);
  }
}

// The item without what an index cannot take for its type.
Item well_typed(const std::vector<IndexSettings>& indexes, Item item) {
  each_key(indexes, [&](const std::string& name, Type type) {
    const auto found = item.find_type(name);
    if (found && *found != type) item = item.without(name);
  });
  return item;
}

// The keys of indexes that the update sets to constants, of types that they can take.
Item constant_keys(const std::vector<IndexSettings>& indexes, const Update& update) {
  std::map<std::string_view, std::string_view> constants;
  each_key(indexes, [&](const std::string& name, Type) {
    const std::optional<Update::Given> given = update.given(name);
    if (given && !given->constant.empty()) constants.emplace(name, given->constant);
  });
  ItemBuilder builder;
  for (const auto& [name, constant] : constants) builder.encoded(name, constant);
  return well_typed(indexes, builder.finish());
}

}  // namespace

std::optional<Failed> Table::flaw_of_values(const Item& key) const {
  if (!fits(settings_.key, key)) return std::nullopt;
  const Result<ItemKey> found = ItemKey::of(settings_.key, key);
  return found ? std::nullopt : std::optional(found.failure());
}

std::optional<Failed> Table::flaw_of_values(const PutItem& request, Instant now) const {
  if (const std::optional<Failed> wrong = flaw_of_values(request.item)) return wrong;
  const Result<Done> sound =
      indexes_.check(settings_, ItemKey(), well_typed(settings_.indexes, request.item), WriteKind::put, now);
  return sound ? std::nullopt : std::optional(sound.failure());
}

std::optional<Failed> Table::flaw_of_values(const UpdateItem& request, Instant now) const {
  if (const std::optional<Failed> wrong = flaw_of_values(request.key)) return wrong;
  const Item known = constant_keys(settings_.indexes, request.update);
  const Result<Done> sound = indexes_.check(settings_, ItemKey(), known, WriteKind::update, now);
  return sound ? std::nullopt : std::optional(sound.failure());
}

}  // namespace weir
