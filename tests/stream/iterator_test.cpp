#include "sim/stream/sites.hpp"
#include "tests/catch.hpp"
#include "tests/stream/bed.hpp"

using namespace weir;

namespace {

const Actor me = Actor::of(ReaderId{0});

struct ReadBed : StreamBed {
  explicit ReadBed(Plan plan = Plan::calm(), std::vector<SiteRule> rules = {})
      : StreamBed(std::move(plan), std::move(rules)), stream(enable()), root(streams.roots(stream)[0]) {}

  Result<IteratorId> iterator(IteratorType type, std::optional<SequenceNumber> number = {}) {
    return streams.get_shard_iterator(kernel, stream, root, type, number, me);
  }
  Result<RecordsPage> read(IteratorId id, int limit = 1000) { return streams.get_records(kernel, id, limit, me); }
  std::vector<std::string> names(const RecordsPage& page) const {
    std::vector<std::string> found;
    for (const StreamRecord& record : page.records) found.push_back(std::string(*record.keys.find_string("id")));
    return found;
  }
  SequenceNumber number(std::uint64_t ordinal) const { return streams.shard(root).number_of(ordinal); }

  StreamId stream;
  ShardId root;
};

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("the four iterator types begin where they say", "[ITER-1][REC-8]") {
  ReadBed bed;
  for (const char* id : {"A", "B", "C"}) bed.put(id, 1);
  bed.run_for(1s);
  const auto begins = [&](IteratorType type, std::optional<SequenceNumber> number = {}) {
    return bed.names(*bed.read(*bed.iterator(type, number)));
  };
  CHECK(begins(IteratorType::trim_horizon) == Names{"A", "B", "C"});
  CHECK(begins(IteratorType::latest).empty());
  CHECK(begins(IteratorType::at_sequence_number, bed.number(1)) == Names{"B", "C"});
  CHECK(begins(IteratorType::after_sequence_number, bed.number(1)) == Names{"C"});
  CHECK(begins(IteratorType::at_sequence_number, SequenceNumber{bed.number(1).value + 1}) == Names{"C"});
  CHECK(begins(IteratorType::after_sequence_number, bed.number(2)).empty());
  CHECK(begins(IteratorType::at_sequence_number, bed.streams.shard(bed.root).starting_number) == Names{"A", "B", "C"});
  const IteratorId latest = *bed.iterator(IteratorType::latest);
  bed.put("D", 1);
  bed.run_for(1s);
  CHECK(bed.names(*bed.read(latest)) == Names{"D"});
  CHECK(bed.names(*bed.read(latest)) == Names{"D"});  // more than once  [ITER-2]
}

TEST_CASE("a sequence number is given exactly with the types that want one", "[ITER-1]") {
  ReadBed bed;
  for (const IteratorType type : {IteratorType::trim_horizon, IteratorType::latest})
    CHECK(bed.iterator(type, SequenceNumber{100}).failed_with(ServiceError::validation));
  for (const IteratorType type : {IteratorType::at_sequence_number, IteratorType::after_sequence_number})
    CHECK(bed.iterator(type).failed_with(ServiceError::validation));
  CHECK(bed.count<StreamCallRefused>() == 4);
  CHECK(bed.count<IteratorIssued>() == 0);
}

TEST_CASE("what is not there is not found", "[ITER-4][SAPI-4]") {
  ReadBed bed;
  const auto iterator = [&](StreamId stream, ShardId shard) {
    return bed.streams.get_shard_iterator(bed.kernel, stream, shard, IteratorType::latest, {}, me);
  };
  CHECK(iterator(bed.stream, ShardId{9}).failed_with(ServiceError::resource_not_found));
  CHECK(iterator(StreamId{9}, bed.root).failed_with(ServiceError::resource_not_found));
  CHECK(bed.streams.get_shard_iterator(bed.kernel, TableId{55}, bed.root, IteratorType::latest, {}, me)
            .failed_with(ServiceError::resource_not_found));
  CHECK(bed.streams.describe(bed.kernel, TableId{55}, me).failed_with(ServiceError::resource_not_found));
  CHECK(bed.streams.describe(bed.kernel, StreamId{9}, me).failed_with(ServiceError::resource_not_found));
  CHECK(bed.read(IteratorId{0}).failed_with(ServiceError::validation));
  CHECK(bed.count<StreamCallRefused>() == 6);
}

TEST_CASE("an iterator expires 15 minutes after it was returned, used or not", "[ITER-2]") {
  ReadBed bed;
  const IteratorId first = *bed.iterator(IteratorType::trim_horizon);
  bed.run_for(15min - 1us);
  const IteratorId second = *bed.read(first)->next;
  bed.run_for(1us);
  CHECK(bed.read(first).failed_with(ServiceError::expired_iterator));
  CHECK(bed.read(second).ok());
  bed.run_for(1h);
  const IteratorId third = *bed.iterator(IteratorType::trim_horizon);  // the table of iterators drops old ones here
  CHECK(bed.read(first).failed_with(ServiceError::expired_iterator));
  CHECK(bed.read(second).failed_with(ServiceError::expired_iterator));
  CHECK(bed.read(third).ok());
}

TEST_CASE("a number that is trimmed, or was trimmed meanwhile, is refused as such", "[ITER-3]") {
  ReadBed bed(Plan::calm(), {});
  bed.put("A", 1);
  bed.run_for(30min);
  bed.put("B", 1);
  bed.run_for(1s);
  const SequenceNumber a = bed.number(0), b = bed.number(1);
  bed.run_until(Instant{24h + 5min});
  const IteratorId before = *bed.iterator(IteratorType::trim_horizon);
  const IteratorId at_a = *bed.iterator(IteratorType::at_sequence_number, a);
  const IteratorId after_a = *bed.iterator(IteratorType::after_sequence_number, a);
  bed.run_until(Instant{24h + 11min});  // A is trimmed at 24 h 10 min
  CHECK(bed.read(before).failed_with(ServiceError::trimmed_data_access));
  CHECK(bed.read(at_a).failed_with(ServiceError::trimmed_data_access));
  CHECK(bed.names(*bed.read(after_a)) == Names{"B"});
  CHECK(bed.iterator(IteratorType::at_sequence_number, a).failed_with(ServiceError::trimmed_data_access));
  CHECK(bed.iterator(IteratorType::after_sequence_number, a).failed_with(ServiceError::trimmed_data_access));
  CHECK(bed.iterator(IteratorType::at_sequence_number, b).ok());
  CHECK(bed.names(*bed.read(*bed.iterator(IteratorType::trim_horizon))) == Names{"B"});  // how one recovers
}

TEST_CASE("an iterator into a shard that vanished finds nothing", "[ITER-4]") {
  ReadBed bed(Plan::calm(), {});
  bed.run_until(Instant{28h + 59min});
  const IteratorId id = *bed.iterator(IteratorType::trim_horizon);
  bed.run_until(Instant{29h});
  CHECK(bed.read(id).failed_with(ServiceError::resource_not_found));
}

TEST_CASE("a page holds at most limit records, 1,000 and 1 MB", "[GREC-1]") {
  ReadBed bed;
  for (int i = 0; i < 1001; ++i) bed.put("A", i);
  bed.run_for(1s);
  const IteratorId start = *bed.iterator(IteratorType::trim_horizon);
  for (const int limit : {-1, 0, 1001}) CHECK(bed.read(start, limit).failed_with(ServiceError::validation));
  CHECK(bed.read(start, 1)->records.size() == 1);
  const RecordsPage full = *bed.read(start, 1000);
  CHECK(full.records.size() == 1000);
  CHECK(bed.read(*full.next)->records.size() == 1);

  // Twelve inserts of nearly 100,000 bytes: ten of them, but not eleven, fit in 1,048,576.
  const IteratorId large = *bed.iterator(IteratorType::latest);
  for (int i = 0; i < 12; ++i) bed.put_large("L" + std::to_string(10 + i), 100'000);
  bed.run_for(1s);
  const RecordsPage ten = *bed.read(large);
  CHECK(ten.records.size() == 10);
  CHECK(bed.read(*ten.next)->records.size() == 2);

  // The boundary to the byte: key "id" and "Z" stand in keys and image, "x" names the filling.
  const IteratorId exact = *bed.iterator(IteratorType::latest);
  const std::size_t overhead = (2 + 1) * 2 + 1;
  bed.put_large("Y", 524'288 - overhead);
  bed.put_large("Z", 524'288 - overhead);
  bed.run_for(1s);
  CHECK(bed.read(exact)->records.size() == 2);
  const IteratorId beyond = *bed.iterator(IteratorType::latest);
  bed.put_large("V", 524'288 - overhead);
  bed.put_large("W", 524'288 - overhead + 1);
  bed.run_for(1s);
  CHECK(bed.read(beyond)->records.size() == 1);
}

TEST_CASE("the end of a shard is told with its last records, or on a later page", "[GREC-3][OPEN-23]") {
  for (const EndSignal signal : {EndSignal::with_last_records, EndSignal::on_later_page}) {
    ReadBed bed(Plan::listed({{"stream.end_signal", "table orders / shard 0", static_cast<std::int64_t>(signal)}}));
    bed.put("A", 1);
    bed.put("B", 1);
    bed.run_for(1s);
    REQUIRE(bed.streams.split(bed.kernel, bed.root, 2).ok());
    const RecordsPage one = *bed.read(*bed.iterator(IteratorType::trim_horizon), 1);
    REQUIRE(one.next);
    const RecordsPage two = *bed.read(*one.next, 1);
    CHECK(two.records.size() == 1);
    CHECK(two.next.has_value() == (signal == EndSignal::on_later_page));
    const RecordsPage end = *bed.read(*bed.iterator(IteratorType::latest));
    CHECK(end.records.empty());
    CHECK_FALSE(end.next);
    CHECK(bed.facts<PageRead>().back().at_end);
    if (two.next) CHECK_FALSE(bed.read(*two.next)->next);
  }
}

TEST_CASE("an open shard always gives a next iterator", "[GREC-3][GREC-6]") {
  ReadBed bed;
  IteratorId at = *bed.iterator(IteratorType::trim_horizon);
  for (int i = 0; i < 20; ++i) {
    const RecordsPage page = *bed.read(at);
    REQUIRE(page.next);
    at = *page.next;
    bed.run_for(10min);
  }
}

TEST_CASE("empty pages may come before records and before the end", "[GREC-2][OPEN-22]") {
  const std::string mine = "table orders / shard 0 / reader 0 / iterator 0 / page ";
  ReadBed bed(Plan::listed({{"stream.empty_pages", mine + "0", 3}, {"stream.empty_end_pages", mine + "1", 2}}));
  bed.put("A", 1);
  bed.run_for(1s);
  IteratorId at = *bed.iterator(IteratorType::trim_horizon);
  for (int i = 0; i < 3; ++i) {
    const RecordsPage page = *bed.read(at);
    CHECK(page.records.empty());
    CHECK(bed.read(at)->records.empty());  // the same iterator, the same answer
    at = *page.next;
  }
  const RecordsPage found = *bed.read(at);
  CHECK(found.records.size() == 1);
  REQUIRE(bed.streams.split(bed.kernel, bed.root, 1).ok());
  at = *found.next;
  for (int i = 0; i < 2; ++i) {
    const RecordsPage page = *bed.read(at);
    CHECK(page.records.empty());
    REQUIRE(page.next);
    at = *page.next;
  }
  CHECK_FALSE(bed.read(at)->next);
}

TEST_CASE("a LATEST iterator may reach a little back", "[ITER-5][OPEN-25]") {
  ReadBed bed(Plan::listed({{"stream.latest_slack", "table orders / shard 0 / reader 0 / iterator 1", Duration(30s).count()}}));
  bed.put("A", 1);
  bed.run_for(1min);
  bed.put("B", 1);
  bed.run_for(20s);
  CHECK(bed.read(*bed.iterator(IteratorType::latest))->records.empty());
  CHECK(bed.names(*bed.read(*bed.iterator(IteratorType::latest))) == Names{"B"});
  CHECK(bed.read(*bed.iterator(IteratorType::latest))->records.empty());
}

TEST_CASE("a description may list a child before its parent looks closed, or the other way round", "[SHARD-9][OPEN-21]") {
  ReadBed bed(Plan::listed({{"stream.closing_lag", "table orders / shard 0", Duration(30s).count()},
                            {"stream.listing_lag", "table orders / shard 0.1", Duration(1min).count()}}));
  bed.run_for(1min);
  REQUIRE(bed.streams.split(bed.kernel, bed.root, 2).ok());
  const auto seen = [&] {
    std::string text;
    const auto listed = bed.streams.describe(bed.kernel, bed.stream, me);
    for (const ShardDescription& shard : *listed)
      text += bed.streams.path(shard.shard) + (shard.closed ? " closed, " : " open, ");
    return text;
  };
  CHECK(seen() == "0 open, 0.0 open, ");
  bed.run_for(30s - 1us);
  CHECK(seen() == "0 open, 0.0 open, ");
  bed.run_for(1us);
  CHECK(seen() == "0 closed, 0.0 open, ");
  bed.run_for(30s);
  CHECK(seen() == "0 closed, 0.0 open, 0.1 open, ");
}
