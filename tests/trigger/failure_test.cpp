#include <algorithm>

#include <nlohmann/json.hpp>

#include "tests/trigger/bed.hpp"

namespace weir {

namespace {

using Ids = std::vector<std::vector<std::uint64_t>>;
using Fates = std::map<std::uint64_t, std::string>;

Deviation bisect_counter(BisectCounter counter) {
  return {"trigger.bisect_counter", "trigger m0", static_cast<std::int64_t>(counter)};
}

// Answers that the record with this id, and so what follows it, failed.
Handler fails_from(std::uint64_t id) {
  return [id](const StreamEvent& event, Context&) {
    for (const StreamRecord& record : event.records)
      if (record.id.value == id) return BatchResponse::retry_from(record.sequence_number);
    return BatchResponse::ok();
  };
}

TEST_CASE("a batch is tried 1 + maximum_retry_attempts times, then given up", "[ESM-7][RETRY-2][RETRY-3][LOOP-10]") {
  for (const std::int64_t retries : {0, 1, 3}) {
    TriggerBed bed;
    bed.enable();
    bed.map({.batch_size = 2, .maximum_retry_attempts = retries}, poisoned_by({0}));
    bed.put_many(3);
    bed.run_for(1h);
    REQUIRE(bed.invocations().size() == static_cast<std::size_t>(1 + retries + 1));
    REQUIRE(bed.settled() == Fates{{0, "retries exhausted"}, {1, "retries exhausted"}, {2, "handled"}});
    REQUIRE(bed.facts<Checkpointed>().size() == 2);
    REQUIRE(bed.facts<DestinationSent>().empty());
    for (std::uint32_t attempt = 0; attempt <= retries; ++attempt)
      REQUIRE(bed.facts<InvocationStarted>()[attempt].attempt == attempt);
  }
}

TEST_CASE("pauses double from the chosen one up to a minute, and the same records come again", "[RETRY-5][RETRY-11][OPEN-11]") {
  TriggerBed bed;
  bed.enable();
  bed.map({}, poisoned_by({0}));
  bed.put("A");
  bed.run_for(1s);
  bed.put("B");
  bed.run_for(5min);
  std::vector<Duration> pauses;
  for (const RetryScheduled& retry : bed.facts<RetryScheduled>()) pauses.push_back(retry.pause);
  REQUIRE(pauses == std::vector<Duration>{1s, 2s, 4s, 8s, 16s, 32s, 1min, 1min, 1min, 1min});
  for (const auto& ids : bed.invocations()) REQUIRE(ids == std::vector<std::uint64_t>{0});
  REQUIRE(bed.triggers.unfinished(bed.streams) == 3);  // two records and a waiting batch
}

TEST_CASE("the longest pause is chosen once for a mapping, when a back-off would pass the shortest one", "[RETRY-5][OPEN-11]") {
  const auto pauses_with = [](std::vector<Deviation> deviations, std::set<std::uint64_t> poison) {
    TriggerBed bed(Plan::listed(std::move(deviations)));
    bed.enable(2);
    bed.map({.batch_size = 1, .maximum_retry_attempts = 9}, poisoned_by(std::move(poison)));
    bed.put_many(8);
    bed.run_for(2h);
    std::map<std::uint32_t, std::vector<Duration>> pauses;
    for (const RetryScheduled& retry : bed.facts<RetryScheduled>()) pauses[retry.shard.value].push_back(retry.pause);
    REQUIRE(pauses.size() == 2);
    CHECK(bed.settled().size() == 8);
    return pauses;
  };
  std::set<std::uint64_t> all;
  for (std::uint64_t id = 0; id < 8; ++id) all.insert(id);
  const auto cap = [](Duration longest) { return Deviation{"trigger.back_off_cap", "trigger m0", longest.count()}; };
  for (auto& [shard, pauses] : pauses_with({cap(5min)}, all)) {
    pauses.resize(9);
    CHECK(pauses == std::vector<Duration>{1s, 2s, 4s, 8s, 16s, 32s, 64s, 128s, 256s});
  }
  for (auto& [shard, pauses] : pauses_with({cap(40s)}, all)) {
    pauses.resize(9);
    CHECK(pauses == std::vector<Duration>{1s, 2s, 4s, 8s, 16s, 32s, 40s, 40s, 40s});
  }
  for (auto& [shard, pauses] : pauses_with({cap(30s)}, all)) CHECK(*std::max_element(pauses.begin(), pauses.end()) == 30s);
}

TEST_CASE("a chosen back-off of nothing cannot make time stand still", "[RETRY-5]") {
  TriggerBed bed(Plan::calm(), {{.site = "trigger.retry_back_off", .low = 0, .high = 0, .calm = 0}});
  bed.enable();
  bed.map({}, poisoned_by({0}));
  bed.put("A");
  bed.run_for(1h);
  REQUIRE(bed.invocations().size() < 100);
  REQUIRE(bed.invocations().size() > 60);
}

TEST_CASE("a failing batch blocks its shard and no other", "[POLL-3][RETRY-4]") {
  TriggerBed bed;
  const StreamId stream = bed.enable(2);
  bed.map({}, poisoned_by({0}));
  bed.put_many(20);
  bed.run_for(10min);
  const ShardId blocked = bed.facts<Appended>()[0].shard;
  std::size_t elsewhere = 0;
  for (const Appended& record : bed.facts<Appended>()) elsewhere += record.shard != blocked;
  REQUIRE(elsewhere > 0);
  REQUIRE(bed.settled().size() == elsewhere);
  REQUIRE(bed.streams.shards(stream).size() == 2);
}

TEST_CASE("bisecting closes in on the poison record and hands on all others", "[RETRY-6][ESM-9][LOOP-9]") {
  TriggerBed bed;
  bed.enable();
  bed.map({.maximum_retry_attempts = 1, .bisect_batch_on_function_error = true}, poisoned_by({5}));
  bed.put_many(8);
  bed.run_for(1h);
  REQUIRE(bed.invocations() == Ids{{0, 1, 2, 3, 4, 5, 6, 7}, {0, 1, 2, 3}, {4, 5, 6, 7}, {4, 5}, {4}, {5}, {5}, {6, 7}});
  Fates expected;
  for (std::uint64_t id = 0; id < 8; ++id) expected[id] = id == 5 ? "retries exhausted" : "handled";
  REQUIRE(bed.settled() == expected);
  const std::vector<Bisected> cuts = bed.facts<Bisected>();
  REQUIRE(cuts.size() == 3);
  REQUIRE(cuts[0].first_half == 4);
  REQUIRE(cuts[1].batch == 4);
  // A half that begins where its whole began is another attempt there; one that begins elsewhere is its first.
  std::vector<std::pair<std::uint64_t, std::uint32_t>> tries;
  for (const InvocationStarted& started : bed.facts<InvocationStarted>()) tries.emplace_back(started.batch, started.attempt);
  REQUIRE(tries ==
          std::vector<std::pair<std::uint64_t, std::uint32_t>>{{0, 0}, {0, 1}, {4, 0}, {4, 1}, {4, 2}, {5, 0}, {5, 1}, {6, 0}});
  REQUIRE(bed.times<InvocationStarted>()[5] == Instant{} + 250ms);  // cutting costs no time
}

TEST_CASE("halves inherit the failures of their whole, or begin anew", "[OPEN-12]") {
  for (const BisectCounter counter : {BisectCounter::inherit, BisectCounter::reset}) {
    TriggerBed bed(Plan::listed({bisect_counter(counter)}));
    bed.enable();
    // The first two tries name record 0 as failed, without an error; from then on all is poison.
    int tries = 0;
    bed.map({.maximum_retry_attempts = 3, .bisect_batch_on_function_error = true, .report_batch_item_failures = true},
            [&](const StreamEvent& event, Context&) -> BatchResponse {
              if (++tries <= 2) return BatchResponse::retry_from(event.records[0].sequence_number);
              throw std::runtime_error("poison");
            });
    bed.put_many(2);
    bed.run_for(1h);
    // 2 partial, 1 that is cut; then each record until its failures pass 3: with 2 inherited, 2 tries, else 4.
    REQUIRE(bed.invocations().size() == (counter == BisectCounter::inherit ? 3 + 2 + 2 : 3 + 4 + 4));
    REQUIRE(bed.settled() == Fates{{0, "retries exhausted"}, {1, "retries exhausted"}});
  }
}

TEST_CASE("a partial response checkpoints what is done and brings the rest again, never halved",
          "[RBIF-3][RETRY-7][LOOP-8][POLL-10][ESM-10]") {
  for (const bool bisect : {false, true}) {
    TriggerBed bed;
    bed.enable();
    int left = 2;
    bed.map({.bisect_batch_on_function_error = bisect, .report_batch_item_failures = true},
            [&](const StreamEvent& event, Context& context) {
              return left-- > 0 ? fails_from(2)(event, context) : BatchResponse::ok();
            });
    bed.put_many(5);
    bed.run_for(1min);
    REQUIRE(bed.invocations() == Ids{{0, 1, 2, 3, 4}, {2, 3, 4}, {2, 3, 4}});
    REQUIRE(bed.facts<Bisected>().empty());
    REQUIRE(bed.facts<Checkpointed>()[0].through == RecordId{1});
    REQUIRE(bed.facts<InvocationEnded>()[0].outcome == InvocationOutcome::ok);
    REQUIRE(bed.facts<InvocationEnded>()[0].failures == 1);
    REQUIRE(bed.settled().size() == 5);
  }
}

TEST_CASE("after partial progress the attempts are kept or begin anew", "[OPEN-13][RBIF-6][RBIF-7]") {
  for (const PartialCounter counter : {PartialCounter::keep, PartialCounter::reset}) {
    TriggerBed bed(Plan::listed({{"trigger.partial_counter", "trigger m0", static_cast<std::int64_t>(counter)}}));
    bed.enable();
    bed.map({.maximum_retry_attempts = 1, .report_batch_item_failures = true}, fails_from(2));
    bed.put_many(4);
    bed.run_for(1min);
    const bool keep = counter == PartialCounter::keep;
    REQUIRE(bed.invocations().size() == (keep ? 2 : 3));
    REQUIRE(bed.settled() == Fates{{0, "handled"}, {1, "handled"}, {2, "retries exhausted"}, {3, "retries exhausted"}});
  }
}

TEST_CASE("a malformed response is a failure of the whole batch, and is told as such", "[RBIF-4]") {
  TriggerBed bed;
  bed.enable();
  bed.map({.maximum_retry_attempts = 1, .report_batch_item_failures = true},
          [](const StreamEvent&, Context&) { return BatchResponse{{std::optional<std::string>("")}}; });
  bed.put_many(2);
  bed.run_for(1min);
  REQUIRE(bed.invocations() == Ids{{0, 1}, {0, 1}});
  REQUIRE(bed.facts<InvocationEnded>()[0].outcome == InvocationOutcome::bad_response);
  REQUIRE(bed.facts<InvocationEnded>()[0].message == "an itemIdentifier is empty");
  REQUIRE(bed.settled().at(0) == "retries exhausted");
}

TEST_CASE("without reporting a response of failures is a success", "[RBIF-5][ESM-10]") {
  TriggerBed bed;
  bed.enable();
  bed.map({}, fails_from(0));
  bed.put_many(2);
  bed.run_for(1min);
  REQUIRE(bed.invocations().size() == 1);
  REQUIRE(bed.settled() == Fates{{0, "handled"}, {1, "handled"}});
}

TEST_CASE("a lost answer brings the batch again, with all its effects done", "[POLL-8]") {
  const auto lost = Deviation{"function.outcome", "trigger m0 / shard 0 / batch 0 / attempt 0",
                              ChoiceCodec<Outcome>::encode({OutcomeKind::answer_lost, 0})};
  TriggerBed bed(Plan::listed({lost}));
  bed.enable();
  bed.map({}, puts(1));
  bed.put("A");
  bed.run_for(1min);
  REQUIRE(bed.invocations() == Ids{{0}, {0}});
  REQUIRE(bed.service.effects.size() == 2);
  REQUIRE(bed.settled() == Fates{{0, "handled"}});
  // The story of the second effect: retry, failure, first try, record, write.
  std::vector<std::string> story;
  for (FactIndex at = bed.service.effects[1].cause; at != no_fact; at = bed.trace.facts()[at].cause)
    story.emplace_back(bed.trace.facts()[at].name());
  REQUIRE(story == std::vector<std::string>{"invocation_started", "retry_scheduled", "invocation_ended", "invocation_started",
                                            "appended", "written"});
}

TEST_CASE("refused invocations are tried again and count as no attempt", "[POLL-11][LOOP-6]") {
  std::vector<Deviation> refusals;
  for (int i = 0; i < 3; ++i)
    refusals.push_back(
        {"trigger.invoke_refused", "trigger m0 / shard 0 / batch 0 / attempt 0 / refusal " + std::to_string(i), 1});
  TriggerBed bed(Plan::listed(refusals));
  bed.enable();
  bed.map({.maximum_retry_attempts = 0}, nothing_failed);
  bed.put("A");
  bed.run_for(1min);
  REQUIRE(bed.times<InvocationStarted>() == std::vector{Instant{} + 250ms + 7s});
  REQUIRE(bed.settled() == Fates{{0, "handled"}});
}

TEST_CASE("the refusals of each attempt are counted from none", "[POLL-11]") {
  const auto refused = [](int attempt) {
    return Deviation{"trigger.invoke_refused",
                     "trigger m0 / shard 0 / batch 0 / attempt " + std::to_string(attempt) + " / refusal 0", 1};
  };
  TriggerBed bed(Plan::listed({refused(0), refused(1)}));
  bed.enable();
  int calls = 0;
  bed.map({}, [&calls](const StreamEvent&, Context&) -> BatchResponse {
    if (++calls == 1) throw std::runtime_error("once");
    return BatchResponse::ok();
  });
  bed.put("A");
  bed.run_for(1min);
  CHECK(bed.facts<InvocationThrottled>().size() == 2);
  CHECK(bed.settled() == Fates{{0, "handled"}});
}

TEST_CASE("records past maximum_record_age are dropped from the front before each try; younger ones stay",
          "[ESM-8][RETRY-9][LOOP-5][DEST-4]") {
  TriggerBed bed;
  bed.enable();
  bed.map({.maximum_batching_window = 50s, .maximum_record_age = 60s, .on_failure = Destination::sqs}, poisoned_by({0, 1}));
  bed.put("A");
  bed.run_for(10s);
  bed.put("B");
  bed.run_for(30s);
  bed.put("C");
  bed.run_for(5min);
  REQUIRE(bed.invocations() == Ids{{0, 1, 2}, {0, 1, 2}, {0, 1, 2}, {0, 1, 2}, {1, 2}, {2}});
  // A and B poison the batch; it goes through when both are older than a minute.
  REQUIRE(bed.settled() == Fates{{0, "record age exceeded, sent"}, {1, "record age exceeded, sent"}, {2, "handled"}});
  const auto sent = bed.facts<DestinationSent>();
  REQUIRE_FALSE(sent.empty());
  for (const DestinationSent& fact : sent) {
    const nlohmann::json message = nlohmann::json::parse(fact.message);
    REQUIRE(message["requestContext"]["condition"] == "RecordAgeExceeded");
    REQUIRE_FALSE(message.contains("responseContext"));
  }
}

TEST_CASE("records can expire without any invocation, and their failure record tells of none or of one",
          "[RETRY-10][DEST-3][OPEN-35]") {
  const int told = GENERATE(0, 1);
  TriggerBed bed(told == 1 ? Plan::calm() : Plan::listed({{"trigger.invoke_count", "trigger m0", told}}));
  bed.enable();
  bed.put("A");
  bed.run_for(2min);
  bed.map({.maximum_record_age = 60s, .on_failure = Destination::sns}, nothing_failed);
  bed.run_for(1min);
  REQUIRE(bed.invocations().empty());
  REQUIRE(bed.settled() == Fates{{0, "record age exceeded, sent"}});
  const nlohmann::json message = nlohmann::json::parse(bed.facts<DestinationSent>().at(0).message);
  REQUIRE(message["requestContext"]["approximateInvokeCount"] == told);
}

TEST_CASE("with default settings a poison batch blocks its shard for the 24 hours of its records, then is dropped",
          "[RETRY-2][RETRY-4][LOOP-5]") {
  TriggerBed bed;
  bed.enable();
  bed.map({.batch_size = 1, .on_failure = Destination::sqs}, poisoned_by({0}));
  bed.put("A");
  bed.run_for(1h);
  bed.put("B");
  bed.run_for(22h + 59min);
  REQUIRE(bed.settled().empty());
  bed.run_for(10min);
  REQUIRE(bed.settled() == Fates{{0, "expired from the stream, sent"}, {1, "handled"}});
}

TEST_CASE("a record is handed out until the last microsecond of its 24 hours, and not at their end", "[RETRY-2][STREAM-11]") {
  for (const Duration early : {Duration(1), Duration(0)}) {
    TriggerBed bed(Plan::listed({{"trigger.poll_phase", "trigger m0 / shard 0", (Duration(50ms) - early).count()}}));
    bed.enable();
    bed.put("A");  // readable from 50 ms on
    bed.run_until(Instant{24h + 50ms} - early);
    bed.map({}, nothing_failed);
    bed.run_for(1s);
    REQUIRE(bed.settled() == Fates{{0, early == Duration(0) ? "expired from the stream" : "handled"}});
  }
}

TEST_CASE("what is trimmed unread behind a blocked batch is lost, told so, and no destination hears of it",
          "[OPEN-45][LOOP-2]") {
  TriggerBed bed(Plan::calm(), {{.site = "stream.trim_slack", .low = 0, .high = 0, .calm = 0}});
  bed.enable();
  // One invocation at a time that takes its 15 minutes and fails: the first batch blocks until it expires, with its fellows.
  bed.map({.batch_size = 1, .on_failure = Destination::sqs}, [](const StreamEvent& event, Context& context) -> BatchResponse {
    if (event.records[0].id.value == 3) return BatchResponse::ok();
    context.sleep(14min + 59s);
    throw std::runtime_error("slow and wrong");
  });
  bed.put_many(3);
  bed.run_for(2h);
  bed.put("later");
  bed.run_for(24h);
  REQUIRE(bed.settled() == Fates{{0, "expired from the stream, sent"},
                                 {1, "expired from the stream"},
                                 {2, "expired from the stream"},
                                 {3, "handled"}});
  REQUIRE(bed.facts<DestinationSent>().size() == 1);
}

TEST_CASE("of what expires it is told how much the mapping had got", "[RETRY-2][OPEN-45][METRIC-2]") {
  TriggerBed bed(Plan::calm(), {{.site = "stream.trim_slack", .low = 0, .high = 0, .calm = 0}});
  bed.enable();
  bed.map({.batch_size = 1}, [](const StreamEvent&, Context& context) -> BatchResponse {
    context.sleep(14min + 59s);
    throw std::runtime_error("slow and wrong");
  });
  bed.put_many(2);
  bed.run_for(10s);
  bed.put("later");  // while the first is in flight, and trimmed before the next poll
  bed.run_for(25h);
  const auto settled = bed.facts<Settled>();
  REQUIRE(settled.size() == 2);
  CHECK(settled[0].records->size() == 1);
  CHECK(settled[0].polled == 1);
  CHECK(settled[1].records->size() == 2);
  CHECK(settled[1].polled == 1);
}

TEST_CASE("a record is too old when it is older than the limit, by its whole second", "[ESM-8][RETRY-9]") {
  for (const Duration late : {Duration(0), Duration(250ms)}) {
    TriggerBed bed;
    bed.enable();
    bed.put("A");
    bed.run_until(Instant{60s} + late);
    bed.map({.maximum_record_age = 60s}, nothing_failed);
    bed.run_for(1s);
    CHECK(bed.settled() == Fates{{0, late == Duration(0) ? "handled" : "record age exceeded"}});
  }
}

TEST_CASE("nobody hears of records that were handled", "[DEST-8]") {
  TriggerBed bed;
  bed.enable();
  bed.map({.batch_size = 2, .maximum_retry_attempts = 0, .on_failure = Destination::sqs}, poisoned_by({3}));
  bed.put_many(6);
  bed.run_for(1min);
  REQUIRE(bed.settled().size() == 6);
  REQUIRE(bed.facts<DestinationSent>().size() == 1);
  REQUIRE(TriggerBed::numbers(bed.facts<DestinationSent>()[0].records) == std::vector<std::uint64_t>{2, 3});
}

TEST_CASE("the failure record has the documented shape", "[DEST-1][DEST-2][DEST-3][DEST-5][INV-2]") {
  TriggerBed bed;
  const StreamId stream = bed.enable();
  bed.map({.maximum_retry_attempts = 2, .on_failure = Destination::sqs}, poisoned_by({1}));
  bed.run_for(19s);
  bed.put("A");
  bed.run_for(100ms);
  bed.put("B");
  bed.run_for(1min);
  const std::vector<DestinationSent> sent = bed.facts<DestinationSent>();
  REQUIRE(sent.size() == 1);
  REQUIRE_FALSE(sent[0].with_content);
  nlohmann::json message = nlohmann::json::parse(sent[0].message);
  const std::string request = message["requestContext"]["requestId"];
  REQUIRE(request.size() == 36);
  REQUIRE(request[14] == '4');
  message["requestContext"].erase("requestId");
  const ShardId shard{0};
  nlohmann::json expected = {
      {"requestContext",
       {{"functionArn", "arn:aws:lambda:us-east-1:123456789012:function:f"},
        {"condition", "RetryAttemptsExhausted"},
        {"approximateInvokeCount", 3}}},
      {"responseContext", {{"statusCode", 200}, {"executedVersion", "$LATEST"}, {"functionError", "Unhandled"}}},
      {"version", "1.0"},
      {"timestamp", "2023-11-14T22:13:42.250Z"},
      {"DDBStreamBatchInfo",
       {{"shardId", bed.streams.wire_name(shard)},
        {"startSequenceNumber", to_wire(bed.streams.shard(shard).number_of(0))},
        {"endSequenceNumber", to_wire(bed.streams.shard(shard).number_of(1))},
        {"approximateArrivalOfFirstRecord", "2023-11-14T22:13:39Z"},
        {"approximateArrivalOfLastRecord", "2023-11-14T22:13:39Z"},
        {"batchSize", 2},
        {"streamArn", bed.streams.arn(stream)}}}};
  const std::string arn = bed.streams.arn(stream);
  expected["requestContext"]["functionArn"] = "arn:aws:lambda:" + arn.substr(17, arn.find(":table") - 17) + ":function:f";
  REQUIRE(message == expected);
}

TEST_CASE("a partial failure's record names no function error; S3 gets the records, as an object or as text",
          "[RBIF-6][DEST-1][OPEN-14]") {
  for (const S3Payload form : {S3Payload::object, S3Payload::string}) {
    TriggerBed bed(Plan::listed({{"trigger.s3_payload", "trigger m0", static_cast<std::int64_t>(form)}}));
    bed.enable();
    bed.map({.maximum_retry_attempts = 0, .report_batch_item_failures = true, .on_failure = Destination::s3}, fails_from(1));
    bed.put_many(3);
    bed.run_for(1min);
    REQUIRE(bed.settled() == Fates{{0, "handled"}, {1, "retries exhausted, sent"}, {2, "retries exhausted, sent"}});
    const DestinationSent sent = bed.facts<DestinationSent>().at(0);
    REQUIRE(sent.with_content);
    REQUIRE(TriggerBed::numbers(sent.records) == std::vector<std::uint64_t>{1, 2});
    const nlohmann::json message = nlohmann::json::parse(sent.message);
    REQUIRE(message["responseContext"]["functionError"].is_null());
    REQUIRE(message["DDBStreamBatchInfo"]["batchSize"] == 2);
    const nlohmann::json payload =
        form == S3Payload::object ? message["payload"] : nlohmann::json::parse(message["payload"].get<std::string>());
    REQUIRE(payload["Records"].size() == 2);
    REQUIRE(payload["Records"][0]["dynamodb"]["Keys"]["id"]["S"] == "item 1");
  }
}

}  // namespace

}  // namespace weir
