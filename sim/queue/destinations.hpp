// The way of failure records to on-failure destinations: best effort.                            [DEST-7]
//
//   delay     a record arrives up to about 3 min after the batch was given up (destination.delay); DestinationSent is then
//   waiting   a record may wait for more to tell, and give way to one that tells more; that is part of its delay    [RETRY-8]
//   failure   it may be lost (destination.fails), and is where the role may not send: DestinationFailed at once  [ESM-29]
//   there     in a queue of the world the record is a message, in a bucket an object of the name it was given [DEST-6];
//             elsewhere nobody reads it
#pragma once

#include <map>
#include <optional>
#include <string>

#include "sim/plan/key.hpp"
#include "sim/queue/buckets.hpp"
#include "sim/queue/queues.hpp"

namespace weir {

// What a role does not allow.
struct Denial {
  std::string role, action, resource;
  friend bool operator==(const Denial&, const Denial&) = default;
};

struct Letter {
  MappingId mapping;
  ShardId shard;
  RecordList records;
  bool with_content = false;
  std::string text;
  std::optional<QueueId> queue = {};
  std::optional<BucketId> bucket = {};
  std::string object_key = {};  // in the bucket
  Duration waits = {};          // for more to tell
  Denial denial = {};           // where its sender may not send it
};

using LetterNumber = std::uint64_t;

// Where letters can arrive.
struct Places {
  Queues& queues;
  Buckets& buckets;
};

class Destinations {
 public:
  // The number of a letter that is on its way or there; nullopt: it is known that it will not come. `may_send`: the role allows
  // it; where it does not, the letter's denial is told.
  std::optional<LetterNumber> post(Kernel& kernel, Places places, Letter letter, const Key& key, bool may_send);

  // Whether the letter waits still, and then one in its place, which arrives when it would have.
  bool waits(const Kernel& kernel, LetterNumber number) const;
  void replace(const Kernel& kernel, LetterNumber number, Letter letter);

  void on_event(Kernel& kernel, Places places, const Event& event);  // Room::destination
  std::size_t on_the_way() const { return letters_.size(); }

 private:
  static void deliver(Kernel& kernel, Places places, Letter letter);

  struct Posted {
    Letter letter;
    Instant waits_until{};
  };
  std::map<LetterNumber, Posted> letters_;  // on their way
  LetterNumber posted_ = 0;
};

}  // namespace weir
