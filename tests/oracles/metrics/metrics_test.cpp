// Each metric on a trace made by hand, and the metrics and accounts of played runs against a count of their facts.
#include "oracles/metrics/metrics.hpp"

#include <map>
#include <stdexcept>

#include "oracles/metrics/accounts.hpp"
#include "scenarios/play/play.hpp"
#include "tests/catch.hpp"
#include "tests/oracles/metrics/bed.hpp"

using namespace weir;
using test::function, test::mapping, test::records;
using Bed = test::MetricsBed;

TEST_CASE("a metric has one point a minute, with samples, sum and extremes", "[metrics][METRIC-2]") {
  Bed bed;
  bed.start(10s, 0, {RecordId{0}});
  bed.end(10s + 30ms, 0);
  bed.start(59s, 1, {RecordId{1}});
  bed.end(59s + 50ms, 1);
  bed.start(3min, 2, {RecordId{2}});
  bed.end(3min + 5ms, 2);
  CHECK(bed.points("Duration", function) == std::vector<MetricPoint>{{0, 2, 80, 30, 50}, {3, 1, 5, 5, 5}});
  CHECK(bed.points("Invocations", function) == std::vector<MetricPoint>{{0, 2, 2, 1, 1}, {3, 1, 1, 1, 1}});
}

TEST_CASE("throttled and wrong requests are counted by request: a batch with its refusal, a transaction once",
          "[metrics][METRIC-1][BOP-3][TXN-4]") {
  Bed bed;
  const Actor client = Actor::client(0), other = Actor::client(1);
  const ItemKey key(AttributeValue("A"));
  const WriteRefused part{TableId{0}, key, ServiceError::throughput_exceeded, client, "", true};
  bed.note(1s, part);  // the batch goes well but for it
  bed.note(2s, part);
  bed.note(2s, part);
  bed.note(2s, RequestRefused{"BatchWriteItem", TableId{0}, ServiceError::throughput_exceeded, client, ""});
  CHECK(bed.total("ThrottledRequests", "TableName=orders") == 1);
  const auto ask = [&](Actor actor) {
    bed.note(3s, CapacityAsked{TableId{0}, "", "0", CapacityUse::read, 4, CapacityAnswer::provisioned_exceeded, actor});
  };
  ask(client);
  bed.note(3s, TransactionCanceled{"[None, ProvisionedThroughputExceeded]", client});
  CHECK(bed.total("ThrottledRequests", "TableName=orders") == 2);
  ask(other);
  bed.note(3s, TransactionCanceled{"[ThrottlingError]", client});  // of what table, nothing tells
  CHECK(bed.total("ThrottledRequests", "") == 1);
  ask(client);
  bed.note(4s, TransactionCanceled{"[None, ProvisionedThroughputExceeded]", client});  // of another request's table, maybe
  CHECK(bed.total("ThrottledRequests", "") == 2);
  bed.note(4s, TransactionCanceled{"[ConditionalCheckFailed]", client});
  bed.note(5s, RequestRefused{"Query", TableId{0}, ServiceError::validation, client, "no"});
  CHECK(bed.total("UserErrors", "") == 2);
  const WriteRefused bound{TableId{0}, key, ServiceError::transaction_conflict, client, "", true};
  bed.note(6s, bound);
  CHECK(bed.total("TransactionConflict", "TableName=orders") == 1);
  CHECK(bed.total("UserErrors", "") == 2);
}

TEST_CASE("records that were held until they expired had been polled", "[metrics][METRIC-2][RETRY-2]") {
  Bed bed;
  const Settled lost{MappingId{0}, ShardId{0}, records({RecordId{0}, RecordId{1}, RecordId{2}}), Settlement::expired, false, 2};
  bed.note(1s, lost);
  CHECK(bed.total("PolledEventCount", mapping) == 2);
  bed.start(2s, 0, {RecordId{1}, RecordId{3}});
  CHECK(bed.total("PolledEventCount", mapping) == 3);
}

TEST_CASE("a table's metrics tell what it used and whom it throttled, an index's apart", "[metrics][METRIC-1][CAP-1][CAP-8]") {
  Bed bed;
  const Actor client = Actor::client(0);
  const auto ask = [&](Duration at, const char* index, CapacityUse use, std::int64_t half_units,
                       CapacityAnswer answer = CapacityAnswer::served) {
    return bed.note(at, CapacityAsked{TableId{0}, index, "0", use, half_units, answer, client});
  };
  for (int i = 0; i < 3; ++i) ask(1s, "", CapacityUse::read, 1);
  ask(2s, "", CapacityUse::read, 1, CapacityAnswer::provisioned_exceeded);
  bed.note(2s, RequestRefused{"GetItem", TableId{0}, ServiceError::throughput_exceeded, client, ""});
  ask(3s, "", CapacityUse::write, 6);
  ask(3s, "by_group", CapacityUse::write, 2);
  const FactIndex no = ask(4s, "by_group", CapacityUse::write, 2, CapacityAnswer::key_range_exceeded);
  bed.note(4s, WriteRefused{TableId{0}, ItemKey{AttributeValue("A")}, ServiceError::throughput_exceeded, client}, no);
  const std::string orders = "TableName=orders", index = "TableName=orders,GlobalSecondaryIndexName=by_group";
  CHECK(bed.total("ConsumedReadCapacityUnits", orders) == 1);  // and half a one
  CHECK(bed.total("ConsumedWriteCapacityUnits", orders) == 3);
  CHECK(bed.total("ConsumedWriteCapacityUnits", index) == 1);
  CHECK(bed.total("ReadThrottleEvents", orders) == 1);
  CHECK(bed.total("WriteThrottleEvents", index) == 1);
  CHECK(bed.total("WriteThrottleEvents", orders) == 0);
  CHECK(bed.total("ThrottledRequests", orders) == 2);
}

TEST_CASE("a failure record that never came, and a call that a role refused, are counted", "[metrics][DEST-7][IAM-1]") {
  Bed bed;
  bed.note(1s, DestinationFailed{MappingId{0}, ShardId{0}, records({RecordId{0}}), ServiceError::access_denied});
  bed.note(2s, AccessDenied{Actor::of(InvocationId{0}), "worker", "dynamodb:PutItem", "arn"});
  bed.note(3s, AccessDenied{Actor::of(InvocationId{0}), "worker", "sqs:SendMessage", "arn"});
  CHECK(bed.total("DestinationDeliveryFailures", function) == 1);
  CHECK(bed.total("UserErrors", "") == 1);
}

TEST_CASE("errors are what the function itself did wrong", "[metrics][METRIC-2][RBIF-6]") {
  using How = InvocationOutcome;
  for (const auto& [how, errors] : std::map<How, int>{{How::ok, 0},
                                                      {How::threw, 1},
                                                      {How::timed_out, 1},
                                                      {How::crashed, 1},
                                                      {How::answer_lost, 0},
                                                      {How::bad_response, 0}}) {
    Bed bed;
    bed.start(0s, 0, {RecordId{0}, RecordId{1}});
    bed.end(1s, 0, how);
    INFO(to_text(how));
    CHECK(bed.total("Errors", function) == errors);
    CHECK(bed.total("FailedInvokeEventCount", mapping) == (how == How::ok ? 0 : 2));
  }
}

TEST_CASE("an error is shown at the minute in which its call began", "[metrics][METRIC-2]") {
  Bed bed;
  bed.start(50s, 0, {RecordId{0}});
  bed.start(61s, 1, {RecordId{1}});
  bed.end(62s, 1, InvocationOutcome::threw);
  bed.start(70s, 2, {RecordId{2}});
  bed.end(3min, 2, InvocationOutcome::timed_out);
  bed.end(4min, 0, InvocationOutcome::timed_out);
  CHECK(bed.points("Errors", function) == std::vector<MetricPoint>{{0, 1, 1, 1, 1}, {1, 2, 2, 1, 1}});
}

TEST_CASE("of a partial response the failed rest is counted, whatever becomes of it", "[metrics][METRIC-2][RBIF-3][RBIF-5]") {
  const auto settle = [](std::vector<RecordId> ids, Settlement how) {
    return Settled{MappingId{0}, ShardId{0}, records(std::move(ids)), how, false};
  };
  const auto begin = [](Bed& bed) {
    bed.start(0s, 0, {RecordId{0}, RecordId{1}, RecordId{2}});
    return bed.end(1s, 0, InvocationOutcome::ok, 1);
  };
  const RetryScheduled retry{MappingId{0}, ShardId{0}, 0, 0, 1s};
  Bed some, all, given_up, not_asked;
  FactIndex ended = begin(some);
  some.note(1s, settle({RecordId{0}}, Settlement::handled), ended);
  some.note(1s, retry, ended);
  CHECK(some.total("FailedInvokeEventCount", mapping) == 2);
  ended = begin(all);
  all.note(1s, retry, ended);
  CHECK(all.total("FailedInvokeEventCount", mapping) == 3);
  ended = begin(given_up);
  given_up.note(1s, settle({RecordId{0}, RecordId{1}, RecordId{2}}, Settlement::retries_exhausted), ended);
  CHECK(given_up.total("FailedInvokeEventCount", mapping) == 3);
  ended = begin(not_asked);  // the mapping does not look at failures
  not_asked.note(1s, settle({RecordId{0}, RecordId{1}, RecordId{2}}, Settlement::handled), ended);
  CHECK(not_asked.total("FailedInvokeEventCount", mapping) == 0);
  CHECK(some.total("Errors", function) == 0);
}

TEST_CASE("of a partial response that nothing follows, since the mapping rests, all has failed",
          "[metrics][METRIC-2][ESM-25]") {
  const auto answered = [](auto before_it) {
    Bed bed;
    bed.start(0s, 0, {RecordId{0}, RecordId{1}});
    before_it(bed);
    const FactIndex ended = bed.end(1s, 0, InvocationOutcome::ok, 2);
    bed.note(1s, IteratorAge{MappingId{0}, ShardId{0}, 1s, 1s}, ended);
    bed.note(2min, RunEnded{2});
    return bed.points("FailedInvokeEventCount", mapping);
  };
  const auto state = [](MappingState to) {
    return [to](Bed& bed) { bed.note(500ms, MappingStateChanged{MappingId{0}, to, "User action", {}}); };
  };
  CHECK(answered(state(MappingState::disabled)) == std::vector<MetricPoint>{{0, 1, 2, 2, 2}});
  CHECK(answered(state(MappingState::deleted)).empty());
  CHECK(answered([](Bed& bed) { bed.note(500ms, PollerLost{MappingId{0}, ShardId{0}, InvocationId{0}, 1s}); }).empty());
}

TEST_CASE("a failure record that never came is of the function that was called, whichever the mapping calls by then",
          "[metrics][METRIC-2][DEST-7]") {
  Bed bed;
  bed.start(1s, 0, {RecordId{0}});
  bed.note(2s, MappingUpdated{MappingId{0}, FunctionId{1}, "second", true});
  const FactIndex ended = bed.end(3s, 0, InvocationOutcome::threw);
  const DestinationFailed failed{MappingId{0}, ShardId{0}, records({RecordId{0}}), ServiceError::internal_server_error};
  bed.note(3s, failed, ended);
  CHECK(bed.total("DestinationDeliveryFailures", function) == 1);
  bed.note(4s, failed);  // of no call: what was too old before its first
  CHECK(bed.total("DestinationDeliveryFailures", "FunctionName=second") == 1);
}

TEST_CASE("what the service refuses of an operator's call on a table is a user's error", "[metrics][METRIC-1]") {
  Bed bed;
  bed.note(1s, TableCallRefused{TableId{0}, "delete_table", ServiceError::resource_in_use, "no"});
  bed.note(2s, TableCallRefused{TableId{0}, "enable_stream", ServiceError::validation, "no"});
  bed.note(3s, TableCallRefused{TableId{0}, "create_index by_m", ServiceError::limit_exceeded, "no"});
  CHECK(bed.total("UserErrors", "") == 3);
  CHECK(bed.total("ThrottledRequests", "TableName=orders") == 0);
}

TEST_CASE("what the service refuses of a reader's call on a stream is a throttle, a user's error, or its own fault",
          "[metrics][METRIC-1]") {
  Bed bed;
  const auto refuse = [&](ServiceError error) {
    bed.note(1s, StreamCallRefused{StreamId{0}, ShardId{0}, error, Actor::of(ReaderId{0})});
  };
  refuse(ServiceError::expired_iterator);
  refuse(ServiceError::trimmed_data_access);
  refuse(ServiceError::throughput_exceeded);
  refuse(ServiceError::internal_server_error);
  CHECK(bed.total("UserErrors", "") == 2);
  CHECK(bed.total("ThrottledRequests", "") == 1);
}

TEST_CASE("what was given up without a call of its own had been polled as well", "[metrics][METRIC-2][ESM-8]") {
  for (const Settlement how : {Settlement::age_exceeded, Settlement::retries_exhausted, Settlement::skipped}) {
    INFO(to_text(how));
    Bed bed;
    bed.start(1s, 0, {RecordId{0}});
    bed.note(2s, Settled{MappingId{0}, ShardId{0}, records({RecordId{0}, RecordId{1}}), how, false});
    CHECK(bed.total("PolledEventCount", mapping) == (how == Settlement::skipped ? 1 : 2));
  }
}

TEST_CASE("what a filter left out was polled, and is counted as such", "[metrics][METRIC-2][FILTER-5]") {
  Bed bed;
  bed.note(1s, Settled{MappingId{0}, ShardId{0}, records({RecordId{0}, RecordId{1}}), Settlement::filtered, false});
  bed.start(1s, 0, {RecordId{2}});
  bed.end(2s, 0);
  CHECK(bed.total("PolledEventCount", mapping) == 3);
  CHECK(bed.total("FilteredOutEventCount", mapping) == 2);
  CHECK(bed.total("DroppedEventCount", mapping) == 0);
}

TEST_CASE("calls at the same time are counted while they run", "[metrics][METRIC-2]") {
  Bed bed;
  bed.start(0s, 0, {RecordId{0}});
  bed.start(1s, 1, {RecordId{1}});
  bed.end(2s, 0);
  bed.start(3s, 2, {RecordId{2}});
  bed.end(4s, 1);
  bed.end(4s, 2);
  bed.start(1min, 3, {RecordId{3}});
  CHECK(bed.points("ConcurrentExecutions", function) == std::vector<MetricPoint>{{0, 3, 5, 1, 2}, {1, 1, 1, 1, 1}});
}

TEST_CASE("polled events are counted once, invoked events at each attempt", "[metrics][METRIC-2]") {
  Bed bed;
  bed.start(0s, 0, {RecordId{0}, RecordId{1}});
  bed.end(1s, 0, InvocationOutcome::threw);
  bed.start(2s, 1, {RecordId{0}, RecordId{1}}, 1);
  bed.end(3s, 1);
  CHECK(bed.total("PolledEventCount", mapping) == 2);
  CHECK(bed.total("InvokedEventCount", mapping) == 4);
}

TEST_CASE("dropped events are those that a limit gave up and nobody was told of: not what expired, nor what was sent",
          "[metrics][FM-21][METRIC-2][RETRY-3]") {
  Bed bed;
  const auto settle = [&](std::uint64_t record, Settlement how, bool sent) {
    bed.note(1s, Settled{MappingId{0}, ShardId{0}, records({RecordId{record}}), how, sent});
  };
  settle(0, Settlement::retries_exhausted, false);
  settle(1, Settlement::age_exceeded, false);
  settle(2, Settlement::expired, false);
  settle(3, Settlement::retries_exhausted, true);
  settle(4, Settlement::skipped, false);
  settle(5, Settlement::handled, false);
  bed.note(2s, DestinationSent{MappingId{0}, ShardId{0}, records({RecordId{3}}), false, "{}"});
  CHECK(bed.total("DroppedEventCount", mapping) == 2);
  CHECK(bed.total("OnFailureDestinationDeliveredEventCount", mapping) == 1);
}

TEST_CASE(
    "the table's metrics: false conditions, wrong requests, throttles, errors of the service, TTL deletions, stream reads",
    "[metrics][METRIC-1]") {
  Bed bed;
  const ItemKey key(AttributeValue("A"));
  const auto refuse = [&](ServiceError error) { bed.note(1s, WriteRefused{TableId{0}, key, error, Actor::client(0)}); };
  refuse(ServiceError::condition_failed);
  refuse(ServiceError::condition_failed);
  refuse(ServiceError::validation);
  refuse(ServiceError::throughput_exceeded);
  bed.note(1s, CallDisturbed{Actor::client(0), 0, Fate::error_done});
  bed.note(1s, CallDisturbed{Actor::client(0), 1, Fate::error_not_done});
  bed.note(1s, CallDisturbed{Actor::client(0), 2, Fate::killed_before});
  bed.note(1s, TtlJudged{TableId{0}, key, 5, TtlVerdict::deleted});
  bed.note(1s, TtlJudged{TableId{0}, key, 5, TtlVerdict::spared});
  bed.note(1s,
           PageRead{StreamId{0}, ShardId{0}, records({RecordId{0}, RecordId{1}, RecordId{2}}), false, Actor::of(ReaderId{0})});
  CHECK(bed.total("ConditionalCheckFailedRequests", "TableName=orders") == 2);
  CHECK(bed.total("UserErrors", "") == 1);
  CHECK(bed.total("ThrottledRequests", "TableName=orders") == 1);
  CHECK(bed.total("SystemErrors", "") == 2);
  CHECK(bed.total("TimeToLiveDeletedItemCount", "TableName=orders") == 1);
  CHECK(bed.total("ReturnedRecordsCount", "") == 3);
  CHECK(bed.total("StreamReadRequestUnits", "") == 1);
}

TEST_CASE("a fault of a queue or a bucket is none of DynamoDB's, one of a stream is", "[metrics][METRIC-1]") {
  for (const Service service : {Service::dynamodb, Service::streams, Service::sqs, Service::s3}) {
    INFO(to_text(service));
    Bed bed;
    bed.note(1s, CallDisturbed{Actor::of(InvocationId{0}), 0, Fate::error_done, service});
    bed.note(1s, CallDisturbed{Actor::of(InvocationId{0}), 1, Fate::throttled, service});
    const bool counts = service == Service::dynamodb || service == Service::streams;
    CHECK(bed.total("SystemErrors", "") == (counts ? 1 : 0));
    CHECK(bed.total("ThrottledRequests", "") == (counts ? 1 : 0));
  }
}

TEST_CASE("returned items are counted by page, of the table and of its indexes; a single read returns none",
          "[metrics][METRIC-1]") {
  Bed bed;
  const ItemKey key(AttributeValue("A"));
  const Item item{{"id", "A"}};
  const Actor reader = Actor::of(ReaderId{0});
  bed.note(1s, ItemRead{TableId{0}, key, item, false, reader});
  bed.note(2s, ItemRead{TableId{0}, key, item, false, reader, 2});
  bed.note(2s, ItemRead{TableId{0}, key, item, false, reader});
  bed.note(3s, IndexRead{TableId{0}, IndexId{0}, key, key, item, false, reader, 1});
  CHECK(bed.points("ReturnedItemCount", "TableName=orders") == std::vector<MetricPoint>{{0, 2, 3, 1, 2}});
}

TEST_CASE("what readers of the shard API got is counted in bytes too", "[metrics][METRIC-1][GREC-1]") {
  Bed bed;
  bed.note(1s, PageRead{StreamId{0}, ShardId{0}, records({RecordId{0}}), false, Actor::of(ReaderId{0}), 70});
  bed.note(2s, PageRead{StreamId{0}, ShardId{0}, records({RecordId{1}}), false, Actor::of(ReaderId{0}), 30});
  CHECK(bed.points("ReturnedBytes", "") == std::vector<MetricPoint>{{0, 2, 100, 30, 70}});
}

TEST_CASE("conflicts with transactions are counted by item, and for the table it is in", "[metrics][METRIC-1][TXN-5]") {
  Bed bed;
  const Actor client = Actor::client(0);
  bed.note(0s, TableDeclared{TableId{1}, "totals", "id", "", ""});
  bed.note(1s, WriteRefused{TableId{0}, ItemKey(AttributeValue("A")), ServiceError::transaction_conflict, client});
  bed.note(2s, TransactionCanceled{"[TransactionConflict, TransactionConflict, None, TransactionConflict]", client,
                                   "orders\ntotals\ntotals"});
  bed.note(3s, TransactionCanceled{"[ConditionalCheckFailed]", client});
  CHECK(bed.total("TransactionConflict", "TableName=orders") == 2);
  CHECK(bed.total("TransactionConflict", "TableName=totals") == 2);
}

TEST_CASE("each GetRecords call of a reader is charged for, an empty one too, and none of Lambda's", "[metrics][GREC-5]") {
  Bed bed;
  const Actor reader = Actor::of(ReaderId{0});
  bed.note(1s, PageRead{StreamId{0}, ShardId{0}, records({RecordId{0}, RecordId{1}}), false, reader});
  bed.note(2s, PageRead{StreamId{0}, ShardId{0}, records({}), true, reader});
  bed.note(3s, InvocationStarted{.invocation = InvocationId{0}, .mapping = MappingId{0}, .records = records({RecordId{0}})});
  CHECK(bed.total("StreamReadRequestUnits", "") == 2);
}

TEST_CASE("iterator age is shown by both of its definitions", "[metrics][POLL-14][OPEN-24]") {
  Bed bed;
  bed.note(61s, IteratorAge{MappingId{0}, ShardId{0}, 1500ms, 2499ms + 600us});
  CHECK(bed.points("IteratorAge", function) == std::vector<MetricPoint>{{1, 1, 1500, 1500, 1500}});
  CHECK(bed.points("IteratorAgeAtEnd", function) == std::vector<MetricPoint>{{1, 1, 2500, 2500, 2500}});
}

TEST_CASE("the age of a batch is that of the function which had it, whichever the mapping calls by now", "[metrics][OPEN-43]") {
  Bed bed;
  bed.note(0s, FunctionDeclared{FunctionId{1}, "second"});
  bed.start(1s, 0, {RecordId{0}});
  bed.note(2s, MappingUpdated{MappingId{0}, FunctionId{1}, "second"});
  const FactIndex ended = bed.end(3s, 0);
  bed.note(3s, IteratorAge{MappingId{0}, ShardId{0}, 1s, 3s}, ended);
  CHECK(bed.total("IteratorAge", function) == 1000);
  CHECK(bed.total("IteratorAge", "FunctionName=second") == 0);
}

TEST_CASE("a function that is called before the update that brings it in is over has its name", "[metrics][OPEN-43]") {
  Scenario scenario;
  scenario.name = "seen early";
  scenario.tables = {{.name = "orders", .key = {.partition = "id"}, .stream = StreamView::new_image}};
  scenario.functions = {{.name = "first"}, {.name = "second"}};
  scenario.mappings = {{.name = "copy", .table = "orders", .function = "first"}};
  scenario.steps = {{1s, UpdateMappingStep{"copy", {.function = "second"}}}, {2s, PutStep{"orders", {{"id", "A"}}}}};
  const std::int64_t lag = Duration(2min).count();
  scenario.choices = {{.site = "trigger.change_lag", .low = lag, .high = lag, .calm = lag},
                      {.site = "trigger.update_seen", .low = 1, .high = 1, .calm = 1}};
  const auto done = [](const StreamEvent&, Context&) { return BatchResponse::ok(); };
  const Run run = simulate(scenario, Plan::calm(), {.functions = {{"first", done}, {"second", done}}}, {.keep_trace = true});
  std::vector<std::string> called;
  for (const MetricSeries& series : metrics_of(run.trace))
    if (series.metric->service == "AWS/Lambda" && series.dimension.starts_with("FunctionName="))
      called.push_back(series.dimension);
  CHECK(called == std::vector<std::string>(5, "FunctionName=second"));
}

TEST_CASE("what stood at some height at moments is marked as a level, and no count is", "[metrics]") {
  std::vector<std::string_view> levels;
  for (const MetricInfo& metric : all_metrics())
    if (metric.is_level) levels.push_back(metric.name);
  CHECK(levels == std::vector<std::string_view>{"IteratorAge", "IteratorAgeAtEnd", "ConcurrentExecutions",
                                                "ApproximateNumberOfMessages", "ApproximateAgeOfOldestMessage"});
}

TEST_CASE("what makes no sense gives no error", "[metrics]") {
  Bed bed;
  bed.end(1s, 7);
  bed.note(1s, Settled{MappingId{9}, ShardId{9}, records({}), Settlement::handled, false});
  bed.note(1s, IteratorAge{MappingId{9}, ShardId{9}, -5s, -600us});
  CHECK(metrics_of(bed.facts()).size() == 2);  // the two ages
  CHECK(bed.total("IteratorAge", "FunctionName=mirror") == -5000);
  CHECK(bed.total("IteratorAgeAtEnd", "FunctionName=mirror") == -1);
  CHECK(accounts_of({}).empty());
}

TEST_CASE("the account of a mapping adds up to the records of its stream, whatever the plan", "[metrics][RETRY-3][OPEN-10]") {
  Scenario scenario;
  scenario.name = "accounts";
  scenario.tables = {{.name = "orders", .key = {.partition = "id"}, .stream = StreamView::new_image}};
  scenario.functions = {{.name = "mirror"}};
  scenario.mappings = {{.name = "copy",
                        .table = "orders",
                        .function = "mirror",
                        .batch_size = 3,
                        .maximum_retry_attempts = 8,
                        .on_failure = Destination::sqs,
                        .parallelization_factor = 3}};
  scenario.choices = {{.site = "trigger.poller_lost", .low = 0, .high = Duration(1min).count(), .calm = 0}};
  scenario.workloads = {{.table = "orders", .clients = 2, .operations = 6, .items = 3}};
  scenario.run_for = 6h;
  const Handlers handlers{.functions = {{"mirror",
                                         [](const StreamEvent& event, Context& context) {
                                           for (const StreamRecord& record : event.records)
                                             if (record.new_image && record.new_image->find_number("value") == Number(3))
                                               throw std::runtime_error("three");
                                           context.log("did " + std::to_string(event.records.size()));
                                           return BatchResponse::ok();
                                         }}},
                          .readers = {}};
  std::uint64_t given_up = 0, told = 0, came_again = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const Run run = simulate(scenario, Plan::seeded(Seed{seed}), handlers, {.keep_trace = true});
    const std::vector<Account> accounts = accounts_of(run.trace);
    REQUIRE(accounts.size() == 1);
    CHECK(accounts[0].records == run.records);
    std::uint64_t sum = 0;
    for (const AccountLine& line : accounts[0].lines) {
      sum += line.records;
      told += line.told;
      if (line.how == "retries exhausted") given_up += line.records;
    }
    CHECK(sum == run.records);
    std::int64_t invocations = 0, started = 0;
    for (const MetricSeries& series : metrics_of(run.trace))
      if (series.metric->name == "Invocations") invocations = series.total();
    for (const Fact& fact : run.trace) started += fact.as<InvocationStarted>() != nullptr;
    for (const Fact& fact : run.trace) came_again += fact.as<Replayed>() != nullptr;
    CHECK(invocations == started);
  }
  CHECK(given_up > 0);
  CHECK(told > 0);
  CHECK(came_again > 0);
}
