// What became of each record, on traces made by hand.                                          [RETRY-3] [METRIC-2]
#include "oracles/metrics/accounts.hpp"

#include <string>

#include "tests/catch.hpp"
#include "tests/oracles/metrics/bed.hpp"

using namespace weir;
using test::records;

namespace {

class Bed : public test::MetricsBed {
 public:
  void append(Duration at, std::uint64_t id) {
    note(at, Appended{.stream = StreamId{0}, .shard = ShardId{0}, .record = RecordId{id}, .table = TableId{0}});
  }
  void settle(Duration at, std::vector<RecordId> ids, Settlement how, bool sent = false, MappingId mapping = MappingId{0}) {
    note(at, Settled{mapping, ShardId{0}, records(std::move(ids)), how, sent});
  }
  void replay(Duration at, std::vector<RecordId> ids) { note(at, Replayed{MappingId{0}, ShardId{0}, records(std::move(ids))}); }
  // Of the mapping that was declared last: "handled 2 (1 told), of 2".
  std::string account() const {
    std::string text;
    const Account last = accounts_of(facts()).back();
    for (const AccountLine& line : last.lines) {
      text += line.how + " " + std::to_string(line.records);
      text += line.told > 0 ? " (" + std::to_string(line.told) + " told), " : ", ";
    }
    return text + "of " + std::to_string(last.records);
  }
};

}  // namespace

TEST_CASE("a mapping's account begins with what it found and ends with its deletion", "[metrics][ESM-3][ESM-25]") {
  Bed bed;
  bed.append(1s, 0), bed.append(2s, 1), bed.append(3s, 2);
  bed.note(24h, Trimmed{StreamId{0}, ShardId{0}, 2, RecordId{1}});
  bed.note(25h, MappingDeclared{MappingId{1}, "late", StreamId{0}, FunctionId{0}, "mirror"});
  CHECK(bed.account() == "not settled 1, of 1");
  bed.note(25h, ShardStarted{MappingId{1}, ShardId{0}});
  bed.append(26h, 3);
  bed.settle(26h, {RecordId{2}, RecordId{3}}, Settlement::handled, false, MappingId{1});
  bed.note(50h, Trimmed{StreamId{0}, ShardId{0}, 1, RecordId{2}});  // later: it was seen
  CHECK(bed.account() == "handled 2, of 2");
  bed.note(51h, MappingStateChanged{MappingId{1}, MappingState::deleted, "User action", ProcessingResult::ok});
  bed.append(52h, 4);
  CHECK(bed.account() == "handled 2, of 2");
}

TEST_CASE("a mapping that is deleted before it took up its position has seen what was there then", "[metrics][ESM-25]") {
  Bed bed;
  bed.append(1s, 0), bed.append(2s, 1);
  bed.note(3s, MappingStateChanged{MappingId{0}, MappingState::deleted, "User action", ProcessingResult::no_records});
  bed.note(26h, Trimmed{StreamId{0}, ShardId{0}, 2, RecordId{1}});
  CHECK(bed.account() == "not settled 2, of 2");
}

TEST_CASE("a call shows that a mapping had its position, where a trace tells of no shard", "[metrics]") {
  Bed bed;
  bed.append(1s, 0);
  bed.start(2s, 0, {RecordId{0}});
  bed.note(26h, Trimmed{StreamId{0}, ShardId{0}, 1, RecordId{0}});
  CHECK(bed.account() == "not settled 1, of 1");
}

TEST_CASE("how many a destination was told of stands beside what became of them", "[metrics][RETRY-3][DEST-1]") {
  Bed bed;
  for (std::uint64_t id = 0; id < 5; ++id) bed.append(1s, id);
  bed.settle(2s, {RecordId{0}, RecordId{1}}, Settlement::retries_exhausted, true);
  bed.settle(3s, {RecordId{2}}, Settlement::retries_exhausted);
  bed.settle(4s, {RecordId{3}}, Settlement::handled);
  CHECK(bed.account() == "handled 1, retries exhausted 3 (2 told), not settled 1, of 5");
}

TEST_CASE("a record that comes again counts by what becomes of it then, once", "[metrics][OPEN-10]") {
  Bed bed;
  bed.note(0s, LanesDeclared{MappingId{0}, 2});
  for (std::uint64_t id = 0; id < 3; ++id) bed.append(1s, id);
  bed.settle(2s, {RecordId{0}, RecordId{1}}, Settlement::retries_exhausted, true);
  bed.settle(2s, {RecordId{2}}, Settlement::handled);
  CHECK(bed.account() == "handled 1, retries exhausted 2 (2 told), of 3");
  bed.replay(3s, {RecordId{0}});
  CHECK(bed.account() == "handled 1, retries exhausted 1 (1 told), not settled 1, of 3");
  bed.replay(4s, {RecordId{0}});  // it was not settled again meanwhile
  CHECK(bed.account() == "handled 1, retries exhausted 1 (1 told), not settled 1, of 3");
  bed.replay(5s, {RecordId{1}});
  CHECK(bed.account() == "handled 1, not settled 2, of 3");
  bed.settle(6s, {RecordId{0}, RecordId{1}}, Settlement::handled);
  CHECK(bed.account() == "handled 3, of 3");
}

TEST_CASE("an account of a trace that makes no sense adds up all the same", "[metrics]") {
  Bed more_settled;
  more_settled.append(1s, 0);
  more_settled.settle(2s, {RecordId{0}, RecordId{1}, RecordId{2}}, Settlement::handled);
  CHECK(more_settled.account() == "handled 3, of 3");
  Bed more_trimmed;
  more_trimmed.append(1s, 0);
  more_trimmed.note(2s, Trimmed{StreamId{0}, ShardId{0}, 5, RecordId{4}});
  CHECK(more_trimmed.account() == "of 0");
  CHECK(accounts_of({}).empty());
}
