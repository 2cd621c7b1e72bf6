// Failure records from the mapping into a queue, and the records back from the stream.
#include "scenarios/play/play.hpp"
#include "sim/function/failure_address.hpp"
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
