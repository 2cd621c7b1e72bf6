// What failure records count, and whose times they bear.
#include <nlohmann/json.hpp>

#include "tests/trigger/bed.hpp"

namespace weir {

namespace {

using nlohmann::json;

std::vector<json> messages(const TriggerBed& bed) {
  std::vector<json> all;
  for (const DestinationSent& sent : bed.facts<DestinationSent>()) all.push_back(json::parse(sent.message));
  return all;
}

BatchResponse always_throws(const StreamEvent&, Context&) { throw std::runtime_error("poison"); }

Deviation choice(const char* site, int value) { return {site, "trigger m0", value}; }

}  // namespace

TEST_CASE("the count of invocations goes on through a cut where halves inherit, and begins anew where not",
          "[DEST-3][RETRY-6][OPEN-12]") {
  for (const BisectCounter counter : {BisectCounter::inherit, BisectCounter::reset}) {
    TriggerBed bed(Plan::listed({choice("trigger.bisect_counter", static_cast<int>(counter))}));
    bed.enable();
    bed.map({.maximum_retry_attempts = 1, .bisect_batch_on_function_error = true, .on_failure = Destination::sqs},
            poisoned_by({1}));
    bed.put_many(2);
    bed.run_for(1min);
    REQUIRE(messages(bed).size() == 1);  // {0, 1} is cut, {0} goes through, {1} is tried twice
    CHECK(messages(bed)[0]["requestContext"]["approximateInvokeCount"] == (counter == BisectCounter::inherit ? 3 : 2));
  }
}

TEST_CASE("the count of invocations goes on after partial progress where attempts are kept, and begins anew where not",
          "[DEST-3][OPEN-13]") {
  for (const PartialCounter counter : {PartialCounter::keep, PartialCounter::reset}) {
    TriggerBed bed(Plan::listed({choice("trigger.partial_counter", static_cast<int>(counter))}));
    bed.enable();
    bed.map({.maximum_retry_attempts = 1, .report_batch_item_failures = true, .on_failure = Destination::sqs},
            [](const StreamEvent& event, Context&) { return BatchResponse::retry_from(event.records.back().sequence_number); });
    bed.put_many(2);
    bed.run_for(1min);
    // Record 1 fails beside record 0, then alone: once more, or twice.
    CHECK(bed.invocations().size() == (counter == PartialCounter::keep ? 2 : 3));
    CHECK(messages(bed).at(0)["requestContext"]["approximateInvokeCount"] == 2);
  }
}

TEST_CASE("invocations that were refused before the handler ran count neither as attempts nor as invocations",
          "[DEST-3][POLL-11]") {
  const std::string first = "trigger m0 / shard 0 / batch 0 / attempt 0 / refusal ";
  TriggerBed bed(Plan::listed({{"trigger.invoke_refused", first + "0", 1}, {"trigger.invoke_refused", first + "1", 1}}));
  bed.enable();
  bed.map({.maximum_retry_attempts = 1, .on_failure = Destination::sqs}, always_throws);
  bed.put("A");
  bed.run_for(1min);
  CHECK(bed.invocations().size() == 2);
  CHECK(messages(bed).at(0)["requestContext"]["approximateInvokeCount"] == 2);
}

TEST_CASE("what expired without an invocation bears no invocation's request id, what failed bears its last one's", "[DEST-3]") {
  TriggerBed failed;
  failed.enable();
  failed.map({.batch_size = 1, .maximum_retry_attempts = 0, .on_failure = Destination::sqs}, always_throws);
  failed.put_many(2);
  failed.run_for(1min);
  const json one = messages(failed).at(0)["requestContext"]["requestId"],
             two = messages(failed).at(1)["requestContext"]["requestId"];
  CHECK(one != two);

  TriggerBed late;
  late.enable();
  late.put_many(1);
  late.run_for(2min);
  late.map({.maximum_record_age = 60s, .on_failure = Destination::sqs}, always_throws);
  late.run_for(1min);
  const json none = messages(late).at(0)["requestContext"]["requestId"];
  CHECK(none != one);
  CHECK(none != two);
}

TEST_CASE("what grew too old behind a batch in its lane bears no invocation's request id either", "[DEST-3]") {
  TriggerBed bed;
  bed.enable();
  bed.map({.batch_size = 1, .maximum_retry_attempts = 0, .maximum_record_age = 60s, .on_failure = Destination::sqs},
          [](const StreamEvent&, Context& context) -> BatchResponse {
            context.sleep(2min);
            throw std::runtime_error("poison");
          });
  bed.put_many(2);
  bed.run_for(10min);
  REQUIRE(bed.invocations().size() == 1);
  REQUIRE(messages(bed).size() == 2);
  CHECK(messages(bed)[0]["requestContext"]["condition"] == "RetryAttemptsExhausted");
  CHECK(messages(bed)[1]["requestContext"]["condition"] == "RecordAgeExceeded");
  CHECK(messages(bed)[0]["requestContext"]["requestId"] != messages(bed)[1]["requestContext"]["requestId"]);
}

TEST_CASE("what expired without an invocation has a request id of its own, in each batch, shard and mapping", "[DEST-3]") {
  TriggerBed late;
  late.enable(3);
  late.put_many(6);
  late.run_for(2min);
  for (int i = 0; i < 2; ++i) {
    const FunctionId f = late.functions.add({.name = "f" + std::to_string(i), .handler = "f"}, always_throws);
    const MappingSettings settings{
        .name = "m" + std::to_string(i), .batch_size = 1, .maximum_record_age = 60s, .on_failure = Destination::sqs};
    REQUIRE(late.triggers.create(late.kernel, settings, late.streams, late.stream, f, "f" + std::to_string(i)).ok());
  }
  late.run_for(1min);
  std::set<std::string> ids;
  for (const json& message : messages(late)) ids.insert(message["requestContext"]["requestId"].get<std::string>());
  CHECK(messages(late).size() == 12);
  CHECK(ids.size() == 12);
}

TEST_CASE("a malformed response is an answer all the same: status 200 and no function error", "[RBIF-4][RBIF-6]") {
  TriggerBed bed;
  bed.enable();
  bed.map({.maximum_retry_attempts = 0, .report_batch_item_failures = true, .on_failure = Destination::sqs},
          [](const StreamEvent&, Context&) { return BatchResponse{{std::optional<std::string>("no such number")}}; });
  bed.put("A");
  bed.run_for(1min);
  const json response = messages(bed).at(0)["responseContext"];
  CHECK(response["statusCode"] == 200);
  CHECK(response["functionError"].is_null());
}

TEST_CASE("a failure record is of one condition and one stretch: first and last arrival, first and last number",
          "[DEST-5][RETRY-9]") {
  TriggerBed bed;
  bed.enable();
  bed.map({.maximum_batching_window = 30s, .maximum_retry_attempts = 0, .on_failure = Destination::sqs}, always_throws);
  bed.put("A");
  bed.run_for(7s);
  bed.put("B");
  bed.run_for(5s);
  bed.put("C");
  bed.run_for(1min);
  REQUIRE(messages(bed).size() == 1);
  const json info = messages(bed)[0]["DDBStreamBatchInfo"];
  CHECK(info["approximateArrivalOfFirstRecord"] == "2023-11-14T22:13:20Z");
  CHECK(info["approximateArrivalOfLastRecord"] == "2023-11-14T22:13:32Z");
  CHECK(info["startSequenceNumber"] == to_wire(bed.streams.shard(ShardId{0}).number_of(0)));
  CHECK(info["endSequenceNumber"] == to_wire(bed.streams.shard(ShardId{0}).number_of(2)));
  CHECK(info["batchSize"] == 3);
}

TEST_CASE("records that grow too old together share one failure record", "[RETRY-9][DEST-2]") {
  TriggerBed bed;
  bed.enable();
  bed.put_many(3);
  bed.run_for(50s);
  bed.put("young");
  bed.run_for(15s);
  bed.map({.maximum_record_age = 60s, .on_failure = Destination::sqs}, nothing_failed);
  bed.run_for(1min);
  REQUIRE(messages(bed).size() == 1);
  CHECK(messages(bed)[0]["DDBStreamBatchInfo"]["batchSize"] == 3);
  CHECK(bed.settled().at(3) == "handled");
}

TEST_CASE("the iterator age is that of the batch's last record", "[POLL-14]") {
  TriggerBed bed;
  bed.enable();
  bed.map({.maximum_batching_window = 30s}, nothing_failed);
  bed.put("A");
  bed.run_for(20s);
  bed.put("B");
  bed.run_for(1min);
  REQUIRE(bed.invocations().size() == 1);
  CHECK(bed.facts<IteratorAge>().at(0).at_send == 10s + 250ms);
}

}  // namespace weir
