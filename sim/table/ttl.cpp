#include "sim/table/ttl.hpp"

#include <algorithm>

#include "sim/base/planted.hpp"
#include "sim/kernel/item_path.hpp"
#include "sim/table/sites.hpp"

namespace weir {

namespace {

constexpr std::int64_t day_seconds = 24 * 3600;
constexpr std::int64_t horizon_seconds = 1000 * 366 * day_seconds;
constexpr Duration surely_five_years = 24h * 5 * 366;
constexpr Duration hardly_five_years = 24h * 5 * 365;

// The millionths in the fraction of a number, rounded down; `whole` is its floor.
std::int64_t microseconds_of(const Number& number, std::int64_t whole) {
  if (number == Number(whole)) return 0;
  const NumberResult fraction = number.subtract(Number(whole));
  if (!fraction) return 0;  // a fraction of a number near the limit of 38 digits: far below a microsecond
  const std::string text = fraction->to_text();
  const std::size_t point = text.find('.');
  std::int64_t micros = 0;
  for (std::size_t i = 1; i <= 6; ++i) {
    const bool there = point != std::string::npos && point + i < text.size();
    micros = micros * 10 + (there ? text[point + i] - '0' : 0);
  }
  return micros;
}

// The parts of a choice's key: texts, which a Key only borrows.
struct ItemParts {
  explicit ItemParts(const ItemKey& key) : item(key) {}
  Key under(std::string_view table_name, const Expiry& expiry) {
    Key path("table", table_name);
    item.add_to(path);
    if (expiry.seconds >= 0) return path.add("expiry", static_cast<std::uint64_t>(expiry.seconds));
    before_1970 = std::to_string(expiry.seconds);
    return path.add("expiry", std::string_view(before_1970));
  }
  ItemPath item;
  std::string before_1970;
};

constexpr std::uint64_t pack(std::uint32_t ticket, std::uint32_t place) { return (std::uint64_t{ticket} << 32) | place; }

}  // namespace

std::optional<Expiry> expiry_of(const Item& item, std::string_view attribute, std::int64_t epoch_unix) {
  const std::optional<Number> number = item.find_number(attribute);
  if (!number) return std::nullopt;
  const std::int64_t seconds = number->floor_int64();
  if (seconds > epoch_unix + horizon_seconds || seconds < epoch_unix - horizon_seconds) return std::nullopt;
  const Duration since_epoch = std::chrono::seconds(seconds - epoch_unix) + Duration(microseconds_of(*number, seconds));
  return Expiry{seconds, Instant(since_epoch + Duration(1))};
}

void TimeToLive::start(std::string attribute) {
  attribute_ = std::move(attribute);
  stops_at_.reset();
}

void TimeToLive::stop(Instant now, Instant last) {
  stops_at_ = last;
  for (const Watches::Place place : watches_.sorted()) {
    Watch& watch = watches_.value(place);
    const bool goes_on = watch.current && watch.current->marked <= now && watch.current->due <= last;
    if (!goes_on) watch.current.reset();
    watch.left.reset();
  }
}

void TimeToLive::look_at(Kernel& kernel, std::string_view table_name, const ItemKey& key, const Item& item, FactIndex write) {
  Watches::Place place = watches_.find(key);
  const std::optional<Expiry> expiry = expiry_of(item, attribute_, epoch_unix_);
  if (place == Watches::nowhere && (!expiry || stops_at_)) return;
  if (place == Watches::nowhere) place = watches_.insert(key, Watch{});
  Watch& watch = watches_.value(place);
  if (expiry && watch.current && watch.current->expiry == *expiry) return;
  std::optional<Moment> next;
  if (expiry && !stops_at_) next = moment_of(kernel, table_name, key, *expiry, watch);
  leave_current(watch, kernel.now());
  if (next) {
    next->write = write;
    if (watch.left && watch.left->expiry == next->expiry) watch.left.reset();
    watch.current = next;
  }
  arm(kernel, place);
}

// What the item carried until now may have been marked: the deleter then finds it changed. Of two such the older one counts.
void TimeToLive::leave_current(Watch& watch, Instant now) {
  if (!watch.current) return;
  const bool marked = watch.current->marked <= now;
  if (!watch.left || !watch.left_was_marked) {
    watch.left = watch.current;
    watch.left_was_marked = marked;
  }
  watch.current.reset();
}

std::optional<TimeToLive::Moment> TimeToLive::moment_of(Kernel& kernel, std::string_view table_name, const ItemKey& key,
                                                        const Expiry& expiry, const Watch& watch) {
  const Instant now = kernel.now();
  const bool known = watch.left && watch.left->expiry == expiry;
  if (known && watch.left_was_marked) return watch.left;  // back again before the deleter came: as if never gone

  const Duration age = now - expiry.passed + Duration(1);
  if (age > surely_five_years && !kernel.planted(Planted::ttl_takes_ancient)) return std::nullopt;  // [TTL-3]
  ItemParts parts(key);
  if (age > hardly_five_years) {
    const bool counts = kernel.choose(ttl_five_years_expire, parts.under(table_name, expiry));
    if (!counts) return std::nullopt;
  }
  if (!skew_) skew_ = kernel.choose(ttl_clock_skew, Key("table", table_name));
  Moment moment;
  moment.expiry = expiry;
  moment.delay = known ? watch.left->delay : kernel.choose(ttl_deletion_delay, parts.under(table_name, expiry));
  if (kernel.planted(Planted::ttl_never)) moment.delay = 100h;
  moment.marked = std::max(expiry.passed + *skew_, now);
  if (kernel.planted(Planted::ttl_at_once)) moment.marked = std::max(expiry.passed, now), moment.delay = {};
  if (kernel.planted(Planted::ttl_before_expiry)) moment.marked = std::max(moment.marked - 1h, now);
  moment.due = moment.marked + moment.delay;
  return moment;
}

// Sees to it that an event is pending for the next judgement, and that a watch without any is gone once nothing is pending.
void TimeToLive::arm(Kernel& kernel, Watches::Place place) {
  Watch& watch = watches_.value(place);
  const Moment* next = watch.current ? &*watch.current : nullptr;
  if (watch.left && watch.left_was_marked && (!next || watch.left->due < next->due)) next = &*watch.left;
  if (!next) {
    if (watch.event_at == never) watches_.erase(place);
    return;
  }
  if (watch.event_at <= next->due) return;  // it will come by and look again
  watch.event_at = next->due;
  watch.ticket = ++tickets_;
  const CauseScope cause(kernel, next->write);
  kernel.schedule(next->due, Room::table, 0, table_, pack(watch.ticket, place));
}

std::optional<TimeToLive::Judgement> TimeToLive::come(Kernel& kernel, std::uint64_t ticket) {
  const auto place = static_cast<Watches::Place>(ticket);
  if (!watches_.used(place) || watches_.value(place).ticket != static_cast<std::uint32_t>(ticket >> 32)) return std::nullopt;
  const ItemKey key = watches_.key(place);
  Watch& watch = watches_.value(place);
  const Instant now = kernel.now();
  watch.event_at = never;

  std::optional<Judgement> judgement;
  if (watch.left && watch.left_was_marked && watch.left->due <= now) {
    judgement = Judgement{key, watch.left->expiry, watch.left->write, false};
    watch.left.reset();
  }
  if (watch.current && watch.current->due <= now) {
    judgement = Judgement{key, watch.current->expiry, watch.current->write, true};
    watch.current.reset();
  }
  arm(kernel, place);
  return judgement;
}

bool TimeToLive::expired(const ItemKey& key, Instant now) const {
  if (!on()) return false;
  const Watches::Place place = watches_.find(key);
  if (place == Watches::nowhere) return false;
  const Watch& watch = watches_.value(place);
  return watch.current && watch.current->expiry.passed <= now;
}

}  // namespace weir
