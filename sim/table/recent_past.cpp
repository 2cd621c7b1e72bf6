#include "sim/table/recent_past.hpp"

namespace weir {

namespace {

constexpr Duration reach = 10s;  // the longest staleness there is (sites.hpp)
constexpr std::size_t most_changes = 4096;

}  // namespace

void RecentPast::remember(const ItemKey& key, const Item& before, Instant at) {
  changes_.push_back({key, before, at});
  while (changes_[oldest_].at < at - reach || changes_.size() - oldest_ > most_changes) oldest_ += 1;
  if (oldest_ * 2 < changes_.size() || oldest_ < 64) return;
  changes_.erase(changes_.begin(), changes_.begin() + static_cast<std::ptrdiff_t>(oldest_));
  oldest_ = 0;
}

bool RecentPast::changed_since(Instant then) const { return oldest_ < changes_.size() && changes_.back().at > then; }

template <class Visit>
void RecentPast::newest_first(Instant then, Visit visit) const {
  for (std::size_t i = changes_.size(); i > oldest_ && changes_[i - 1].at > then; --i) visit(changes_[i - 1]);
}

Item RecentPast::item_at(const ItemKey& key, const Item& now, Instant then) const {
  Item item = now;
  newest_first(then, [&](const Change& change) {
    if (change.key == key) item = change.before;
  });
  return item;
}

KeyTable<Item> RecentPast::items_at(const KeyTable<Item>& now, Instant then) const {
  KeyTable<Item> items = now;
  newest_first(then, [&](const Change& change) {
    const KeyTable<Item>::Place place = items.find(change.key);
    if (change.before.empty()) {
      if (place != KeyTable<Item>::nowhere) items.erase(place);
    } else if (place == KeyTable<Item>::nowhere) {
      items.insert(change.key, change.before);
    } else {
      items.value(place) = change.before;
    }
  });
  return items;
}

}  // namespace weir
