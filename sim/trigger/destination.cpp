#include "sim/trigger/destination.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/base/hash.hpp"
#include "sim/function/event_json.hpp"

namespace weir {

namespace {

using json = nlohmann::ordered_json;

std::string padded(std::int64_t number, std::size_t digits) {
  std::string text = std::to_string(number);
  if (text.size() < digits) text.insert(0, digits - text.size(), '0');
  return text;
}

std::string iso_milliseconds(std::int64_t unix_ms) {
  const std::int64_t seconds = unix_ms >= 0 ? unix_ms / 1000 : -((-unix_ms + 999) / 1000);
  return iso_seconds(seconds) + "." + padded(unix_ms - seconds * 1000, 3) + "Z";
}

std::string hex(std::uint64_t bits, int digits) {
  std::string text;
  for (int at = digits - 1; at >= 0; --at) text += "0123456789abcdef"[(bits >> (4 * at)) & 15];
  return text;
}

// Of the form of a random UUID, one-to-one with `number` in practice.
std::string uuid(std::uint64_t number) {
  const std::uint64_t high = mix(number + 1), low = mix(high, number);
  return hex(high >> 32, 8) + "-" + hex(high >> 16, 4) + "-4" + hex(high, 3) + "-" + hex(8 | ((low >> 60) & 3), 1) +
         hex(low >> 48, 3) + "-" + hex(low, 12);
}

// Of the last invocation; what was never invoked has one of its own, by what it tells, of whose function, and when.   [DEST-3]
std::string request_id(const FailureRecord& record) {
  if (record.last_invocation) return uuid(record.last_invocation->value + 1);
  const std::uint64_t what = mix(hash64(record.function_name), record.records.front().id.value);
  return uuid(mix(what, static_cast<std::uint64_t>(record.now_unix_ms)));
}

}  // namespace

std::string mapping_uuid(MappingId mapping) { return uuid(mix(mapping.value, 0x65736d)); }

std::string to_json_text(const FailureRecord& record) {
  const StreamRecord& first = record.records.front();
  const StreamRecord& last = record.records.back();
  const bool exhausted = record.condition == FailureRecord::Condition::retry_attempts_exhausted;
  json whole;
  whole["requestContext"] = {{"requestId", request_id(record)},
                             {"functionArn", "arn:aws:lambda:" + std::string(arn_fields(record.stream_arn, 3, 2)) +
                                                 ":function:" + std::string(record.function_name)},
                             {"condition", exhausted ? "RetryAttemptsExhausted" : "RecordAgeExceeded"},
                             {"approximateInvokeCount", record.invocations}};
  if (exhausted) {
    const bool unhandled = record.function_error == FailureRecord::FunctionError::unhandled;
    whole["responseContext"] = {
        {"statusCode", 200}, {"executedVersion", "$LATEST"}, {"functionError", unhandled ? json("Unhandled") : json(nullptr)}};
  }
  whole["version"] = "1.0";
  whole["timestamp"] = iso_milliseconds(record.now_unix_ms);
  whole["DDBStreamBatchInfo"] = {{"shardId", record.shard_wire_name},
                                 {"startSequenceNumber", to_wire(first.sequence_number)},
                                 {"endSequenceNumber", to_wire(last.sequence_number)},
                                 {"approximateArrivalOfFirstRecord", iso_seconds(first.approximate_creation_time) + "Z"},
                                 {"approximateArrivalOfLastRecord", iso_seconds(last.approximate_creation_time) + "Z"},
                                 {"batchSize", record.records.size()},
                                 {"streamArn", record.stream_arn}};
  if (record.payload) {
    const nlohmann::json content = lambda_json(record.records, record.stream_arn);
    whole["payload"] = *record.payload == S3Payload::object
                           ? json(content)
                           : json(content.dump(-1, ' ', false, json::error_handler_t::replace));
  }
  return whole.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string object_key(const FailureRecord& record, MappingId mapping) {
  std::string second = iso_seconds(record.now_unix_ms / 1000);  // "2024-01-01T00:13:19"
  std::string day = second.substr(0, 10);
  std::replace(day.begin(), day.end(), '-', '/');
  std::replace(second.begin(), second.end(), ':', '.');
  const StreamRecord& first = record.records.front();
  const std::uint64_t what = mix(static_cast<std::uint64_t>(record.now_unix_ms), first.id.value);
  return "aws/lambda/" + mapping_uuid(mapping) + "/" + std::string(record.shard_wire_name) + "/" + day + "/" + second + "-" +
         uuid(what);
}

}  // namespace weir
