#include "tests/catch.hpp"

#include <filesystem>

#include "scenarios/format/failure_file.hpp"
#include "scenarios/format/files.hpp"
#include "tests/scenarios/format/arbitrary.hpp"

using namespace weir;
using test::book;
using test::counted_twice;

TEST_CASE("a failure file reads as the design shows it") {
  CHECK(to_json_text(counted_twice, book()) == R"({
  "weir": "0.1.0",
  "scenario": "fm-03-counted-twice",
  "variant": "broken",
  "breaks": "O-ONCE",
  "says": "group g0 was counted twice",
  "deviations": [
    { "site": "workload.op", "key": "client 0 / op 0", "value": { "put": { "item": 0, "group": 0, "value": 1 } } },
    { "site": "function.outcome", "key": "trigger mirror / shard 0 / batch 0 / attempt 0", "value": "answer lost" }
  ],
  "hash": "00112233445566778899aabbccddeeff"
}
)");
}

TEST_CASE("a person may write a failure with fewer words") {
  const Failure failure = parse_failure(R"({ "scenario": "orders-mirror", "breaks": "O-ONCE", "deviations": [
    { "site": "workload.op", "key": "client 0 / op 0", "value": { "put": { "item": 2 } } },
    { "site": "workload.op", "key": "client 0 / op 1", "value": "delete item 2 group 0 value 0" },
    { "site": "stream.children", "key": "shard 0", "value": 1 },
    { "site": "stream.latest_slack", "key": "shard 0", "value": "-5" },
    { "site": "trigger.invoke_refused", "key": "trigger m / shard 0", "value": true },
    { "site": "ttl.deletion_delay", "key": "item A", "value": "1h30min" },
    { "site": "function.outcome", "key": "trigger m / shard 0.1 / batch 0 / attempt 0", "value": "crash after call 2" } ] })",
                                        "f.json", book());
  REQUIRE(failure.deviations.size() == 7);
  CHECK(failure.deviations[0].value == ChoiceCodec<Operation>::encode({OperationKind::put, 2, 0, 0}));
  CHECK(failure.deviations[1].value == ChoiceCodec<Operation>::encode({OperationKind::remove, 2, 0, 0}));
  CHECK(failure.deviations[2].value == 1);
  CHECK(failure.deviations[3].value == -5);
  CHECK(failure.deviations[4].value == 1);
  CHECK(failure.deviations[5].value == Duration(90min).count());
  CHECK(failure.deviations[6].value == pack_outcome({3, 2}));
}

TEST_CASE("a failure that is written and read is the same failure", "[property][replay]") {
  WEIR_PROPERTY("for any failure", [] {
    const Failure failure = test::any_failure();
    const std::string text = to_json_text(failure, book());
    RC_LOG() << text;
    RC_ASSERT(parse_failure(text, "f.json", book()) == failure);
  });
}

TEST_CASE("a failure file is read from where it was written", "[replay]") {
  const std::string path = (std::filesystem::temp_directory_path() / "weir-failure-file-test" / "x.json").string();
  write_failure(path, counted_twice, book());
  CHECK(read_failure(path, book()) == counted_twice);
  std::filesystem::remove_all(std::filesystem::path(path).parent_path());
}
