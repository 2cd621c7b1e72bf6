#include "sim/stream/streams.hpp"

#include "sim/stream/sites.hpp"
#include "tests/catch.hpp"
#include "tests/stream/bed.hpp"

using namespace weir;

namespace {

SiteRule always(const SiteInfo& site, std::int64_t value) {
  return {.site = std::string(site.name), .low = value, .high = value, .calm = value, .fixed = true};
}
SiteRule always(const Site<Duration>& site, Duration value) { return always(site.info(), value.count()); }

std::vector<std::string> shown(const StreamBed& bed, ShardId shard) {
  std::vector<std::string> names;
  for (std::uint64_t i = bed.streams.first_ordinal(shard); i < bed.streams.end_ordinal(shard); ++i) {
    const StreamRecord record = bed.streams.to_stream_record(shard, i);
    names.push_back(std::string(wire_name(record.event_name)) + ' ' + std::string(*record.keys.find_string("id")));
  }
  return names;
}

}  // namespace

TEST_CASE("a record says when its change was made, to the second", "[REC-4]") {
  StreamBed bed;
  bed.enable();
  bed.run_for(1700ms);
  bed.put("A", 1);
  bed.run_for(10s);
  const StreamRecord shown_record = bed.streams.to_stream_record(ShardId{0}, 0);
  CHECK(shown_record.approximate_creation_time == StreamBed::epoch + 1);
  CHECK(bed.facts<Appended>().at(0).created == StreamBed::epoch + 1);
}

TEST_CASE("a change becomes one record a delay after its write, with the images its view shows",
          "[STREAM-1][STREAM-9][REC-6]") {
  for (const StreamView view :
       {StreamView::keys_only, StreamView::new_image, StreamView::old_image, StreamView::new_and_old_images}) {
    StreamBed bed;
    const StreamId stream = bed.enable(1, view);
    const ShardId shard = bed.streams.roots(stream).at(0);
    bed.run_for(1500ms);
    bed.put("A", 1);
    bed.put("A", 2);
    bed.remove("A", ChangeBy::ttl);
    CHECK(bed.streams.pending() == 3);
    bed.run_for(49ms);
    CHECK(bed.streams.end_ordinal(shard) == 0);
    bed.run_for(1ms);
    CHECK(bed.streams.pending() == 0);
    REQUIRE(shown(bed, shard) == std::vector<std::string>{"INSERT A", "MODIFY A", "REMOVE A"});
    const auto record = [&](std::uint64_t i) { return bed.streams.to_stream_record(shard, i); };
    CHECK(record(0).old_image == std::nullopt);
    CHECK(record(2).new_image == std::nullopt);
    CHECK(record(1).new_image.has_value() == shows_new_image(view));
    CHECK(record(1).old_image.has_value() == shows_old_image(view));
    CHECK(record(0).sequence_number < record(1).sequence_number);
    CHECK(record(0).approximate_creation_time == StreamBed::epoch + 1);
    CHECK_FALSE(record(1).by_ttl);
    CHECK(record(2).by_ttl);

    // The very record that the data room makes of the change.
    const std::vector<Written> writes = bed.facts<Written>();
    const Change change{bed.table, ChangeKind::modify, writes[1].key, writes[1].old_image, writes[1].new_image, ChangeBy::user,
                        0,         Instant{1500ms}};
    StreamRecord made = make_record(change, bed.schema, view, StreamBed::epoch);
    made.id = record(1).id;
    made.sequence_number = record(1).sequence_number;
    made.shard = shard;
    CHECK(record(1) == made);
  }
}

TEST_CASE("each record is caused by its write, and shows it", "[STREAM-2]") {
  StreamBed bed;
  bed.enable();
  bed.put("A", 1);
  bed.run_for(1s);
  const Fact& last = bed.trace.facts().back();
  const Appended* appended = last.as<Appended>();
  REQUIRE(appended);
  CHECK(last.cause == appended->write);
  CHECK(bed.trace.facts()[appended->write].as<Written>());
  CHECK(last.at == Instant{50ms});
}

TEST_CASE("a slow record holds back later records of its item and of no other", "[STREAM-3][STREAM-4][OPEN-7]") {
  StreamBed bed(Plan::listed({{"stream.delay", "table orders / item A / write 0", Duration(9s).count()}}));
  const ShardId shard = bed.streams.roots(bed.enable())[0];
  bed.put("A", 1);
  bed.put("B", 1);
  bed.put("A", 2);
  bed.run_for(1s);
  CHECK(shown(bed, shard) == std::vector<std::string>{"INSERT B"});
  bed.run_for(8s);
  CHECK(shown(bed, shard) == std::vector<std::string>{"INSERT B", "INSERT A", "MODIFY A"});
}

TEST_CASE("a shard ends its life after four hours and one child continues it", "[SHARD-2][SHARD-4]") {
  StreamBed bed;
  const StreamId stream = bed.enable(2);
  bed.run_for(4h - 1us);
  CHECK(bed.streams.shards(stream).size() == 2);
  bed.run_for(1us);
  REQUIRE(bed.streams.shards(stream).size() == 4);
  const ShardId root = bed.streams.roots(stream)[1];
  CHECK(bed.streams.closed(root));
  REQUIRE(bed.streams.children(root).size() == 1);
  const ShardId child = bed.streams.children(root)[0];
  CHECK(bed.streams.parent(child) == root);
  CHECK(bed.streams.path(child) == "1.0");
  CHECK(bed.streams.shard(child).first_hash == bed.streams.shard(root).first_hash);
  CHECK(bed.streams.shard(child).last_hash == bed.streams.shard(root).last_hash);
  const Shard& parent = bed.streams.shard(root);
  CHECK(bed.streams.shard(child).starting_number >= parent.number_of(parent.end_ordinal()));
}

TEST_CASE("a split shares the parent's range without a hole, and an item's records go on in one child", "[SHARD-2][SHARD-6]") {
  for (const int children : {1, 2, 3, 7}) {
    StreamBed bed;
    const StreamId stream = bed.enable();
    for (int i = 0; i < 20; ++i) bed.put("item " + std::to_string(i), 1);
    bed.run_for(1s);
    REQUIRE(bed.streams.split(bed.kernel, bed.table, "0", children).ok());
    const ShardId root = bed.streams.roots(stream)[0];
    CHECK(bed.streams.closed(root));
    std::uint64_t next = 0;
    for (const ShardId child : bed.streams.children(root)) {
      CHECK(bed.streams.shard(child).first_hash == next);
      next = bed.streams.shard(child).last_hash + 1;
    }
    CHECK(next == 0);  // wrapped around: the whole range is taken
    REQUIRE(bed.streams.children(root).size() == static_cast<std::size_t>(children));
    for (int i = 0; i < 20; ++i) bed.put("item " + std::to_string(i), 2);
    bed.run_for(1s);
    std::size_t seen = 0;
    for (const ShardId child : bed.streams.children(root)) {
      for (std::uint64_t n = 0; n < bed.streams.end_ordinal(child); ++n) {
        const std::uint64_t hash = bed.streams.record(child, n).key.partition_hash();
        CHECK(bed.streams.shard(child).first_hash <= hash);
        CHECK(hash <= bed.streams.shard(child).last_hash);
        seen += 1;
      }
    }
    CHECK(seen == 20);
    CHECK(bed.streams.end_ordinal(root) == 20);
  }
}

TEST_CASE("a split goes to the first open descendant of the path it names", "[SHARD-2]") {
  StreamBed bed;
  const StreamId stream = bed.enable(2);
  REQUIRE(bed.streams.split(bed.kernel, bed.table, "0", 2).ok());
  REQUIRE(bed.streams.split(bed.kernel, bed.table, "0", 2).ok());
  REQUIRE(bed.streams.split(bed.kernel, bed.table, "0.1", 1).ok());
  std::vector<std::string> paths;
  for (const ShardId shard : bed.streams.shards(stream)) paths.push_back(bed.streams.path(shard));
  CHECK(paths == std::vector<std::string>{"0", "1", "0.0", "0.1", "0.0.0", "0.0.1", "0.1.0"});
  CHECK(bed.streams.split(bed.kernel, bed.table, "2", 2).failed_with(ServiceError::resource_not_found));
  CHECK(bed.streams.split(bed.kernel, bed.table, "0.1.0.0", 2).failed_with(ServiceError::resource_not_found));
  CHECK(bed.streams.split(bed.kernel, TableId{77}, "0", 2).failed_with(ServiceError::resource_not_found));
  CHECK(bed.streams.split(bed.kernel, ShardId{0}, 2).failed_with(ServiceError::validation));  // closed
  CHECK(bed.streams.split(bed.kernel, ShardId{1}, 0).failed_with(ServiceError::validation));
  CHECK(bed.streams.split(bed.kernel, ShardId{99}, 2).failed_with(ServiceError::resource_not_found));
}

TEST_CASE("records live 24 hours, then one trim takes all that are past theirs", "[STREAM-11][OPEN-20]") {
  StreamBed bed(Plan::calm(), {always(stream_shard_lifetime, 24h)});
  const ShardId shard = bed.streams.roots(bed.enable())[0];
  bed.put("A", 1);
  bed.run_for(5min);
  bed.put("B", 1);
  bed.run_for(10min);
  bed.put("C", 1);
  bed.run_until(Instant{24h + 10min + 49ms});
  CHECK(bed.streams.first_ordinal(shard) == 0);
  bed.run_for(1ms);
  CHECK(bed.streams.first_ordinal(shard) == 2);  // A by its slack, B with it
  CHECK(bed.streams.end_ordinal(shard) == 3);
  const std::vector<Trimmed> trims = bed.facts<Trimmed>();
  REQUIRE(trims.size() == 1);
  CHECK(trims[0].count == 2);
  CHECK(trims[0].through == RecordId{1});
  bed.run_until(Instant{24h + 25min + 50ms});
  CHECK(bed.streams.first_ordinal(shard) == 3);
}

TEST_CASE("a closed shard stays listed for 24 hours and until it is trimmed empty, then it is gone", "[SHARD-8][ITER-4]") {
  StreamBed bed;
  const StreamId stream = bed.enable();
  const ShardId root = bed.streams.roots(stream)[0];
  bed.run_until(Instant{3h});
  bed.put("A", 1);
  const auto lists_root = [&] {
    const auto listed = bed.streams.describe(bed.kernel, stream, Actor::client(0));
    return listed->front().shard == root;
  };
  bed.run_until(Instant{4h + 24h + 1h} - 1us);  // closed at 4 h, listed until 24 h later and the calm hour
  CHECK(bed.streams.end_ordinal(root) - bed.streams.first_ordinal(root) == 0);
  CHECK(lists_root());
  bed.run_for(1us);
  CHECK(bed.streams.gone(root));
  CHECK_FALSE(lists_root());
  CHECK(bed.streams.describe(bed.kernel, stream, Actor::client(0))->front().parent == root);  // named, though gone
  CHECK(bed.streams.get_shard_iterator(bed.kernel, stream, root, IteratorType::trim_horizon, {}, Actor::client(0))
            .failed_with(ServiceError::resource_not_found));
}

TEST_CASE("a disabled stream closes its shards, stays readable for 24 hours and is gone", "[STREAM-12][OPEN-19]") {
  StreamBed bed(Plan::calm(), {always(stream_disabling, 5min)});
  const StreamId stream = bed.enable(2);
  bed.put("A", 1);
  bed.run_for(1h);
  bed.put("A", 2);
  REQUIRE(bed.streams.disable(bed.kernel, bed.table).ok());
  CHECK(bed.streams.status(stream) == StreamStatus::disabling);
  CHECK(bed.streams.disable(bed.kernel, bed.table).failed_with(ServiceError::validation));
  CHECK(bed.streams.enable(bed.kernel, bed.table, "orders", bed.schema, StreamView::keys_only, 1)
            .failed_with(ServiceError::resource_in_use));
  bed.run_for(1s);
  bed.put("A", 3);  // after the cut: not captured
  bed.run_until(Instant{1h + 5min});
  CHECK(bed.streams.status(stream) == StreamStatus::disabled);
  CHECK(bed.count<Appended>() == 2);
  CHECK(bed.count<ShardClosed>() == 2);
  bed.put("A", 4);
  bed.run_until(Instant{25h + 5min} - 1us);
  const auto listed = bed.streams.describe(bed.kernel, stream, Actor::client(0));
  REQUIRE(listed.ok());
  CHECK(listed->size() == 2);
  CHECK((listed->at(0).closed && listed->at(1).closed));
  bed.run_for(1us);
  CHECK(bed.streams.status(stream) == StreamStatus::gone);
  CHECK(bed.streams.describe(bed.kernel, bed.table, Actor::client(0)).failed_with(ServiceError::resource_not_found));
  CHECK(bed.count<StreamGone>() == 1);
  CHECK(bed.count<ShardGone>() == 2);
  CHECK(bed.count<Appended>() == 2);
  bed.run_until(Instant{100h});
  CHECK(bed.kernel.queue().empty());  // nothing is left to happen
  CHECK(bed.streams.stream_of(bed.table) == stream);
}

TEST_CASE("a stream enabled again is a new one with a new ARN, and both can be read", "[STREAM-13][STREAM-14][STREAM-15]") {
  StreamBed bed(Plan::calm(), {always(stream_disabling, 0s)});
  const StreamId first = bed.enable();
  CHECK(bed.streams.enable(bed.kernel, bed.table, "orders", bed.schema, StreamView::keys_only, 1)
            .failed_with(ServiceError::validation));
  CHECK(bed.streams.arn(first) == "arn:aws:dynamodb:us-east-1:123456789012:table/orders/stream/2023-11-14T22:13:20.000");
  bed.put("A", 1);
  REQUIRE(bed.streams.disable(bed.kernel, bed.table).ok());
  bed.run_for(0s);
  bed.put("A", 2);  // between two streams: in neither
  const StreamId second = bed.enable(1, StreamView::keys_only);
  CHECK(second != first);
  CHECK(bed.streams.stream_of(bed.table) == second);
  CHECK(bed.streams.arn(second) == "arn:aws:dynamodb:us-east-1:123456789012:table/orders/stream/2023-11-14T22:13:20.001");
  bed.put("A", 3);
  bed.run_for(1s);
  const ShardId old_shard = bed.streams.roots(first)[0], new_shard = bed.streams.roots(second)[0];
  CHECK(shown(bed, old_shard) == std::vector<std::string>{"INSERT A"});
  CHECK(shown(bed, new_shard) == std::vector<std::string>{"MODIFY A"});
  CHECK(bed.streams.parent(new_shard) == no_shard);
  for (const ShardId shard : {old_shard, new_shard})
    CHECK(bed.streams.get_shard_iterator(bed.kernel, bed.table, shard, IteratorType::trim_horizon, {}, Actor::client(0)).ok());
  CHECK(bed.streams.get_shard_iterator(bed.kernel, first, new_shard, IteratorType::trim_horizon, {}, Actor::client(0))
            .failed_with(ServiceError::resource_not_found));
}

TEST_CASE("around enabling and disabling, each item's captured writes are one run without a hole", "[OPEN-18][STREAM-10]") {
  StreamBed bed(Plan::listed({{"stream.disable_cut", "table orders / item A", -Duration(20ms).count()},
                              {"stream.disable_cut", "table orders / item B", Duration(20ms).count()},
                              {"stream.enabling", "table orders / stream 1", Duration(1500ms).count()},
                              {"stream.enable_cut", "table orders / stream 1 / item A", Duration(1s).count()},
                              {"stream.enable_cut", "table orders / stream 1 / item C", Duration(1min).count()}}));
  bed.enable();
  int n = 0;
  const auto write_for = [&](Duration span) {
    for (const Instant end = bed.kernel.now() + span; bed.kernel.now() < end; bed.run_for(5ms)) {
      n += 1;
      bed.put("A", n);
      bed.put("B", n);
      bed.put("C", n);
    }
  };
  const auto captured = [&](const char* id) {
    std::vector<Instant> at;
    for (const Appended& record : bed.facts<Appended>())
      if (record.key.to_text() == id) at.push_back(bed.trace.facts()[record.write].at);
    return at;
  };
  write_for(100ms);
  REQUIRE(bed.streams.disable(bed.kernel, bed.table).ok());  // at 100 ms
  write_for(100ms);
  bed.run_until(Instant{2s});
  CHECK(captured("A").back() == Instant{80ms});
  CHECK(captured("A").size() == 17);
  CHECK(captured("B").back() == Instant{115ms});
  CHECK(captured("B").size() == 24);
  CHECK(captured("C").size() == 20);  // those before the disabling
  bed.enable();
  write_for(2s);
  bed.run_for(1s);
  CHECK(captured("A").at(17) == Instant{3s});
  CHECK(captured("A").size() == 17 + 200);
  CHECK(captured("B").size() == 24 + 400);
  CHECK(captured("C").at(20) == Instant{3500ms});  // the stream is ENABLED: whatever the cut, nothing is missed any more
}

TEST_CASE("a stream that a table in use gets is ENABLING for a while, and cannot be switched meanwhile",
          "[STREAM-12][STREAM-15][OPEN-17]") {
  StreamBed bed(Plan::listed({{"stream.enabling", "table orders", Duration(2min).count()}}));
  const auto enable = [&] {
    return bed.streams.enable(bed.kernel, bed.table, "orders", bed.schema, StreamView::keys_only, 1,
                              StreamBirth::on_live_table);
  };
  bed.run_until(Instant{1min});
  const StreamId stream = *enable();
  CHECK(bed.streams.status(stream) == StreamStatus::enabling);
  CHECK(bed.streams.live(stream));
  CHECK(bed.streams.enabled_from(stream) == Instant{3min});
  CHECK(bed.streams.describe_stream(bed.kernel, bed.table, {}, Actor::client(0))->status == "ENABLING");
  CHECK(bed.facts<StreamEnabled>().at(0).enabling);
  CHECK(enable().failed_with(ServiceError::resource_in_use));
  CHECK(bed.streams.disable(bed.kernel, bed.table).failed_with(ServiceError::resource_in_use));
  bed.put("A", 1);  // captured, as the calm cut has it
  bed.run_until(Instant{3min} - 1us);
  CHECK(bed.streams.status(stream) == StreamStatus::enabling);
  CHECK(bed.count<StreamActive>() == 0);
  bed.run_until(Instant{3min});
  CHECK(bed.streams.status(stream) == StreamStatus::enabled);
  REQUIRE(bed.count<StreamActive>() == 1);
  CHECK(bed.streams.describe_stream(bed.kernel, bed.table, {}, Actor::client(0))->status == "ENABLED");
  CHECK(enable().failed_with(ServiceError::validation));
  CHECK(bed.count<Appended>() == 1);
  CHECK(bed.streams.disable(bed.kernel, bed.table).ok());
  CHECK(bed.streams.status(stream) == StreamStatus::disabling);
}

TEST_CASE("a new table's stream is ENABLED at once, and so is any where nothing else was chosen", "[STREAM-12][STREAM-1]") {
  StreamBed bed(Plan::listed({{"stream.enabling", "table orders", Duration(2min).count()}}));
  const StreamId first = bed.enable();
  CHECK(bed.streams.status(first) == StreamStatus::enabled);
  REQUIRE(bed.streams.disable(bed.kernel, bed.table).ok());
  bed.run_for(10min);
  CHECK(bed.streams.status(bed.enable()) == StreamStatus::enabled);
  CHECK(bed.count<StreamActive>() == 0);
}

TEST_CASE("the shards of a stream that is ENABLING live and split as any", "[STREAM-12][SHARD-4]") {
  StreamBed bed(Plan::calm(), {always(stream_enabling, 5min), always(stream_shard_lifetime, 1min)});
  const StreamId stream =
      *bed.streams.enable(bed.kernel, bed.table, "orders", bed.schema, StreamView::keys_only, 1, StreamBirth::on_live_table);
  bed.run_for(150s);
  CHECK(bed.streams.shards(stream).size() == 3);
  bed.streams.cut(bed.kernel, bed.table, std::uint64_t{1} << 63);
  CHECK(bed.streams.shards(stream).size() == 5);
}

TEST_CASE("a record may come minutes after its write, and the item's later ones wait behind it", "[OPEN-7][STREAM-3]") {
  StreamBed bed(Plan::listed({{"stream.delay", "table orders / item A / write 0", Duration(5min).count()}}));
  const StreamId stream = bed.enable();
  bed.put("A", 1);
  bed.run_for(1s);
  bed.put("A", 2);
  bed.put("B", 1);
  bed.run_until(Instant{5min} - 1us);
  CHECK(shown(bed, bed.streams.roots(stream)[0]) == std::vector<std::string>{"INSERT B"});
  CHECK(bed.streams.pending() == 2);
  bed.run_until(Instant{5min});
  CHECK(shown(bed, bed.streams.roots(stream)[0]) == std::vector<std::string>{"INSERT B", "INSERT A", "MODIFY A"});
}

TEST_CASE("sequence numbers grow by a gap and can come to be one digit longer", "[REC-7]") {
  StreamBed bed(
      Plan::listed({{"stream.number_start", "table orders", 1}, {"stream.sequence_gap", "table orders / shard 0", 60}}));
  const ShardId shard = bed.streams.roots(bed.enable())[0];
  for (int i = 1; i <= 5; ++i) bed.put("A", i);
  bed.run_for(1s);
  std::vector<std::string> wire;
  for (std::uint64_t i = 0; i < 5; ++i) wire.push_back(to_wire(bed.streams.shard(shard).number_of(i)));
  CHECK(wire.front().size() == 21);
  CHECK(wire.back().size() == 22);
  CHECK(wire.back() < wire.front());  // as text, which is what nobody may compare
  CHECK(bed.streams.shard(shard).number_of(1).value - bed.streams.shard(shard).number_of(0).value == 60);
}

TEST_CASE("shards have the service's names, ascending as they were opened", "[SHARD-11]") {
  StreamBed bed;
  const StreamId stream = bed.enable(3);
  bed.run_for(9h);
  std::string last;
  for (const ShardId shard : bed.streams.shards(stream)) {
    const std::string name = bed.streams.wire_name(shard);
    CHECK(name.size() == 37);
    CHECK(last < name);
    last = name;
  }
  CHECK(bed.streams.wire_name(ShardId{1}) == "shardId-00000001700000000000-00000001");
}

TEST_CASE("by itself a stream splits up to 16 open shards, then only rolls over", "[SHARD-2][SHARD-5]") {
  StreamBed bed(Plan::calm(), {always(stream_shard_lifetime, 1h), always(stream_children.info(), 3)});
  const StreamId stream = bed.enable(5);
  const auto open = [&] {
    std::size_t count = 0;
    for (const ShardId shard : bed.streams.shards(stream)) count += !bed.streams.closed(shard);
    return count;
  };
  bed.run_until(Instant{1h});
  CHECK(open() == 15);
  bed.run_until(Instant{2h});
  CHECK(open() == 16);
  bed.run_until(Instant{6h});
  CHECK(open() == 16);
}

TEST_CASE("a shard whose life ends while its stream is being disabled has no children", "[STREAM-12][SHARD-1]") {
  StreamBed bed(Plan::calm(), {always(stream_shard_lifetime, 1h), always(stream_disabling, 5min)});
  const StreamId stream = bed.enable();
  bed.run_until(Instant{58min});
  REQUIRE(bed.streams.disable(bed.kernel, bed.table).ok());
  bed.run_until(Instant{2h});
  CHECK(bed.streams.shards(stream).size() == 1);
  CHECK(bed.streams.closed(bed.streams.roots(stream)[0]));
}

TEST_CASE("news tell readers once when to look", "[POLL-1]") {
  using Kind = StreamNews::Kind;
  StreamBed bed(Plan::calm(), {always(stream_disabling, 0s)});
  const StreamId stream = bed.enable();
  const ShardId root = bed.streams.roots(stream)[0];
  CHECK(bed.streams.take_news() == std::vector<StreamNews>{{Kind::shard_opened, stream, root}});
  CHECK_FALSE(bed.streams.has_news());
  bed.put("A", 1);
  bed.put("B", 1);
  bed.run_for(1s);
  CHECK(bed.streams.take_news() == std::vector<StreamNews>{{Kind::record_readable, stream, root}});
  bed.put("A", 2);
  bed.run_for(1s);
  CHECK(bed.streams.take_news() == std::vector<StreamNews>{{Kind::record_readable, stream, root}});
  REQUIRE(bed.streams.split(bed.kernel, root, 1).ok());
  const ShardId child = bed.streams.children(root)[0];
  CHECK(bed.streams.take_news() ==
        std::vector<StreamNews>{{Kind::shard_closed, stream, root}, {Kind::shard_opened, stream, child}});
  REQUIRE(bed.streams.disable(bed.kernel, bed.table).ok());
  bed.run_for(48h);
  CHECK(bed.streams.take_news() == std::vector<StreamNews>{{Kind::shard_closed, stream, child},
                                                           {Kind::trimmed, stream, root},
                                                           {Kind::shard_gone, stream, root},
                                                           {Kind::shard_gone, stream, child},
                                                           {Kind::stream_gone, stream, no_shard}});
}

TEST_CASE("a quiet 48 hours cost a handful of events", "[SHARD-4]") {
  StreamBed bed;
  bed.enable(4);
  bed.run_until(Instant{48h});
  CHECK(bed.kernel.events_handled() < 100);
}

TEST_CASE("a copy of the streams and their kernel lives on as the original does", "[STREAM-2]") {
  StreamBed bed(Plan::seeded(Seed{5}));
  bed.enable(2);
  for (int i = 0; i < 50; ++i) {
    bed.put("item " + std::to_string(i % 7), i);
    bed.run_for(Duration(i * i * 100'000));
  }
  bed.put("A", 1);
  Streams copy = bed.streams;
  CHECK(copy == bed.streams);
  Trace trace;
  Kernel kernel = bed.kernel;
  kernel.retarget(trace);
  bed.run_for(60h);
  CHECK_FALSE(copy == bed.streams);
  Event event;
  while (kernel.next(bed.kernel.now(), event)) copy.on_event(kernel, event);
  CHECK(copy == bed.streams);
}
