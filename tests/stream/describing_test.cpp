// DescribeStream and ListStreams page by page, and what limits readers.
#include "sim/stream/sites.hpp"
#include "tests/catch.hpp"
#include "tests/stream/bed.hpp"

using namespace weir;

namespace {

const Actor me = Actor::of(ReaderId{0});

struct DescribeBed : StreamBed {
  using StreamBed::StreamBed;

  Result<StreamDescription> describe(const DescribeRequest& request = {}) {
    run_for(1s);  // out of the rate limit's way
    return streams.describe_stream(kernel, table, request, me);
  }
  Result<StreamsPage> list(const ListStreamsRequest& request = {}) {
    run_for(1s);
    return streams.list_streams(kernel, table, request, me);
  }
};

std::vector<ShardId> ids(const StreamDescription& description) {
  std::vector<ShardId> found;
  for (const ShardDescription& shard : description.shards) found.push_back(shard.shard);
  return found;
}

std::string text_of(const Failed& failed) { return std::string(failed.message); }

}  // namespace

TEST_CASE("a description says what the stream is, and each shard where it begins and ends", "[SAPI-4][REC-8][SHARD-1]") {
  DescribeBed bed(Plan::calm());
  const StreamId stream = bed.enable(1, StreamView::new_image);
  bed.put("A", 1);
  bed.run_for(1s);
  REQUIRE(bed.streams.split(bed.kernel, bed.table, "0", 2).ok());
  const StreamDescription told = *bed.describe();
  CHECK(told.stream == stream);
  CHECK(told.arn == bed.streams.arn(stream));
  CHECK(told.arn == "arn:aws:dynamodb:us-east-1:123456789012:table/orders/stream/" + told.label);
  CHECK(told.label == "2023-11-14T22:13:20.000");
  CHECK(told.status == "ENABLED");
  CHECK(told.view == StreamView::new_image);
  CHECK(told.created == StreamBed::epoch);
  CHECK(told.table_name == "orders");
  CHECK(told.key == bed.schema);
  REQUIRE(told.shards.size() == 3);
  CHECK(told.shards[0].ending_sequence_number == bed.streams.shard(ShardId{0}).number_of(0));
  CHECK(told.shards[0].starting_sequence_number <= *told.shards[0].ending_sequence_number);
  for (const std::size_t child : {1U, 2U}) {
    CHECK(told.shards[child].parent == ShardId{0});
    CHECK_FALSE(told.shards[child].closed);
    CHECK_FALSE(told.shards[child].ending_sequence_number);
  }
  REQUIRE(bed.streams.split(bed.kernel, ShardId{1}, 1).ok());  // no record ever went there
  const ShardDescription empty = bed.describe()->shards[1];
  CHECK(empty.ending_sequence_number == empty.starting_sequence_number);
  CHECK_FALSE(bed.describe()->last_evaluated_shard);
}

TEST_CASE("a stream of more than a hundred shards is described page by page", "[SAPI-1][SHARD-11]") {
  DescribeBed bed;
  bed.enable(205);
  std::vector<ShardId> seen;
  std::vector<std::size_t> sizes;
  DescribeRequest request;
  while (true) {
    const StreamDescription page = *bed.describe(request);
    sizes.push_back(page.shards.size());
    for (const ShardId shard : ids(page)) seen.push_back(shard);
    if (!page.last_evaluated_shard) break;
    CHECK(*page.last_evaluated_shard == seen.back());
    request.exclusive_start = page.last_evaluated_shard;
  }
  CHECK(sizes == std::vector<std::size_t>{100, 100, 5});
  CHECK(seen == bed.streams.shards(StreamId{0}));
  CHECK(ids(*bed.describe({.limit = 3, .exclusive_start = ShardId{7}})) ==
        std::vector<ShardId>{ShardId{8}, ShardId{9}, ShardId{10}});
  CHECK(bed.describe({.exclusive_start = ShardId{999}})->shards.empty());
  CHECK(bed.describe({.limit = 205 - 100, .exclusive_start = ShardId{99}}).failed_with(ServiceError::validation));
  const StreamDescription last = *bed.describe({.limit = 5, .exclusive_start = ShardId{199}});
  CHECK(last.shards.size() == 5);
  CHECK_FALSE(last.last_evaluated_shard);
}

TEST_CASE("a page has 1 to 100 shards or streams", "[SAPI-1][SAPI-3][ERR-7]") {
  DescribeBed bed;
  bed.enable();
  const auto wrong = [](const std::string& limit, const std::string& must) {
    return "1 validation error detected: Value '" + limit +
           "' at 'limit' failed to satisfy constraint: Member must have value " + must;
  };
  CHECK(text_of(bed.describe({.limit = 0}).failure()) == wrong("0", "greater than or equal to 1"));
  CHECK(text_of(bed.describe({.limit = 101}).failure()) == wrong("101", "less than or equal to 100"));
  CHECK(text_of(bed.list({.limit = 0}).failure()) == wrong("0", "greater than or equal to 1"));
  CHECK(text_of(bed.list({.limit = 101}).failure()) == wrong("101", "less than or equal to 100"));
  CHECK(bed.describe({.limit = 100}).ok());
  CHECK(bed.list({.limit = 1}).ok());
}

TEST_CASE("a filter for child shards finds direct children only, and none where there are none yet", "[SAPI-2][SHARD-10]") {
  DescribeBed bed(Plan::calm(), {{.site = "stream.listing_lag", .low = 0, .high = Duration(1min).count(), .calm = 0}});
  bed.enable();
  CHECK(bed.describe({.child_shards_of = ShardId{0}})->shards.empty());
  REQUIRE(bed.streams.split(bed.kernel, bed.table, "0", 2).ok());
  REQUIRE(bed.streams.split(bed.kernel, ShardId{1}, 2).ok());
  CHECK(ids(*bed.describe({.child_shards_of = ShardId{0}})) == std::vector<ShardId>{ShardId{1}, ShardId{2}});
  const StreamDescription first = *bed.describe({.limit = 1, .child_shards_of = ShardId{1}});
  CHECK(ids(first) == std::vector<ShardId>{ShardId{3}});
  CHECK(first.last_evaluated_shard == ShardId{3});
  CHECK(bed.describe({.exclusive_start = ShardId{1}, .child_shards_of = ShardId{0}}).failed_with(ServiceError::validation));
  // A disabled stream's last shards are closed and will never have a child.
  REQUIRE(bed.streams.disable(bed.kernel, bed.table).ok());
  bed.run_for(10min);
  const Result<StreamDescription> disabled = bed.describe();
  for (const ShardDescription& shard : disabled->shards) CHECK(shard.closed);
  CHECK(bed.describe({.child_shards_of = ShardId{2}})->shards.empty());
  CHECK(bed.describe()->status == "DISABLED");
}

TEST_CASE("streams are listed page by page, disabled ones for as long as they are there", "[SAPI-3][STREAM-13]") {
  DescribeBed bed(Plan::calm(), {{.site = "stream.disabling", .low = 0, .high = 0, .calm = 0}});
  const StreamId first = bed.enable();
  REQUIRE(bed.streams.disable(bed.kernel, bed.table).ok());
  bed.run_for(1h);
  const StreamId second = bed.enable();
  const StreamId other =
      *bed.streams.enable(bed.kernel, TableId{5}, "others", bed.schema, StreamView::keys_only, 1, StreamBirth::with_table);
  const auto listed = [](const StreamsPage& page) {
    std::vector<StreamId> found;
    for (const StreamSummary& stream : page.streams) found.push_back(stream.stream);
    return found;
  };
  CHECK(listed(*bed.list()) == std::vector<StreamId>{first, second});
  CHECK(listed(*bed.list({.of_all_tables = true})) == std::vector<StreamId>{first, second, other});
  const StreamsPage page = *bed.list({.of_all_tables = true, .limit = 2});
  CHECK(listed(page) == std::vector<StreamId>{first, second});
  CHECK(page.last_evaluated_stream == second);
  const StreamsPage rest = *bed.list({.of_all_tables = true, .limit = 2, .exclusive_start = second});
  CHECK(listed(rest) == std::vector<StreamId>{other});
  CHECK(rest.streams[0].table_name == "others");
  CHECK_FALSE(rest.last_evaluated_stream);
  CHECK(bed.describe({.stream = first})->status == "DISABLED");
  bed.run_for(24h);
  CHECK(listed(*bed.list()) == std::vector<StreamId>{second});
  CHECK(bed.describe({.stream = first}).failed_with(ServiceError::resource_not_found));
}

TEST_CASE("a stream is described by its ARN too: one of none is not found, and what is no stream's ARN is refused",
          "[ITER-4][STREAM-13][STREAM-14]") {
  DescribeBed bed(Plan::calm(), {{.site = "stream.disabling", .low = 0, .high = 0, .calm = 0}});
  const StreamId first = bed.enable();
  REQUIRE(bed.streams.disable(bed.kernel, bed.table).ok());
  bed.run_for(1h);
  const StreamId second = bed.enable();
  for (const StreamId stream : {first, second}) CHECK(bed.describe({.stream_arn = bed.streams.arn(stream)})->stream == stream);
  CHECK(bed.describe({.stream = second, .stream_arn = bed.streams.arn(first)})->stream == first);

  const std::string arn = bed.streams.arn(first), table = "arn:aws:dynamodb:us-east-1:123456789012:table/orders";
  const std::string unknown = table + "/stream/2001-01-01T00:00:00.000";
  const Result<StreamDescription> none = bed.describe({.stream_arn = unknown});
  REQUIRE(none.failed_with(ServiceError::resource_not_found));
  CHECK(text_of(none.failure()) == "Requested resource not found: Stream: " + unknown + " not found");
  for (const std::string& wrong :
       {std::string(), std::string("orders"), arn.substr(4), table, table + "/stream/", table + "/stream/a/b", table + "/a",
        std::string("arn:aws:dynamodb:us-east-1:123456789012:table//stream/a"),
        std::string("arn::dynamodb:r:1:table/t/stream/a"), std::string("arn:aws:kinesis:us-east-1:123456789012:stream/orders"),
        std::string("arn:aws:dynamodb::1:table/t/stream/a")}) {
    INFO(wrong);
    const Result<StreamDescription> told = bed.describe({.stream_arn = wrong});
    REQUIRE(told.failed_with(ServiceError::validation));
    CHECK(text_of(told.failure()) == "Invalid StreamArn: " + wrong);
    CHECK(bed.facts<StreamCallRefused>().back().error == ServiceError::validation);
  }
  bed.run_for(25h);
  CHECK(bed.describe({.stream_arn = arn}).failed_with(ServiceError::resource_not_found));
}

TEST_CASE("ten descriptions and five lists a second are answered, no more", "[SAPI-1][SAPI-3][ERR-9]") {
  StreamBed bed;
  bed.enable();
  const auto describe = [&] { return bed.streams.describe_stream(bed.kernel, bed.table, {}, me).error(); };
  const auto list = [&] { return bed.streams.list_streams(bed.kernel, bed.table, {}, me).error(); };
  for (int i = 0; i < 10; ++i) CHECK(describe() == ServiceError::none);
  for (int i = 0; i < 5; ++i) CHECK(list() == ServiceError::none);
  CHECK(describe() == ServiceError::throttling);
  CHECK(list() == ServiceError::throttling);
  bed.run_for(1s - 1us);
  CHECK(describe() == ServiceError::throttling);
  bed.run_for(1us);
  CHECK(describe() == ServiceError::none);
  CHECK(list() == ServiceError::none);
  CHECK(bed.count<StreamCallRefused>() == 3);
}

TEST_CASE("of more than two readers of a shard, mappings among them, the hand-written ones may be throttled",
          "[GREC-4][ESM-27][OPEN-27]") {
  const Actor other = Actor::of(ReaderId{1});
  StreamBed bed(Plan::listed({{"stream.reader_throttled", "table orders / shard 0 / reader 1 / read 1", 1}}));
  const StreamId stream = bed.enable();
  bed.put("A", 1);
  bed.run_for(1s);
  const auto read = [&](const Actor& actor) {
    const IteratorId at =
        *bed.streams.get_shard_iterator(bed.kernel, bed.table, ShardId{0}, IteratorType::trim_horizon, {}, actor);
    return bed.streams.get_records(bed.kernel, at, 10, actor).error();
  };
  bed.streams.set_pollers(stream, 1);
  CHECK(read(other) == ServiceError::none);
  CHECK(bed.kernel.choices_asked() > 0);
  const std::uint64_t asked = bed.kernel.choices_asked();
  CHECK(read(me) == ServiceError::none);  // three now, and the plan lets this one through
  CHECK(bed.kernel.choices_asked() > asked);
  CHECK(read(other) == ServiceError::limit_exceeded);
  CHECK(bed.facts<StreamCallRefused>().back().error == ServiceError::limit_exceeded);
  bed.run_for(1s);
  CHECK(read(other) == ServiceError::none);  // the other one is not heard of any more
}

TEST_CASE("more than five calls of GetRecords a second of a shard may be throttled", "[GREC-4][OPEN-27]") {
  const Actor other = Actor::of(ReaderId{1});
  struct Row {
    std::int64_t chosen;
    int served;  // of 30 within a second
  };
  for (const Row& row : {Row{0, 30}, Row{1, 5}, Row{5, 5}, Row{12, 12}, Row{20, 20}}) {
    CAPTURE(row.chosen);
    StreamBed bed(Plan::listed({{"stream.read_rate", "table orders / shard 0", row.chosen}}));
    bed.enable();
    bed.put("A", 1);
    bed.run_for(1min);
    const auto read = [&](const Actor& actor) {
      const IteratorId at =
          *bed.streams.get_shard_iterator(bed.kernel, bed.table, ShardId{0}, IteratorType::trim_horizon, {}, actor);
      return bed.streams.get_records(bed.kernel, at, 10, actor).error();
    };
    for (int i = 0; i < 20; ++i) {  // five a second
      bed.run_for(200ms);
      REQUIRE(read(me) == ServiceError::none);
    }
    bed.run_for(1s);
    const auto served = [&] {
      int count = 0;
      for (int i = 0; i < 30; ++i) {  // of two readers together
        bed.run_for(10ms);
        const ServiceError error = read(i % 2 == 0 ? me : other);
        count += error == ServiceError::none ? 1 : 0;
        if (error != ServiceError::none) REQUIRE(error == ServiceError::limit_exceeded);
      }
      return count;
    };
    CHECK(served() == row.served);
    bed.run_for(1s);
    CHECK(served() == row.served);
    bed.kernel.heal_faults();
    bed.run_for(1s);
    CHECK(served() == 30);
  }
}

TEST_CASE("refusals to enable, to disable and to describe a stream are in the service's words",
          "[MSG-33][STREAM-15][OPEN-17]") {
  StreamBed bed;
  CHECK(text_of(bed.streams.disable(bed.kernel, bed.table).failure()).find("disable") != std::string::npos);
  const StreamId stream = bed.enable();
  const Result<StreamId> again =
      bed.streams.enable(bed.kernel, bed.table, "orders", bed.schema, StreamView::new_image, 1, StreamBirth::on_live_table);
  CHECK(again.failed_with(ServiceError::validation));
  CHECK(text_of(again.failure()) == "Table already has an enabled stream: " + bed.streams.arn(stream));
  REQUIRE(bed.streams.disable(bed.kernel, bed.table).ok());
  bed.run_for(48h);
  const Result<StreamDescription> gone = bed.streams.describe_stream(bed.kernel, bed.table, {}, me);
  CHECK(gone.failed_with(ServiceError::resource_not_found));
  CHECK(text_of(gone.failure()) == "Requested resource not found: Stream: " + bed.streams.arn(stream) + " not found");
}
