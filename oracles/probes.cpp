#include "oracles/probes.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <set>
#include <utility>

#include "oracles/dense.hpp"
#include "oracles/ledger.hpp"
#include "oracles/watching.hpp"

namespace weir {

namespace {

enum class Probe : std::uint8_t {
  split,
  rollover,
  split_during_retry,
  retry,
  redelivery_elsewhere,
  bisect,
  partial_response,
  bad_response,
  lost_answer,
  time_limit,
  crash,
  crash_between_effects,
  call_throttled,
  call_done_answer_error,
  client_write_again,
  batch_of_several,
  records_given_up,
  destination_message,
  trim,
  trim_under_blocked_shard,
  ttl_deletion,
  ttl_spare,
  ttl_deletion_after_spare,
  expired_item_read,
  no_op_write,
  condition_refused,
  item_recreated,
  empty_page,
  end_of_shard_with_records,
  iterator_refused,
  stream_enabled_again,
  records_filtered,
  lanes_at_once,
  call_denied,
  mapping_without_permission,
  destination_failed,
  message_received_again,
  message_repetition_dropped,
  index_behind,
  poller_lost,
  unheard_overlap,
  records_replayed,
  window_of_ended_shard,
  window_of_full_state,
  count
};
constexpr std::size_t probe_count = static_cast<std::size_t>(Probe::count);

constexpr std::array<std::string_view, probe_count> names{
    "a shard split",
    "a shard rollover",
    "a split during a retry",
    "a retry",
    "a redelivery in another batch",
    "a bisected batch",
    "a partial response",
    "a bad response",
    "a lost answer",
    "a time limit",
    "a crash",
    "a crash or time-out after an effect",
    "a throttled call",
    "a call done with an error for an answer",
    "a write that its client wrote again",
    "a batch of several records",
    "records given up",
    "a destination message",
    "a trim",
    "a trim under a blocked shard",
    "a TTL deletion",
    "a TTL deletion called off",
    "a TTL deletion after one was called off",
    "an expired item read",
    "a write that changes nothing",
    "a condition that fails",
    "an item created again",
    "an empty page",
    "an end of shard with records",
    "a stream call refused",
    "a stream enabled again",
    "records filtered out",
    "two batches of a shard at once",
    "a call that a role does not allow",
    "a mapping that lacks a permission",
    "a failure record that never came",
    "a message received again",
    "a message dropped as a repetition",
    "an index read that had not heard",
    "a poller lost",
    "an overlap with the invocation of a lost poller",
    "settled records that come again",
    "a tumbling window closed by the end of its shard",
    "a tumbling window closed by its state",
};

}  // namespace

const std::vector<std::string_view>& probe_names() {
  static const std::vector<std::string_view> all(names.begin(), names.end());
  return all;
}

struct Probes::State {
  struct Lane {
    bool retrying = false;
    std::uint64_t last_batch = 0;
    bool delivered = false;
    RecordId delivered_through;
  };
  struct Flight {
    InvocationId invocation;
    ShardId shard;
    MappingId mapping;
    std::uint32_t effects = 0;
    bool unheard = false;  // its poller is lost
  };
  using LaneOf = std::pair<ShardId, MappingId>;

  std::array<std::uint64_t, probe_count> counts{};
  const Fact* fact = nullptr;   // at hand
  Instant now{};                // its own
  std::int64_t epoch_unix = 0;  // Unix seconds at Instant{}
  std::map<LaneOf, Lane> lanes;
  Dense<ShardId, std::uint32_t> children;
  std::vector<Flight> flights;
  std::set<std::pair<TableId, ItemKey>> spared;
  std::set<std::pair<TableId, ItemKey>> removed;
  std::set<TableId> streamed;
  // Of clients outside, whose tries take no time: what their last call that went wrong is known to have done all the same, and
  // the tries that come after such a one.
  bool client_unheard = false, client_wrote_unheard = false;
  std::set<FactIndex> tries_after_write;

  static bool is_outside(const Actor& actor) { return actor.kind == ActorKind::client || actor.kind == ActorKind::loader; }

  void hit(Probe probe) { counts[static_cast<std::size_t>(probe)] += 1; }
  void hit_if(bool reached, Probe probe) {
    if (reached) hit(probe);
  }

  template <class T>
  void on(const T&) {}

  void on(const RunStarted& run) { epoch_unix = run.epoch_unix; }
  void on(const WindowEnding& ending) {
    const std::int64_t now_unix = epoch_unix + now.time_since_epoch() / 1s;
    hit_if(ending.early, Probe::window_of_full_state);
    hit_if(!ending.early && now_unix < ending.end_unix, Probe::window_of_ended_shard);
  }
  void on(const ShardOpened& opened) {
    if (opened.parent == no_shard) return;
    const std::uint32_t siblings = ++children.at(opened.parent);
    if (siblings != 2) return;
    hit(Probe::split);
    for (auto lane = lanes.lower_bound({opened.parent, MappingId{}}); lane != lanes.end() && lane->first.first == opened.parent;
         ++lane)
      if (lane->second.retrying) return hit(Probe::split_during_retry);
  }
  void on(const AccessDenied&) { hit(Probe::call_denied); }
  void on(const MappingAccess& access) { hit_if(!access.missing.empty(), Probe::mapping_without_permission); }
  void on(const DestinationFailed&) { hit(Probe::destination_failed); }
  void on(const MessageReceived& received) { hit_if(received.receives > 1, Probe::message_received_again); }
  void on(const MessageSent& sent) { hit_if(sent.repeats, Probe::message_repetition_dropped); }
  void on(const RetryScheduled& retry) {
    hit(Probe::retry);
    lanes[{retry.shard, retry.mapping}].retrying = true;
  }
  void on(const Settled& settled) {
    lanes[{settled.shard, settled.mapping}].retrying = false;
    hit_if(gives_up(settled.how), Probe::records_given_up);
    hit_if(settled.how == Settlement::filtered, Probe::records_filtered);
    hit_if(settled.how == Settlement::expired, Probe::trim_under_blocked_shard);
  }
  void on(const InvocationStarted& started) {
    const auto records = each_of(started.records);
    const auto beside = [&](bool unheard) {
      return std::any_of(flights.begin(), flights.end(), [&](const Flight& one) {
        return one.shard == started.shard && one.mapping == started.mapping && one.unheard == unheard;
      });
    };
    hit_if(beside(false), Probe::lanes_at_once);
    hit_if(beside(true), Probe::unheard_overlap);
    flights.push_back({started.invocation, started.shard, started.mapping, 0, false});
    hit_if(records.size() > 1, Probe::batch_of_several);
    if (records.empty()) return;
    Lane& lane = lanes[{started.shard, started.mapping}];
    hit_if(lane.delivered && records.front() <= lane.delivered_through && started.batch != lane.last_batch,
           Probe::redelivery_elsewhere);
    lane.delivered_through = lane.delivered ? std::max(lane.delivered_through, records.back()) : records.back();
    lane.delivered = true;
    lane.last_batch = started.batch;
  }
  void on(const PollerLost& lost) {
    hit(Probe::poller_lost);
    for (Flight& flight : flights)
      if (flight.invocation == lost.invocation) flight.unheard = true;
  }
  void on(const Replayed&) { hit(Probe::records_replayed); }
  void on(const InvocationEnded& ended) {
    std::uint32_t effects = 0;
    for (Flight& flight : flights) {
      if (flight.invocation != ended.invocation) continue;
      effects = flight.effects;
      flight = flights.back();
      flights.pop_back();
      break;
    }
    const bool killed = ended.outcome == InvocationOutcome::crashed || ended.outcome == InvocationOutcome::timed_out;
    hit_if(killed && effects > 0, Probe::crash_between_effects);
    hit_if(ended.outcome == InvocationOutcome::crashed, Probe::crash);
    hit_if(ended.outcome == InvocationOutcome::timed_out, Probe::time_limit);
    hit_if(ended.outcome == InvocationOutcome::answer_lost, Probe::lost_answer);
    hit_if(ended.outcome == InvocationOutcome::bad_response, Probe::bad_response);
    hit_if(ended.outcome == InvocationOutcome::ok && ended.failures > 0, Probe::partial_response);
  }
  void on(const Written& written) {
    if (client_unheard && is_outside(written.actor)) client_wrote_unheard = true;
    if (!tries_after_write.empty()) hit_if(tries_after_write.erase(fact->cause) != 0, Probe::client_write_again);
    if (written.actor.kind == ActorKind::invocation)
      for (Flight& flight : flights)
        if (flight.invocation.value == written.actor.id) flight.effects += 1;
    if (written.kind == ChangeKind::remove) {
      removed.emplace(written.table, written.key);
    } else if (!removed.empty() && written.kind == ChangeKind::insert) {
      hit_if(removed.erase({written.table, written.key}) != 0, Probe::item_recreated);
    }
  }
  void on(const TtlJudged& judged) {
    if (judged.verdict == TtlVerdict::spared) {
      hit(Probe::ttl_spare);
      spared.emplace(judged.table, judged.key);
    } else {
      hit(Probe::ttl_deletion);
      hit_if(spared.erase({judged.table, judged.key}) != 0, Probe::ttl_deletion_after_spare);
    }
  }
  void on(const StreamEnabled& enabled) { hit_if(!streamed.insert(enabled.table).second, Probe::stream_enabled_again); }
  void on(const Bisected&) { hit(Probe::bisect); }
  void on(const DestinationSent&) { hit(Probe::destination_message); }
  void on(const Trimmed&) { hit(Probe::trim); }
  void on(const IndexBehind&) { hit(Probe::index_behind); }
  void on(const WriteIgnored&) { hit(Probe::no_op_write); }
  void on(const StreamCallRefused&) { hit(Probe::iterator_refused); }
  void on(const WriteRefused& refused) { hit_if(refused.error == ServiceError::condition_failed, Probe::condition_refused); }
  void on(const ItemRead& read) { hit_if(read.expired, Probe::expired_item_read); }
  void on(const CallDisturbed& disturbed) {
    hit_if(disturbed.fate == Fate::throttled, Probe::call_throttled);
    hit_if(disturbed.fate == Fate::error_done, Probe::call_done_answer_error);
    if (!is_outside(disturbed.actor)) return;
    client_unheard = disturbed.fate == Fate::error_done;
    client_wrote_unheard = false;
  }
  void on(const CallRetried& retried) {
    if (!is_outside(retried.actor)) return;
    const bool lost = client_wrote_unheard && retried.error == ServiceError::internal_server_error;
    if (lost || tries_after_write.contains(fact->cause)) tries_after_write.insert(fact->index);
    client_unheard = client_wrote_unheard = false;
  }
  void on(const PageRead& page) {
    hit_if(each_of(page.records).empty() && !page.at_end, Probe::empty_page);
    hit_if(!each_of(page.records).empty() && page.at_end, Probe::end_of_shard_with_records);
  }
};

Probes::Probes() : state_(std::make_unique<State>()) {}
Probes::~Probes() = default;
Probes::Probes(Probes&&) noexcept = default;
Probes& Probes::operator=(Probes&&) noexcept = default;

FactMask Probes::interests() {
  return mask_of<ShardOpened, RetryScheduled, Settled, InvocationStarted, InvocationEnded, Written, TtlJudged, StreamEnabled,
                 Bisected, DestinationSent, Trimmed, WriteIgnored, StreamCallRefused, WriteRefused, ItemRead, CallDisturbed,
                 PageRead, AccessDenied, MappingAccess, DestinationFailed, MessageReceived, MessageSent, IndexBehind,
                 PollerLost, Replayed, RunStarted, WindowEnding, CallRetried>();
}

void Probes::observe(const Fact& fact) {
  state_->fact = &fact;
  state_->now = fact.at;
  std::visit([this](const auto& body) { state_->on(body); }, fact.what);
}

Reached Probes::reached() const {
  std::array<std::uint64_t, probe_count> counts = state_->counts;
  state_->children.each([&](ShardId, std::uint32_t siblings) {  // one child for good is a rollover
    counts[static_cast<std::size_t>(Probe::rollover)] += siblings == 1 ? 1 : 0;
  });
  static const std::array<std::size_t, probe_count> by_name = [] {
    std::array<std::size_t, probe_count> order{};
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [](std::size_t a, std::size_t b) { return names[a] < names[b]; });
    return order;
  }();
  Reached all;
  all.reserve(probe_count);
  for (const std::size_t i : by_name) all.emplace_back(names[i], counts[i]);
  return all;
}

}  // namespace weir
