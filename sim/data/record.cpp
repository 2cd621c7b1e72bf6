#include "sim/data/record.hpp"

#include <charconv>

#include "sim/base/hash.hpp"

namespace weir {

std::string_view to_text(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::insert:
      return "insert";
    case ChangeKind::modify:
      return "modify";
    case ChangeKind::remove:
      return "remove";
  }
  return "";
}

std::string_view wire_name(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::insert:
      return "INSERT";
    case ChangeKind::modify:
      return "MODIFY";
    case ChangeKind::remove:
      return "REMOVE";
  }
  return "";
}

std::string_view to_text(ChangeBy by) { return by == ChangeBy::ttl ? "ttl" : "user"; }

std::string StreamRecord::event_id() const {
  // mix is one-to-one on 64 bits, so either half alone tells records apart.
  return weir::to_text(Hash128{mix(id.value + 0x9e3779b97f4a7c15ULL), mix(~id.value)});
}

std::optional<RecordId> parse_event_id(std::string_view event_id) {
  std::uint64_t high = 0;
  if (event_id.size() != 32) return std::nullopt;
  const char* const middle = event_id.data() + 16;
  const auto [stopped, error] = std::from_chars(event_id.data(), middle, high, 16);
  if (error != std::errc{} || stopped != middle) return std::nullopt;
  StreamRecord record;
  record.id = RecordId{~unmix(high)};
  return record.event_id() == event_id ? std::optional(record.id) : std::nullopt;
}

StreamRecord make_record(const Change& change, const KeySchema& schema, StreamView view, std::int64_t epoch_unix_seconds) {
  StreamRecord record;
  record.keys = change.key.attributes(schema);
  if (shows_new_image(view) && change.kind != ChangeKind::remove) record.new_image = change.new_image;
  if (shows_old_image(view) && change.kind != ChangeKind::insert) record.old_image = change.old_image;
  record.approximate_creation_time = unix_seconds(change.at, epoch_unix_seconds);
  record.size_bytes = record_size(record.keys, record.new_image, record.old_image);
  record.event_name = change.kind;
  record.view = view;
  record.by_ttl = change.by == ChangeBy::ttl;
  return record;
}

std::uint32_t record_size(const Item& keys, const std::optional<Item>& new_image, const std::optional<Item>& old_image) {
  return keys.size_bytes() + (new_image ? new_image->size_bytes() : 0) + (old_image ? old_image->size_bytes() : 0);
}

}  // namespace weir
