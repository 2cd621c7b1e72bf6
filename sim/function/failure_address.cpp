#include "sim/function/failure_address.hpp"

#include <charconv>
#include <nlohmann/json.hpp>

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

}  // namespace weir
