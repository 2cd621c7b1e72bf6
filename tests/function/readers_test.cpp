#include <stdexcept>

#include "sim/function/child_shards.hpp"
#include "tests/function/bed.hpp"

namespace weir {

namespace {

RecordsPage page_of(std::uint64_t record) {
  RecordsPage page;
  page.records.emplace_back();
  page.records.back().id = RecordId{record};
  return page;
}

TEST_CASE("a reader begins at its instant, meets the door by its name, and ends when it returns", "[design]") {
  FunctionBed bed(Plan::listed({{"client.latency", "reader tail / call 1", Duration(1min).count()}}));
  Instant began{};
  const ReaderId id = bed.functions.start_reader(bed.kernel, {.name = "tail", .start_at = 10s}, [&](Context& context) {
    began = context.now();
    REQUIRE(context.remaining_time() == Duration::max());
    StreamsClient stream = context.stream("views");
    const ShardId shard = stream.describe()->front().shard;
    REQUIRE(stream.get_shard_iterator(shard, IteratorType::trim_horizon).ok());
  });
  REQUIRE(bed.functions.busy_readers() == 0);
  bed.run();
  REQUIRE(began == Instant{} + 10s);
  REQUIRE(bed.kernel.now() == Instant{} + 10s + 5ms + 1min);
  REQUIRE(bed.facts<ReaderStarted>().at(0).reader_name == "tail");
  const ReaderEnded ended = bed.facts<ReaderEnded>().at(0);
  REQUIRE(ended.reader == id);
  REQUIRE(ended.outcome == InvocationOutcome::ok);
  REQUIRE(bed.functions.quiet());
}

TEST_CASE("what leaves a reader ends it as an error", "[design]") {
  FunctionBed bed;
  bed.functions.start_reader(bed.kernel, {.name = "tail"}, [](Context&) { throw std::runtime_error("lost the thread"); });
  bed.run();
  REQUIRE(bed.facts<ReaderEnded>().at(0).outcome == InvocationOutcome::threw);
  REQUIRE(bed.facts<ReaderEnded>().at(0).message == "lost the thread");
}

TEST_CASE("a reader's effects are caused by the page it last got, before that by its start", "[design]") {
  FunctionBed bed;
  bed.service.pages = {page_of(1), {}, page_of(2)};
  bed.functions.start_reader(bed.kernel, {.name = "tail"}, [](Context& context) {
    TableClient views = context.table("views");
    StreamsClient stream = context.stream("views");
    (void)views.put(row("before"));
    IteratorId at{0};
    for (int i = 0; i < 3; ++i) {
      const Result<RecordsPage> page = stream.get_records(at);
      (void)views.put(row("page " + std::to_string(i)));
      at = *page->next;
    }
  });
  bed.run();
  std::vector<std::string> causes;
  for (const auto& effect : bed.service.effects) {
    if (effect.what != "put") continue;
    const Fact& cause = bed.trace.facts()[effect.cause];
    const PageRead* page = cause.as<PageRead>();
    causes.push_back(page ? "page with record " + std::to_string(page->records->at(0).value) : std::string(cause.name()));
  }
  REQUIRE(causes ==
          std::vector<std::string>{"reader_started", "page with record 1", "page with record 1", "page with record 2"});
}

TEST_CASE("a reader is busy in a table call or with records in hand, not while it sleeps or polls an empty stream",
          "[design]") {
  FunctionBed bed;
  bed.service.pages = {{}, page_of(1)};
  bed.functions.start_reader(bed.kernel, {.name = "tail"}, [](Context& context) {
    StreamsClient stream = context.stream("views");
    TableClient views = context.table("views");
    (void)stream.get_records(IteratorId{0});  //  0 ..  5 ms: nothing
    (void)stream.get_records(IteratorId{1});  //  5 .. 10 ms: a record
    (void)stream.describe();                  // 10 .. 15 ms: with the record in hand
    context.sleep(5ms);                       // 15 .. 20 ms
    (void)views.put(row("a"));                // 20 .. 25 ms
    (void)stream.get_records(IteratorId{2});  // 25 .. 30 ms: done with the page
    (void)views.put(row("b"));                // 30 .. 35 ms: a table call
    context.sleep(1h);
  });
  std::vector<std::size_t> busy;
  for (Instant at = Instant{} + 2ms; at < Instant{} + 40ms; at += 5ms) {
    bed.run(at);
    bed.kernel.advance_to(at);
    busy.push_back(bed.functions.busy_readers());
  }
  REQUIRE(busy == std::vector<std::size_t>{0, 0, 1, 0, 1, 0, 1, 0});
  bed.functions.kill_all();
  REQUIRE(bed.functions.quiet());
}

TEST_CASE("a bucket is called like everything else: at a point of its own, throttled as S3 says it", "[DEST-6]") {
  FunctionBed bed(Plan::listed({{"client.fault", "reader tail / call 4", static_cast<std::int64_t>(CallFault::throttled)}}));
  std::vector<ServiceError> errors;
  bed.functions.start_reader(bed.kernel, {.name = "tail"}, [&](Context& context) {
    BucketClient bucket = context.bucket("archive");
    errors.push_back(bucket.list("p").error());
    errors.push_back(bucket.get("k").error());
    errors.push_back(bucket.put("k", "b").error());
    errors.push_back(bucket.remove("k").error());
    errors.push_back(bucket.list().error());
    CHECK_THROWS_WITH(context.bucket("attic"), "no bucket is called 'attic'");
  });
  bed.run();
  CHECK(errors == std::vector{ServiceError::none, ServiceError::no_such_key, ServiceError::none, ServiceError::none,
                              ServiceError::throttling});
  REQUIRE(bed.service.effects.size() == 4);
  CHECK(bed.service.effects[2].id == "k b");
}

TEST_CASE("who looks for a closed shard's children asks ten times more with a growing pause, then takes the stream for ended",
          "[SHARD-9][SHARD-10][ADP-3]") {
  const StreamDescription none{.stream = StreamId{0}, .status = "ENABLED"};
  const StreamDescription found{
      .stream = StreamId{0}, .status = "ENABLED", .shards = {{ShardId{5}, ShardId{4}, false, SequenceNumber{1}}}};
  const StreamDescription disabled{.stream = StreamId{0}, .status = "DISABLED"};
  struct Row {
    std::vector<StreamDescription> told;
    std::vector<Duration> pauses;  // between the calls
    std::size_t children;
  };
  const std::vector<Duration> all{50ms, 100ms, 200ms, 400ms, 800ms, 1s, 1s, 1s, 1s, 1s};
  StreamDescription found_late = found;
  found_late.status = "DISABLED";
  for (const Row& expected :
       {Row{{found}, {}, 1}, Row{{none, none, found}, {50ms, 100ms}, 1},
        Row{{disabled, disabled, found_late}, {50ms, 100ms}, 1}, Row{std::vector<StreamDescription>(20, disabled), all, 0},
        Row{std::vector<StreamDescription>(20, none), all, 0}}) {
    FunctionBed bed;
    bed.service.descriptions = expected.told;
    std::optional<std::size_t> children;
    bed.functions.start_reader(bed.kernel, {.name = "tail"}, [&](Context& context) {
      StreamsClient stream = context.stream("views");
      children = child_shards(stream, context, ShardId{4})->size();
    });
    bed.run();
    CHECK(children == expected.children);
    std::vector<Duration> pauses;
    for (std::size_t i = 1; i < bed.service.effects.size(); ++i)
      pauses.push_back(bed.service.effects[i].at - bed.service.effects[i - 1].at - 5ms);  // a call takes that long
    CHECK(pauses == expected.pauses);
  }
}

TEST_CASE("a refusal ends the search for children at once", "[SHARD-10][ERR-9]") {
  FunctionBed bed(Plan::listed({{"client.fault", "reader tail / call 0", static_cast<std::int64_t>(CallFault::throttled)}}));
  ServiceError error = ServiceError::none;
  bed.functions.start_reader(bed.kernel, {.name = "tail"}, [&](Context& context) {
    StreamsClient stream = context.stream("views");
    error = child_shards(stream, context, ShardId{4}).error();
  });
  bed.run();
  CHECK(error == ServiceError::throttling);
  CHECK(bed.service.effects.empty());
}

TEST_CASE("a throttled stream call answers what its operation declares", "[GREC-4][ITER-6][ERR-9]") {
  FunctionBed bed(Plan::listed({{"client.fault", "reader tail / call 0", static_cast<std::int64_t>(CallFault::throttled)}}));
  ServiceError error = ServiceError::none;
  bed.functions.start_reader(bed.kernel, {.name = "tail"},
                             [&](Context& context) { error = context.stream("views").describe().error(); });
  bed.run();
  REQUIRE(error == ServiceError::throttling);
  REQUIRE(bed.service.effects.empty());

  FunctionBed reading(
      Plan::listed({{"client.fault", "reader tail / call 0", static_cast<std::int64_t>(CallFault::throttled)}}));
  reading.functions.start_reader(reading.kernel, {.name = "tail"},
                                 [&](Context& context) { error = context.stream("views").get_records(IteratorId{1}).error(); });
  reading.run();
  REQUIRE(error == ServiceError::limit_exceeded);

  // Asking for an iterator can be throttled too, though no figure is known.
  FunctionBed second(Plan::listed({{"client.fault", "reader tail / call 0", static_cast<std::int64_t>(CallFault::throttled)}}));
  second.functions.start_reader(second.kernel, {.name = "tail"}, [&](Context& context) {
    StreamsClient stream = context.stream("views");
    error = stream.get_shard_iterator(ShardId{4}, IteratorType::latest).error();
    REQUIRE(stream.describe_stream({.limit = 7})->shards.size() == 1);
    REQUIRE(stream.list_streams()->streams.at(0).table_name == "views");
  });
  second.run();
  REQUIRE(error == ServiceError::throttling);
  REQUIRE(second.service.effects.size() == 2);
}

}  // namespace

}  // namespace weir
