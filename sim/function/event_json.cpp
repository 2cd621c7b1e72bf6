#include "sim/function/event_json.hpp"

#include <nlohmann/json.hpp>

#include "sim/data/json.hpp"

namespace weir {

namespace {

using nlohmann::json;

// arn:aws:dynamodb:<region>:...
std::string region_of(std::string_view arn) {
  for (int colons = 0; colons < 3; ++colons) {
    const std::size_t colon = arn.find(':');
    if (colon == std::string_view::npos) return {};
    arn.remove_prefix(colon + 1);
  }
  return std::string(arn.substr(0, arn.find(':')));
}

json lambda_record(const StreamRecord& record, std::string_view arn, const std::string& region) {
  json change = {{"ApproximateCreationDateTime", record.approximate_creation_time},
                 {"Keys", to_typed_json(record.keys)},
                 {"SequenceNumber", to_wire(record.sequence_number)},
                 {"SizeBytes", record.size_bytes},
                 {"StreamViewType", wire_name(record.view)}};
  if (record.new_image) change["NewImage"] = to_typed_json(*record.new_image);
  if (record.old_image) change["OldImage"] = to_typed_json(*record.old_image);
  json whole = {{"eventID", record.event_id()},
                {"eventName", wire_name(record.event_name)},
                {"eventVersion", "1.1"},
                {"eventSource", "aws:dynamodb"},
                {"awsRegion", region},
                {"dynamodb", std::move(change)},
                {"eventSourceARN", std::string(arn)}};
  if (record.by_ttl) whole["userIdentity"] = {{"principalId", "dynamodb.amazonaws.com"}, {"type", "Service"}};
  return whole;
}

}  // namespace

json lambda_json(std::span<const StreamRecord> records, std::string_view event_source_arn) {
  const std::string region = region_of(event_source_arn);
  json all = json::array();
  for (const StreamRecord& record : records) all.push_back(lambda_record(record, event_source_arn, region));
  return {{"Records", std::move(all)}};
}

std::string to_json_text(const StreamEvent& event) {
  return lambda_json(event.records, event.event_source_arn).dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace weir
