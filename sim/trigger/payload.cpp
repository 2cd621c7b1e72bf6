#include "sim/trigger/payload.hpp"

#include <array>
#include <cstdint>

#include "sim/data/encoding.hpp"
#include "sim/function/event_json.hpp"

namespace weir {

namespace {

// How many characters each byte of a text is spelt with: a look-up, since every byte of a large batch comes here.
constexpr std::array<std::uint8_t, 256> spelt = [] {
  std::array<std::uint8_t, 256> sizes{};
  for (std::size_t c = 0; c < sizes.size(); ++c) sizes[c] = c < 0x20 ? 6 : 1;  // "\u001f"
  for (const char c : {'"', '\\', '\b', '\f', '\n', '\r', '\t'}) sizes[static_cast<unsigned char>(c)] = 2;
  return sizes;
}();

std::size_t quoted(std::string_view text) {
  std::size_t size = 2;
  for (const char c : text) size += spelt[static_cast<unsigned char>(c)];
  return size;
}

std::size_t quoted_base64(std::string_view bytes) { return 2 + (bytes.size() + 2) / 3 * 4; }
std::size_t quoted_number(const Number& number) { return 2 + number.to_text().size(); }
std::size_t commas(std::size_t elements) { return elements == 0 ? 0 : elements - 1; }

std::size_t typed(std::string_view value);

// What stands between the brackets of an M, L or set.
std::size_t inside(Type type, std::string_view value) {
  const char* at = value.data() + 1;
  read_length(at);
  const std::size_t count = read_length(at);
  std::size_t size = commas(count);
  for (std::size_t left = count; left > 0; --left) {
    if (type == Type::M) size += quoted(read_text(at)) + 1;
    if (type == Type::M || type == Type::L) {
      size += typed(read_value(at));
    } else if (type == Type::NS) {
      size += quoted_number(Number::unpack(at));
      at += Number::packed_length(at);
    } else {
      const std::string_view text = read_text(at);
      size += type == Type::SS ? quoted(text) : quoted_base64(text);
    }
  }
  return size;
}

// {"S":"x"}
std::size_t typed(std::string_view value) {
  const Type type = encoded_type(value);
  const std::size_t around = wire_name(type).size() + 5;
  switch (type) {
    case Type::S:
      return around + quoted(encoded_text(value));
    case Type::B:
      return around + quoted_base64(encoded_text(value));
    case Type::N:
      return around + quoted_number(encoded_number(value));
    case Type::Bool:
      return around + (value[1] != 0 ? 4 : 5);
    case Type::Null:
      return around + 4;
    default:
      return around + 2 + inside(type, value);
  }
}

std::size_t item_bytes(const Item& item) {
  std::size_t size = 2 + commas(item.count());
  item.each([&](std::string_view name, std::string_view value) { size += quoted(name) + 1 + typed(value); });
  return size;
}

// Bounds of the same, which nothing is spelt out for.
constexpr std::size_t longest_number = 2 + 1 + 2 + -Number::min_magnitude + Number::max_digits;  // "-0.00...01234"
constexpr std::size_t longest_spelling = 6;                                                      // of a byte of text

std::size_t most_quoted(std::string_view text) { return 2 + longest_spelling * text.size(); }

std::size_t most_typed(std::string_view value) {
  constexpr std::size_t around = 4 + 5;  // of the longest name of a type
  switch (encoded_type(value)) {
    case Type::S:
      return around + most_quoted(encoded_text(value));
    case Type::B:
      return around + quoted_base64(encoded_text(value));
    case Type::N:
      return around + longest_number;
    case Type::Bool:
    case Type::Null:
      return around + 5;
    default:
      return most_json_bytes(value.size());
  }
}

std::size_t most_item_bytes(const Item& item) {
  std::size_t size = 2;
  item.each([&](std::string_view name, std::string_view value) { size += most_quoted(name) + 2 + most_typed(value); });
  return size;
}

std::size_t digits(std::int64_t number) { return std::to_string(number).size(); }

constexpr std::size_t event_id_digits = 32;  // [REC-3]

// Of one stream's records, what is the same in each.
struct Same {
  explicit Same(std::string_view event_source_arn)
      : region(arn_fields(event_source_arn, 3, 1).size()), source(quoted(event_source_arn)) {}
  std::size_t region, source;
};

std::size_t record_bytes(const StreamRecord& record, const Same& same) {
  constexpr std::string_view frame =
      R"({"awsRegion":"","dynamodb":{"ApproximateCreationDateTime":.0,"Keys":,"SequenceNumber":"","SizeBytes":,)"
      R"("StreamViewType":""},"eventID":"","eventName":"","eventSource":"aws:dynamodb","eventSourceARN":,"eventVersion":"1.1"})";
  constexpr std::string_view image = R"("NewImage":,)";
  constexpr std::string_view identity = R"(,"userIdentity":{"principalId":"dynamodb.amazonaws.com","type":"Service"})";
  std::size_t size = frame.size() + same.region + same.source + digits(record.approximate_creation_time) +
                     item_bytes(record.keys) + to_wire(record.sequence_number).size() + digits(record.size_bytes) +
                     wire_name(record.view).size() + event_id_digits + wire_name(record.event_name).size();
  if (record.new_image) size += image.size() + item_bytes(*record.new_image);
  if (record.old_image) size += image.size() + item_bytes(*record.old_image);
  return record.by_ttl ? size + identity.size() : size;
}

}  // namespace

std::size_t json_bytes(const StreamRecord& record, std::string_view event_source_arn) {
  return record_bytes(record, Same(event_source_arn));
}

std::size_t most_json_bytes(const StreamRecord& record, std::string_view event_source_arn) {
  constexpr std::size_t frame = 512;  // all that is no item and no ARN, with the largest numbers
  std::size_t size = frame + longest_spelling * event_source_arn.size() + most_item_bytes(record.keys);
  if (record.new_image) size += most_item_bytes(*record.new_image);
  if (record.old_image) size += most_item_bytes(*record.old_image);
  return size;
}

std::size_t fitting(const StreamEvent& event) {
  std::size_t frame = std::string_view(R"({"Records":[]})").size();
  if (event.window) frame = to_json_text(StreamEvent{{}, event.event_source_arn, event.window}).size();
  std::size_t most = frame;
  for (const StreamRecord& record : event.records) {
    std::size_t stored = record.keys.bytes().size();
    if (record.new_image) stored += record.new_image->bytes().size();
    if (record.old_image) stored += record.old_image->bytes().size();
    most += most_json_bytes(stored);
  }
  if (most <= most_payload_bytes) return event.records.size();
  most = frame;
  for (const StreamRecord& record : event.records) most += most_json_bytes(record, event.event_source_arn);
  if (most <= most_payload_bytes) return event.records.size();
  const Same same(event.event_source_arn);
  std::size_t size = frame, count = 0;
  for (const StreamRecord& record : event.records) {
    size += record_bytes(record, same) + (count > 0 ? 1 : 0);
    if (size > most_payload_bytes && count > 0) break;
    count += 1;
  }
  return count;
}

}  // namespace weir
