#include "sim/function/failure_records.hpp"

#include <charconv>
#include <nlohmann/json.hpp>

#include "sim/base/bad_input.hpp"
#include "sim/data/json.hpp"

namespace weir {

namespace {

// The number at the end of "shardId-00000001577836800000-0000002a".                              [SHARD-11]
std::optional<ShardId> shard_in(std::string_view wire) {
  const std::size_t dash = wire.rfind('-');
  if (dash == std::string_view::npos) return std::nullopt;
  ShardId shard;
  const char* const end = wire.data() + wire.size();
  const auto [stopped, error] = std::from_chars(wire.data() + dash + 1, end, shard.value, 16);
  return error == std::errc{} && stopped == end ? std::optional(shard) : std::nullopt;
}

std::string text_at(const nlohmann::json& object, const char* member) {
  const auto found = object.find(member);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

[[noreturn]] void refuse(const std::string& what) {
  throw BadInput("failure record", what, "a payload as Lambda writes it: {\"Records\":[..]} or the same as a text");
}

const nlohmann::json& need(const nlohmann::json& object, const char* member) {
  if (!object.is_object() || !object.contains(member)) refuse(std::string("no ") + member);
  return object[member];
}

// Whole, be it spelt 1693997155.0 as Lambda does with seconds.                                    [REC-4]
template <class T>
T number_at(const nlohmann::json& object, const char* member) {
  const nlohmann::json& number = need(object, member);
  std::string digits = number.is_number() ? number.dump() : std::string();
  if (digits.ends_with(".0")) digits.resize(digits.size() - 2);
  T value{};
  const char* const end = digits.data() + digits.size();
  const auto [stopped, error] = std::from_chars(digits.data(), end, value);
  if (digits.empty() || error != std::errc{} || stopped != end) refuse(std::string(member) + " " + number.dump());
  return value;
}

template <class T>
T named(std::initializer_list<T> known, const std::string& name) {
  for (const T each : known)
    if (wire_name(each) == name) return each;
  refuse("'" + name + "'");
}

StreamRecord record_of(const nlohmann::json& whole, ShardId shard) {
  StreamRecord record;
  const nlohmann::json& change = need(whole, "dynamodb");
  const std::string number = text_at(change, "SequenceNumber"), id = text_at(whole, "eventID");
  const auto sequence_number = parse_sequence_number(number);
  const auto event = parse_event_id(id);
  if (!sequence_number || !event) refuse("a record called '" + id + "' at '" + number + "'");
  record.id = *event;
  record.shard = shard;
  record.sequence_number = *sequence_number;
  record.event_name = named({EventName::insert, EventName::modify, EventName::remove}, text_at(whole, "eventName"));
  record.view = named({StreamView::keys_only, StreamView::new_image, StreamView::old_image, StreamView::new_and_old_images},
                      text_at(change, "StreamViewType"));
  record.keys = typed_item(need(change, "Keys"), "failure record");
  if (change.contains("NewImage")) record.new_image = typed_item(change["NewImage"], "failure record");
  if (change.contains("OldImage")) record.old_image = typed_item(change["OldImage"], "failure record");
  record.approximate_creation_time = number_at<std::int64_t>(change, "ApproximateCreationDateTime");
  record.size_bytes = number_at<std::uint32_t>(change, "SizeBytes");
  record.by_ttl = whole.contains("userIdentity");
  return record;
}

}  // namespace

std::optional<FailureAddress> failure_address(std::string_view body) {
  const nlohmann::json whole = nlohmann::json::parse(body, nullptr, false);
  if (!whole.is_object() || !whole.contains("DDBStreamBatchInfo") || !whole.contains("requestContext")) return std::nullopt;
  const nlohmann::json& info = whole["DDBStreamBatchInfo"];
  const nlohmann::json& context = whole["requestContext"];
  if (!info.is_object() || !context.is_object()) return std::nullopt;
  const auto shard = shard_in(text_at(info, "shardId"));
  const auto first = parse_sequence_number(text_at(info, "startSequenceNumber"));
  const auto last = parse_sequence_number(text_at(info, "endSequenceNumber"));
  const auto size = info.find("batchSize");
  if (!shard || !first || !last || size == info.end() || !size->is_number_unsigned()) return std::nullopt;
  return FailureAddress{
      *shard, *first, *last, size->get<std::uint64_t>(), text_at(context, "condition"), text_at(info, "streamArn")};
}

Result<std::vector<StreamRecord>> read_back(StreamsClient stream, const FailureAddress& address) {
  Result<IteratorId> next = stream.get_shard_iterator(address.shard, IteratorType::at_sequence_number, address.first);
  std::vector<StreamRecord> found;
  while (next) {
    const Result<RecordsPage> page = stream.get_records(*next);
    if (!page) return page.failure();
    for (const StreamRecord& record : page->records)
      if (record.sequence_number <= address.last) found.push_back(record);
    const bool passed = !page->records.empty() && page->records.back().sequence_number >= address.last;
    if (passed || !page->next) return found;
    next = *page->next;
  }
  return next.failure();
}

std::vector<StreamRecord> records_in(std::string_view body) {
  const std::optional<FailureAddress> address = failure_address(body);
  if (!address) refuse("a text that is no failure record");
  const nlohmann::json whole = nlohmann::json::parse(body);
  if (!whole.contains("payload")) return {};
  nlohmann::json payload = whole["payload"];
  if (payload.is_string()) payload = nlohmann::json::parse(payload.get<std::string>(), nullptr, false);
  std::vector<StreamRecord> records;
  for (const nlohmann::json& each : need(payload, "Records")) records.push_back(record_of(each, address->shard));
  return records;
}

}  // namespace weir
