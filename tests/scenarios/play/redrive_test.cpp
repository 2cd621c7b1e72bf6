// Failure records from the mapping into a queue and the records back from the stream, or into a bucket and back from there.
#include <algorithm>

#include "scenarios/play/play.hpp"
#include "sim/base/bad_input.hpp"
#include "sim/function/failure_records.hpp"
#include "sim/trigger/sites.hpp"
#include "tests/catch.hpp"

using namespace weir;

namespace {

BatchResponse refuse(const StreamEvent&, Context&) { throw std::runtime_error("no"); }

Scenario given_up(std::int64_t batch_size = 3) {
  Scenario scenario{.name = "given-up",
                    .tables = {{.name = "orders", .key = {.partition = "id"}, .stream = StreamView::new_image}},
                    .functions = {{.name = "refuse"}},
                    .mappings = {{.table = "orders",
                                  .function = "refuse",
                                  .batch_size = batch_size,
                                  .maximum_batching_window = 10s,
                                  .maximum_retry_attempts = 0,
                                  .on_failure = Destination::sqs,
                                  .destination = "letters"}},
                    .readers = {{.name = "redrive", .start_at = 1min}},
                    .queues = {{.name = "letters", .retention_period = 336h}},
                    .run_for = 30h};
  for (const char* id : {"A", "B", "C", "D"}) scenario.steps.push_back({1s, PutStep{"orders", {{"id", id}}}});
  return scenario;
}

struct Read {
  std::vector<FailureAddress> addresses;
  std::vector<std::vector<std::string>> keys;
  std::vector<ServiceError> errors;
};

Read redriven(const Scenario& scenario) {
  Read read;
  Handlers handlers;
  handlers.functions["refuse"] = refuse;
  handlers.readers["redrive"] = [&read](Context& context) {
    const auto letters = context.queue("letters").receive();
    for (const Message& letter : *letters) {
      const auto address = failure_address(letter.body);
      if (!address) continue;
      read.addresses.push_back(*address);
      const auto records = read_back(context.stream("orders"), *address);
      read.errors.push_back(records.error());
      if (!records) continue;
      std::vector<std::string> keys;
      for (const StreamRecord& record : *records) keys.emplace_back(*record.keys.find_string("id"));
      read.keys.push_back(keys);
    }
  };
  (void)simulate(scenario, Plan::calm(), handlers);
  return read;
}

}  // namespace

TEST_CASE("a letter says where its records are, and they are there", "[DEST-1][DEST-2]") {
  const Read read = redriven(given_up());
  REQUIRE(read.addresses.size() == 2);
  CHECK(read.addresses[0].batch_size == 3);
  CHECK(read.addresses[0].condition == "RetryAttemptsExhausted");
  CHECK(read.addresses[0].stream_arn.starts_with("arn:aws:dynamodb:us-east-1:123456789012:table/orders/stream/"));
  CHECK(read.keys == std::vector<std::vector<std::string>>{{"A", "B", "C"}, {"D"}});
}

TEST_CASE("a letter outlives its records: after a day the address leads nowhere", "[DEST-1][STREAM-11][ITER-3]") {
  Scenario scenario = given_up();
  scenario.readers[0].start_at = 26h;
  const Read read = redriven(scenario);
  REQUIRE(read.errors.size() == 2);
  for (const ServiceError error : read.errors)
    CHECK((error == ServiceError::trimmed_data_access || error == ServiceError::resource_not_found));
}

TEST_CASE("a topic with a queue behind it delivers there too", "[DEST-1][ESM-13]") {
  Scenario scenario = given_up();
  scenario.mappings[0].on_failure = Destination::sns;
  CHECK(redriven(scenario).addresses.size() == 2);
}

TEST_CASE("what is no failure record has no address", "[DEST-1]") {
  for (
      const char* body :
      {"", "{", "[]", "{}", R"({"DDBStreamBatchInfo":{},"requestContext":{}})",
       R"({"DDBStreamBatchInfo":1,"requestContext":{}})",
       R"({"requestContext":{},"DDBStreamBatchInfo":{"shardId":"shardId-1-zz","startSequenceNumber":"100000000000000000001","endSequenceNumber":"100000000000000000001","batchSize":1}})"})
    CHECK_FALSE(failure_address(body).has_value());
}

namespace {

struct Archive {
  std::vector<StreamRecord> delivered, read;
  std::vector<std::string> keys, bodies;
  std::size_t left = 99;
};

// The same into a bucket, read and removed when the stream has long forgotten the records.
Archive archived(S3Payload spelled) {
  Archive archive;
  Scenario scenario = given_up();
  scenario.queues.clear();
  scenario.buckets = {{"failures"}};
  scenario.mappings[0].on_failure = Destination::s3;
  scenario.mappings[0].destination = "failures";
  scenario.readers[0].start_at = 100h;
  scenario.run_for = 101h;
  scenario.steps.push_back({2s, DeleteStep{"orders", {{"id", "A"}}}});
  scenario.tables[0].stream = StreamView::new_and_old_images;
  Handlers handlers;
  handlers.functions["refuse"] = [&](const StreamEvent& event, Context&) -> BatchResponse {
    archive.delivered.insert(archive.delivered.end(), event.records.begin(), event.records.end());
    throw std::runtime_error("no");
  };
  handlers.readers["redrive"] = [&](Context& context) {
    BucketClient bucket = context.bucket("failures");
    archive.keys = *bucket.list("aws/lambda/");
    for (const std::string& key : archive.keys) {
      archive.bodies.push_back(*bucket.get(key));
      for (StreamRecord& record : records_in(archive.bodies.back())) archive.read.push_back(std::move(record));
      (void)bucket.remove(key);
    }
    archive.left = bucket.list()->size();
    CHECK(bucket.get(archive.keys.at(0)).failed_with(ServiceError::no_such_key));
    CHECK_THROWS_AS(context.bucket("letters"), std::invalid_argument);
    CHECK(bucket.put("own", "text").ok());
    CHECK(*bucket.get("own") == "text");
  };
  (void)simulate(scenario, Plan::listed({{"trigger.s3_payload", "trigger refuse", static_cast<std::int64_t>(spelled)}}),
                 handlers);
  return archive;
}

std::vector<StreamRecord> sorted(std::vector<StreamRecord> records) {
  std::sort(records.begin(), records.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  return records;
}

}  // namespace

TEST_CASE("an object in S3 has the records themselves, in either spelling, as they were delivered",
          "[DEST-1][DEST-6][OPEN-14][REC-3]") {
  for (const S3Payload spelled : {S3Payload::object, S3Payload::string}) {
    const Archive archive = archived(spelled);
    REQUIRE(archive.delivered.size() == 5);
    CHECK(sorted(archive.read) == sorted(archive.delivered));
    CHECK(archive.left == 0);
    REQUIRE(archive.bodies.size() == 2);
    CHECK((archive.bodies[0].find(R"("payload":")") != std::string::npos) == (spelled == S3Payload::string));
  }
}

TEST_CASE("an object is called after its mapping, shard, day and second", "[DEST-6]") {
  const Archive archive = archived(S3Payload::object);
  REQUIRE(archive.keys.size() == 2);
  CHECK(archive.keys[0] != archive.keys[1]);
  for (const std::string& key : archive.keys) {
    INFO(key);
    REQUIRE(key.size() ==
            std::string("aws/lambda/").size() + 36 + 1 + 37 + std::string("/2023/11/14/2023-11-14T22.13.31-").size() + 36);
    CHECK(key.substr(0, 11) == "aws/lambda/");
    CHECK(key.substr(47, 9) == "/shardId-");
    const std::string day = key.substr(86, 10), again = key.substr(97, 10);
    CHECK(day.substr(0, 4) + "-" + day.substr(5, 2) + "-" + day.substr(8, 2) == again);
    CHECK(key[107] == 'T');
    CHECK((key[110] == '.' && key[113] == '.' && key[116] == '-'));
  }
  CHECK(archive.keys[0].substr(11, 36) == archive.keys[1].substr(11, 36));
}

TEST_CASE("the seconds of a record may be spelt as Lambda does, 1693997155.0", "[DEST-1][REC-4]") {
  const std::string good = archived(S3Payload::object).bodies.at(0);
  const std::string name = R"("ApproximateCreationDateTime":)";
  const auto with_seconds = [&](const std::string& seconds) {
    std::string text = good;
    const std::size_t from = text.find(name) + name.size();
    text.replace(from, text.find_first_not_of("0123456789.", from) - from, seconds);
    return text;
  };
  CHECK(good.find(".0,\"Keys\"") != std::string::npos);
  for (const char* seconds : {"1693997155.0", "1693997155", "1.693997155e9"})
    CHECK(records_in(with_seconds(seconds)).at(0).approximate_creation_time == 1'693'997'155);
  for (const char* seconds : {"1693997155.5", "\"1693997155\"", "null", "1e30"})
    CHECK_THROWS_AS(records_in(with_seconds(seconds)), BadInput);
}

TEST_CASE("a failure record that carries no records, or wrong ones, says so", "[DEST-1]") {
  const std::string good = archived(S3Payload::object).bodies.at(0);
  const auto with = [&](const std::string& what, const std::string& by) {
    std::string text = good;
    text.replace(text.find(what), what.size(), by);
    return text;
  };
  CHECK(records_in(with(R"("payload")", R"("other")")).empty());
  CHECK_THROWS_WITH(records_in("{}"),
                    "failure record: a text that is no failure record; a payload as Lambda writes it: "
                    "{\"Records\":[..]} or the same as a text");
  for (const auto& [what, by] : std::vector<std::pair<std::string, std::string>>{{R"("Records")", R"("records")"},
                                                                                 {R"("eventID":")", R"("eventID":"0)"},
                                                                                 {R"("INSERT")", R"("UPSERT")"},
                                                                                 {R"("NEW_AND_OLD_IMAGES")", R"("IMAGES")"},
                                                                                 {R"("SizeBytes":)", R"("SizeBytes":0.)"},
                                                                                 {R"("Keys")", R"("Key")"}})
    CHECK_THROWS_AS(records_in(with(what, by)), BadInput);
}
