// Where one mapping stands in one shard. [POLL-3] [LOOP-1 .. LOOP-11]
//
//   phase      meets                    does                                                       then
//   blocked    its parent is finished   takes up its position                                      reading
//   reading    news of a record         nothing yet, until the next tick of its poll phase         reading
//   reading    the tick                 takes a page; with enough for a batch, tries one           invoking, waiting, reading
//   reading    a throttled poll         nothing, until the next tick                                               reading
//   reading    the window's end         tries a batch of what it has                               invoking, waiting, reading
//   reading    the end of the shard     tries what is left at once; when nothing is, finishes      invoking, finished
//   invoking   the answer               settles what is done; cuts, retries or gives up the rest   waiting, invoking, reading
//   invoking   another poller           forgets what it held, goes on after the checkpoint                 invoking, reading
//   waiting    the back-off is over     tries again, without what has grown too old                invoking, waiting, reading
//   any but    another poller of the    goes back behind what it settled past the shard's checkpoint       invoking, reading
//   finished   shard's other lanes
//   finished   nothing                  every record is settled; children may start
//
// Places are ordinals of the shard: what lies below `done` is settled, what lies below `polled` was got by a poll. A formed
// batch is held until each of its records is settled; what was polled beyond it is looked up again, so it can be trimmed
// meanwhile.
//
// Over several lanes, or with filters, the shard's lane only reads, and shares out among its workers: lanes.cpp. A worker
// counts places by the records it was given; `ordinals` has their ordinals. Its reader's `done` is the checkpoint: what lies
// below is settled in all workers.                                                            [LOOP-3] [POLL-4] [POLL-10]
#pragma once

#include <compare>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/time.hpp"
#include "sim/function/handler.hpp"
#include "sim/queue/destinations.hpp"
#include "sim/trigger/destination.hpp"
#include "sim/trigger/settings.hpp"

namespace weir {

// What a mapping goes by: replaced as a whole by an update.                                   [ESM-2] [OPEN-43]
struct MappingVersion {
  MappingSettings settings;
  FunctionId function;
  std::string function_name;
  bool has_windows() const { return settings.tumbling_window > Duration{}; }
};

enum class LanePhase : std::uint8_t { blocked, reading, invoking, waiting, finished };

// A part of a held batch: the whole of it, until the batch is cut.                            [RETRY-6]
struct BatchPart {
  std::uint64_t end = 0;          // it begins at the lane's `done`
  std::int64_t failures = 0;      // tries that count against maximum_retry_attempts
  std::uint64_t invocations = 0;  // for the failure record                                     [DEST-3]
  std::uint32_t back_offs = 0;    // in a row
  friend bool operator==(const BatchPart&, const BatchPart&) = default;
};

// What failure records must have in common to be sent as one.                                  [RETRY-8]
struct FailureKind {
  FailureRecord::Condition condition = FailureRecord::Condition::retry_attempts_exhausted;
  FailureRecord::FunctionError function_error = FailureRecord::FunctionError::none;
  std::string function_name;
  Destination on_failure = Destination::none;
  std::string destination;
  friend bool operator==(const FailureKind&, const FailureKind&) = default;
};

// A failure record of the held batch that waits for more of it to tell: giving_up.cpp.         [RETRY-8]
struct WaitingFailure {
  LetterNumber letter = 0;
  std::uint64_t from = 0, end = 0;  // the places that it tells
  std::uint64_t invocations = 0;
  FailureKind kind;
};

// The tumbling window whose state a lane keeps: window.cpp.                                    [WIN-1]
struct LaneWindow {
  std::int64_t start_unix = 0;
  std::int64_t length = 0;  // in seconds; an update of the mapping's leaves it as it is      [OPEN-43]
  Instant closes_at{};      // some time after its end
  Item state;
  bool begun = false;   // an invocation was of it
  bool full = false;    // the state passed 1 MB                                             [WIN-4]
  bool ending = false;  // the final invocation is due, or on its way
};

// How many invocations began with a record, how many were refused since the last one, and how many windows opened with it.
struct Tries {
  std::uint32_t begun = 0, refused = 0, windows = 0;
  friend auto operator<=>(const Tries&, const Tries&) = default;
};
using TriesByOrdinal = std::map<std::uint64_t, Tries>;

// The tries that were begun at a place of a lane.
struct TryCount {
  std::optional<std::uint64_t> at;
  Tries now;
  TriesByOrdinal before;  // of a worker: of what may come again, or came from other lanes

  void forget_below(std::uint64_t checkpoint) { before.erase(before.begin(), before.lower_bound(checkpoint)); }
};

// What a worker has behind it above its shard's checkpoint: what may come again when a poller is lost: failover.cpp.  [OPEN-10]
struct WorkerPast {
  struct Done {
    std::uint64_t ordinal = 0;
    RecordId record;
  };
  std::deque<Done> settled;  // in their order
};

inline constexpr std::uint32_t no_lane = ~std::uint32_t{0};

struct Lane {
  MappingId mapping;
  ShardId shard;
  LanePhase phase = LanePhase::blocked;
  std::uint64_t done = 0, polled = 0;
  std::uint64_t seen = 0;                           // ordinals below it are in `ids`, from `done` on
  std::deque<RecordId> ids;                         // of what is not settled yet, so that what is trimmed unread can be named
  Duration poll_phase{};                            // polls fall on the instants poll_phase + n * 250 ms             [POLL-1]
  Instant polled_from{};                            // no poll before                                                [POLL-13]
  std::uint64_t polls_in_a_crowd = 0;               // for choice keys                                               [ESM-27]
  std::uint64_t poll_ticket = 0, timer_ticket = 0;  // of the events waited for; 0: none. Events with another come too late
  Instant gathering_since{};                        // when the first record was got for the batch to come
  Instant free_since{};                             // when the last invocation ended, or the lane began

  std::shared_ptr<const StreamEvent> held;  // the formed batch, from held_from on
  std::uint64_t held_from = 0;
  std::vector<BatchPart> parts;  // still to be done; the last one is next
  std::optional<WaitingFailure> waiting_failure;

  std::shared_ptr<const StreamEvent> offered;  // what is handed to the function: the last part
  RecordList offered_ids;
  std::uint64_t offered_from = 0, offered_end = 0;
  TryCount batch_tries, end_tries;              // of batches, and of the final invocations of windows
  std::optional<InvocationId> invocation;       // the last one
  std::optional<InvocationId> unheard;          // one whose poller is lost; it may run beside the last one  [OPEN-42]
  bool abandoned = false;                       // the last one's poller is lost, and another has yet to come
  std::shared_ptr<const MappingVersion> other;  // what the last try went by, when not by what the mapping has now
  Instant sent_at{};
  FactIndex retry = no_fact;  // what led to the next try, when it is a retry

  std::optional<LaneWindow> window;
  Instant timer_at{};  // of the timer_ticket

  std::vector<std::uint32_t> workers;                 // of a reader: its lanes
  std::uint32_t reader = no_lane;                     // of a worker
  std::optional<std::deque<std::uint64_t>> ordinals;  // of a worker: of what is not settled yet, beside `ids`
  std::optional<WorkerPast> past;                     // of a worker whose poller can be lost

  void forget_below(std::uint64_t checkpoint) {
    batch_tries.forget_below(checkpoint);
    end_tries.forget_below(checkpoint);
    if (!past) return;
    while (!past->settled.empty() && past->settled.front().ordinal < checkpoint) past->settled.pop_front();
  }
  bool ends_window() const { return window && window->ending; }
  TryCount& counted() { return ends_window() ? end_tries : batch_tries; }
  Tries& tries() { return counted().now; }
  std::uint64_t ordinal(std::uint64_t place) const { return ordinals ? (*ordinals)[place - done] : place; }
};

}  // namespace weir
