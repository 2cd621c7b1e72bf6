#include "sim/function/event_json.hpp"

#include <chrono>
#include <nlohmann/json.hpp>

#include "sim/data/json.hpp"

namespace weir {

namespace {

using nlohmann::json;

json lambda_record(const StreamRecord& record, std::string_view arn, std::string_view region) {
  // A binary float, so that it is spelt with ".0": whole seconds are exact in it, and nothing is reckoned with it.
  const auto seconds = static_cast<json::number_float_t>(record.approximate_creation_time);
  json change = {{"ApproximateCreationDateTime", seconds},
                 {"Keys", to_typed_json(record.keys)},
                 {"SequenceNumber", to_wire(record.sequence_number)},
                 {"SizeBytes", record.size_bytes},
                 {"StreamViewType", wire_name(record.view)}};
  if (record.new_image) change["NewImage"] = to_typed_json(*record.new_image);
  if (record.old_image) change["OldImage"] = to_typed_json(*record.old_image);
  json whole = {
      {"eventID", record.event_id()},      {"eventName", wire_name(record.event_name)}, {"eventVersion", "1.1"},
      {"eventSource", "aws:dynamodb"},     {"awsRegion", std::string(region)},          {"dynamodb", std::move(change)},
      {"eventSourceARN", std::string(arn)}};
  if (record.by_ttl) whole["userIdentity"] = {{"principalId", "dynamodb.amazonaws.com"}, {"type", "Service"}};
  return whole;
}

std::string padded(std::int64_t number, std::size_t digits) {
  std::string text = std::to_string(number);
  if (text.size() < digits) text.insert(0, digits - text.size(), '0');
  return text;
}

}  // namespace

std::string_view arn_fields(std::string_view arn, int first, int count) {
  for (; first > 0; --first) {
    const std::size_t colon = arn.find(':');
    if (colon == std::string_view::npos) return {};
    arn.remove_prefix(colon + 1);
  }
  std::size_t end = arn.find(':');
  for (; count > 1 && end != std::string_view::npos; --count) end = arn.find(':', end + 1);
  return arn.substr(0, end);
}

std::string iso_seconds(std::int64_t unix_seconds) {
  const std::chrono::sys_seconds at{std::chrono::seconds(unix_seconds)};
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(day);
  const std::int64_t second = (at - day).count();
  return padded(int{date.year()}, 4) + "-" + padded(unsigned{date.month()}, 2) + "-" + padded(unsigned{date.day()}, 2) + "T" +
         padded(second / 3600, 2) + ":" + padded(second / 60 % 60, 2) + ":" + padded(second % 60, 2);
}

json lambda_json(std::span<const StreamRecord> records, std::string_view event_source_arn) {
  const std::string_view region = arn_fields(event_source_arn, 3, 1);
  json all = json::array();
  for (const StreamRecord& record : records) all.push_back(lambda_record(record, event_source_arn, region));
  return {{"Records", std::move(all)}};
}

std::string to_json_text(const StreamEvent& event) {
  json whole = lambda_json(event.records, event.event_source_arn);
  if (event.window) {
    const TumblingWindow& window = *event.window;
    whole["window"] = {{"start", iso_seconds(window.start_unix) + "Z"}, {"end", iso_seconds(window.end_unix) + "Z"}};
    whole["state"] = to_plain_json(window.state);
    whole["shardId"] = window.shard_id;
    whole["eventSourceARN"] = event.event_source_arn;
    whole["isFinalInvokeForWindow"] = window.is_final;
    whole["isWindowTerminatedEarly"] = window.is_terminated_early;
  }
  return whole.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace weir
