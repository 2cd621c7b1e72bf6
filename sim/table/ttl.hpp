// Time to live of one table: which items expire when, and when the deleter comes to each.      [TTL-1 .. TTL-9] [TTL-16]
//
//   expiry    the TTL attribute when it is a top-level N of at most five years ago, fractions included; seconds since 1970
//             (milliseconds lie tens of thousands of years ahead: never)                      [TTL-1] [TTL-2] [TTL-3]
//   marking   the scanner sees an item from the first microsecond at which its expiry lies strictly in the past, by a
//             clock of its own (ttl.clock_skew)                                               [TTL-2] [OPEN-2]
//   deleting  ttl.deletion_delay after the marking, once the item is looked at again: it goes if it still carries the
//             expiry it was marked with, else it is spared and its new expiry counts          [TTL-7] [TTL-9] [OPEN-5]
//   written   an item that is written when it has expired already is seen from the write on
//   cost      one pending event for each item that expires; nothing else, however long the wait
//   choices   asked when a write gives an item an expiry; again for the same item and expiry only after the deleter came
//   differs   one open judgement of an item at a time: an item marked, renewed and marked again within one delay is
//             spared once. UpdateTimeToLive takes effect at once; only the cooldown of TTL-12 is kept.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sim/data/item.hpp"
#include "sim/data/key.hpp"
#include "sim/kernel/kernel.hpp"
#include "sim/table/key_table.hpp"

namespace weir {

// The moment a TTL value names.
struct Expiry {
  std::int64_t seconds = 0;  // since 1970, rounded down
  Instant passed{};          // the first instant at which it lies strictly in the past
  friend bool operator==(const Expiry&, const Expiry&) = default;
};

// The expiry of an item by itself; nullopt: never (missing, not an N, or beyond a thousand years from the epoch).   [TTL-1]
std::optional<Expiry> expiry_of(const Item& item, std::string_view attribute, std::int64_t epoch_unix);

class TimeToLive {
 public:
  // What the deleter does to an item.
  struct Judgement {
    ItemKey key;
    Expiry spared{}, deleted{};
    bool spares = false, deletes = false;
  };

  TimeToLive(std::uint32_t table, std::int64_t epoch_unix) : table_(table), epoch_unix_(epoch_unix) {}

  bool on() const { return !attribute_.empty() && !stops_at_; }
  const std::string& attribute() const { return attribute_; }  // also that of a TTL that was disabled
  void start(std::string attribute);                           // on, for what is written from now on

  // To be called after each change of an item; the empty item for a removal. Cheap when TTL is off.
  void attend(Kernel& kernel, std::string_view table_name, const ItemKey& key, const Item& item, FactIndex write) {
    if (!attribute_.empty()) look_at(kernel, table_name, key, item, write);
  }

  // The event with `ticket`: what becomes of its item. `exists`: whether the item is there is the caller's to know.
  std::optional<Judgement> come(Kernel& kernel, std::uint64_t ticket);
  // After the judgement was carried out: waits for what comes next.
  void go_on(Kernel& kernel, const ItemKey& key);

  bool expired(const ItemKey& key, Instant now) const;  // its moment has passed, and TTL is on       [TTL-6]
  std::size_t waiting() const { return watches_.size(); }

  void stop(Kernel& kernel, Instant at);  // deletions of what had expired before now go on until `at`   [OPEN-6]

 private:
  // One item that the deleter will come to.
  struct Watch {
    std::optional<Expiry> current;  // what the item carries
    Instant marked{}, due{};        // of the current expiry: when it is seen, when the deleter comes for it
    std::optional<Expiry> left;     // one that was marked and then given up; judged at left_due
    Instant left_due{};
    Instant event_at = never;  // the pending event, if any; only the one with the watch's ticket counts
    std::uint32_t ticket = 0;
  };
  using Watches = KeyTable<Watch>;

  void look_at(Kernel& kernel, std::string_view table_name, const ItemKey& key, const Item& item, FactIndex write);
  void leave_current(Watch& watch, Instant now);
  bool counts(Kernel& kernel, std::string_view table_name, const ItemKey& key, const Expiry& expiry) const;
  void expect(Kernel& kernel, std::string_view table_name, const ItemKey& key, const Expiry& expiry, Watch& watch);
  void arm(Kernel& kernel, Watches::Place place);

  std::uint32_t table_;
  std::int64_t epoch_unix_;
  std::string attribute_;
  std::optional<Instant> stops_at_;
  std::optional<Duration> skew_;  // chosen once a table, when the first expiry is seen
  Watches watches_;
  std::uint32_t tickets_ = 0;
};

}  // namespace weir
