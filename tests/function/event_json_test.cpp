#include "sim/function/event_json.hpp"

#include <nlohmann/json.hpp>

#include "tests/catch.hpp"

namespace weir {

namespace {

TEST_CASE("a batch reads as AWS's own event does", "[REC-1][REC-2][REC-5][REC-6]") {
  StreamRecord record;
  record.id = RecordId{7};
  record.keys = {{"pk", "u1"}};
  record.new_image = Item{{"pk", "u1"}, {"n", 2}};
  record.old_image = Item{{"pk", "u1"}, {"n", 1}};
  record.event_name = EventName::modify;
  record.approximate_creation_time = 1'700'000'000;
  record.size_bytes = 18;
  StreamEvent event{{record}, "arn:aws:dynamodb:eu-west-1:123456789012:table/T/stream/2024-01-01T00:00:00.000"};
  nlohmann::json expected = nlohmann::json::parse(R"({"Records":[{"eventName":"MODIFY","eventVersion":"1.1",
    "eventSource":"aws:dynamodb","awsRegion":"eu-west-1",
    "dynamodb":{"ApproximateCreationDateTime":1700000000.0,"Keys":{"pk":{"S":"u1"}},
      "NewImage":{"pk":{"S":"u1"},"n":{"N":"2"}},"OldImage":{"pk":{"S":"u1"},"n":{"N":"1"}},
      "SequenceNumber":"100000000000000000000","SizeBytes":18,"StreamViewType":"NEW_AND_OLD_IMAGES"},
    "eventSourceARN":"arn:aws:dynamodb:eu-west-1:123456789012:table/T/stream/2024-01-01T00:00:00.000"}]})");
  expected["Records"][0]["eventID"] = record.event_id();
  REQUIRE(nlohmann::json::parse(to_json_text(event)) == expected);

  event.records[0].by_ttl = true;
  event.records[0].new_image.reset();
  event.records[0].event_name = EventName::remove;
  const nlohmann::json expiry = nlohmann::json::parse(to_json_text(event))["Records"][0];
  REQUIRE(expiry["userIdentity"] == nlohmann::json{{"principalId", "dynamodb.amazonaws.com"}, {"type", "Service"}});
  REQUIRE_FALSE(expiry["dynamodb"].contains("NewImage"));
  REQUIRE(expiry["eventName"] == "REMOVE");
}

TEST_CASE("a tumbling window stands beside the records", "[WIN-2]") {
  StreamEvent event{{}, "arn:aws:dynamodb:eu-west-1:123456789012:table/T/stream/2024-01-01T00:00:00.000"};
  event.window = std::make_shared<const TumblingWindow>(
      TumblingWindow{1'700'000'100, 1'700'000'400, Item{{"total", 3}}, "shardId-1", true, false});
  REQUIRE(nlohmann::json::parse(to_json_text(event)) == nlohmann::json::parse(R"({"Records":[],
    "window":{"start":"2023-11-14T22:15:00Z","end":"2023-11-14T22:20:00Z"},"state":{"total":3},"shardId":"shardId-1",
    "eventSourceARN":"arn:aws:dynamodb:eu-west-1:123456789012:table/T/stream/2024-01-01T00:00:00.000",
    "isFinalInvokeForWindow":true,"isWindowTerminatedEarly":false})"));
}

}  // namespace

}  // namespace weir
