// Streams: the change streams of all tables of a world, as one value.
//
//   in        take() hears a table's changes; each becomes exactly one record, a delay after its write. An item's records
//             keep the order of its writes; between items no order is promised      [STREAM-2] [STREAM-3] [STREAM-4] [STREAM-5]
//   shards    an item's partition key has a place in 64 bits of hash, and each open shard a range of it. A shard lives for a
//             while, then one child continues it or several share its range           [SHARD-2] [SHARD-4] [SHARD-6]
//             By itself a stream splits up to 16 open shards, further ones only roll over; split() knows no such bound
//   keeping   readable for 24 h from when it could first be read, then trimmed within a chosen slack      [STREAM-11] [OPEN-20]
//   streams   one enabled a table at most; one enabled again is a new stream with a new ARN; a disabled one stays readable
//             for 24 h after its shards closed, then it is gone                         [STREAM-12] [STREAM-13] [STREAM-14]
//   reading   hand-written readers use describe, iterators and pages; event source mappings read by position and are told
//             by news when to look
//   value     entities by ids, no pointers: a copy is a snapshot, its pending events are in the kernel
//   names     ShardIds count up over the world in order of opening; wire_name() spells them as the service does  [SHARD-11]
//   errors    a wrong id in the calls of readers is their Failed; in the calls by position it is a Bug
//   elsewhere AWS keeps the length of DISABLING and the fate of writes meanwhile to itself: choices here [OPEN-18] [OPEN-19].
//   enabling  a table in use gets its stream a while after it was asked for (stream.enabling): until then it is ENABLING, takes
//             records of an item from a chosen instant on, and may not be disabled; a new table's is ENABLED at once. Whoever
//             keeps the tables holds its table as UPDATING meanwhile: enabled_from()    [STREAM-12] [STREAM-15] [OPEN-18]
//   differs   the shards of a stream that is ENABLING are listed already
//   limits    DescribeStream 10 calls a second, ListStreams 5, over all streams; beyond two readers a shard, its mappings
//             among them, reads may be throttled, which no figure is known of, and so may more than five calls of GetRecords a
//             second of a shard (stream.read_rate)                       [SAPI-1] [SAPI-3] [GREC-4] [ESM-27] [OPEN-27]
//             Of a mapping's polls its own room asks that
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "sim/base/check.hpp"
#include "sim/base/result.hpp"
#include "sim/data/change.hpp"
#include "sim/data/record.hpp"
#include "sim/kernel/call_rate.hpp"
#include "sim/kernel/kernel.hpp"
#include "sim/stream/description.hpp"
#include "sim/stream/item_progress.hpp"
#include "sim/stream/pending_changes.hpp"
#include "sim/stream/shard.hpp"

namespace weir {

enum class StreamStatus : std::uint8_t { enabling, enabled, disabling, disabled, gone };
std::string_view wire_name(StreamStatus status);  // "ENABLED"; "DISABLED" for gone, which no call shows

// Whether writes can already go on when a stream is enabled: on a live table that takes a while.   [STREAM-15] [OPEN-18]
enum class StreamBirth : std::uint8_t { with_table, on_live_table };

// What wakes those who read a stream. record_readable: at least one since the last take_news().
struct StreamNews {
  enum class Kind : std::uint8_t { record_readable, shard_opened, shard_closed, trimmed, shard_gone, stream_gone };
  Kind kind;
  StreamId stream;
  ShardId shard;  // no_shard for stream_gone
  friend bool operator==(const StreamNews&, const StreamNews&) = default;
};

class Streams {
 public:
  explicit Streams(std::int64_t epoch_unix) : epoch_unix_(epoch_unix) {}

  // The account's acts. `shards` roots, 1 or more, open at once and share the hash range evenly. Answers ValidationException
  // when one is enabled already, ResourceInUseException while the last one is ENABLING or DISABLING. A second stream of a
  // table is always on_live_table.                                                          [STREAM-15] [OPEN-17] [MSG-33]
  Result<StreamId> enable(Kernel& kernel, TableId table, std::string_view table_name, const KeySchema& schema, StreamView view,
                          int shards, StreamBirth birth = StreamBirth::with_table);
  // ValidationException when none is enabled, ResourceInUseException while it is ENABLING. Notes StreamDisabled now; the
  // shards close a while later.
  Result<Done> disable(Kernel& kernel, TableId table);

  // Closes an open shard and opens `children` (1 or more; 1 is a rollover) in its place. By path: the shard of the table's
  // enabled stream that stands there or, when that one has closed, its first open descendant. ResourceNotFoundException when
  // there is none, ValidationException for a closed shard or no children.
  Result<Done> split(Kernel& kernel, ShardId shard, int children);
  Result<Done> split(Kernel& kernel, TableId table, std::string_view path, int children);

  // A partition of the table is cut where this hash begins: the open shard of its enabled stream that has hashes on both sides
  // of the cut splits in two, evenly. Nothing happens without such a one.                   [CAP-5] [SHARD-6]
  void cut(Kernel& kernel, TableId table, std::uint64_t hash);

  // What a table did; nothing happens when it has no stream.                                [STREAM-10]
  void take(Kernel& kernel, const Change& change);
  void on_event(Kernel& kernel, const Event& event);  // Room::stream

  bool has_news() const { return !news_.empty(); }
  // In order; a record_readable stands once a shard. `into` is filled anew, its memory used again.
  void take_news(std::vector<StreamNews>& into);
  std::vector<StreamNews> take_news();

  std::uint64_t records_appended() const { return records_; }  // over all streams, so far
  // Changes taken in and not yet readable.
  std::size_t pending() const;

  // Streams. Ids count up from 0; all lookups below want an id that was given out.
  std::optional<StreamId> stream_of(TableId table) const;  // the enabled one, else the latest, be it gone
  std::optional<StreamId> named(std::string_view arn) const;
  bool live(StreamId stream) const {  // takes records: ENABLING or ENABLED
    return status(stream) == StreamStatus::enabling || status(stream) == StreamStatus::enabled;
  }
  Instant enabled_from(StreamId stream) const { return of(stream).enabled_from; }  // when it was, or will be, ENABLED
  StreamStatus status(StreamId stream) const { return of(stream).status; }
  TableId table_of(StreamId stream) const { return of(stream).table; }
  StreamView view_of(StreamId stream) const { return of(stream).view; }
  const std::string& arn(StreamId stream) const { return of(stream).arn; }  // [STREAM-14]
  const std::vector<ShardId>& roots(StreamId stream) const { return of(stream).roots; }
  const std::vector<ShardId>& shards(StreamId stream) const { return of(stream).shards; }  // all ever, ascending
  ShardId shard_for(StreamId stream, const ItemKey& key) const;                            // the open one; stream enabled

  // Shards.
  bool known(StreamId stream) const { return stream.value < streams_.size(); }
  bool known(ShardId shard) const { return shard.value < shards_.size(); }
  const Shard& shard(ShardId shard) const { return of(shard); }
  StreamId stream_of(ShardId shard) const { return of(shard).stream; }
  const std::string& path(ShardId shard) const { return of(shard).path; }
  ShardId parent(ShardId shard) const { return of(shard).parent; }  // no_shard for a root
  const std::vector<ShardId>& children(ShardId shard) const { return of(shard).children; }
  bool closed(ShardId shard) const { return of(shard).phase != ShardPhase::open; }
  bool gone(ShardId shard) const { return of(shard).phase == ShardPhase::gone; }
  std::string wire_name(ShardId shard) const;  // "shardId-00000001577836800000-0000002a"        [SHARD-11]

  // Records by position: ordinals first_ordinal .. end_ordinal - 1 can be read now. A closed shard with first == end is
  // drained for good.
  std::uint64_t first_ordinal(ShardId shard) const { return of(shard).trimmed; }
  std::uint64_t end_ordinal(ShardId shard) const { return of(shard).end_ordinal(); }
  const StoredRecord& record(ShardId shard, std::uint64_t ordinal) const {  // until the next append or trim of the shard
    const Shard& holder = of(shard);
    SIM_CHECK(ordinal >= holder.trimmed && ordinal < holder.end_ordinal(), "a record that is read is in its shard");
    return holder.at(ordinal);
  }
  // The first ordinal that became readable at or after `at`: where a LATEST of that instant begins. Trimmed ones count as
  // before.
  std::uint64_t ordinal_at(ShardId shard, Instant at) const;
  StreamRecord to_stream_record(ShardId shard, std::uint64_t ordinal) const;

  // The API of hand-written readers. Each call acts now; refusals are noted as StreamCallRefused.
  // All shards that are listed, ascending: a new child may still be missing, a closed parent still look open.  [SHARD-9]
  // ResourceNotFoundException: the stream is gone, or the table never had one. ValidationException: an ARN that is none of a
  // stream.                                                                                            [ITER-4]
  Result<std::vector<ShardDescription>> describe(Kernel& kernel, StreamId stream, const Actor& actor);
  Result<std::vector<ShardDescription>> describe(Kernel& kernel, TableId table, const Actor& actor);
  // One page of it, with what else is told of a stream.                                       [SAPI-1] [SAPI-2] [SAPI-4]
  // ValidationException: limit, or a filter with a start. ThrottlingException: the tenth call within a second was before.
  Result<StreamDescription> describe_stream(Kernel& kernel, TableId table, const DescribeRequest& request, const Actor& actor);
  Result<StreamsPage> list_streams(Kernel& kernel, TableId table, const ListStreamsRequest& request, const Actor& actor);
  // Of a table: the shard may belong to any of its streams that are still there.
  // ResourceNotFoundException: no such shard there, or gone. ValidationException: a number missing or forbidden.  [ITER-1]
  // TrimmedDataAccessException: the number is not newer than the last trimmed record's.       [ITER-3] [ITER-4]
  Result<IteratorId> get_shard_iterator(Kernel& kernel, StreamId stream, ShardId shard, IteratorType type,
                                        std::optional<SequenceNumber> number, const Actor& actor);
  Result<IteratorId> get_shard_iterator(Kernel& kernel, TableId table, ShardId shard, IteratorType type,
                                        std::optional<SequenceNumber> number, const Actor& actor);
  // At most `limit` (1 to 1,000) records and 1 MB. ExpiredIteratorException: 15 min old or more.   [GREC-1] [ITER-2]
  // TrimmedDataAccessException: its next record is trimmed. ValidationException: limit, or no such iterator.  [ITER-3]
  // ResourceNotFoundException: the shard is gone. LimitExceededException: throttled, one of more than two readers, or of more
  // calls of hand-written readers in a second than the shard serves.                       [ITER-4] [OPEN-27]
  Result<RecordsPage> get_records(Kernel& kernel, IteratorId iterator, int limit, const Actor& actor);

  // Whose records it gets; nullopt: no such iterator, or too old to be known.
  std::optional<StreamId> stream_of(IteratorId iterator) const {
    if (iterator.value < iterators_dropped_ || iterator.value >= iterators_dropped_ + iterators_.size()) return std::nullopt;
    return of(iterators_[static_cast<std::size_t>(iterator.value - iterators_dropped_)].shard).stream;
  }

  void set_pollers(StreamId stream, std::uint32_t mappings) {
    of(stream).pollers = mappings;
  }  // each reads all its shards [ESM-27]
  // More than two read it: mappings, and hand-written readers, each for a second after its last read.   [ESM-27] [OPEN-27]
  bool is_crowded(ShardId shard, Instant now) const;

  friend bool operator==(const Streams&, const Streams&) = default;

 private:
  struct Stream {
    StreamId id;
    TableId table;
    std::uint32_t generation = 0;  // of the table's streams
    std::uint32_t pollers = 0;     // mappings
    StreamView view = StreamView::none;
    StreamStatus status = StreamStatus::enabled;
    Instant enabled_at{}, enabled_from{}, disabled_at{};  // asked for, ENABLED, asked to end
    SequenceNumber first_number;
    std::int64_t label_ms = 0;  // Unix time in the label: its enabling, or later where two would be alike
    std::string arn;
    std::map<ItemKey, Instant> captured_from, captured_until;  // of items written while ENABLING, and around the disabling
    std::vector<ShardId> roots, shards;
    std::vector<ShardId> open;  // by hash range, without a hole
    PendingChanges pending;
    Instant publish_at = never;  // the earliest publish event that stands
    friend bool operator==(const Stream&, const Stream&) = default;
  };
  struct TableSide {
    std::string name;
    std::uint64_t name_hash = 0;  // as a name in keys
    KeySchema schema;
    std::vector<StreamId> streams;
    ItemProgress items;
    KeyName key_name() const { return {name, name_hash}; }
    friend bool operator==(const TableSide&, const TableSide&) = default;
  };
  // Where a reader stands. Calling with it again answers the same again: what changes is in the next one.    [ITER-2]
  struct Iterator {
    ShardId shard;
    std::uint64_t ordinal = 0;
    Instant issued_at{};
    std::uint32_t of_reader = 0;    // the n-th its reader asked for there
    std::uint32_t page = 0;         // pages with records before it
    std::int32_t empty_pages = -1;  // still to come before the next records or the end; -1: not asked yet
    Actor reader;
    friend bool operator==(const Iterator&, const Iterator&) = default;
  };
  struct ReaderAt {
    Actor reader;
    ShardId shard;
    friend bool operator<(const ReaderAt& a, const ReaderAt& b) {
      return std::tie(a.reader.kind, a.reader.id, a.shard) < std::tie(b.reader.kind, b.reader.id, b.shard);
    }
    friend bool operator==(const ReaderAt&, const ReaderAt&) = default;
  };
  enum class EventKind : std::uint16_t { publish, end_of_life, trim, forget, close_all, stream_gone, enabled };

  const Stream& of(StreamId id) const {
    SIM_CHECK(id.value < streams_.size(), "a stream's id was given out");
    return streams_[id.value];
  }
  const Shard& of(ShardId id) const {
    SIM_CHECK(known(id), "a shard's id was given out");
    return shards_[id.value];
  }
  Stream& of(StreamId id) { return const_cast<Stream&>(std::as_const(*this).of(id)); }
  Shard& of(ShardId id) { return const_cast<Shard&>(std::as_const(*this).of(id)); }
  TableSide* side_of(TableId table);
  const TableSide& side_of(const Stream& stream) const { return tables_[stream.table.value]; }
  Key stream_key(const Stream& stream) const;
  Key shard_key(const Shard& shard) const;

  static void schedule(Kernel& kernel, Duration in, EventKind kind, std::uint32_t id) {
    kernel.schedule(in, Room::stream, static_cast<std::uint16_t>(kind), id, 0);
  }
  Shard& add_shard(const Stream& stream, std::string path, std::uint64_t first_hash, std::uint64_t last_hash);
  ShardId open_shard(Kernel& kernel, Stream& stream, Shard& shard);
  FactIndex close_shard(Kernel& kernel, Shard& shard);
  void continue_shard(Kernel& kernel, Shard& parent, int children);
  void close_all(Kernel& kernel, Stream& stream);
  void remove_stream(Kernel& kernel, Stream& stream);
  void remove_shard(Kernel& kernel, Shard& shard);
  std::optional<ShardId> open_at(const Stream& stream, std::string_view path) const;

  bool captures(Kernel& kernel, Stream& stream, const Change& change);
  Instant disable_cut(Kernel& kernel, Stream& stream, const ItemKey& key);
  void publish(Kernel& kernel, Stream& stream, Instant until);
  void append(Kernel& kernel, Stream& stream, StoredRecord record);
  void arm_publish(Kernel& kernel, Stream& stream);
  void arm_trim(Kernel& kernel, Shard& shard);
  void trim(Kernel& kernel, Shard& shard, Instant readable_until);
  void forget_if_drained(Kernel& kernel, Shard& shard);
  void tell(StreamNews::Kind kind, const Shard& shard) { news_.push_back({kind, shard.stream, shard.id}); }

  ShardDescription described(Instant now, const Shard& shard) const;
  bool is_listed(Instant now, const Shard& shard) const { return shard.phase != ShardPhase::gone && shard.listed_at <= now; }
  bool too_many_readers(Kernel& kernel, const Shard& shard, const Actor& actor);
  bool reads_too_often(Kernel& kernel, const Shard& shard);
  Failed refuse(Kernel& kernel, StreamId stream, ShardId shard, ServiceError error, std::string_view message,
                const Actor& actor);
  IteratorId issue(Kernel& kernel, const Iterator& iterator);
  bool shows_empty_page(Kernel& kernel, Iterator& at, bool at_end);
  std::vector<StreamRecord> page_of(const Shard& shard, std::uint64_t ordinal, int limit) const;

  std::int64_t epoch_unix_;
  std::vector<Stream> streams_;    // by StreamId
  std::deque<Shard> shards_;       // by ShardId; their addresses last
  std::vector<TableSide> tables_;  // by TableId; without a name: never had a stream
  std::uint64_t records_ = 0;      // appended so far: the next RecordId
  std::vector<StreamNews> news_;
  std::deque<Iterator> iterators_;       // those not long expired, oldest first
  std::uint64_t iterators_dropped_ = 0;  // IteratorIds below it expired
  std::map<ReaderAt, std::uint32_t> iterators_asked_;
  struct Reads {
    Instant last{};
    std::uint64_t count = 0;
    friend bool operator==(const Reads&, const Reads&) = default;
  };
  std::map<ReaderAt, Reads> reads_;  // of hand-written readers
  struct ReadRate {
    std::deque<Instant> served;        // within the last second
    std::optional<std::int64_t> most;  // as chosen
    friend bool operator==(const ReadRate&, const ReadRate&) = default;
  };
  std::map<ShardId, ReadRate> read_rates_;       // likewise
  CallRate describe_calls_{10}, list_calls_{5};  //                                                  [SAPI-1] [SAPI-3]
};

// A shard's wire name: 28 to 65 characters, ascending with the ids of one world.             [SHARD-11]
std::string to_wire(ShardId shard, std::int64_t opened_unix_ms);

}  // namespace weir
