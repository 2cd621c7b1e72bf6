#include "oracles/watching.hpp"

#include <algorithm>

namespace weir {

void Watcher::learn(const Fact& fact) {
  if (!lent_names_) own_names_.learn(fact);
  if (const auto* run = fact.as<RunStarted>()) epoch_unix_ = run->epoch_unix;
}

std::string Watcher::item_text(TableId table, const ItemKey& key) const {
  return "item " + key.to_text() + " of " + names().table_name(table);
}

std::int64_t Watcher::unix_at(Instant at) const {
  return sum_clamped(epoch_unix_, std::chrono::floor<std::chrono::seconds>(at.time_since_epoch()).count());
}

std::int64_t sum_clamped(std::int64_t a, std::int64_t b) {
  std::int64_t sum = 0;
  if (!__builtin_add_overflow(a, b, &sum)) return sum;
  return a < 0 ? std::numeric_limits<std::int64_t>::min() : std::numeric_limits<std::int64_t>::max();
}

Duration span_between(Instant from, Instant to) {
  std::int64_t span = 0;
  if (__builtin_sub_overflow(to.time_since_epoch().count(), from.time_since_epoch().count(), &span))
    return to < from ? Duration::min() : Duration::max();
  return Duration(span);
}

Instant after(Instant at, Duration span) { return Instant(Duration(sum_clamped(at.time_since_epoch().count(), span.count()))); }

std::string count_text(std::uint64_t count, std::string_view one, std::string_view many) {
  return std::to_string(count) + " " + std::string(count == 1 ? one : many);
}

std::optional<std::int64_t> expiry_of(const Item& item, std::string_view attribute) {
  if (attribute.empty()) return std::nullopt;
  const std::optional<Number> value = item.find_number(attribute);
  if (!value) return std::nullopt;
  return value->floor_int64();
}

}  // namespace weir
