// What the oracles of this room share: a class that sorts facts by kind, names for messages, arithmetic that never overflows.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "oracles/oracle.hpp"
#include "sim/trace/text.hpp"

namespace weir {

// The facts that give names, and the start of time.
inline constexpr FactMask naming_facts = facts_with_names | mask_of<RunStarted>();

// Learns names unless it was lent them, and leaves the rest to finish() and to who watches.
class Watcher : public Oracle {
 public:
  explicit Watcher(const OracleInfo& info) : name_(info.name), rules_(info.rules) {}
  void lend_names(const FactWriter& names) final { lent_names_ = &names; }
  void rule_out(FactMask kinds) final { ruled_out_ = kinds; }
  std::string_view name() const final { return name_; }
  std::string_view rules() const final { return rules_; }
  void conclude() final {
    if (!violated()) finish();
  }

 protected:
  virtual void finish() = 0;
  virtual bool is_moot() const { return false; }  // what it judges cannot come to pass, by what is ruled out: it hears nothing
  void learn(const Fact& fact);                   // of the naming facts
  template <class Kind>
  bool may_come() const {
    return (ruled_out_ & mask_of<Kind>()) == 0;
  }

  std::string item_text(TableId table, const ItemKey& key) const;  // "item A of orders"
  std::string shard_text(ShardId shard) const { return "shard " + names().shard_path(shard); }
  bool is_table(TableId table, std::string_view wanted) const { return names().is_table(table, wanted); }
  std::int64_t unix_at(Instant at) const;  // seconds since 1970, rounded down

  const FactWriter& names() const { return lent_names_ ? *lent_names_ : own_names_; }
  // What it must hear of for its own sake: all that gives names, or the start alone.
  FactMask naming() const { return lent_names_ ? mask_of<RunStarted>() : naming_facts; }

 private:
  const FactWriter* lent_names_ = nullptr;
  FactWriter own_names_;
  FactMask ruled_out_ = 0;
  std::string_view name_, rules_;
  std::int64_t epoch_unix_ = 0;
};

// Falls silent after the first violation. Self has an on(const Kind&, const Fact&) for each of the kinds, and declares this
// class a friend.
template <class Self, class... Kinds>
class Watching : public Watcher {
 public:
  using Watcher::Watcher;
  FactMask interests() const final { return is_moot() ? FactMask{0} : mask_of<Kinds...>() | naming(); }

  void observe(const Fact& fact) final {
    if (violated()) return;
    static constexpr std::array<Hearer, fact_kinds> hearers = all_hearers();  // one look, however many kinds there are
    hearers[fact.what.index()](*this, fact);
  }

 private:
  using Hearer = void (*)(Watching&, const Fact&);
  static constexpr std::array<Hearer, fact_kinds> all_hearers() {
    std::array<Hearer, fact_kinds> hearers;
    hearers.fill([](Watching& self, const Fact& fact) { self.learn(fact); });
    ((hearers[kind_of<Kinds>()] = hear<Kinds>), ...);
    return hearers;
  }
  template <class Kind>
  static void hear(Watching& self, const Fact& fact) {
    if constexpr ((naming_facts & mask_of<Kind>()) != 0) self.learn(fact);
    static_cast<Self&>(self).on(*fact.as<Kind>(), fact);
  }
};

// Traces that make no sense must not overflow anything.
Duration span_between(Instant from, Instant to);  // clamped to the range of Duration
Instant after(Instant at, Duration span);         // clamped to the range of Instant
std::int64_t sum_clamped(std::int64_t a, std::int64_t b);

inline std::span<const RecordId> each_of(const RecordList& records) {
  return records ? std::span<const RecordId>(*records) : std::span<const RecordId>();
}
std::string count_text(std::uint64_t count, std::string_view one, std::string_view many);  // "1 record", "2 records"

// The expiry an item carries: its TTL attribute, a top-level N, rounded down.               [TTL-1] [TTL-2]
std::optional<std::int64_t> expiry_of(const Item& item, std::string_view attribute);
inline constexpr std::int64_t seconds_a_day = 86'400;
inline constexpr std::int64_t five_years_least = std::int64_t{5} * 365 * seconds_a_day;  // [TTL-3] [OPEN-3]
inline constexpr std::int64_t five_years_most = std::int64_t{5} * 366 * seconds_a_day;
inline constexpr Duration ttl_window = 48h;              // from expiry to deletion, at most        [TTL-4]
inline constexpr Duration ttl_clock_ahead = 1s;          // the scanner's clock may run ahead so far      [OPEN-2]
inline constexpr Duration ttl_clock_behind = 60s;        // ... or lag behind
inline constexpr Duration longest_capture_delay = 5min;  // from a write to its record, at most       [STREAM-5] [OPEN-7]
inline constexpr Duration retention = 24h;               // [STREAM-11]
inline constexpr Duration most_trim_slack = 24h;         // [OPEN-20]

}  // namespace weir
