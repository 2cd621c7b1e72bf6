// StreamRecord: one change to one item, as a stream shows it.                                      [REC-1]
//
//   images   there when the stream's view shows them and the change has them             [STREAM-1] [STREAM-9]
//   time     whole seconds since 1970; not monotone across items                                    [REC-4]
//   size     keys and the images shown                                                              [REC-9]
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sim/data/change.hpp"
#include "sim/data/ids.hpp"
#include "sim/data/item.hpp"

namespace weir {

using EventName = ChangeKind;  // wire_name() gives "INSERT", "MODIFY", "REMOVE"

struct StreamRecord {
  RecordId id;  // unique in the world
  Item keys;
  std::optional<Item> new_image;
  std::optional<Item> old_image;
  SequenceNumber sequence_number;
  std::int64_t approximate_creation_time = 0;
  ShardId shard;
  std::uint32_t size_bytes = 0;
  EventName event_name = EventName::insert;
  StreamView view = StreamView::new_and_old_images;
  bool by_ttl = false;  // carries the service's user identity                                       [REC-6]

  std::string event_id() const;  // 32 lower-case hex digits, one-to-one with the id                 [REC-3]
  friend bool operator==(const StreamRecord&, const StreamRecord&) = default;
};

std::optional<RecordId> parse_event_id(std::string_view event_id);  // the exact inverse of event_id()

// The record of a change under a view; `id`, `sequence_number` and `shard` are left to the stream.
StreamRecord make_record(const Change& change, const KeySchema& schema, StreamView view, std::int64_t epoch_unix_seconds);

std::uint32_t record_size(const Item& keys, const std::optional<Item>& new_image,
                          const std::optional<Item>& old_image);  // [REC-9]

}  // namespace weir
