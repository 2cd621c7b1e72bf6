#include "sim/trigger/payload.hpp"

#include "sim/function/event_json.hpp"
#include "tests/trigger/bed.hpp"

namespace weir {

namespace {

const std::string arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders/stream/2024-01-01T00:00:00.000";

AttributeValue any_value(int depth) {
  switch (*rc::gen::inRange(0, depth > 0 ? 10 : 8)) {
    case 0:
      return *rc::gen::element<std::string>("", "plain", "\"quoted\"\\", "\n\t\x01", "\xc3\xa9");
    case 1:
      return *Number::parse(*rc::gen::element<std::string>("0", "1E-130", "-1.5", "9E125", "12345678901234567890"));
    case 2:
      return AttributeValue::binary(std::string(*rc::gen::inRange<std::size_t>(0, 5), 'b'));
    case 3:
      return *rc::gen::arbitrary<bool>();
    case 4:
      return AttributeValue::null();
    case 5:
      return AttributeValue::string_set({"a", "\n"});
    case 6:
      return AttributeValue::number_set({*Number::parse("1E-130"), Number(7)});
    case 7:
      return AttributeValue::binary_set({"x", "yz"});
    case 8: {
      AttributeList elements;
      for (int i = *rc::gen::inRange(0, 3); i > 0; --i) elements.push_back(any_value(depth - 1));
      return AttributeValue::list(elements);
    }
    default: {
      AttributeMap entries;
      for (int i = *rc::gen::inRange(0, 3); i > 0; --i) entries.emplace("k\t" + std::to_string(i), any_value(depth - 1));
      return AttributeValue::map(entries);
    }
  }
}

TEST_CASE("a record's bytes are those of its JSON, and below the cheap bound", "[property][BATCH-1][OPEN-40]") {
  WEIR_PROPERTY("for any record", [] {
    StreamRecord record;
    record.id = RecordId{*rc::gen::arbitrary<std::uint64_t>()};
    record.keys = {{"id", any_value(0)}};
    if (*rc::gen::arbitrary<bool>()) record.new_image = Item{{"id", any_value(0)}, {"\x02", any_value(3)}};
    if (*rc::gen::arbitrary<bool>()) record.old_image = Item{{"id", any_value(0)}};
    record.approximate_creation_time = *rc::gen::element<std::int64_t>(0, -5, 1'700'000'000);
    record.size_bytes = *rc::gen::inRange<std::uint32_t>(0, 1'000'000);
    record.by_ttl = *rc::gen::arbitrary<bool>();
    record.event_name = *rc::gen::element(EventName::insert, EventName::modify, EventName::remove);
    const std::size_t frame = to_json_text(StreamEvent{{}, arn}).size();
    const std::size_t bytes = json_bytes(record, arn);
    RC_ASSERT(bytes + frame == to_json_text(StreamEvent{{record}, arn}).size());
    std::size_t stored = record.keys.bytes().size();
    if (record.new_image) stored += record.new_image->bytes().size();
    if (record.old_image) stored += record.old_image->bytes().size();
    RC_ASSERT(bytes < most_json_bytes(stored));
    RC_ASSERT(bytes < most_json_bytes(record, arn));
  });
}

TEST_CASE("the closer bound holds for what is spelt longest", "[BATCH-1][OPEN-40]") {
  const Number smallest = *Number::parse("-1.2345678901234567890123456789012345678E-130");
  StreamRecord record;
  ItemBuilder builder;
  for (int i = 0; i < 200; ++i) {
    const std::string name = std::string(3, '\x01') + std::to_string(i);
    builder.number(name, smallest).string(name + "s", std::string(20, '\x1F')).binary(name + "b", "x");
    builder.value(name + "t", AttributeValue(false)).value(name + "n", AttributeValue::null());
  }
  record.keys = record.new_image.emplace(builder.finish());
  record.old_image = record.new_image;
  const std::size_t bytes = json_bytes(record, arn);
  CHECK(bytes < most_json_bytes(record, arn));
  CHECK(most_json_bytes(record, arn) < bytes + bytes / 4);  // and is worth looking for
}

TEST_CASE("a batch is cut before the record with which it would pass 6 MB", "[BATCH-1][OPEN-40]") {
  StreamEvent event{{}, arn};
  StreamRecord record;
  record.keys = {{"id", "A"}};
  record.new_image = Item{{"id", "A"}, {"text", std::string(100'000, 'x')}};
  event.records.assign(100, record);
  const std::size_t count = fitting(event);
  event.records.resize(count);
  REQUIRE(to_json_text(event).size() <= most_payload_bytes);
  event.records.push_back(record);
  REQUIRE(to_json_text(event).size() > most_payload_bytes);
  event.records.resize(count - 1);
  const std::size_t room = most_payload_bytes - to_json_text(event).size() - 1 - json_bytes(record, arn);
  event.records.push_back(record);
  event.records.back().new_image = Item{{"id", "A"}, {"text", std::string(100'000 + room, 'x')}};
  event.records.push_back(record);
  REQUIRE(fitting(event) == count);  // to the byte
  event.records[0].new_image = Item{{"id", "A"}, {"text", std::string(100'001, 'x')}};
  REQUIRE(fitting(event) == count - 1);
}

TEST_CASE("a record alone always fits, whatever its JSON takes", "[BATCH-6]") {
  StreamRecord record;
  record.keys = {{"id", "A"}};
  record.new_image = Item{{"id", "A"}, {"empty", AttributeValue::list(AttributeList(400'000, AttributeValue("")))}};
  record.old_image = record.new_image;
  REQUIRE(record.new_image->size_bytes() <= 400 * 1024);
  REQUIRE(json_bytes(record, arn) > most_payload_bytes);
  REQUIRE(fitting({{record}, arn}) == 1);
  REQUIRE(fitting({{record, record}, arn}) == 1);
}

TEST_CASE("a full payload does not wait for the batching window", "[BATCH-1][LOOP-4]") {
  TriggerBed bed;
  bed.enable();
  bed.map({.batch_size = 10'000, .maximum_batching_window = 300s}, nothing_failed);
  const std::string big(390'000, 'x');
  for (int i = 0; i < 20; ++i) {
    const AttributeValue id(std::to_string(i));
    bed.write(ItemKey(id), {}, Item{{"id", id}, {"text", big}});
  }
  bed.run_for(10s);
  REQUIRE(bed.invocations().size() == 1);
  REQUIRE(bed.invocations()[0].size() == 16);
  bed.run_for(300s);
  REQUIRE(bed.invocations().size() == 2);
}

// Of each invocation: its records, and its bytes as JSON. Leaves a state of 900,000 bytes, and fails the second record at
// first.
struct Sizes {
  std::vector<std::pair<std::size_t, std::size_t>> seen;
  Handler growing() {
    return [this](const StreamEvent& event, Context&) -> BatchResponse {
      seen.emplace_back(event.records.size(), to_json_text(event).size());
      BatchResponse response = BatchResponse::with_state(Item{{"text", std::string(900'000, 'x')}});
      if (seen.size() == 1) response.batch_item_failures.push_back(std::string(to_wire(event.records[1].sequence_number)));
      return response;
    };
  }
  std::vector<std::size_t> records() const {
    std::vector<std::size_t> counts;
    for (const auto& [count, bytes] : seen) counts.push_back(count);
    return counts;
  }
};

void put_large(TriggerBed& bed, int count, std::size_t bytes) {
  for (int i = 0; i < count; ++i) {
    const AttributeValue id(std::to_string(i));
    bed.write(ItemKey(id), {}, Item{{"id", id}, {"text", std::string(bytes, 'x')}});
  }
}

TEST_CASE("what no longer fits beside a window's state that has grown follows by itself", "[BATCH-1][WIN-3][INV-1][OPEN-40]") {
  Sizes sizes;
  TriggerBed bed;
  bed.enable();
  bed.map({.batch_size = 100, .maximum_batching_window = 20s, .report_batch_item_failures = true, .tumbling_window = 900s},
          sizes.growing());
  put_large(bed, 16, 390'000);
  bed.run_for(1min);
  REQUIRE(sizes.records() == std::vector<std::size_t>{16, 13, 2});  // the first was handled by the first
  for (const auto& [count, bytes] : sizes.seen) REQUIRE(bytes <= most_payload_bytes);
  REQUIRE(bed.settled().size() == 16);
}

TEST_CASE("records that fill a payload beside their window's state do not wait for the batching window",
          "[BATCH-1][LOOP-4][WIN-3]") {
  Sizes sizes;
  TriggerBed bed;
  bed.enable();
  bed.map({.batch_size = 100, .maximum_batching_window = 20s, .report_batch_item_failures = true, .tumbling_window = 900s},
          sizes.growing());
  put_large(bed, 2, 10);
  bed.run_for(30s);
  REQUIRE(sizes.records() == std::vector<std::size_t>{2, 1});
  put_large(bed, 14, 390'000);  // 5.5 MB
  bed.run_for(10s);
  REQUIRE(sizes.records() == std::vector<std::size_t>{2, 1, 13});
}

}  // namespace

}  // namespace weir
