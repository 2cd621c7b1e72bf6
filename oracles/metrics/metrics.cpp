#include "oracles/metrics/metrics.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "sim/data/lines.hpp"
#include "sim/trace/text.hpp"

namespace weir {

namespace {

enum class Metric : std::uint8_t {
  conditional_check_failed_requests,
  throttled_requests,
  read_throttle_events,
  write_throttle_events,
  consumed_read_capacity_units,
  consumed_write_capacity_units,
  returned_item_count,
  returned_bytes,
  returned_records_count,
  stream_read_request_units,
  time_to_live_deleted_item_count,
  transaction_conflict,
  user_errors,
  system_errors,
  invocations,
  errors,
  throttles,
  duration,
  iterator_age,
  iterator_age_at_end,
  concurrent_executions,
  polled_event_count,
  filtered_out_event_count,
  invoked_event_count,
  failed_invoke_event_count,
  dropped_event_count,
  on_failure_destination_delivered_event_count,
  destination_delivery_failures,
  messages_sent,
  messages_received,
  messages_deleted,
  messages_visible,
  age_of_oldest_message,
};

constexpr std::string_view dynamodb = "AWS/DynamoDB", lambda = "AWS/Lambda", sqs = "AWS/SQS";

constexpr bool level = true;
// For so long a level is looked at by the minute: a trace in which it stays longer makes no sense, and costs no more.
constexpr Duration longest_retention = std::chrono::hours(336);  // of a queue's message
constexpr Duration longest_call = std::chrono::hours(1);         // more than any function's timeout

// In the order of Metric.
const std::vector<MetricInfo>& infos() {
  static const std::vector<MetricInfo> list{
      {"ConditionalCheckFailedRequests", dynamodb, "Count", "Writes refused because their condition was false."},
      {"ThrottledRequests", dynamodb, "Count",
       "Requests refused for want of capacity, a transaction or a batch as one: a batch only if nothing of it was done."},
      {"ReadThrottleEvents", dynamodb, "Count", "Reads of a table or a global index that it throttled."},
      {"WriteThrottleEvents", dynamodb, "Count", "Writes that a table throttled, or a global index of it."},
      {"ConsumedReadCapacityUnits", dynamodb, "Count",
       "Read units that a table or a global index with capacity settings used, halves left out until there are two."},
      {"ConsumedWriteCapacityUnits", dynamodb, "Count", "Write units, likewise."},
      {"ReturnedItemCount", dynamodb, "Count", "Items that a page of a Query or Scan returned, of the table or of an index."},
      {"ReturnedBytes", dynamodb, "Bytes", "Size of the stream records that readers of the shard API were given."},
      {"ReturnedRecordsCount", dynamodb, "Count", "Stream records that readers of the shard API were given."},
      {"StreamReadRequestUnits", dynamodb, "Count",
       "What the reads of the shard API are charged for: one for each GetRecords call, empty or not; Lambda's own are free."},
      {"TimeToLiveDeletedItemCount", dynamodb, "Count", "Items that TTL deleted."},
      {"TransactionConflict", dynamodb, "Count",
       "Reads and writes of items that were refused since a transaction held the item, each item of a request counted; of a "
       "BatchGetItem none is refused."},
      {"UserErrors", dynamodb, "Count",
       "Requests refused as wrong (HTTP 400), throttles and false conditions left out; a cancelled transaction is one, "
       "whatever cancelled it, unless it was throttled."},
      {"SystemErrors", dynamodb, "Count",
       "Requests to tables and streams answered with HTTP 500, whether they were done or not."},
      {"Invocations", lambda, "Count", "Calls of the function that ran its code."},
      {"Errors", lambda, "Count",
       "Calls that threw, crashed or ran out of time, each at the time it began; a partial batch response is none."},
      {"Throttles", lambda, "Count",
       "Invocations refused before the function's code ran; in Invocations and Errors they are not."},
      {"Duration", lambda, "Milliseconds", "How long the function's code ran."},
      {"IteratorAge", lambda, "Milliseconds", "Age of the batch's last record when the batch was sent.", level},
      {"IteratorAgeAtEnd", lambda, "Milliseconds", "The same when the batch had been processed.", level},
      {"ConcurrentExecutions", lambda, "Count",
       "Calls of the function that ran at the same time, as each began and at the begin of each minute.", level},
      {"PolledEventCount", lambda, "Count",
       "Records the mapping got from the stream, each once, when a call with it is first begun or put off."},
      {"FilteredOutEventCount", lambda, "Count", "Records the filter criteria left out."},
      {"InvokedEventCount", lambda, "Count", "Records sent to the function, each attempt counted."},
      {"FailedInvokeEventCount", lambda, "Count",
       "Records of attempts that failed, or of the failed rest of a batch; a partial answer that nobody was left to hear has "
       "none."},
      {"DroppedEventCount", lambda, "Count",
       "Records given up by retry or age limit that no destination was told of; not those that expired in the stream."},
      {"OnFailureDestinationDeliveredEventCount", lambda, "Count", "Records that an on-failure destination was told of."},
      {"DestinationDeliveryFailures", lambda, "Count", "Failure records that never came to their destination."},
      {"NumberOfMessagesSent", sqs, "Count", "Messages a queue took, repetitions that a FIFO queue drops left out."},
      {"NumberOfMessagesReceived", sqs, "Count", "Messages given to receivers, each time counted."},
      {"NumberOfMessagesDeleted", sqs, "Count", "Messages that were removed."},
      {"ApproximateNumberOfMessages", sqs, "Count",
       "Messages in the queue, those that are out included, as their number changed.", level},
      {"ApproximateAgeOfOldestMessage", sqs, "Seconds",
       "Age of the oldest message left, as their number changed and at the end of each minute.", level},
  };
  return list;
}

std::int64_t milliseconds(Duration span) { return (span.count() + (span.count() < 0 ? -500 : 500)) / 1000; }
bool is_dynamodb(Service service) { return service == Service::dynamodb || service == Service::streams; }
// Where minutes begin after one instant, up to another.
template <class Look>
void each_minute(Instant after, Instant until, Duration most, Look&& look) {
  constexpr Duration minute = std::chrono::minutes(1);
  Instant next = std::chrono::ceil<std::chrono::minutes>(after.time_since_epoch() + Duration(1)) + Instant{};
  for (int looks = 0; next <= until && looks < most / minute; next += minute, ++looks) look(next);
}
RecordList first_of(const RecordList& records, std::uint64_t count) {
  if (!records || count >= records->size()) return records;
  return std::make_shared<const std::vector<RecordId>>(records->begin(), records->begin() + static_cast<std::ptrdiff_t>(count));
}
std::int64_t size_of(const RecordList& records) { return records ? static_cast<std::int64_t>(records->size()) : 0; }

}  // namespace

const std::vector<MetricInfo>& all_metrics() { return infos(); }

std::int64_t MetricSeries::total() const {
  std::int64_t sum = 0;
  for (const MetricPoint& point : points) sum += point.sum;
  return sum;
}

std::int64_t MetricSeries::highest() const {
  std::int64_t most = points.front().maximum;
  for (const MetricPoint& point : points) most = std::max(most, point.maximum);
  return most;
}

struct MetricsCollector::State {
  struct Call {
    FunctionId function;
    ShardId shard;
    Instant from{};
    std::int64_t records = 0;
    bool unheard = false;  // its poller was lost
  };
  // A call that ended well with some failures: what its mapping makes of that follows at once, or is nothing but the failure.
  struct Answered {
    FactIndex ended = no_fact;
    MappingId mapping;
    std::int64_t records = 0;
    Instant at{};
  };

  FactWriter names;
  std::map<std::pair<Metric, std::string>, std::vector<MetricPoint>> points;
  std::map<MappingId, FunctionId> function_of;
  struct Ended {
    FactIndex fact = no_fact;
    FunctionId function;
    Instant from{};
  } last_end;  // the call that ended last
  std::map<InvocationId, Call> running;
  struct Concurrent {
    std::int64_t calls = 0;
    Instant measured_at{};
  };
  std::map<FunctionId, Concurrent> concurrent;
  std::map<MappingId, std::set<RecordId>> polled;
  std::map<ShardId, std::vector<RecordId>> appended;       // in their order: a batch is called by its first one's place
  std::map<std::pair<MappingId, RecordId>, Instant> held;  // by its first record, a batch that no call was begun for yet
  std::map<std::pair<MappingId, ShardId>, int> ending;     // windows that no final call has ended yet
  struct QueueSide {
    std::map<MessageId, Instant> messages;  // that are there, and when each was sent
    Instant measured_at{};                  // the age of the oldest
  };
  std::map<QueueId, QueueSide> queues;
  // The last throttle of capacity: a refusal that says no table is of this one's if it is the same caller's, at once.
  struct Throttle {
    TableId table;
    Actor actor;
    Instant at{};
  };
  std::optional<Throttle> last_throttle;
  std::map<std::string, std::int64_t> half_units;  // read, by dimension
  std::optional<Answered> answered;
  std::set<MappingId> deleted;

  void add(Metric metric, const std::string& dimension, Instant at, std::int64_t value) {
    std::vector<MetricPoint>& series = points[{metric, dimension}];
    const std::int64_t minute = at.time_since_epoch() / std::chrono::minutes(1);
    auto place = series.end();
    while (place != series.begin() && std::prev(place)->minute >= minute) --place;
    if (place == series.end() || place->minute != minute) place = series.insert(place, {minute, 0, 0, value, value});
    MetricPoint& point = *place;
    point.samples += 1;
    point.sum += value;
    point.minimum = std::min(point.minimum, value);
    point.maximum = std::max(point.maximum, value);
  }
  void count(Metric metric, const std::string& dimension, Instant at, std::int64_t times = 1) {
    if (times > 0) add(metric, dimension, at, times);
  }

  void measure(QueueId queue, Instant at) {
    QueueSide& side = queues[queue];
    const std::map<MessageId, Instant>& there = side.messages;
    side.measured_at = at;
    add(Metric::messages_visible, of(queue), at, static_cast<std::int64_t>(there.size()));
    const Duration age = there.empty() ? Duration{} : at - there.begin()->second;
    add(Metric::age_of_oldest_message, of(queue), at, age / std::chrono::seconds(1));
  }

  // As a clock would that looks at the end of each minute, from the last measurement to now.
  void measure_by_the_minute(QueueId queue, Instant now) {
    const QueueSide& side = queues[queue];
    if (side.messages.empty()) return;
    const Instant sent = side.messages.begin()->second;
    each_minute(side.measured_at, now, longest_retention, [&](Instant next) {
      const Instant at = next - Duration(1);
      add(Metric::age_of_oldest_message, of(queue), at, (at - sent) / std::chrono::seconds(1));
    });
  }

  // The calls that run are counted as each begins, and as each minute begins: no minute in which one runs is without a point.
  // One that ends just then is not in it.
  void measure_by_the_minute(FunctionId function, Instant now) {
    Concurrent& side = concurrent[function];
    const Instant before = now - Duration(1);
    if (side.calls > 0)
      each_minute(side.measured_at, before, longest_call,
                  [&](Instant at) { add(Metric::concurrent_executions, of(function), at, side.calls); });
    side.measured_at = std::max(side.measured_at, before);
  }
  void begin_call(FunctionId function, Instant at) {
    measure_by_the_minute(function, at);
    Concurrent& side = concurrent[function];
    side.measured_at = at;
    add(Metric::concurrent_executions, of(function), at, ++side.calls);
  }
  void end_call(FunctionId function, Instant at) {
    measure_by_the_minute(function, at);
    concurrent[function].calls -= 1;
  }

  void ask(const CapacityAsked& asked, Instant at) {
    const bool reads = asked.use == CapacityUse::read;
    const std::string where = of(asked.table) + (asked.index.empty() ? "" : ",GlobalSecondaryIndexName=" + asked.index);
    if (asked.answer != CapacityAnswer::served) {
      count(reads ? Metric::read_throttle_events : Metric::write_throttle_events, where, at);
      last_throttle = {asked.table, asked.actor, at};
    } else if (reads) {
      std::int64_t& halves = half_units[where];
      const std::int64_t before = halves / 2;
      halves += asked.half_units;
      count(Metric::consumed_read_capacity_units, where, at, halves / 2 - before);
    } else {
      count(Metric::consumed_write_capacity_units, where, at, asked.half_units / 2);
    }
  }

  std::string of(QueueId queue) const { return "QueueName=" + names.queue_name(queue); }
  std::string of(TableId table) const { return "TableName=" + names.table_name(table); }
  std::string of(FunctionId function) const { return "FunctionName=" + names.function_name(function); }
  std::string of(MappingId mapping) const { return "EventSourceMapping=" + names.mapping_name(mapping); }

  void poll(MappingId mapping, const RecordList& records, Instant at) {
    if (!records || records->empty()) return;
    const auto since = held.find({mapping, records->front()});
    if (since != held.end()) {
      at = since->second;
      held.erase(since);
    }
    std::int64_t fresh = 0;
    for (const RecordId record : *records) fresh += polled[mapping].insert(record).second ? 1 : 0;
    count(Metric::polled_event_count, of(mapping), at, fresh);
  }
  // The mapping has a batch that it may not call its function with, or that it has to wait with: what it tells is the place of
  // the batch's first record. The others count when they are told of, at the minute that this is. While a window ends the place
  // may be that of a record not yet read.                                                            [POLL-12] [WIN-5]
  void hold(MappingId mapping, ShardId shard, std::uint64_t batch, Instant at) {
    const std::vector<RecordId>& records = appended[shard];
    if (batch >= records.size() || ending.contains({mapping, shard})) return;
    const RecordId first = records[static_cast<std::size_t>(batch)];
    if (!polled[mapping].insert(first).second) return;
    held[{mapping, first}] = at;
    count(Metric::polled_event_count, of(mapping), at);
  }
  void end_window(MappingId mapping, ShardId shard) {
    const auto open = ending.find({mapping, shard});
    if (open != ending.end() && --open->second == 0) ending.erase(open);
  }
  // How many of a partial response's records failed: all but those that what follows it says are handled. Where something else
  // follows, all: the mapping rests, and keeps no word of it.                                   [RBIF-3] [RBIF-5] [ESM-25]
  void judge_rest(std::int64_t handled) {
    count(Metric::failed_invoke_event_count, of(answered->mapping), answered->at, answered->records - handled);
    answered.reset();
  }
  void judge_answer(const Fact& fact) {
    if (!answered) return;
    if (fact.cause != answered->ended) return judge_rest(0);
    const auto* settled = fact.as<Settled>();
    if (settled) return judge_rest(settled->how == Settlement::handled ? size_of(settled->records) : 0);
    if (fact.as<RetryScheduled>()) judge_rest(0);
  }
  // The function of the call that it came of, by now maybe another than the mapping calls.
  std::string function_behind(const Fact& fact, MappingId mapping) {
    return of(comes_of_last_end(fact) ? last_end.function : function_of[mapping]);
  }
  // What is measured of a call stands where it began.
  Instant begin_behind(const Fact& fact) const { return comes_of_last_end(fact) ? last_end.from : fact.at; }
  bool comes_of_last_end(const Fact& fact) const { return fact.cause != no_fact && fact.cause == last_end.fact; }
  // One for each table's name in a list of lines.                                                          [TXN-5]
  void conflict(std::string_view tables, Instant at) {
    each_line(tables,
              [&](std::string_view table) { count(Metric::transaction_conflict, "TableName=" + std::string(table), at); });
  }
  // A transaction is one request, and has one answer.                                                [TXN-4]
  void cancel(const TransactionCanceled& canceled, Instant at) {
    const auto has = [&](std::string_view name) { return canceled.reasons.find(name) != std::string::npos; };
    conflict(canceled.conflicts, at);
    if (!has("ProvisionedThroughputExceeded") && !has("ThrottlingError")) return count(Metric::user_errors, "", at);
    const bool told = last_throttle && last_throttle->actor == canceled.actor && last_throttle->at == at;
    count(Metric::throttled_requests, told ? of(last_throttle->table) : "", at);
  }
  void refuse(const WriteRefused& refused, Instant at) {
    if (refused.error == ServiceError::transaction_conflict) count(Metric::transaction_conflict, of(refused.table), at);
    if (!refused.part) refuse(refused.error, of(refused.table), at);
  }
  void refuse(ServiceError error, const std::string& dimension, Instant at) {
    if (error == ServiceError::condition_failed) return count(Metric::conditional_check_failed_requests, dimension, at);
    if (is_throttle(error)) return count(Metric::throttled_requests, dimension, at);
    if (error != ServiceError::internal_server_error) count(Metric::user_errors, "", at);
  }
};

MetricsCollector::MetricsCollector() : state_(std::make_unique<State>()) {}
MetricsCollector::~MetricsCollector() = default;

void MetricsCollector::observe(const Fact& fact) {
  State& s = *state_;
  s.names.learn(fact);
  const Instant at = fact.at;
  s.judge_answer(fact);
  if (const auto* declared = fact.as<MappingDeclared>()) s.function_of[declared->mapping] = declared->function;
  if (const auto* failed = fact.as<DestinationFailed>())
    s.count(Metric::destination_delivery_failures, s.function_behind(fact, failed->mapping), at);
  if (const auto* sent = fact.as<MessageSent>(); sent && !sent->repeats) {
    s.count(Metric::messages_sent, s.of(sent->queue), at);
    s.measure_by_the_minute(sent->queue, at);
    s.queues[sent->queue].messages.emplace(sent->message, at);
    s.measure(sent->queue, at);
  }
  if (fact.as<RunEnded>()) {
    for (auto& [queue, side] : s.queues) s.measure_by_the_minute(queue, at);
    for (auto& [function, side] : s.concurrent) s.measure_by_the_minute(function, at);
  }
  if (const auto* received = fact.as<MessageReceived>()) s.count(Metric::messages_received, s.of(received->queue), at);
  if (const auto* gone = fact.as<MessageGone>()) {
    if (gone->how == MessageEnd::removed) s.count(Metric::messages_deleted, s.of(gone->queue), at);
    s.measure_by_the_minute(gone->queue, at);
    s.queues[gone->queue].messages.erase(gone->message);
    s.measure(gone->queue, at);
  }
  if (const auto* denied = fact.as<AccessDenied>(); denied && denied->action.starts_with("dynamodb:"))
    s.count(Metric::user_errors, "", at);
  if (const auto* refused = fact.as<WriteRefused>()) s.refuse(*refused, at);
  if (const auto* refused = fact.as<RequestRefused>()) s.refuse(refused->error, s.of(refused->table), at);
  if (const auto* canceled = fact.as<TransactionCanceled>()) s.cancel(*canceled, at);
  if (const auto* read = fact.as<ItemRead>()) s.count(Metric::returned_item_count, s.of(read->table), at, read->returned);
  if (const auto* read = fact.as<IndexRead>()) s.count(Metric::returned_item_count, s.of(read->table), at, read->returned);
  if (const auto* asked = fact.as<CapacityAsked>()) s.ask(*asked, at);
  if (const auto* refused = fact.as<StreamCallRefused>()) s.refuse(refused->error, "", at);
  if (fact.as<TableCallRefused>()) s.count(Metric::user_errors, "", at);  // a limit of the control plane is no throttle
  if (const auto* judged = fact.as<TtlJudged>(); judged && judged->verdict == TtlVerdict::deleted)
    s.count(Metric::time_to_live_deleted_item_count, s.of(judged->table), at);
  if (const auto* page = fact.as<PageRead>()) {
    s.count(Metric::returned_records_count, "", at, size_of(page->records));
    s.count(Metric::returned_bytes, "", at, static_cast<std::int64_t>(page->bytes));
    s.count(Metric::stream_read_request_units, "", at);
  }
  if (const auto* call = fact.as<CallDisturbed>(); call && is_dynamodb(call->service)) {
    if (call->fate == Fate::throttled) s.count(Metric::throttled_requests, "", at);
    if (call->fate == Fate::error_done || call->fate == Fate::error_not_done) s.count(Metric::system_errors, "", at);
  }
  if (const auto* record = fact.as<Appended>()) s.appended[record->shard].push_back(record->record);
  if (const auto* throttled = fact.as<InvocationThrottled>()) {
    s.count(Metric::throttles, s.of(throttled->function), at);
    s.hold(throttled->mapping, throttled->shard, throttled->batch, at);
  }
  if (const auto* retry = fact.as<RetryScheduled>()) s.hold(retry->mapping, retry->shard, retry->batch, at);
  if (const auto* window = fact.as<WindowEnding>()) s.ending[{window->mapping, window->shard}] += 1;
  if (const auto* updated = fact.as<MappingUpdated>()) s.function_of[updated->mapping] = updated->function;
  if (const auto* start = fact.as<InvocationStarted>()) {
    s.running[start->invocation] = {start->function, start->shard, at, size_of(start->records)};
    s.count(Metric::invocations, s.of(start->function), at);
    s.begin_call(start->function, at);
    s.count(Metric::invoked_event_count, s.of(start->mapping), at, size_of(start->records));
    s.poll(start->mapping, start->records, at);
  }
  if (const auto* end = fact.as<InvocationEnded>()) {
    const auto found = s.running.find(end->invocation);
    if (found == s.running.end()) return;
    const State::Call call = found->second;
    s.running.erase(found);
    s.last_end = {fact.index, call.function, call.from};
    s.end_call(call.function, at);
    s.add(Metric::duration, s.of(call.function), call.from, milliseconds(at - call.from));
    // The function of a lost answer or of a wrong response did not fail: its invoker did not get what it wanted.
    const InvocationOutcome how = end->outcome;
    if (how == InvocationOutcome::threw || how == InvocationOutcome::crashed || how == InvocationOutcome::timed_out)
      s.count(Metric::errors, s.of(call.function), call.from);
    if (how != InvocationOutcome::ok) s.count(Metric::failed_invoke_event_count, s.of(end->mapping), at, call.records);
    if (how == InvocationOutcome::ok && call.records == 0) s.end_window(end->mapping, call.shard);
    const bool heard = !call.unheard && !s.deleted.contains(end->mapping);
    if (how == InvocationOutcome::ok && end->failures > 0 && heard)
      s.answered = State::Answered{fact.index, end->mapping, call.records, at};
  }
  if (const auto* lost = fact.as<PollerLost>())
    if (const auto call = s.running.find(lost->invocation); call != s.running.end()) call->second.unheard = true;
  if (const auto* changed = fact.as<MappingStateChanged>()) {
    if (changed->state == MappingState::deleted) s.deleted.insert(changed->mapping);
    if (changed->state == MappingState::disabled)  // it forms its batches anew when it goes on                [ESM-25]
      std::erase_if(s.held, [&](const auto& batch) { return batch.first.first == changed->mapping; });
  }
  if (const auto* age = fact.as<IteratorAge>()) {
    const std::string function = s.function_behind(fact, age->mapping);
    const Instant from = s.begin_behind(fact);
    s.add(Metric::iterator_age, function, from, milliseconds(age->at_send));
    s.add(Metric::iterator_age_at_end, function, from, milliseconds(age->at_end));
  }
  if (const auto* settled = fact.as<Settled>()) {
    const bool by_limit = settled->how == Settlement::retries_exhausted || settled->how == Settlement::age_exceeded;
    const bool filtered = settled->how == Settlement::filtered;
    if (by_limit || filtered) s.poll(settled->mapping, settled->records, at);
    if (settled->polled > 0) s.poll(settled->mapping, first_of(settled->records, settled->polled), at);
    if (filtered) s.count(Metric::filtered_out_event_count, s.of(settled->mapping), at, size_of(settled->records));
    if (by_limit && !settled->sent) s.count(Metric::dropped_event_count, s.of(settled->mapping), at, size_of(settled->records));
  }
  if (const auto* sent = fact.as<DestinationSent>())
    s.count(Metric::on_failure_destination_delivered_event_count, s.of(sent->mapping), at, size_of(sent->records));
}

std::vector<MetricSeries> MetricsCollector::series() const {
  std::vector<MetricSeries> all;
  for (const auto& [which, points] : state_->points)
    all.push_back({&infos()[static_cast<std::size_t>(which.first)], which.second, points});
  return all;
}

std::vector<MetricSeries> metrics_of(const std::vector<Fact>& trace) {
  MetricsCollector collector;
  for (const Fact& fact : trace) collector.observe(fact);
  return collector.series();
}

}  // namespace weir
