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
//             spared once. The deleter comes within 48 h, the window that AWS's pages named for long and consumers count on;
//             "a few days", and items that are never come to, lie beyond                               [TTL-4] [OPEN-1]
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
  // What the deleter does to one item. `expiry` is the one it was marked with, `write` the fact of the write that gave it.
  struct Judgement {
    ItemKey key;
    Expiry expiry;
    FactIndex write = no_fact;
    bool deletes = false;  // else it spares
  };

  TimeToLive(std::uint32_t table, std::int64_t epoch_unix) : table_(table), epoch_unix_(epoch_unix) {}

  bool on() const { return !attribute_.empty() && !stops_at_; }
  const std::string& attribute() const { return attribute_; }  // also that of a TTL that was disabled
  void start(std::string attribute);                           // for what is attended to from now on
  // Off: nothing new is marked; what is marked already still goes if the deleter comes until `last`.     [OPEN-6]
  void stop(Instant now, Instant last);

  // To be called after each change of an item, with the fact of its write; the empty item for a removal. Free when TTL was
  // never on.
  void attend(Kernel& kernel, std::string_view table_name, const ItemKey& key, const Item& item, FactIndex write) {
    if (!attribute_.empty()) look_at(kernel, table_name, key, item, write);
  }

  // The deleter comes: the event carries `ticket`. Nothing when it has nothing to judge any more. The caller deletes the
  // item, or, if it is there, spares it.
  std::optional<Judgement> come(Kernel& kernel, std::uint64_t ticket);

  bool expired(const ItemKey& key, Instant now) const;  // TTL is on and its moment has passed       [TTL-6]
  std::size_t waiting() const { return watches_.size(); }

 private:
  // An expiry and what follows from it.
  struct Moment {
    Expiry expiry;
    Duration delay{};  // chosen
    Instant marked{};  // when the scanner sees it
    Instant due{};     // when the deleter comes for it
    FactIndex write = no_fact;
  };
  // One item that the deleter will come to.
  struct Watch {
    std::optional<Moment> current;  // of what the item carries
    std::optional<Moment> left;     // of what it carried before
    bool left_was_marked = false;   // the deleter will come all the same, and spare it
    Instant event_at = never;       // the pending event; only the one with the watch's ticket counts
    std::uint32_t ticket = 0;
  };
  using Watches = KeyTable<Watch>;

  void look_at(Kernel& kernel, std::string_view table_name, const ItemKey& key, const Item& item, FactIndex write);
  static void leave_current(Watch& watch, Instant now);
  std::optional<Moment> moment_of(Kernel& kernel, std::string_view table_name, const ItemKey& key, const Expiry& expiry,
                                  const Watch& watch);
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
