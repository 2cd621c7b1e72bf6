#include "sim/data/record.hpp"

#include <set>

#include "tests/catch.hpp"
#include "tests/data/printing.hpp"

using namespace weir;

namespace {
Change change_of(const KeySchema& schema, ChangeKind kind, const Item& old_image, const Item& new_image) {
  const Item& there = kind == ChangeKind::remove ? old_image : new_image;
  return {TableId{0}, kind, *ItemKey::of(schema, there), old_image, new_image, ChangeBy::user, 3, Instant{1500ms}};
}
const KeySchema by_number{"Id", Type::N};
constexpr std::uint64_t boundary = std::uint64_t{1} << 63;
}  // namespace

TEST_CASE("records have the sizes that AWS's own samples show", "[REC-9][ITEM-8]") {
  const Item first({{"Id", 101}, {"Message", "New item!"}}), second({{"Id", 101}, {"Message", "This item has changed"}});
  const auto size = [](const Change& change, const KeySchema& schema) {
    return make_record(change, schema, StreamView::new_and_old_images, 0).size_bytes;
  };
  CHECK(size(change_of(by_number, ChangeKind::insert, {}, first), by_number) == 26);
  CHECK(size(change_of(by_number, ChangeKind::modify, first, second), by_number) == 59);
  CHECK(size(change_of(by_number, ChangeKind::remove, second, {}), by_number) == 38);
  const KeySchema by_pk{"pk"};
  CHECK(size(change_of(by_pk, ChangeKind::modify, {{"pk", "u1"}, {"n", 1}}, {{"pk", "u1"}, {"n", 2}}), by_pk) == 18);
}

TEST_CASE("the view decides which images a record shows, and only those count for its size", "[STREAM-1][STREAM-9][REC-9]") {
  const Item before({{"Id", 1}, {"v", "old"}}), after({{"Id", 1}, {"v", "newer"}}), keys({{"Id", 1}});
  const auto record = [&](ChangeKind kind, StreamView view) {
    return make_record(
        change_of(by_number, kind, kind == ChangeKind::insert ? Item() : before, kind == ChangeKind::remove ? Item() : after),
        by_number, view, 1000);
  };
  for (const ChangeKind kind : {ChangeKind::insert, ChangeKind::modify, ChangeKind::remove}) {
    for (const StreamView view :
         {StreamView::keys_only, StreamView::new_image, StreamView::old_image, StreamView::new_and_old_images}) {
      const StreamRecord seen = record(kind, view);
      const bool shows_new = kind != ChangeKind::remove && view != StreamView::keys_only && view != StreamView::old_image;
      const bool shows_old = kind != ChangeKind::insert && view != StreamView::keys_only && view != StreamView::new_image;
      CHECK(seen.keys == keys);
      CHECK(seen.new_image == (shows_new ? std::optional(after) : std::nullopt));
      CHECK(seen.old_image == (shows_old ? std::optional(before) : std::nullopt));
      CHECK(seen.size_bytes == 4 + (shows_new ? 10U : 0U) + (shows_old ? 8U : 0U));
      CHECK(seen.event_name == kind);
      CHECK(seen.view == view);
      CHECK(seen.approximate_creation_time == 1001);  // whole seconds, rounded down [REC-4]
      CHECK_FALSE(seen.by_ttl);
    }
  }
  Change expired = change_of(by_number, ChangeKind::remove, before, {});
  expired.by = ChangeBy::ttl;
  CHECK(make_record(expired, by_number, StreamView::keys_only, 0).by_ttl);
}

TEST_CASE("an event id is 32 lower-case hex digits and tells records apart", "[REC-3]") {
  std::set<std::string> seen;
  for (std::uint64_t id = 0; id < 2000; ++id) {
    StreamRecord record;
    record.id = RecordId{id};
    const std::string text = record.event_id();
    CHECK(text.size() == 32);
    CHECK(text.find_first_not_of("0123456789abcdef") == std::string::npos);
    CHECK(seen.insert(text).second);
  }
}

TEST_CASE("an event id leads back to its record, and nothing else does", "[REC-3]") {
  for (const std::uint64_t id : {0ULL, 1ULL, 77ULL, 0x9e3779b97f4a7c15ULL, ~0ULL}) {
    StreamRecord record;
    record.id = RecordId{id};
    const std::string text = record.event_id();
    CHECK(parse_event_id(text) == record.id);
    std::string other = text;
    other.back() = other.back() == '0' ? '1' : '0';
    CHECK_FALSE(parse_event_id(other));
    CHECK_FALSE(parse_event_id("0" + text));
    CHECK_FALSE(parse_event_id("x" + text.substr(1)));
  }
  CHECK_FALSE(parse_event_id(""));
}

TEST_CASE("a record shares its images with the table and stays small", "[REC-1]") {
  const Item image({{"Id", 1}});
  const StreamRecord record =
      make_record(change_of(by_number, ChangeKind::insert, {}, image), by_number, StreamView::new_image, 0);
  CHECK(record.new_image->bytes().data() == image.bytes().data());
  CHECK(sizeof(StreamRecord) <= 96);
}

TEST_CASE("sequence numbers travel as 21 or 22 digits whose numeric order is theirs", "[REC-7]") {
  CHECK(to_wire(SequenceNumber{0}) == "100000000000000000000");
  CHECK(to_wire(SequenceNumber{1}) == "100000000000000000001");
  CHECK(to_wire(SequenceNumber{boundary - 1}) == "109223372036854775807");
  CHECK(to_wire(SequenceNumber{boundary}) == "1009223372036854775808");
  CHECK(to_wire(SequenceNumber{~std::uint64_t{0}}) == "1018446744073709551615");
  CHECK(to_wire(SequenceNumber{boundary}) < to_wire(SequenceNumber{boundary - 1}));  // as text the order breaks there
  WEIR_PROPERTY("there, back, and in order", [](std::uint64_t a, std::uint64_t b) {
    if (*rc::gen::arbitrary<bool>()) a = boundary + a % 200 - 100, b = boundary + b % 200 - 100;
    const std::string wire_a = to_wire(SequenceNumber{a}), wire_b = to_wire(SequenceNumber{b});
    RC_ASSERT(parse_sequence_number(wire_a) == SequenceNumber{a});
    RC_ASSERT(wire_a.size() >= 21U && wire_a.size() <= 40U);
    const bool less = wire_a.size() != wire_b.size() ? wire_a.size() < wire_b.size() : wire_a < wire_b;
    RC_ASSERT(less == (a < b));
  });
  for (const char* text :
       {"", "1", "10000000000000000000", "200000000000000000000", "109223372036854775808", "1009223372036854775807",
        "10000000000000000000x", "1018446744073709551616", "-00000000000000000000", "10018446744073709551615"}) {
    CHECK(parse_sequence_number(text) == std::nullopt);
  }
}

TEST_CASE("names of views, events and identities are the service's", "[STREAM-1][STREAM-8][REC-1]") {
  for (const StreamView view : {StreamView::none, StreamView::keys_only, StreamView::new_image, StreamView::old_image,
                                StreamView::new_and_old_images}) {
    CHECK(parse_stream_view(to_text(view)) == view);
    if (view != StreamView::none) CHECK(parse_stream_view(wire_name(view)) == view);
  }
  CHECK(to_text(StreamView::new_and_old_images) == "new_and_old_images");
  CHECK(wire_name(StreamView::keys_only) == "KEYS_ONLY");
  CHECK(parse_stream_view("") == std::nullopt);
  CHECK(parse_stream_view("everything") == std::nullopt);
  CHECK(wire_name(EventName::insert) == "INSERT");
  CHECK(wire_name(EventName::modify) == "MODIFY");
  CHECK(wire_name(EventName::remove) == "REMOVE");
  CHECK(to_text(ChangeKind::remove) == "remove");
  CHECK(to_text(ChangeBy::ttl) == "ttl");
  CHECK(to_text(ChangeBy::user) == "user");
}
