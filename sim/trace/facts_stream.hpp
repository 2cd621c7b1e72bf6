// Facts of streams: shards, records, trimming, and what readers asked.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/data/ids.hpp"
#include "sim/data/item.hpp"
#include "sim/data/key.hpp"
#include "sim/data/record.hpp"
#include "sim/trace/actor.hpp"

namespace weir {

using RecordList = std::shared_ptr<const std::vector<RecordId>>;  // in sequence order; never null in a fact

// A table gets a stream. `enabling`: that takes a while, in which the stream is ENABLING and its table UPDATING, and writes may
// go uncaptured; a StreamActive ends it. Otherwise it is ENABLED at once.                  [STREAM-10] [STREAM-15] [OPEN-18]
struct StreamEnabled {
  static constexpr std::string_view name = "stream_enabled";
  StreamId stream;
  TableId table;
  StreamView view = StreamView::new_and_old_images;
  std::string arn;
  bool enabling = false;
  template <class V>
  void each(V&& v) const {
    v("stream", stream), v("table", table), v("view", view), v("arn", arn);
    if (enabling) v("enabling", enabling);
  }
};

// A stream that was ENABLING is ENABLED: every write from here on is captured.                      [STREAM-2] [STREAM-12]
struct StreamActive {
  static constexpr std::string_view name = "stream_active";
  StreamId stream;
  template <class V>
  void each(V&& v) const {
    v("stream", stream);
  }
};

struct StreamDisabled {
  static constexpr std::string_view name = "stream_disabled";
  StreamId stream;
  template <class V>
  void each(V&& v) const {
    v("stream", stream);
  }
};

// 24 h after disabling the stream itself is gone.                                          [STREAM-12]
struct StreamGone {
  static constexpr std::string_view name = "stream_gone";
  StreamId stream;
  template <class V>
  void each(V&& v) const {
    v("stream", stream);
  }
};

struct ShardOpened {
  static constexpr std::string_view name = "shard_opened";
  StreamId stream;
  ShardId shard;
  ShardId parent;    // no_shard for a root
  std::string path;  // its place in the lineage: "0", "0.1", "0.1.0"
  template <class V>
  void each(V&& v) const {
    v("stream", stream), v("shard", shard), v("parent", parent), v("path", path);
  }
};

struct ShardClosed {
  static constexpr std::string_view name = "shard_closed";
  StreamId stream;
  ShardId shard;
  template <class V>
  void each(V&& v) const {
    v("stream", stream), v("shard", shard);
  }
};

// The shard left the description: its records are all trimmed.                             [SHARD-8]
struct ShardGone {
  static constexpr std::string_view name = "shard_gone";
  StreamId stream;
  ShardId shard;
  template <class V>
  void each(V&& v) const {
    v("stream", stream), v("shard", shard);
  }
};

// A change became a stream record and can be read from now on. RecordIds count up from 0 over the whole run.
struct Appended {
  static constexpr std::string_view name = "appended";
  StreamId stream;
  ShardId shard;
  RecordId record;
  SequenceNumber sequence_number;
  EventName event_name = EventName::insert;
  TableId table;
  ItemKey key;
  Item old_image, new_image;  // as the view type shows them: empty when absent
  FactIndex write = no_fact;  // the Written fact it shows
  std::int64_t created = 0;   // approximate creation time, Unix seconds                [REC-4]
  bool by_ttl = false;        // carries the service identity                          [REC-6]
  template <class V>
  void each(V&& v) const {
    v("stream", stream), v("shard", shard), v("record", record), v("sequence_number", sequence_number),
        v("event_name", event_name), v("table", table), v("key", key), v("old_image", old_image), v("new_image", new_image),
        v("write", write), v("created", created), v("by_ttl", by_ttl);
  }
};

// The `count` oldest records still in the shard were trimmed; `through` is the last of them.   [STREAM-11]
struct Trimmed {
  static constexpr std::string_view name = "trimmed";
  StreamId stream;
  ShardId shard;
  std::uint64_t count = 0;
  RecordId through;
  template <class V>
  void each(V&& v) const {
    v("stream", stream), v("shard", shard), v("count", count), v("through", through);
  }
};

enum class IteratorType : std::uint8_t { trim_horizon, latest, at_sequence_number, after_sequence_number };
constexpr std::string_view to_text(IteratorType t) {
  switch (t) {
    case IteratorType::trim_horizon:
      return "TRIM_HORIZON";
    case IteratorType::latest:
      return "LATEST";
    case IteratorType::at_sequence_number:
      return "AT_SEQUENCE_NUMBER";
    case IteratorType::after_sequence_number:
      return "AFTER_SEQUENCE_NUMBER";
  }
  return "";
}

// A hand-written reader was given a page. A mapping's own polling shows as its invocations instead.
struct PageRead {
  static constexpr std::string_view name = "page_read";
  StreamId stream;
  ShardId shard;
  RecordList records;
  bool at_end = false;  // no next iterator: the shard is closed and drained                [GREC-3]
  Actor actor;
  std::uint64_t bytes = 0;  // of its records
  template <class V>
  void each(V&& v) const {
    v("stream", stream), v("shard", shard), v("records", records), v("at_end", at_end), v("actor", actor), v("bytes", bytes);
  }
};

struct IteratorIssued {
  static constexpr std::string_view name = "iterator_issued";
  StreamId stream;
  ShardId shard;
  IteratorType type = IteratorType::trim_horizon;
  Actor actor;
  template <class V>
  void each(V&& v) const {
    v("stream", stream), v("shard", shard), v("type", type), v("actor", actor);
  }
};

struct StreamCallRefused {
  static constexpr std::string_view name = "stream_call_refused";
  StreamId stream;
  ShardId shard;  // no_shard when the call named none
  ServiceError error = ServiceError::none;
  Actor actor;
  template <class V>
  void each(V&& v) const {
    v("stream", stream), v("shard", shard), v("error", error), v("actor", actor);
  }
};

}  // namespace weir
