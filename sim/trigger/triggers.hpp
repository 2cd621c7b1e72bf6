// Triggers: the event source mappings of a world, as one value. Each joins a stream to a function and keeps one lane a
// shard (lane.hpp); what AWS leaves open is in sites.hpp.
//
//   polling    idle time is free: a lane with nothing to read has no event; news puts it on the next of its four polls a
//              second, and after an invocation it goes on at once. A poll gets at most 1,000 records and 1 MB
//                                                                                                        [POLL-1] [GREC-1]
//   crowds     where more than two read a shard, mappings and hand-written readers, a poll may be throttled
//              (stream.reader_throttled): it is made again on the next tick. No fact tells of it      [ESM-27] [OPEN-27]
//   order      one batch a shard in flight; a shard waits until its parent is finished, unless that was gone before the mapping
//              saw it; other shards never wait                                       [POLL-3] [POLL-5] [POLL-6] [SHARD-12]
//   batches    formed at batch_size, at the window's end, at the end of the shard, or with no window of what one poll got
//                                                                                    [BATCH-1] [BATCH-2] [BATCH-3] [BATCH-7]
//   filters    filter.hpp; a record that no filter wants is settled as filtered when its page is read, whatever blocks the
//              lanes before it                                                           [LOOP-3] [FILTER-5] [BATCH-4]
//   lanes      a factor k spreads a shard's keys by hash over k lanes, each with a batch in flight of its own; the reader reads
//              on while one of them is free. The checkpoint is below the lowest unfinished record    [POLL-4] [POLL-10]
//              [OPEN-10]
//   failover   where a scenario's choices name trigger.poller_lost, a poller can be lost with an invocation in flight: nobody
//              hears that answer, and another poller goes on after what the lane has settled, with batches formed anew and
//              their retries counted anew. If the invocation is still there then, the two overlap: one such in a lane, and for
//              no longer than the function's time limit. Windows keep the state of the last answer heard. Of what the shard's
//              lanes have settled past its checkpoint, the last records up to all of them can come again (trigger.replay), each
//              item's in order                                                  [LOOP-12] [OPEN-10] [OPEN-42] [POLL-7]
//   payload    a batch is cut before the record with which its event's JSON would pass 6 MB           [BATCH-1] [OPEN-40]
//   windows    tumbling windows with state: window.cpp; one lane a shard then                    [WIN-1 .. WIN-9]
//   failures   any outcome but ok counts as a function error, and so does a malformed response: the batch is cut in halves
//              (bisect, at no cost to the quota, without a pause) or tried again after a back-off, until it succeeds or is
//              given up. A lost answer counts too. The same records come again, never more           [RETRY-1 .. RETRY-11]
//              [LOOP-9]
//   giving up  what is given up is told to the destination, a part of a cut batch for itself or together with its neighbours:
//              giving_up.cpp                                                               [RETRY-3] [RETRY-8] [DEST-1]
//   partial    response.hpp; the rest of the batch is tried again as above, never halved                  [RETRY-7] [RBIF-6]
//   age        before each try what is too old is dropped from the front of the batch: older than maximum_record_age by its
//              approximate creation time, or past the 24 h in the stream. Both go to the destination   [LOOP-5] [RETRY-9]
//              [RETRY-10]
//   loss       records trimmed before they were put into a batch are settled as expired when the lane comes to their place; no
//              destination hears of them                                                                      [OPEN-45]
//   settling   each record from the starting position on ends in exactly one Settled fact a mapping, when no more attempt of it
//              will come, and in one more for each Replayed fact with it. LATEST settles what it skips when it takes up its
//              position                                                             [RETRY-2] [RETRY-3] [ESM-3]
//   causes     a first invocation is caused by the Appended of its first record, a retry by RetryScheduled, that by the
//              InvocationEnded of the failure, and that by its InvocationStarted
//   states     what operators do to a mapping takes effect a while after their call: lifecycle.cpp    [ESM-25] [OPEN-26]
//
// Knowingly different: a poll never gets an empty page while there are records, which no mapping shows to anybody   [GREC-2].
#pragma once

#include <cstdint>
#include <vector>

#include "sim/function/functions.hpp"
#include "sim/kernel/kernel.hpp"
#include "sim/queue/destinations.hpp"
#include "sim/stream/streams.hpp"
#include "sim/trigger/filter.hpp"
#include "sim/trigger/lane.hpp"
#include "sim/trigger/response.hpp"
#include "sim/trigger/settings.hpp"
#include "sim/trigger/sites.hpp"

namespace weir {

// Whether a mapping's states are facts from its creation on, or only once an operator acts on it.
enum class Telling : std::uint8_t { later, from_creation };
enum class Enabling : std::uint8_t { enable, disable };

// What the role of a mapping's function lets the mapping do.                                 [ESM-29] [IAM-2]
struct MappingPermissions {
  bool may_read = true, may_invoke = true, may_send = true;
  std::string role;
  std::string missing;   // the first action the role lacks to read or to invoke; "" when it may do both
  std::string resource;  // that it lacks it on
  Denial unsent;         // why it may not send
  friend bool operator==(const MappingPermissions&, const MappingPermissions&) = default;
};

// Knows what the role of a version's function lets the mapping do now: an update may bring another function and destination.
class PermissionPort {
 public:
  virtual MappingPermissions permissions_of(MappingId mapping, const MappingVersion& version) const = 0;

 protected:
  ~PermissionPort() = default;
};

// What mappings read from, call, and hand to the called.
struct TriggerPorts {
  const Streams& streams;
  Functions& functions;
  ServicePort& services;
  Destinations& destinations;
  Places places;
  const PermissionPort* permissions = nullptr;  // none: a mapping may do what permit() said last, under any version
};

class Triggers {
 public:
  // InvalidParameterValueException: check() objects, with its words. ResourceConflictException: a mapping of this stream and
  // function exists, or is being updated to it.                                             [ESM-23] [ESM-24]
  Result<MappingId> create(Kernel& kernel, const MappingSettings& settings, const Streams& streams, StreamId stream,
                           FunctionId function, std::string_view function_name, Telling telling = Telling::later);

  // Operators' calls on a mapping that is not deleted; what comes of each is told by MappingStateChanged.
  // ResourceInUseException: a change of it is under way. InvalidParameterValueException: as for create().    [ESM-26]
  std::optional<MappingId> named(std::string_view name) const;
  Result<Done> set_enabled(Kernel& kernel, MappingId mapping, Enabling to);
  // Name, stream, starting position and `enabled` stay as they are. ResourceConflictException as for create().
  Result<Done> update(Kernel& kernel, MappingId mapping, MappingVersion to, const Streams& streams);
  Result<Done> remove(Kernel& kernel, MappingId mapping);  // DeleteEventSourceMapping
  bool is_changing(MappingId mapping) const;               // such a call would be refused as ResourceInUseException
  // Whether what mappings read or call has changed since this was last asked.
  bool take_changed() { return std::exchange(changed_, false); }

  // Of the version in force, from now on; what a try goes by another version for, and a version that comes into force, the port
  // is asked about. What may not read polls nothing and keeps its place; what may not invoke tries its batch again and again,
  // at no cost to its quota; what may not send loses the failure record. Notes MappingAccess when something to read or to
  // invoke came to lack, or came back: the mapping's result is a PROBLEM in between, and what it was before then.
  //                                                                                           [ESM-20] [IAM-2] [POLL-11]
  void permit(Kernel& kernel, MappingId mapping, MappingPermissions permissions, const TriggerPorts& ports);

  void on_event(Kernel& kernel, const Event& event, const TriggerPorts& ports);  // Room::trigger
  void on_news(Kernel& kernel, const StreamNews& news, const TriggerPorts& ports);
  void on_answer(Kernel& kernel, const Answer& answer, const TriggerPorts& ports);  // notes InvocationEnded

  // Records not settled yet that can be read or are held, batches in flight or waiting, and mappings yet to begin.
  std::uint64_t unfinished(const Streams& streams) const;

  std::size_t size() const { return mappings_.size(); }
  const MappingSettings& settings(MappingId mapping) const { return mappings_[mapping.value].settings; }
  const MappingVersion& version(MappingId mapping) const { return mappings_[mapping.value]; }
  bool is_deleted(MappingId mapping) const { return mappings_[mapping.value].state == MappingState::deleted; }
  std::uint32_t readers_of(StreamId stream) const;  // mappings that poll it                [ESM-27]
  StreamId stream_of(MappingId mapping) const { return mappings_[mapping.value].stream; }
  const Lane* lane(MappingId mapping, ShardId shard) const;  // nullptr: the mapping knows no such shard

 private:
  struct Mapping : MappingVersion {
    std::uint64_t name_hash = 0;  // of its name as a name in keys
    StreamId stream;
    MappingState state = MappingState::creating;
    ProcessingResult result = ProcessingResult::no_records;  // of what was processed last; shown by shown_result()
    bool active = false;                                     // it has taken up its position
    bool rests = true;                                       // it begins no batch
    bool told = false;                                       // its states are facts
    std::uint32_t changes = 0;                               // by operators, so far
    std::shared_ptr<const MappingVersion> next;              // while Updating
    std::vector<FilterPattern> next_filters;
    Instant updating_since{};
    MappingPermissions permissions = {};
    WindowStart window_start = WindowStart::first_record;
    BisectCounter bisect_counter = BisectCounter::inherit;
    PartialCounter partial_counter = PartialCounter::keep;
    LaneKey lane_key = LaneKey::item;
    bool may_lose_pollers = false;
    std::optional<Duration> back_off_cap;  // asked when a batch first backs off long enough for it
    std::vector<FilterPattern> filters;
    FilterReading reading;
    std::vector<std::uint32_t> lanes;  // by ShardId: index in lanes_, or no_lane

    KeyName key_name() const { return {settings.name, name_hash}; }
    bool is_spread() const { return settings.parallelization_factor > 1 || !settings.filter_criteria.empty(); }
    ProcessingResult shown_result() const { return permissions.missing.empty() ? result : ProcessingResult::access_denied; }
  };
  enum class EventKind : std::uint16_t { activate, change_over, poll, window_over, back_off_over, taken_over };
  enum class Polling : std::uint8_t { now, not_now };
  enum class Failure : std::uint8_t { function_error, malformed_response, some_records };
  // What every step below needs: the run, the ports, the mapping and its lane.
  struct At {
    Kernel& kernel;
    const TriggerPorts& ports;
    const Mapping& mapping;
    Lane& lane;
  };
  static const MappingVersion& version_of(const At& at) { return at.lane.other ? *at.lane.other : at.mapping; }
  template <class T>
  static T permission(const At& at, T MappingPermissions::*what) {  // of that version
    if (!at.lane.other || !at.ports.permissions) return at.mapping.permissions.*what;
    return at.ports.permissions->permissions_of(at.lane.mapping, *at.lane.other).*what;
  }
  std::uint32_t lane_index(const Mapping& mapping, ShardId shard) const;
  At at(Kernel& kernel, const TriggerPorts& ports, std::uint32_t lane);
  void schedule(const At& at, Instant when, EventKind kind, std::uint64_t& ticket);

  void activate(Kernel& kernel, MappingId id, const TriggerPorts& ports);

  // Operators' changes: lifecycle.cpp.
  FactIndex enter(Kernel& kernel, MappingId id, MappingState state);
  void begin_change(Kernel& kernel, MappingId id, MappingState state);
  void end_change(Kernel& kernel, MappingId id, const TriggerPorts& ports);
  void let_go(Kernel& kernel, MappingId id, const TriggerPorts& ports);
  void resume(Kernel& kernel, MappingId id, const TriggerPorts& ports);
  void resume_workers(const At& reader);
  void take_version(Kernel& kernel, MappingId id, const TriggerPorts& ports);
  void skip_what_came_meanwhile(Kernel& kernel, MappingId id, const TriggerPorts& ports);
  void forget(Kernel& kernel, MappingId id, const TriggerPorts& ports);
  void leave_behind(const At& reader);
  void drop_held(const At& at);
  void pick_version(const At& at);
  const std::vector<FilterPattern>& filters_for(const At& reader, std::uint64_t first);
  void tell_if_stream_ended(Kernel& kernel, MappingId id, const Streams& streams);
  std::optional<MappingId> joining(StreamId stream, FunctionId function) const;
  Failed already_joined(const Streams& streams, MappingId by, std::string_view function_name) const;
  std::vector<std::uint32_t> readers_of(MappingId id) const;  // its shards' own lanes
  std::vector<std::uint32_t> lanes_of(MappingId id) const;    // those and their workers

  std::uint32_t add_lane(const Streams& streams, MappingId id, ShardId shard);
  void see_records(const Streams& streams, Lane& lane);
  void skip(const At& at);
  void start_if_due(const At& at);
  void finish(const At& at);

  // Reading: a poll, and whether what has been got makes a batch.
  void wake(const At& at);
  void read_on(const At& at, Polling polling);
  bool gather(const At& at, Polling polling);
  bool is_throttled(const At& at);
  void take_page(const At& at);
  void lose_trimmed(const At& at);
  bool makes_a_batch(const At& at) const;
  bool is_payload(const At& at) const;
  Instant window_end(const At& at) const;
  void form_batch(const At& at);

  // Several lanes, and filters.
  static void spread(Kernel& kernel, MappingId id, Mapping& mapping, const Key& key);
  void add_workers(std::uint32_t reader, std::int64_t count);
  static bool spreads_otherwise(const Mapping& mapping);
  void add_tries(const Lane& lane, const TryCount& count, TriesByOrdinal& to) const;
  void spread_anew(Kernel& kernel, std::uint32_t reader, const TriggerPorts& ports);
  At reader_of(const At& worker);
  std::uint32_t asking_lane(const Answer& answer) const;
  void share_out(const At& reader, Polling polling);
  bool feed(const At& worker);
  bool lose_unread(const At& reader);
  void deal(const At& reader, std::uint64_t first);
  void give(const At& reader, std::uint64_t ordinal, RecordId record, const ItemKey& key);
  void move_checkpoint(const At& reader);

  // Tumbling windows.
  std::int64_t window_of(const At& at, std::uint64_t place) const;
  std::uint64_t window_cut(const At& at, std::uint64_t end) const;
  Instant tumbling_end(const At& at) const;
  bool window_is_over(const At& at) const;
  bool must_end_window(const At& at) const;
  void open_window(const At& at);
  void end_window(const At& at);
  void end_window_first(const At& at);
  static void begin_to_end(const At& at);
  std::shared_ptr<const StreamEvent> with_window(const At& at, const StreamEvent& event) const;
  static void keep_state(const At& at, const BatchResponse& response);
  void close_window(const At& at);
  static bool is_misshapen(const At& at);
  static bool is_forgotten(const At& at) { return at.mapping.rests || is_misshapen(at); }
  std::uint64_t next_ordinal(const Lane& lane) const;
  void rest(const At& at);

  // The held batch. The bools say: go on with what comes next, now. Otherwise the lane is invoking or waiting.
  bool try_batch(const At& at);
  bool drop_too_old(const At& at);
  bool is_refused(const At& at);
  FactIndex cause_of_try(const At& at) const;
  void count_from_front(Lane& lane) const;
  void remember_tries(Lane& lane) const;
  Key attempt_key(const At& at, std::uint32_t attempt) const;
  void lay_out(const At& at);
  void offer(const At& at);
  void maybe_lose_poller(const At& at, std::uint32_t attempt, FactIndex started);
  void take_over(const At& at);
  void go_back(const At& lost);
  std::vector<std::uint32_t> lanes_to_go_back(const At& lost);
  void begin_again_from(const At& worker, std::uint64_t ordinal, std::vector<RecordId>& replayed);
  static void end_unheard(Kernel& kernel, Lane& lane, const Answer& answer);
  bool take_failure(const At& at, Failure failure, std::size_t handled);
  void bisect(const At& at);
  void back_off(const At& at);
  Duration longest_back_off(const At& at);
  bool send_failure_record(const At& at, std::uint64_t end, Settlement how, Failure failure);
  static bool joins_waiting_failure(const At& at, const FailureKind& kind);
  static Letter failure_letter(const At& at, const WaitingFailure& told);
  void settle(const At& at, std::uint64_t end, Settlement how, bool sent);

  std::vector<Mapping> mappings_;  // by MappingId
  std::vector<Lane> lanes_;
  std::uint64_t tickets_ = 0;
  bool changed_ = false;
};

}  // namespace weir
